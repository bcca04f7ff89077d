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

/**
 * An absolute path of two or more names, of either kind of system; names of folders may have spaces. No part of an id,
 * an address or a URL is one.
 */
const PATH =
  /(^|[\s'"`(=])(?:[A-Za-z]:\\(?:[^'"`)\\:\n]+\\)*[^\s'"`)\\]*|\/(?:[^\s'"`)/:][^'"`)/:\n]*\/)+[^\s'"`):]*)/g

const withoutPaths = (text: string): string => cut(text).replace(PATH, '$1(a file)')

/**
 * An error as it goes on the wire, as JSON text: `message`, `name` and our kind of `code`. Never a
 * stack. The owner gets the message as it is; others get none that the operating system or a database
 * made, as these have paths in them, and no path in any other. Total.
 */
export function wireError(error: unknown, roles: readonly string[] = []): string {
  try {
    const shown = roles.includes('owner') ? cut : withoutPaths
    if (typeof error !== 'object' || error === null)
      return JSON.stringify({ message: shown(String(error)), name: 'Error' })
    const { message, name, code } = error as { readonly [key: string]: unknown }
    const text = typeof message === 'string' && message !== '' ? message : 'unknown error'
    const isOurs = typeof code === 'string' && code.startsWith('SSB_')
    const isForeign = typeof code === 'string' && !isOurs && shown === withoutPaths
    return JSON.stringify({
      message: isForeign ? cut(`failed: ${code}`) : shown(text),
      name: typeof name === 'string' ? cut(name) : 'Error',
      code: isOurs ? code : undefined,
    })
  } catch {
    return '{"message":"unknown error","name":"Error"}'
  }
}

/** The error in an error reply or the end of a stream, as the peer sent it; of long texts the beginning. Total. */
export function remoteError(value: unknown): RpcError {
  if (typeof value === 'string')
    return new RpcError('SSB_MUXRPC_REMOTE', cut(value), { name: 'Error' })
  const { message, name, code } = (value ?? {}) as { readonly [key: string]: unknown }
  return new RpcError(
    'SSB_MUXRPC_REMOTE',
    typeof message === 'string' ? cut(message) : 'the peer gave no reason',
    {
      name: typeof name === 'string' ? cut(name) : 'Error',
      ...(typeof code === 'string' ? { code: cut(code) } : {}),
    },
  )
}
