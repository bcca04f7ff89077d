/** Why a call of this plugin failed. */
export type ReplicateErrorCode =
  /** An argument is missing or has the wrong type. */
  'SSB_REPLICATE_USAGE'

/** An error that goes to the caller. `name` is what the reference calls it on the wire. */
export class ReplicateError extends Error {
  override readonly name: string
  readonly code: ReplicateErrorCode

  constructor(code: ReplicateErrorCode, message: string, name: string = 'ReplicateError') {
    super(message)
    this.code = code
    this.name = name
  }
}
