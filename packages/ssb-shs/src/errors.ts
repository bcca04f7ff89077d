/** Why a handshake ended without a session. Codes are API; messages are not. */
export type ShsErrorCode =
  /** the challenge's MAC is wrong: another network key, or not a secret handshake at all */
  | 'SSB_SHS_CHALLENGE_INVALID'
  /** a key of small order, or a key exchange that yields nothing */
  | 'SSB_SHS_KEY_WEAK'
  /** bytes came before it was the remote's turn */
  | 'SSB_SHS_UNEXPECTED_BYTES'
  /** the client's hello does not open: it dialled another server's key, or it lies */
  | 'SSB_SHS_HELLO_INVALID'
  /** the client's hello opens, but its signature is wrong */
  | 'SSB_SHS_HELLO_SIGNATURE'
  /** the server's acceptance does not open, or its signature is wrong */
  | 'SSB_SHS_ACCEPT_INVALID'
  /** more bytes came during the authorisation than we keep */
  | 'SSB_SHS_TOO_MANY_BYTES'
  /** `receive` or `accept` was called out of turn or after the end */
  | 'SSB_SHS_STATE'
  /** the remote closed before the handshake was through (from `./stream`) */
  | 'SSB_SHS_HUNG_UP'
  /** as a client: the server, which is of this network, closed after our hello: it has another key, or lets us not in (from `./stream`) */
  | 'SSB_SHS_NOT_ACCEPTED'
  /** the deadline of the whole handshake passed (from `./stream`) */
  | 'SSB_SHS_TIMEOUT'
  /** we did not authorise the client (from `./stream`) */
  | 'SSB_SHS_REFUSED'
  /** our side gave up (from `./stream`) */
  | 'SSB_SHS_ABORTED'

/** A handshake that failed, as thrown by the `./stream` subpath. The pure machine never throws it. */
export class ShsError extends Error {
  override readonly name: string = 'ShsError'
  readonly code: ShsErrorCode

  constructor(code: ShsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
