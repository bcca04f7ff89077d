import type { KeyPair } from '@scuttlebot/ssb-crypto'
import type { MuxLimits } from '@scuttlebot/ssb-muxrpc'
import type { Event, Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { GateStats } from './gate.ts'
import type { HttpSide } from './http.ts'
import type { NetLimits, NetTimes } from './limits.ts'
import type { ListenSpec, Scope } from './listen.ts'
import type { Offence } from './offences.ts'
import type { TcpPlace } from './tcp.ts'

/** Options of {@link net}. */
export interface NetOptions {
  /** our long-term Ed25519 pair, which the handshake needs */
  readonly keys: KeyPair
  /** 32 bytes that name the network */
  readonly networkKey: Uint8Array
  /** default: nothing is listened on */
  readonly listen?: readonly ListenSpec[]
  readonly times?: Partial<NetTimes>
  readonly limits?: Partial<NetLimits>
  /** What one connection may cost, where it is not the default for strangers, or for the owner and known peers. */
  readonly muxLimits?: {
    readonly stranger?: Partial<MuxLimits>
    readonly known?: Partial<MuxLimits>
  }
  /** the transports over which to dial; default: all */
  readonly dial?: readonly ('net' | 'ws' | 'onion')[]
  /** the SOCKS5 proxy through which `onion` addresses are dialled; default: 127.0.0.1, 9050 */
  readonly socks?: TcpPlace
}

/** What the plugin offers inside the process. */
export interface NetApi {
  /**
   * Connect: the first of the address's alternatives that works. Whoever is connected already is
   * not dialled again.
   *
   * @throws NetError (as a rejection)
   */
  connect(address: string): Promise<Peer>
  /** Close the connection to a peer, or those of a client with a key of its own; whether there was one. Resolves when it has ended. */
  disconnect(id: FeedId): Promise<boolean>
  /** The live peers, in the order of their coming. The owner's own clients are not among them. */
  peers(): readonly Peer[]
  /** The live connection to a peer. */
  peer(id: FeedId): Peer | null
  /** Multiserver addresses at which we listen; `private` is `local`. Default: `device`. */
  addresses(scope?: Scope | 'private' | readonly (Scope | 'private')[]): readonly string[]
  /**
   * A peer has done something wrong: tells `reported`. `weight` is above 0, on a scale on which 100
   * at once is worth a ban; our own key does no wrong.
   */
  report(id: FeedId, kind: Offence, weight: number): void
  /** Told of all that peers do wrong: whoever keeps scores listens. */
  readonly reported: Event<[id: FeedId, kind: Offence, weight: number]>
  /** The HTTP side of the WebSocket listeners. */
  readonly http: HttpSide
  /** What happened at the door, and what was bounded. */
  stats(): NetStats
}

/** Counters of the plugin. Those without another word are since the start. */
export interface NetStats extends GateStats {
  /** live peers, now */
  readonly peers: number
  /** connections of the owner's own clients, now */
  readonly clients: number
  /** incoming connections that ended before they were through handshake and authorisation */
  readonly handshakesFailed: number
  /** of these, those that took too long */
  readonly handshakesLate: number
  /** of these, those whom policy or hooks refused */
  readonly handshakesRefused: number
  /** accepted connections whose handshake has not begun, as others of their address came just before, now */
  readonly handshakesWaiting: number
  /** connections turned away as too many waited */
  readonly handshakesTurnedAway: number
  /** how often a stranger called too fast and was not read for a while */
  readonly throttled: number
  /** connections closed because too much was waiting for slow strangers */
  readonly slowEvicted: number
  /** bytes waiting in the queues of strangers, lately */
  readonly queuedBytes: number
  /** connections that ended because the peer broke the protocol, or one of the mux's limits */
  readonly offences: number
  /** connections closed because nothing was said for too long */
  readonly inactive: number
}
