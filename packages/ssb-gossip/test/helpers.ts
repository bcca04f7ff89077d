import {
  createHost,
  type Event,
  event,
  type Host,
  type Nothing,
  type Peer,
  type Plugin,
} from '@scuttlebot/ssb-plugin'
import { connectHosts, type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import { type FeedId, getKeyFromAddress } from '@scuttlebot/ssb-ref'
import { PeerBook } from '../src/book.ts'
import { type GossipFriends, type GossipNet, type GossipOptions, gossip } from '../src/index.ts'
import { BOOK_LIMITS, type BookLimits, GOSSIP_TIMES } from '../src/limits.ts'

/** The id of a peer, and an address of it. */
export function idOf(index: number): FeedId {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, index + 1)
  return `@${Buffer.from(bytes).toString('base64')}.ed25519`
}

export const addressOf = (index: number, host = `host${index}.example`): string =>
  `net:${host}:8008~shs:${idOf(index).slice(1, -8)}`

export const OWN: FeedId = idOf(999_999)

export const owner: { readonly peer: null; readonly rights: readonly string[] } = {
  peer: null,
  rights: ['owner'],
}

/** A book on a clock. */
export function bookOn(clock: ManualClock, limits: Partial<BookLimits> = {}): PeerBook {
  return new PeerBook({
    own: OWN,
    limits: { ...BOOK_LIMITS, ...limits },
    times: GOSSIP_TIMES,
    now: () => clock.now(),
    random: () => 0,
  })
}

/** Let everything happen that does not wait for time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve()
}

type Hosts = Host<readonly Plugin<'gossip', never, never, never>[]>

/** A world of hosts with the plugin, joined by connections in memory. */
export class Net {
  readonly clock: ManualClock = manualClock()
  readonly dialled: string[] = []
  readonly reported: Event<[id: FeedId, kind: string, weight: number]> = event()
  readonly reachable: Map<FeedId, Hosts> = new Map()
  readonly #cuts = new Map<FeedId, () => void>()

  /** A host that can dial all that are `reachable`. */
  host(index: number, options: GossipOptions = {}, friends?: GossipFriends): Hosts {
    const api: GossipNet = {
      connect: (address) => this.#connect(host, address),
      disconnect: async (id) => {
        const peer = peers.get(id)
        await peer?.close()
        return peer !== undefined
      },
      peers: () => [...peers.values()],
      reported: this.reported,
    }
    const peers = new Map<FeedId, Peer>()
    const plugin = (name: string, offered: object): Plugin<string, object, Nothing> => ({
      name,
      needs: {},
      manifest: {},
      setup: () => ({ api: offered, handlers: {} }),
    })
    const host = createHost({
      keys: { id: idOf(index), sign: () => new Uint8Array(64) },
      clock: this.clock,
      random: (bytes) => new Uint8Array(bytes).fill(7),
      plugins: [
        plugin('net', api),
        ...(friends === undefined ? [] : [plugin('friends', friends)]),
        gossip(options),
      ] as never,
    }) as unknown as Hosts
    host.hooks.peerConnected.on((peer) => void peers.set(peer.id, peer))
    host.hooks.peerDisconnected.on((peer) => void peers.delete(peer.id))
    this.reachable.set(host.id, host)
    return host
  }

  /** Cut the connection to a peer, as a cable is cut. */
  cut(id: FeedId): void {
    this.#cuts.get(id)?.()
  }

  /** Move on in steps, letting everything happen in between. */
  async advance(ms: number, step = 1000): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left))
      await settle()
    }
  }

  async #connect(from: Hosts, address: string): Promise<Peer> {
    this.dialled.push(address)
    const id = getKeyFromAddress(address) as FeedId
    const to = this.reachable.get(id)
    if (to === undefined) throw new Error('nobody answers')
    const { outgoing, cut } = connectHosts(from as never, to as never, {
      now: () => this.clock.now(),
    })
    this.#cuts.set(id, cut)
    return outgoing
  }
}

/** A follow graph that stands still. */
export function friendsOf(hops: Readonly<Record<FeedId, number>>): GossipFriends {
  return {
    hops: () => new Map(Object.entries(hops) as [FeedId, number][]),
    changed: { on: () => () => undefined, emit: () => undefined },
  }
}
