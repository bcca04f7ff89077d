/**
 * Why there is no connection.
 *
 * - `SSB_CLIENT_UNREACHABLE`: nobody answered at any of the addresses, or not in time.
 * - `SSB_CLIENT_REFUSED`: somebody answered and the handshake failed: another network, or another server.
 * - `SSB_CLIENT_BAD_ADDRESS`: the address asked for cannot be dialled.
 * - `SSB_CLIENT_KEYS`: the key file cannot be used.
 * - `SSB_CLIENT_NO_MANIFEST`: what answered does not name its methods.
 */
export type ClientErrorCode =
  | 'SSB_CLIENT_UNREACHABLE'
  | 'SSB_CLIENT_REFUSED'
  | 'SSB_CLIENT_BAD_ADDRESS'
  | 'SSB_CLIENT_KEYS'
  | 'SSB_CLIENT_NO_MANIFEST'

/** No connection; the message is a sentence for people, `cause` what was found below. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError'
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
