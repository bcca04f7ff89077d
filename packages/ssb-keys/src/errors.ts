/** What can go wrong with keys and key files, for a caller to branch on. */
export type KeysErrorCode =
  /** A curve other than `ed25519` was asked for. */
  | 'SSB_KEYS_UNKNOWN_CURVE'
  /** A key has the wrong length, or the parts of a key pair do not belong together. */
  | 'SSB_KEYS_BAD_KEY'
  /** A recipient of a private message has no usable key. */
  | 'SSB_KEYS_BAD_RECIPIENT'
  /** There is no key file. */
  | 'SSB_KEYS_FILE_MISSING'
  /** There is a file already; it is never overwritten. */
  | 'SSB_KEYS_FILE_EXISTS'
  /** The key file may be read by other users of the machine. */
  | 'SSB_KEYS_FILE_EXPOSED'
  /** The system refuses to read or write the key file. */
  | 'SSB_KEYS_FILE_ACCESS'
  /** The file is not a key file, or a damaged one. */
  | 'SSB_KEYS_FILE_INVALID'
  /** The private key is under a passphrase and none was given. */
  | 'SSB_KEYS_FILE_LOCKED'
  /** The passphrase does not open the private key. */
  | 'SSB_KEYS_FILE_PASSPHRASE'

/** An error of this package. Branch on `code`; the message is for people and may change. */
export class KeysError extends Error {
  override readonly name: string = 'KeysError'
  /** Stable across versions. */
  readonly code: KeysErrorCode

  constructor(code: KeysErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
