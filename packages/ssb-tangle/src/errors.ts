/** What can go wrong. */
export type TangleErrorCode = 'SSB_TANGLE_MSG_ID'

/** An error of this package. */
export class TangleError extends Error {
  override readonly name = 'Error'
  readonly code: TangleErrorCode

  constructor(code: TangleErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
