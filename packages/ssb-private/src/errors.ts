/** Why something private was refused. */
export type PrivateErrorCode =
  /** A list of recipients that cannot be boxed to: not feeds, none, or too many. */
  | 'SSB_PRIVATE_RECIPIENTS'
  /** Content that is no object with a type. */
  | 'SSB_PRIVATE_CONTENT'
  /** The message would be larger than the network takes; see {@link TooLargeError}. */
  | 'SSB_PRIVATE_TOO_LARGE'
  /** Opened content was about to be handed to somebody who is not the owner. */
  | 'SSB_PRIVATE_NOT_FOR_OTHERS'

/** An error that a caller may branch on, by `code`. Its text never holds opened content. */
export class PrivateError extends Error {
  override readonly name: string = 'PrivateError'
  readonly code: PrivateErrorCode

  constructor(code: PrivateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A private message does not fit into one message of the network. Nothing was signed. */
export class TooLargeError extends PrivateError {
  /** How many characters too many the signed message would have. */
  readonly over: number
  /** Characters of the signed message that each recipient takes: its slot, and its id where that is in the text. */
  readonly perRecipient: number

  constructor(message: string, over: number, perRecipient: number) {
    super('SSB_PRIVATE_TOO_LARGE', message)
    this.over = over
    this.perRecipient = perRecipient
  }
}
