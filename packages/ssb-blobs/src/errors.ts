/** Why a call of this plugin failed. */
export type BlobsErrorCode =
  /** An argument is missing or wrong. */
  | 'SSB_BLOBS_USAGE'
  /** The blob is not here. */
  | 'SSB_BLOBS_MISSING'
  /** The blob is larger than allowed, or than the caller allows. */
  | 'SSB_BLOBS_SIZE'
  /** The content is not what the id says. */
  | 'SSB_BLOBS_HASH'
  /** The bytes cannot be decrypted with this key. */
  | 'SSB_BLOBS_UNBOX'
  /** The server stops. */
  | 'SSB_BLOBS_STOPPED'

/** An error that goes to the caller. Its texts are those of the reference where it has one. */
export class BlobsError extends Error {
  override readonly name: string = 'BlobsError'
  readonly code: BlobsErrorCode

  constructor(code: BlobsErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** What a caller gave, for an error text: cut, and never throwing. */
export function shown(value: unknown): string {
  try {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
    return text.length > 80 ? `${text.slice(0, 80)}…` : text
  } catch {
    return typeof value
  }
}
