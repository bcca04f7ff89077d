/** Why there is no connection, or why one ended. Codes are API; messages are not. */
export type NetErrorCode =
  /** the address cannot be read, or names only transports that we do not speak */
  | 'SSB_NET_ADDRESS'
  /** our own key: there is nobody else to talk to */
  | 'SSB_NET_SELF'
  /** nobody answers at the address */
  | 'SSB_NET_UNREACHABLE'
  /** connecting and shaking hands took longer than the deadline */
  | 'SSB_NET_TIMEOUT'
  /** the handshake failed; `cause` is a `ShsError` that says how */
  | 'SSB_NET_HANDSHAKE'
  /** the policy forbids this peer */
  | 'SSB_NET_FORBIDDEN'
  /** as many connections as allowed are open */
  | 'SSB_NET_FULL'
  /** the plugin has stopped, or has not started, or the caller gave up */
  | 'SSB_NET_STOPPED'
  /** an address cannot be listened on */
  | 'SSB_NET_LISTEN'
  /** another process answers at the unix socket */
  | 'SSB_NET_IN_USE'
  /** we stopped keeping what slow strangers do not read */
  | 'SSB_NET_PRESSURE'
  /** nothing was said for too long */
  | 'SSB_NET_INACTIVE'

/** Any failure of this package. */
export class NetError extends Error {
  override readonly name: string = 'NetError'
  readonly code: NetErrorCode

  constructor(code: NetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** @internal A sentence for people, of anything thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
