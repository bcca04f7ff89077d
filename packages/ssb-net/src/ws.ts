/**
 * WebSockets: the `ws` and `wss` transports, and the HTTP side on the same port.
 *
 * @packageDocumentation
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws'
import { NetError, sentenceOf } from './errors.ts'
import { becameWebSocket, boundHttp, HTTP_BOUNDS, type HttpBounds } from './http-bounds.ts'
import { SocketWire } from './socket-wire.ts'
import { type Arrival, type Listener, type ListenHandlers, WITHOUT_IPV6 } from './transport.ts'

export type { Arrival, Listener, ListenHandlers } from './transport.ts'

/** Bytes of one WebSocket message that we accept: boxes are of 4 KiB, and peers write some at once. */
const PAYLOAD_MAX = 1 << 20
/** Milliseconds for the headers of a request. */
const HEADERS_MS = 10_000
/** How often late ones are looked for, in milliseconds. */
const CHECK_MS = 2_000
/** Connections on a port, WebSockets and others: a stranger's idle ones must not take all file descriptors. */
const CONNECTIONS_MAX = 2_000
/** Bytes of the headers of a request. */
const HEADER_BYTES_MAX = 16_384

/** Where a WebSocket server listens, and what else is served there. */
export interface WsPlace {
  /** name or IP address, without brackets */
  readonly host: string
  /** 0…65535; 0: any free port */
  readonly port: number
  /** files of a private key and its certificate in PEM form: TLS is spoken then; default: plain */
  readonly tls?: { readonly key: string; readonly cert: string } | null
  /** whether a WebSocket may be opened; default: always */
  readonly mayOpen?: (request: IncomingMessage) => boolean
  /** answers what is no WebSocket; default: 404 for everything */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void
  /** default: those of a server */
  readonly bounds?: HttpBounds
}

/**
 * Connect to a `ws://` or `wss://` address; the certificates of `wss` are checked.
 *
 * @throws NetError (as a rejection) `SSB_NET_UNREACHABLE`, also when `signal` is aborted
 */
export function dial(url: string, signal?: AbortSignal): Promise<Arrival> {
  return new Promise((resolve, reject) => {
    let socket: WebSocket
    const fail = (error: unknown): void => {
      signal?.removeEventListener('abort', abort)
      const message = `${url} cannot be reached: ${sentenceOf(error)}`
      reject(new NetError('SSB_NET_UNREACHABLE', message, { cause: error }))
    }
    const abort = (): void => {
      fail(new Error('given up'))
      socket?.terminate()
    }
    if (signal?.aborted) {
      abort()
      return
    }
    try {
      socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: PAYLOAD_MAX })
    } catch (error) {
      fail(error)
      return
    }
    signal?.addEventListener('abort', abort)
    // a late error of one that nobody wants any more must be met, too
    socket.on('error', fail)
    socket.once('open', () => {
      signal?.removeEventListener('abort', abort)
      const { hostname, port } = new URL(url)
      const host = hostname.replace(/^\[(.*)\]$/, '$1')
      resolve({ wire: wireOf(socket), host, port: Number(port) || defaultPort(url) })
    })
  })
}

/**
 * Listen for WebSockets, and answer HTTP on the same port.
 *
 * @throws NetError (as a rejection) `SSB_NET_LISTEN`
 */
export async function listen(place: WsPlace, handlers: ListenHandlers): Promise<Listener> {
  const { onRequest = notFound, mayOpen = () => true, bounds = HTTP_BOUNDS } = place
  const server = await serverOf(place)
  server.maxConnections = CONNECTIONS_MAX
  boundHttp(server, bounds)
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: PAYLOAD_MAX,
  })
  server.on('request', onRequest)
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined)
    if (!mayOpen(request)) {
      // the other side may never end its half
      socket.once('finish', () => socket.destroy())
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      becameWebSocket(request.socket)
      try {
        const { remoteAddress = '', remotePort = 0 } = request.socket
        const from = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
        handlers.onArrival({ wire: wireOf(ws), host: from, port: remotePort })
      } catch (error) {
        ws.terminate()
        handlers.onError?.(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
  await listening(server, place, handlers)
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serverOf({ tls = null }: WsPlace): Promise<Server> {
  const options = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS,
    requestTimeout: HEADERS_MS,
    connectionsCheckingInterval: CHECK_MS,
  }
  if (tls === null) return createServer(options)
  try {
    const [key, cert] = await Promise.all([readFile(tls.key), readFile(tls.cert)])
    return createSecureServer({ ...options, key, cert, handshakeTimeout: HEADERS_MS })
  } catch (error) {
    const message = `${tls.key} and ${tls.cert} cannot be used as key and certificate: ${sentenceOf(error)}`
    throw new NetError('SSB_NET_LISTEN', message, { cause: error })
  }
}

/** Where there is no IPv6, `::` is every interface all the same. */
async function listening(server: Server, place: WsPlace, handlers: ListenHandlers): Promise<void> {
  try {
    await bound(server, place)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    const { host, port } = place
    if (host === '::' && WITHOUT_IPV6.has(code))
      return await listening(server, { ...place, host: '0.0.0.0' }, handlers)
    const message = `cannot listen on ${host} port ${port}: ${sentenceOf(error)}`
    throw new NetError('SSB_NET_LISTEN', message, { cause: error })
  }
  server.on('error', (error) => handlers.onError?.(error))
}

function bound(server: Server, { host, port }: WsPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const defaultPort = (url: string): number => (url.startsWith('wss:') ? 443 : 80)

function wireOf(socket: WebSocket): SocketWire {
  const stream = createWebSocketStream(socket, { allowHalfOpen: true })
  // a WebSocket has no halves: once it is closed, the stream is over when the last of it has been read
  socket.once('close', () => {
    if (stream.readableEnded) stream.destroy()
    else stream.once('end', () => stream.destroy())
  })
  return new SocketWire(stream)
}
