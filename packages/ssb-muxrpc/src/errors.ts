/**
 * Why a call, a stream or a connection failed:
 * `REMOTE` the peer's handler failed; `CLOSED` the connection ended first; `ABORTED` we gave up;
 * `LIMIT` a limit of ours was reached; `OVERFLOW` a stream outran its reader beyond the hard limit;
 * `FRAME_TOO_LARGE`, `BAD_FRAME`, `TRUNCATED` the peer broke the protocol, which closes the connection.
 */
export type RpcErrorCode =
  | 'SSB_MUXRPC_REMOTE'
  | 'SSB_MUXRPC_CLOSED'
  | 'SSB_MUXRPC_ABORTED'
  | 'SSB_MUXRPC_LIMIT'
  | 'SSB_MUXRPC_OVERFLOW'
  | 'SSB_MUXRPC_FRAME_TOO_LARGE'
  | 'SSB_MUXRPC_BAD_FRAME'
  | 'SSB_MUXRPC_TRUNCATED'

/** Any failure of a call, a stream or a connection. */
export class RpcError extends Error {
  /** `RpcError`, or for a remote error the name that the peer gave it. */
  override readonly name: string
  readonly code: RpcErrorCode
  /** Whether the peer reported it, as against found on this side. */
  readonly remote: boolean
  /** The `code` that the peer sent along, when it sent one. */
  readonly remoteCode: string | undefined

  constructor(
    code: RpcErrorCode,
    message: string,
    remote: { readonly name?: string; readonly code?: string } | null = null,
  ) {
    super(message)
    this.name = remote?.name ?? 'RpcError'
    this.code = code
    this.remote = remote !== null
    this.remoteCode = remote?.code
  }
}
