/** Why a call of this plugin failed. */
export type EbtErrorCode =
  /** The peer asked for a version that we do not speak. */
  | 'SSB_EBT_VERSION'
  /** The peer asked for a feed format that we do not have. */
  | 'SSB_EBT_FORMAT'
  /** The peer has opened a newer stream, or the policy ended this one. */
  | 'SSB_EBT_ENDED'
  /** An argument is no feed id. */
  | 'SSB_EBT_FEED_ID'
  /** The clock was asked for too often. */
  | 'SSB_EBT_BUSY'

/** An error that goes to the caller; `name` is `Error` on the wire, as in the reference. */
export class EbtError extends Error {
  override readonly name: string = 'Error'
  readonly code: EbtErrorCode

  constructor(code: EbtErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
