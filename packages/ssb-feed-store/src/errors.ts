/** Why the store refused. */
export type StoreErrorCode =
  /** The folder is open in another process, or twice in this one. */
  | 'SSB_STORE_LOCKED'
  /** The folder holds the log of another server; see `refuseForeignFolder`. */
  | 'SSB_STORE_FOREIGN'
  /** A stored record fails its checksum or cannot be decoded. */
  | 'SSB_STORE_CORRUPT'
  /** The database was made by a newer version of this package. */
  | 'SSB_STORE_VERSION'
  /** A write failed; nothing more is written until the store is opened again. */
  | 'SSB_STORE_BROKEN'
  /** The store is not open (not started yet, or stopped). */
  | 'SSB_STORE_CLOSED'
  /** No message of that id, or no feed of that id. */
  | 'SSB_STORE_NOT_FOUND'
  /** A message that is stored already (a verdict, not thrown). */
  | 'SSB_STORE_KNOWN'
  /** A message of a feed that its bringer was not asked for (a verdict, not thrown). */
  | 'SSB_STORE_UNWANTED'
  /** The content cannot be published: shape, size or recipients. */
  | 'SSB_STORE_CONTENT'
  /** Publishing is locked, since a new message might fork the feed. */
  | 'SSB_STORE_PUBLISH_LOCKED'
  /** Arguments of a remote call are wrong. */
  | 'SSB_STORE_USAGE'

/** An error of the store that a caller may branch on, by `code`. */
export class StoreError extends Error {
  override readonly name: string
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions & { name?: string }) {
    super(message, options)
    this.code = code
    this.name = options?.name ?? 'StoreError'
  }
}
