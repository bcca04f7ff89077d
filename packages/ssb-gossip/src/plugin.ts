import type { Event, Peer, Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { AddressArgument } from './addresses.ts'
import type { GossipNet } from './conductor.ts'
import { Gossip } from './gossip.ts'
import type { HistoryLine } from './history.ts'
import type { BookLimits, GossipTimes } from './limits.ts'
import type { GossipFriends, GossipStore } from './needs.ts'
import type { BookStorage, Switches } from './persist.ts'
import type { AddressData, Source } from './record.ts'
import {
  type GossipChange,
  type GossipPeer,
  type GossipRpc,
  gossipManifest,
  type PeerArgument,
} from './rpc.ts'
import type { Quotas } from './scheduler.ts'
import type { Ban } from './trust.ts'

/** What other plugins get. */
export interface GossipApi {
  /** Connect by hand; a bare id is looked up in the book. */
  connect(peer: PeerArgument): Promise<Peer>
  /** Remember an address; `null`: it is our own, or there is no room. */
  add(address: AddressArgument, source?: Source, data?: AddressData): GossipPeer | null
  /** Offer an address without keeping it; LAN ones are forgotten when they are not repeated. */
  stage(address: AddressArgument, data?: AddressData): boolean
  unstage(address: AddressArgument): boolean
  peers(): readonly GossipPeer[]
  history(peer?: PeerArgument): readonly HistoryLine[]
  /**
   * A peer has misbehaved. Points fade, half of them in an hour; at 100 it is banned, for an hour
   * the first time. `reason` is a clause for people.
   */
  report(peer: FeedId, points: number, reason: string): void
  /** `ms` `null`: until it is lifted. */
  ban(peer: FeedId, ms: number | null, reason: string): Ban
  unban(peer: FeedId): boolean
  bans(): readonly Ban[]
  readonly changed: Event<[change: GossipChange]>
}

/** Options of {@link gossip}. */
export interface GossipOptions {
  /** Milliseconds between pings, 10 s … 30 min. Default 5 min. */
  readonly pingMs?: number
  /** Where the peer book is kept. Default: in memory. */
  readonly storage?: BookStorage
  /** Addresses to know from the start, of any form. */
  readonly seeds?: readonly string[]
  /** Whether to dial by itself. Default true. */
  readonly autostart?: boolean
  /** Whether to learn addresses from `pub` messages. Default true. */
  readonly autoPopulate?: boolean
  /** Which kinds of peers are dialled by itself. Default: all. What `gossip.enable` has set wins. */
  readonly switches?: Partial<Switches>
  readonly quotas?: Partial<Quotas>
  readonly limits?: Partial<BookLimits>
  readonly times?: Partial<GossipTimes>
  /** The addresses of this machine as one text; empty when there is no network. Default: never empty. */
  network?(): string
}

/** What the plugin needs. */
export type GossipNeeds = { net: GossipNet; friends?: GossipFriends; store?: GossipStore }

/** Peer book, scheduler, connections by hand, ping, history and bans. */
export function gossip(
  options: GossipOptions = {},
): Plugin<'gossip', GossipApi, GossipNeeds, GossipRpc> {
  return {
    name: 'gossip',
    needs: { net: 'required', friends: 'optional', store: 'optional' },
    manifest: gossipManifest,
    setup: (context) => {
      const state = new Gossip(context, options)
      return {
        api: state.api(),
        handlers: state.handlers(),
        start: () => state.start(),
        stop: () => state.stop(),
      }
    },
  }
}
