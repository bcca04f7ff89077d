/** Why a call of this plugin failed. */
export type FriendsErrorCode =
  /** An argument is no feed id. */
  | 'SSB_FRIENDS_FEED_ID'
  /** A part that is no whole number above 0. */
  | 'SSB_FRIENDS_PART'

/** An error that goes to the caller. */
export class FriendsError extends Error {
  override readonly name: string = 'FriendsError'
  readonly code: FriendsErrorCode

  constructor(code: FriendsErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
