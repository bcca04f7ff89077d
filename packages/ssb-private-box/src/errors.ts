/**
 * Why nothing was boxed.
 *
 * - `SSB_PRIVATE_BOX_TOO_MANY_RECIPIENTS`: more recipients than `max`.
 * - `SSB_PRIVATE_BOX_NO_RECIPIENTS`: an empty list.
 * - `SSB_PRIVATE_BOX_BAD_RECIPIENT`: a public key that agrees on no secret (of low order).
 */
export type PrivateBoxErrorCode =
  | 'SSB_PRIVATE_BOX_TOO_MANY_RECIPIENTS'
  | 'SSB_PRIVATE_BOX_NO_RECIPIENTS'
  | 'SSB_PRIVATE_BOX_BAD_RECIPIENT'

/** The error of this package. */
export class PrivateBoxError extends Error {
  override readonly name = 'PrivateBoxError'
  /** For programs; the message is for people. */
  readonly code: PrivateBoxErrorCode

  constructor(code: PrivateBoxErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
