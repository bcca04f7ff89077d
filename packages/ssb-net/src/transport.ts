import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import type { Wire } from '@scuttlebot/ssb-shs/stream'
import { NetError, sentenceOf } from './errors.ts'
import { SocketWire } from './socket-wire.ts'

/** A wire that has been dialled or accepted, and where its other end is. */
export interface Arrival {
  readonly wire: Wire
  /** IP address without brackets or zone, or the empty string for a unix socket */
  readonly host: string
  /** 0 for a unix socket */
  readonly port: number
}

/** What takes in arrivals. */
export interface ListenHandlers {
  /** Someone has connected; nothing is read before `wire.resume()`. */
  onArrival(arrival: Arrival): void
  /** The listener itself has a fault, such as running out of file descriptors; it goes on. */
  onError?(error: Error): void
}

/** Something that listens. */
export interface Listener {
  /** where it listens; 0 for a unix socket */
  readonly port: number
  /** Listen no more, and drop what has been accepted and is still open. */
  close(): Promise<void>
}

const KEEP_ALIVE_MS = 60_000

/** @internal Options of every socket: small packets leave at once, dead peers are noticed. */
export const SOCKET_OPTIONS: {
  readonly noDelay: true
  readonly keepAlive: true
  readonly keepAliveInitialDelay: number
} = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }

/** @internal What listening on `::` fails with where there is no IPv6. */
export const WITHOUT_IPV6: ReadonlySet<string> = new Set([
  'EAFNOSUPPORT',
  'EADDRNOTAVAIL',
  'EINVAL',
])

/** @internal The arrival that a socket is. */
export function arrivalOf(socket: Socket): Arrival {
  return {
    wire: new SocketWire(socket),
    // asked of the system, and not by those who have dialled
    get host() {
      const host = socket.remoteAddress ?? ''
      return host.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
    },
    get port() {
      return socket.remotePort ?? 0
    },
  }
}

/** @internal Wait until a socket is connected. The socket is destroyed when it is given up. */
export function connected(socket: Socket, where: string, signal?: AbortSignal): Promise<Arrival> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      socket.off('connect', success)
      socket.off('error', failure)
      signal?.removeEventListener('abort', abort)
    }
    const success = (): void => {
      done()
      resolve(arrivalOf(socket))
    }
    const failure = (error: Error): void => {
      done()
      // late errors of a socket that nobody wants any more
      socket.on('error', () => undefined)
      socket.destroy()
      const message = `${where} cannot be reached: ${sentenceOf(error)}`
      reject(new NetError('SSB_NET_UNREACHABLE', message, { cause: error }))
    }
    const abort = (): void => failure(new Error('given up'))
    socket.on('connect', success)
    socket.on('error', failure)
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
  })
}

/** @internal Listen; the promise is rejected with the bare system error. */
export function listenOn(options: ListenOptions, handlers: ListenHandlers): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    try {
      handlers.onArrival(arrivalOf(socket))
    } catch (error) {
      socket.destroy()
      handlers.onError?.(error instanceof Error ? error : new Error(String(error)))
    }
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      server.on('error', (error) => handlers.onError?.(error))
      resolve({ port: portOf(server), close: () => closeAll(server, sockets) })
    })
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
