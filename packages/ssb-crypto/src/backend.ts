/** A public key and its secret key, as raw bytes. */
export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes for Ed25519 (seed, then public key), 32 bytes for Curve25519. */
  readonly secretKey: Uint8Array
}

/** A SHA-256 that is fed in pieces. After `digest` both methods throw `TypeError`. */
export interface Sha256Stream {
  /** Take in the next bytes. They are not kept. */
  update(bytes: Uint8Array): void
  /** The 32-byte digest of everything so far. Call it once. */
  digest(): Uint8Array
}

/** The cost of {@link Crypto.passwordKey}. */
export interface PasswordLimits {
  /** Passes over the memory, 1 or more; 2 to 4 are usual. */
  readonly operations: number
  /** Memory in bytes, 8192 or more; 64 MiB and more are usual. */
  readonly memoryBytes: number
  /** Length of the key in bytes, 16 or more; 32 by default. */
  readonly keyBytes?: number
}

/** The library that does the arithmetic. */
export type BackendName = 'sodium-native' | 'libsodium-wasm'

/**
 * One library behind one shape.
 *
 * A backend checks nothing: `createCrypto` calls it with arguments of the right type and length
 * only, and keeps hostile points and signatures away from it. What may still fail answers `null`
 * or `false` and does not throw.
 */
export interface Backend {
  readonly name: BackendName
  /** Settled when the functions may be called. */
  readonly ready: Promise<void>
  signSeedKeyPair(seed: Uint8Array): KeyPair
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  auth(message: Uint8Array, key: Uint8Array): Uint8Array
  sha256(bytes: Uint8Array): Uint8Array
  sha256Base64(bytes: Uint8Array): string
  sha256Stream(): Sha256Stream
  secretBoxDetached(
    cipherOut: Uint8Array,
    tagOut: Uint8Array,
    plain: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void
  secretUnboxDetached(
    plainOut: Uint8Array,
    cipher: Uint8Array,
    tag: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): boolean
  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | null
  scalarMultBase(secret: Uint8Array): Uint8Array
  signPublicToExchange(publicKey: Uint8Array): Uint8Array | null
  signSecretToExchange(secretKey: Uint8Array): Uint8Array
  randomBytes(length: number): Uint8Array
  passwordKey(password: Uint8Array, salt: Uint8Array, limits: Required<PasswordLimits>): Uint8Array
  wipe(bytes: Uint8Array): void
}
