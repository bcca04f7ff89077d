/** Why an old database cannot be taken over. */
export type MigrateErrorCode =
  /** There is no database of another server in the folder. */
  | 'SSB_MIGRATE_NOTHING'
  /** There is one in a form that is not read here, or in the middle of a change of its own. */
  | 'SSB_MIGRATE_FORM'
  /** The old server is running, or its folder has no key. */
  | 'SSB_MIGRATE_NOT_READY'
  /** The new folder belongs to another key. */
  | 'SSB_MIGRATE_OTHER_KEY'
  /** A file cannot be read or written. */
  | 'SSB_MIGRATE_FILE'

/** Any failure of this package; the message is a sentence for people. */
export class MigrateError extends Error {
  override readonly name: string = 'MigrateError'
  readonly code: MigrateErrorCode

  constructor(code: MigrateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
