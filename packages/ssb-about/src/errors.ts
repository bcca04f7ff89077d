/** What can go wrong. */
export type AboutErrorCode = 'SSB_ABOUT_NOT_FOUND' | 'SSB_ABOUT_USAGE'

/** An error of this package. */
export class AboutError extends Error {
  override readonly name: string
  readonly code: AboutErrorCode

  constructor(code: AboutErrorCode, message: string) {
    super(message)
    this.code = code
    // COMPAT: clients of ssb-db tell a missing message by this name.
    this.name = code === 'SSB_ABOUT_NOT_FOUND' ? 'NotFoundError' : 'AboutError'
  }
}
