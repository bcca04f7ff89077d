import type { Body, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import type { Event, Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Item } from './note.ts'

/** The least that is needed of a stored message. */
export interface EbtMessage {
  readonly author: FeedId
  /** Position in the feed, from 1. */
  readonly feedSequence: number
  /** Compact JSON of the value: what goes over the wire. */
  readonly bytes: Uint8Array
}

/** What is needed of the store. */
export interface EbtStore {
  heads(): Iterable<readonly [FeedId, { readonly sequence: number }]>
  /** Messages of a feed in order, in batches; bounds are sequences, both inclusive. */
  feed(
    feed: FeedId,
    range: { readonly gte?: number; readonly lte?: number },
  ): AsyncIterable<readonly EbtMessage[]>
  /** Told after each commit, in log order. */
  readonly appended: Event<[batch: readonly EbtMessage[]]>
}

/** What became of a message. */
export type EbtVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly fatal: boolean }

/** How the protocol sees one feed at one peer, for explanations. */
export interface EbtFeedAtPeer {
  readonly peer: FeedId
  readonly claimed: number | null
  readonly asked: boolean
  /** Milliseconds since 1970 when it last sent something of the feed, or was first asked for what it has more. */
  readonly activeAt: number
  readonly forked: boolean
  /** Messages that have come and are being judged. */
  readonly verifying: number
}

/** What one peer delivers, for the status. */
export interface EbtDelivery {
  readonly peer: FeedId
  readonly feeds: number
  readonly have: number
  readonly want: number
}

/** What this protocol tells the choice of feeds. */
export interface EbtCarrier {
  readonly name: string
  view(feed: FeedId): readonly EbtFeedAtPeer[]
  /** Whether it runs with a peer. */
  carries(peer: FeedId): boolean
  deliveries(): readonly EbtDelivery[]
}

/** What is needed of the choice of feeds. */
export interface EbtReplicate {
  readonly wanted: ReadonlySet<FeedId>
  readonly wantedChanged: Event<[feed: FeedId, wanted: boolean]>
  request(feed: FeedId, on: boolean): void
  /** Feeds whose messages nobody gets for now, though we speak of them. A change is told as one of the policy `serve`. */
  readonly withheld?: ReadonlySet<FeedId>
  /** Do not hand the messages of `from` to `to`, or do again. */
  block(from: FeedId, to: FeedId, on: boolean): void
  /** Hand over received messages; resolves when they are judged and kept, with a verdict for each. */
  ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly EbtVerdict[]>
  addCarrier(carrier: EbtCarrier): void
  /** The protocol runs with a peer now: it need not be asked the old way. */
  carried(peer: FeedId): void
  /** The peer does not speak EBT. */
  fallback(peer: Peer): void
}

/**
 * A kind of feed that replicates over streams of its own (`ebt.replicateFormat`), with its own store and its own
 * choice of feeds. Ids of other kinds of feeds are passed through as they are, whatever their type says.
 */
export interface EbtFormat {
  /** As in the `format` member of the call: `classic`, `bendybutt-v1` … */
  readonly name: string
  readonly store: EbtStore
  readonly wanted: ReadonlySet<FeedId>
  readonly wantedChanged: Event<[feed: FeedId, wanted: boolean]>
  /** Feeds whose messages are not sent for now. */
  readonly withheld?: ReadonlySet<FeedId>
  ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly EbtVerdict[]>
  /** Say what an item of the stream is. Total: it comes from the peer. */
  read(body: Body): Item
  /** A message as it goes over the wire. */
  encode(message: EbtMessage): JsonBytes | Uint8Array
  readonly clocks: ClockStore
}

/** What the machine asks of its surroundings. Must be pure look-ups. */
export interface EbtRules {
  /** May this peer have that feed from us? */
  serves(peer: FeedId, feed: FeedId): boolean
  /** Is nobody sent that feed for now, though its notes go on? */
  withholds?(feed: FeedId): boolean
  /** Is the peer part of our graph? A stranger gets an empty first note, and is told of feeds only when it names them. */
  knows(peer: FeedId): boolean
}

/** What is kept of a peer between connections. */
export interface SavedClock {
  /** What it told us that it has, by feed; −1: it does not replicate the feed. */
  readonly clock: ReadonlyMap<FeedId, number>
  /** The mark of the last session, which the peer has kept too if it is one of ours; `null`: it is not. */
  readonly session: string | null
}

/** Where the clocks of peers are kept between connections. */
export interface ClockStore {
  /** What was saved for a peer; empty when nothing was, or when it cannot be read. */
  load(peer: FeedId): Promise<SavedClock>
  save(peer: FeedId, saved: SavedClock): Promise<void>
  /** A run begins: what the first peers will ask for may be made ready. Resolves with what is. */
  begin?(): Promise<readonly SavedClock[]>
  /**
   * Nothing more will be saved in this run. Clocks on a disk count on messages on a disk, of which a loss of power may
   * take the last ones: after a run without this end, what was saved has to be forgotten.
   */
  end?(): Promise<void>
}

/** Nothing is known of the peer. */
export const NOTHING_SAVED: SavedClock = { clock: new Map(), session: null }

/** Keeps clocks as long as the process lives; the least recently saved are forgotten above the limits. */
export function memoryClocks(
  peersMax: number = 1000,
  entriesMax: number = Number.POSITIVE_INFINITY,
): ClockStore {
  const clocks = new Map<FeedId, SavedClock>()
  let entries = 0
  const forget = (peer: FeedId): void => {
    entries -= clocks.get(peer)?.clock.size ?? 0
    clocks.delete(peer)
  }
  return {
    load: async (peer) => clocks.get(peer) ?? NOTHING_SAVED,
    async save(peer, saved) {
      forget(peer)
      clocks.set(peer, saved)
      entries += saved.clock.size
      for (const oldest of clocks.keys()) {
        if (clocks.size <= peersMax && entries <= entriesMax) break
        forget(oldest)
      }
    },
  }
}
