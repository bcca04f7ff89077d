/** Why a backup cannot be made or read. */
export type BackupErrorCode =
  /** The file is no backup, or one of a later version. */
  | 'SSB_BACKUP_FORM'
  /** The passphrase is wrong, or the file's beginning is damaged. */
  | 'SSB_BACKUP_PASSPHRASE'
  /** The file is cut off or damaged. */
  | 'SSB_BACKUP_DAMAGED'
  /** A passphrase is missing or too short. */
  | 'SSB_BACKUP_WEAK'

/** Any failure of this package; the message is a sentence for people. */
export class BackupError extends Error {
  override readonly name: string = 'BackupError'
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
