/** Why an invite could not be made, used or accepted. */
export type InviteErrorCode =
  /** The text is no invite. */
  | 'SSB_INVITE_CODE'
  /** No address is known at which others can reach this server. */
  | 'SSB_INVITE_NO_ADDRESS'
  /** Nobody answers at the address. */
  | 'SSB_INVITE_UNREACHABLE'
  /** Somebody answers, but not as a server of this network. */
  | 'SSB_INVITE_WRONG_NETWORK'
  /** A server of this network answers, but it has another key, or lets the guest of this invite not in. */
  | 'SSB_INVITE_WRONG_SERVER'
  /** The invite has been used as often as it may be, has expired, or was revoked. */
  | 'SSB_INVITE_USED_UP'
  /** The server does not let us use it. */
  | 'SSB_INVITE_NOT_ALLOWED'
  /** The server follows that feed already. */
  | 'SSB_INVITE_ALREADY_FOLLOWING'
  /** The options of a call cannot be understood. */
  | 'SSB_INVITE_OPTIONS'
  /** The server failed, or its answer did not come. */
  | 'SSB_INVITE_FAILED'

/** Any failure of this package; the message is one sentence for people. */
export class InviteError extends Error {
  override readonly name: string = 'InviteError'
  readonly code: InviteErrorCode

  constructor(code: InviteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
