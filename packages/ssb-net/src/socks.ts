import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { NetError, sentenceOf } from './errors.ts'
import type { TcpPlace } from './tcp.ts'
import { type Arrival, arrivalOf, SOCKET_OPTIONS } from './transport.ts'

const REPLIES: readonly string[] = [
  'succeeded',
  'general failure',
  'not allowed',
  'network unreachable',
  'host unreachable',
  'refused',
  'time over',
  'command not supported',
  'address type not supported',
]

/**
 * @internal Connect through a SOCKS5 proxy (RFC 1928) without a password; the proxy resolves the
 * name, so that nothing about it leaves this machine otherwise.
 *
 * @throws NetError (as a rejection) `SSB_NET_UNREACHABLE`, also when `signal` is aborted
 */
export async function dialThrough(
  proxy: TcpPlace,
  place: TcpPlace,
  signal?: AbortSignal,
): Promise<Arrival> {
  const socket = connect({ ...proxy, ...SOCKET_OPTIONS })
  const abort = (): void => void socket.destroy(new Error('given up'))
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  try {
    await once(socket, 'connect')
    socket.pause()
    const name = new TextEncoder().encode(place.host)
    if (name.length > 255) throw new Error('the name is too long')
    socket.write(new Uint8Array([5, 1, 0]))
    const [version, method] = await read(socket, 2)
    if (version !== 5 || method !== 0) throw new Error('the proxy wants something else')
    const port = [place.port >> 8, place.port & 255]
    socket.write(new Uint8Array([5, 1, 0, 3, name.length, ...name, ...port]))
    const [, reply = 1, , type] = await read(socket, 4)
    if (reply !== 0) throw new Error(`the proxy says: ${REPLIES[reply] ?? `error ${reply}`}`)
    const length = type === 1 ? 4 : type === 4 ? 16 : ((await read(socket, 1))[0] ?? 0)
    await read(socket, length + 2)
    socket.removeAllListeners('error')
    return { ...arrivalOf(socket), host: place.host, port: place.port }
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    const message = `${place.host} cannot be reached through the proxy: ${sentenceOf(error)}`
    throw new NetError('SSB_NET_UNREACHABLE', message, { cause: error })
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** Exactly so many bytes; what follows stays in the socket. */
async function read(socket: Socket, count: number): Promise<Uint8Array> {
  for (;;) {
    const chunk = socket.read(count) as Uint8Array | null
    if (chunk?.length === count) return chunk
    if (chunk !== null || socket.readableEnded || socket.destroyed)
      throw new Error('the proxy hung up')
    await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')])
  }
}
