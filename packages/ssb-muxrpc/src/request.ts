// Call packets: what we write, and how the peer's are judged.
import type { Face, Found, Refused } from './face.ts'
import type { CallKind } from './rpc.ts'

/** More arguments than any method has; more are not spread over the stack. */
const ARGS_MAX = 64
const SHOWN_MAX = 200

/** The body of a call. Trailing `undefined` is left out, since JSON would make it `null`. */
export function callText(
  path: readonly string[],
  args: readonly unknown[],
  type: CallKind,
): string {
  let count = args.length
  while (count > 0 && args[count - 1] === undefined) count--
  const given = count === args.length ? args : args.slice(0, count)
  return `{"name":${JSON.stringify(path)},"args":${JSON.stringify(given)},"type":"${type}"}`
}

/** A request that may be served. */
export interface Request {
  readonly ok: true
  readonly method: Found
  readonly args: readonly unknown[]
  readonly type: CallKind
}

/** Judge a call's body: any JSON value, text or bytes. `stream`: the packet had the stream flag. */
export function readRequest(face: Face, body: unknown, flag: 'stream' | null): Request | Refused {
  const value = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly [key: string]: unknown
  }
  const type = flag === null ? 'async' : value['type']
  if (flag !== null && type !== 'source' && type !== 'sink' && type !== 'duplex')
    return { ok: false, message: `unsupported stream type: ${word(type)}` }
  const args = flag !== null && value['args'] === undefined ? [] : value['args']
  if (!Array.isArray(args))
    return {
      ok: false,
      message: `invalid request, args should be array, was: ${json(body)}`,
    }
  if (args.length > ARGS_MAX) return { ok: false, message: 'invalid request, too many args' }
  const method = face.find(pathOf(value['name']), type as CallKind)
  return method.ok ? { ok: true, method, args, type: type as CallKind } : method
}

/**
 * COMPAT: a name that is a plain string is one segment, dots and all, as the reference takes it
 * (ssb-client asks for `"manifest"` so). Any other oddity is the empty path, which nothing has.
 */
function pathOf(name: unknown): readonly string[] {
  if (typeof name === 'string') return [name]
  if (!Array.isArray(name)) return []
  for (const segment of name) if (typeof segment !== 'string') return []
  return name
}

const cut = (text: string): string =>
  text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text

const word = (value: unknown): string =>
  typeof value === 'string' ? cut(value) : value === null ? 'null' : typeof value

function json(value: unknown): string {
  try {
    return cut(value instanceof Uint8Array ? '<bytes>' : (JSON.stringify(value) ?? 'undefined'))
  } catch {
    return '<nested too deep>'
  }
}
