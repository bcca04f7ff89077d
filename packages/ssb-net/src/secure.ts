/**
 * One secured connection, dialled or accepted, with its calls: what the plugin is built on, and
 * all that a client needs.
 *
 * @packageDocumentation
 */
import { type KeyPair, ready, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import {
  createFace,
  type Face,
  type MuxLimits,
  STRANGER_LIMITS,
  TRUSTED_LIMITS,
} from '@scuttlebot/ssb-muxrpc'
import { type Clock, systemClock } from '@scuttlebot/ssb-plugin'
import { type FeedId, feedIdFromKey } from '@scuttlebot/ssb-ref'
import { connect as shakeAsClient, accept as shakeAsServer } from '@scuttlebot/ssb-shs/stream'
import { type Channel, PlainChannel } from './channel.ts'
import { Connection } from './connection.ts'
import { NetError, sentenceOf } from './errors.ts'
import { NET_TIMES } from './limits.ts'
import type { Pace } from './pace.ts'
import { dialThrough } from './socks.ts'
import { netText, type SecureTarget, type Target, targetsOf } from './targets.ts'
import * as tcp from './tcp.ts'
import type { Arrival } from './transport.ts'
import * as unix from './unix.ts'
import * as ws from './ws.ts'

export type { Connection } from './connection.ts'
export { NetError, type NetErrorCode } from './errors.ts'
export type { Pace } from './pace.ts'
export { type Target, targetsOf } from './targets.ts'

/** Where Tor listens for programs. */
const SOCKS: tcp.TcpPlace = { host: '127.0.0.1', port: 9050 }

/** A connection that is through its handshake; see {@link Connection}. */
export type SecureConnection = Connection

/** What dialling and accepting have in common. */
export interface SecureOptions {
  /** our long-term Ed25519 pair */
  readonly keys: KeyPair
  /** 32 bytes that name the network */
  readonly networkKey: Uint8Array
  /** milliseconds for everything up to the end of the handshake; default 15,000 */
  readonly handshakeMs?: number
  readonly clock?: Clock
  /** the SOCKS5 proxy through which `onion` addresses are dialled; default: 127.0.0.1, 9050 */
  readonly socks?: tcp.TcpPlace
  /** the transports over which to dial; default: all; a unix socket is always dialled */
  readonly transports?: readonly SecureTarget['transport'][]
  /** gives up when aborted, but only until the handshake is through */
  readonly signal?: AbortSignal
}

/** Options of {@link dial}. */
export interface DialOptions extends SecureOptions {
  /** multiserver address, alternatives in order of preference, or `host:port:@key.ed25519` */
  readonly address: string
  /** what the other side may call here; default: nothing */
  readonly face?: Face
  /** default: those of a stranger, or of a trusted peer when it is our own server */
  readonly limits?: Partial<MuxLimits>
  /** milliseconds without a byte before the connection is closed; default `null`: never */
  readonly inactivityMs?: number | null
}

/** Who may come in, and to what. */
export interface Welcome {
  readonly face: Face
  readonly limits?: Partial<MuxLimits>
  readonly inactivityMs?: number | null
  readonly lingerMs?: number
  /** default: as fast as it goes */
  readonly pace?: Pace
}

/** Options of {@link accept}. */
export interface AcceptOptions<W extends Welcome> extends SecureOptions {
  readonly arrival: Arrival
  /** Asked when the client has proven its key; `null` or an error: closed without a word. */
  authorize(id: FeedId): W | null | Promise<W | null>
}

/**
 * Connect, shake hands, and start: the first of the address's alternatives that works, each within
 * `handshakeMs`. Unlike the reference, a failed one leads to the next.
 *
 * @throws NetError (as a rejection)
 */
export async function dial(options: DialOptions): Promise<SecureConnection> {
  const { transports } = options
  const targets = targetsOf(options.address).filter(
    ({ transport }) => transport === 'unix' || (transports?.includes(transport) ?? true),
  )
  if (targets.length === 0)
    throw new NetError('SSB_NET_ADDRESS', `no address that we can dial: ${cut(options.address)}`)
  const errors: NetError[] = []
  for (const target of targets) {
    try {
      const channel = await dialTarget(target, options)
      const own = idOf(options.keys.publicKey)
      const id = target.id ?? own
      const isOwn = target.transport === 'unix' || id === own
      const connection = new Connection({
        channel,
        id,
        address: target.text,
        face: options.face ?? closedFace(id),
        limits: options.limits ?? (isOwn ? TRUSTED_LIMITS : STRANGER_LIMITS),
        clock: options.clock ?? systemClock,
        inactivityMs: options.inactivityMs ?? null,
      })
      connection.start()
      return connection
    } catch (error) {
      errors.push(asNetError(error))
      if (options.signal?.aborted) break
    }
  }
  throw firstOf(errors)
}

/** @internal Connect to one target and shake hands. */
export async function dialTarget(target: Target, options: SecureOptions): Promise<Channel> {
  await ready
  const { networkKey, signal, handshakeMs = NET_TIMES.handshakeMs } = options
  const clock = options.clock ?? systemClock
  const keys =
    target.transport !== 'unix' && target.seed !== null ? signKeyPair(target.seed) : options.keys
  const giveUp = new AbortController()
  const abort = (): void => giveUp.abort('given up')
  let isLate = false
  const cancel = clock.setTimeout(() => {
    isLate = true
    abort()
  }, handshakeMs)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  try {
    if (target.transport === 'unix') {
      const { wire } = await unix.dial(target.path, giveUp.signal)
      return new PlainChannel(wire)
    }
    const { wire } = await dialPlace(target, options, giveUp.signal)
    return await shakeAsClient({
      wire,
      networkKey,
      keys,
      serverKey: target.key,
      timers: clock,
      signal: giveUp.signal,
      // the timer above counts from the beginning
      deadlineMs: Number.POSITIVE_INFINITY,
    })
  } catch (error) {
    if (isLate)
      throw new NetError('SSB_NET_TIMEOUT', `${target.text} did not answer in time`, {
        cause: error,
      })
    if (signal?.aborted) throw new NetError('SSB_NET_STOPPED', 'given up', { cause: error })
    throw asNetError(error)
  } finally {
    cancel()
    signal?.removeEventListener('abort', abort)
  }
}

function dialPlace(
  target: SecureTarget,
  { socks = SOCKS }: SecureOptions,
  signal: AbortSignal,
): Promise<Arrival> {
  const { transport, url, host, port } = target
  if (url !== null) return ws.dial(url, signal)
  if (transport === 'onion') return dialThrough(socks, { host, port }, signal)
  return tcp.dial({ host, port }, signal)
}

/**
 * Shake hands with one who has connected, as its server. The connection is not started: nothing is
 * heard of the peer before `connection.start()`.
 *
 * @throws NetError (as a rejection); the wire is destroyed then
 */
export async function accept<W extends Welcome>(
  options: AcceptOptions<W>,
): Promise<{ readonly connection: SecureConnection; readonly welcome: W }> {
  const { arrival, keys, networkKey, handshakeMs = NET_TIMES.handshakeMs, signal } = options
  const clock = options.clock ?? systemClock
  // asked while the socket is there
  const { host, port } = arrival
  // a property, as the compiler forgets what a callback assigns to a variable
  const granted: { welcome: W | null } = { welcome: null }
  try {
    await ready
    const channel = await shakeAsServer({
      wire: arrival.wire,
      keys,
      networkKey,
      deadlineMs: handshakeMs,
      timers: clock,
      ...(signal === undefined ? {} : { signal }),
      authorize: async (key) => {
        granted.welcome = await options.authorize(idOf(key))
        return granted.welcome !== null
      },
    })
    const id = idOf(channel.remote)
    const address = netText(host, port, id)
    const welcome = must(granted.welcome)
    return { connection: new Connection({ channel, id, address, clock, ...welcome }), welcome }
  } catch (error) {
    arrival.wire.destroy()
    throw asNetError(error)
  }
}

function must<T>(value: T | null): T {
  if (value === null) throw new TypeError('not welcome')
  return value
}

/** @internal The feed id of a public key. */
export function idOf(publicKey: Uint8Array): FeedId {
  return feedIdFromKey(toBase64(publicKey))
}

/** @internal Several failures as one; the first decides the code. */
export function firstOf(errors: readonly NetError[]): NetError {
  const [first, ...more] = errors
  if (first === undefined) return new NetError('SSB_NET_ADDRESS', 'there is nothing to dial')
  if (more.length === 0) return first
  const message = errors.map((error) => error.message).join('; ')
  return new NetError(first.code, message, { cause: new AggregateError(errors) })
}

/** @internal */
export function asNetError(error: unknown): NetError {
  if (error instanceof NetError) return error
  const text = `the handshake failed: ${sentenceOf(error)}`
  return new NetError('SSB_NET_HANDSHAKE', text, { cause: error })
}

function closedFace(id: FeedId): Face {
  return createFace({ manifest: {}, handlers: {}, peer: id, roles: [] })
}

/** @internal Of an address in a message, the first 80 characters. */
export function cut(text: unknown): string {
  const whole = String(text)
  return whole.length > 80 ? `${whole.slice(0, 80)}…` : whole
}
