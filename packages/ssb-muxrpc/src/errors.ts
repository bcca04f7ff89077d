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
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options)
    this.name = remote?.name ?? 'RpcError'
    this.code = code
    this.remote = remote !== null
    this.remoteCode = remote?.code
  }
}

/** What open calls of a connection that has ended are told; peers know this text as harmless. */
export function closedError(cause: Error | null): RpcError {
  const options = cause === null ? {} : { cause }
  return new RpcError('SSB_MUXRPC_CLOSED', 'unexpected end of parent stream', null, options)
}

const MESSAGE_MAX = 1000

const cut = (text: string): string =>
  text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX)}…` : text

/** An absolute path of two or more names, of either kind of system. No part of an id, an address or a URL is one. */
const PATH = /(^|[\s'"`(=])(?:[A-Za-z]:\\[^\s'"`)]+|\/(?:[^\s'"`)/:]+\/)+[^\s'"`):]*)/g

const withoutPaths = (text: string): string => cut(text).replace(PATH, '$1(a file)')

/**
 * An error as it goes on the wire, as JSON text: `message`, `name` and our kind of `code`. Never a
 * stack or a path: those of the operating system and of databases have one in their message. Total.
 */
export function wireError(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null)
      return JSON.stringify({ message: withoutPaths(String(error)), name: 'Error' })
    const { message, name, code, syscall } = error as { readonly [key: string]: unknown }
    const text = typeof message === 'string' && message !== '' ? message : 'unknown error'
    return JSON.stringify({
      message:
        typeof syscall === 'string'
          ? cut(`${String(code)}: ${syscall} failed`)
          : withoutPaths(text),
      name: typeof name === 'string' ? cut(name) : 'Error',
      code: typeof code === 'string' && code.startsWith('SSB_') ? code : undefined,
    })
  } catch {
    return '{"message":"unknown error","name":"Error"}'
  }
}

/** The error in an error reply or the end of a stream, as the peer sent it. Total. */
export function remoteError(value: unknown): RpcError {
  if (typeof value === 'string') return new RpcError('SSB_MUXRPC_REMOTE', value, { name: 'Error' })
  const { message, name, code } = (value ?? {}) as { readonly [key: string]: unknown }
  return new RpcError(
    'SSB_MUXRPC_REMOTE',
    typeof message === 'string' ? message : 'the peer gave no reason',
    {
      name: typeof name === 'string' ? name : 'Error',
      ...(typeof code === 'string' ? { code } : {}),
    },
  )
}
