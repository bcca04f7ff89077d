/**
 * Why a server does not start.
 *
 * - `SSB_SERVER_FOLDER`: the data folder cannot be made or written.
 * - `SSB_SERVER_KEY_IN_USE`: another process runs with the same key.
 */
export type ServerErrorCode = 'SSB_SERVER_FOLDER' | 'SSB_SERVER_KEY_IN_USE'

/** The server does not start; the message is a sentence for people. */
export class ServerError extends Error {
  override readonly name: string = 'ServerError'
  readonly code: ServerErrorCode

  constructor(code: ServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
