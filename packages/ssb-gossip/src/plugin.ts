import type { Async, Call, Duplex, Handlers, Manifest, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import {
  type Context,
  type Event,
  event,
  type Peer,
  type Plugin,
  pushSource,
} from '@scuttlebot/ssb-plugin'
import { isAddress, isFeedId, toMultiServerAddress } from '@scuttlebot/ssb-ref'
import { GossipError } from './errors.ts'
import {
  answerPings,
  PING_MS,
  PING_MS_MAX,
  PING_MS_MIN,
  type PingStatus,
  pingPeer,
} from './ping.ts'

/** What is needed of the network. */
export interface GossipNet {
  connect(address: string): Promise<Peer>
  disconnect(id: string): Promise<boolean>
  peers(): readonly Peer[]
}

/** A peer as `gossip.peers` tells it: the shape that clients of the classic servers read. */
export interface GossipPeer {
  readonly address: string
  readonly key: string
  readonly source: 'manual' | 'stored'
  readonly state?: 'connected'
  /** Milliseconds since 1970 of the last change of `state`. */
  readonly stateChange: number
  /** Whether it dialled us. */
  readonly client: boolean
  readonly ping: { readonly rtt: number | null; readonly skew: number | null }
}

/** What `gossip.changes` tells. */
export interface GossipChange {
  readonly type: 'connect' | 'connect-failure' | 'disconnect'
  readonly peer: GossipPeer
}

/** An address as clients write it. */
export type AddressArgument =
  | string
  | { readonly host: string; readonly port: number; readonly key: string }
  | { readonly address: string }

/** What other plugins get. */
export interface GossipApi {
  connect(address: AddressArgument): Promise<Peer>
  readonly changed: Event<[change: GossipChange]>
}

/** The methods over the wire. */
export interface GossipRpc {
  readonly gossip: {
    readonly ping: Duplex<[options?: { readonly timeout?: number }], number, unknown>
    readonly connect: Async<[address: AddressArgument], boolean>
    readonly disconnect: Async<[id: string], boolean>
    readonly peers: Sync<[], readonly GossipPeer[]>
    readonly changes: Source<[], GossipChange>
  }
}

/** Options of {@link gossip}. */
export interface GossipOptions {
  /** Milliseconds between pings, 10 s … 30 min. Default 5 min. */
  readonly pingMs?: number
}

/** Changes that may wait for a reader of `gossip.changes`. Our choice. */
const CHANGES_MAX = 1000

/** Connecting by hand, and the ping that keeps connections alive. */
export function gossip(
  options: GossipOptions = {},
): Plugin<'gossip', GossipApi, { net: GossipNet }, GossipRpc> {
  return {
    name: 'gossip',
    needs: { net: 'required' },
    manifest: gossipManifest,
    setup: (context) => {
      const state = new Gossip(context, options)
      return {
        api: { connect: (address) => state.connect(address), changed: state.changed },
        handlers: state.handlers(),
        stop: async () => state.stop(),
      }
    },
  }
}

class Gossip {
  readonly changed: Event<[change: GossipChange]>
  readonly #context: Context<{ net: GossipNet }>
  readonly #pingMs: number
  readonly #pings = new WeakMap<Peer, PingStatus>()
  readonly #undo: (() => void)[]

  constructor(context: Context<{ net: GossipNet }>, options: GossipOptions) {
    this.#context = context
    this.#pingMs = Math.min(PING_MS_MAX, Math.max(PING_MS_MIN, options.pingMs ?? PING_MS))
    this.changed = event((error) => context.log.error('a listener threw', { error: String(error) }))
    this.#undo = [
      context.hooks.peerConnected.on((peer) => this.#connected(peer)),
      context.hooks.peerDisconnected.on((peer) =>
        this.changed.emit({ type: 'disconnect', peer: this.#describe(peer) }),
      ),
    ]
  }

  stop(): void {
    for (const undo of this.#undo) undo()
  }

  /** Dial an address in any of the forms that clients write. */
  connect(address: AddressArgument): Promise<Peer> {
    return this.#context.needs.net.connect(readAddress(address))
  }

  handlers(): Handlers<GossipRpc> {
    const { clock, needs } = this.#context
    return {
      gossip: {
        ping: (call, input) => answerPings(call, input, clock, this.#pingMs),
        connect: async (_call, address) => {
          await this.connect(address)
          return true
        },
        disconnect: (_call, id) => needs.net.disconnect(String(id)),
        peers: () => needs.net.peers().map((peer) => this.#describe(peer)),
        changes: (call) => this.#changes(call),
      },
    }
  }

  #connected(peer: Peer): void {
    this.changed.emit({ type: 'connect', peer: this.#describe(peer) })
    // COMPAT: only the side that dialled pings (ssb-gossip, ssb-conn).
    if (!peer.outgoing || peer.id === this.#context.id) return
    pingPeer(peer, this.#context.clock, this.#pingMs, (status) => {
      this.#pings.set(peer, status)
    }).catch((error: unknown) => {
      this.#context.log.debug('the ping of a peer ended', { peer: peer.id, reason: String(error) })
    })
  }

  #describe(peer: Peer): GossipPeer {
    const ping = this.#pings.get(peer)
    return {
      address: peer.address,
      key: peer.id,
      source: peer.outgoing ? 'manual' : 'stored',
      ...(peer.signal.aborted ? {} : { state: 'connected' }),
      stateChange: peer.connectedAt,
      client: !peer.outgoing,
      ping: { rtt: ping?.rttMs ?? null, skew: ping?.skewMs ?? null },
    }
  }

  async *#changes(call: Call): AsyncGenerator<GossipChange> {
    const source = pushSource<GossipChange>({
      itemsMax: CHANGES_MAX,
      signal: call.signal,
      onEnd: () => stop(),
    })
    const stop = this.changed.on((change) => void source.push(change))
    try {
      yield* source
    } finally {
      stop()
    }
  }
}

/**
 * An address in multiserver form.
 *
 * @throws {@link GossipError} `SSB_GOSSIP_ADDRESS`, in the reference's words.
 */
export function readAddress(address: AddressArgument): string {
  const refuse = (): GossipError =>
    new GossipError('SSB_GOSSIP_ADDRESS', `not a valid address:${JSON.stringify(address)}`)
  if (typeof address === 'string' && isFeedId(address))
    throw new GossipError('SSB_GOSSIP_ADDRESS', `no known address for peer:${address}`)
  const given =
    typeof address === 'object' && address !== null && 'address' in address
      ? address.address
      : address
  const text = isAddress(given) ? toMultiServerAddress(given) : null
  if (text === null) throw refuse()
  return text
}

const gossipManifest: Manifest<GossipRpc> = {
  gossip: {
    ping: { kind: 'duplex', allow: ['anonymous', 'guest'] },
    connect: {
      kind: 'async',
      help: {
        description: 'Connect to a peer.',
        args: { address: { type: 'address', description: 'multiserver or host:port:@key form' } },
        example: 'sbot gossip.connect net:host:8008~shs:KEY',
      },
    },
    disconnect: {
      kind: 'async',
      help: {
        description: 'End the connection to a peer.',
        args: { id: { type: 'feed id', description: 'which peer' } },
        example: 'sbot gossip.disconnect @PEER',
      },
    },
    peers: {
      kind: 'sync',
      help: { description: 'The peers that are connected.', example: 'sbot gossip.peers' },
    },
    changes: {
      kind: 'source',
      help: {
        description: 'Connects and disconnects as they happen.',
        example: 'sbot gossip.changes',
      },
    },
  },
}
