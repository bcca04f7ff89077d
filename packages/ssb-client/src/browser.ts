/**
 * The client in a browser: over a WebSocket, with the same secret handshake and the same typed methods.
 *
 * @packageDocumentation
 */
import { type KeyPair, ready } from '@scuttlebot/ssb-crypto'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { createFace, createMux, type PlainManifest, TRUSTED_LIMITS } from '@scuttlebot/ssb-muxrpc'
import type { CoreRpc } from '@scuttlebot/ssb-plugin'
import { type FeedId, keyOfFeedId } from '@scuttlebot/ssb-ref'
import { type SecureChannel, connect as shake } from '@scuttlebot/ssb-shs/stream'
import { type BrowserSocket, BrowserWire } from './browser-wire.ts'
import type { Client } from './client.ts'
import { ClientError } from './errors.ts'

export type { BrowserSocket } from './browser-wire.ts'
export type { Client } from './client.ts'
export { ClientError, type ClientErrorCode } from './errors.ts'

/** Milliseconds for the connection, the handshake and the manifest, each. Our choice. */
const TIMEOUT_MS = 10_000

/** `WebSocket.OPEN` */
const OPEN = 1

/** How to reach which server, as whom. Nothing has a default that would have to be read from a file. */
export interface BrowserOptions {
  /** `ws://localhost:8989` or `wss://…` */
  readonly url: string
  /** Who the server is: nobody else can answer. */
  readonly id: FeedId
  /** Who we are. */
  readonly keys: KeyPair
  /** 32 bytes that name the network. */
  readonly networkKey: Uint8Array
  /** The server's methods, when they are known: saves asking for them. */
  readonly manifest?: PlainManifest
  /** Milliseconds for each step. Default 10,000. */
  readonly timeoutMs?: number
  /** Makes a WebSocket, or gives one that is connecting or open already. Default: the browser's own. */
  readonly socket?: (url: string) => BrowserSocket
}

/**
 * Connect to a server from a browser.
 *
 * @throws {@link ClientError} by rejecting: `SSB_CLIENT_UNREACHABLE`, `SSB_CLIENT_REFUSED` when it is another server
 *   or does not know us, `SSB_CLIENT_NO_MANIFEST`.
 */
export async function connect<Rpc = CoreRpc>(options: BrowserOptions): Promise<Client<Rpc>> {
  const { url, id, keys, networkKey, timeoutMs = TIMEOUT_MS } = options
  const serverKey = fromBase64(keyOfFeedId(id))
  if (serverKey === null) throw new TypeError('id must be a feed id')
  // the cryptography compiles while the socket opens
  const [socket] = await Promise.all([opened(options, timeoutMs), ready])
  if (socket.readyState !== OPEN) throw unreachable(url)
  const wire = new BrowserWire(socket)
  const channel = await shake({ wire, keys, networkKey, serverKey, deadlineMs: timeoutMs }).catch(
    (cause: unknown) => {
      const text = 'the server is another one, or does not know this browser'
      throw new ClientError('SSB_CLIENT_REFUSED', text, { cause })
    },
  )
  return await clientOf<Rpc>(channel, { id, url, timeoutMs, manifest: options.manifest })
}

function opened({ url, socket = own }: BrowserOptions, timeoutMs: number): Promise<BrowserSocket> {
  return new Promise((resolve, reject) => {
    const made = socket(url)
    if (made.readyState === OPEN) return resolve(made)
    if (made.readyState > OPEN) return reject(unreachable(url))
    const fail = (): void => {
      clearTimeout(timer)
      made.close()
      reject(unreachable(url))
    }
    const timer = setTimeout(fail, timeoutMs)
    made.addEventListener('open', () => {
      clearTimeout(timer)
      resolve(made)
    })
    made.addEventListener('error', fail)
    made.addEventListener('close', fail)
  })
}

const unreachable = (url: string): ClientError =>
  new ClientError('SSB_CLIENT_UNREACHABLE', `${url} cannot be reached`)

function own(url: string): BrowserSocket {
  const platform = globalThis as unknown as { WebSocket: new (url: string) => BrowserSocket }
  return new platform.WebSocket(url)
}

interface Known {
  readonly id: FeedId
  readonly url: string
  readonly timeoutMs: number
  readonly manifest: PlainManifest | undefined
}

async function clientOf<Rpc>(channel: SecureChannel, known: Known): Promise<Client<Rpc>> {
  const { id, url, timeoutMs } = known
  const mux = createMux({
    // the server can call nothing here
    face: createFace({ manifest: {}, handlers: {}, peer: id, roles: [] }),
    peer: id,
    limits: TRUSTED_LIMITS,
    write: (chunks) => channel.write(chunks),
    pause: (on) => (on ? channel.pause() : channel.resume()),
    onClose: (error) => (error === null ? channel.end() : channel.destroy()),
  })
  channel.onData = (chunk) => mux.receive(chunk)
  channel.onDrain = () => mux.drain()
  channel.onEnd = (error) => mux.end(error ?? undefined)
  channel.onClose = () => mux.end()
  channel.resume()
  try {
    const manifest = known.manifest ?? (await manifestOf(mux.call(['manifest'], []), timeoutMs))
    const close = (): Promise<void> => mux.close()
    return {
      id,
      address: url,
      manifest,
      remote: mux.remote<Rpc>(manifest),
      mux,
      closed: mux.closed,
      close,
    }
  } catch (error) {
    await mux.close()
    throw error
  }
}

async function manifestOf(asked: Promise<unknown>, timeoutMs: number): Promise<PlainManifest> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs)
  })
  const answer = await Promise.race([asked, late]).finally(() => clearTimeout(timer))
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer))
    return answer as PlainManifest
  const text = 'What answered does not name its methods: it may be no SSB server.'
  throw new ClientError('SSB_CLIENT_NO_MANIFEST', text)
}
