import type { Event, Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

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
  readonly activeAt: number
  readonly forked: boolean
}

/** What is needed of the choice of feeds. */
export interface EbtReplicate {
  readonly wanted: ReadonlySet<FeedId>
  readonly wantedChanged: Event<[feed: FeedId, wanted: boolean]>
  request(feed: FeedId, on: boolean): void
  /** Hand over received messages; resolves when they are judged and kept, with a verdict for each. */
  ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly EbtVerdict[]>
  addCarrier(carrier: { readonly name: string; view(feed: FeedId): readonly EbtFeedAtPeer[] }): void
  /** The peer does not speak EBT. */
  fallback(peer: Peer): void
}

/** Where the clocks of peers are kept between connections. */
export interface ClockStore {
  /** What was saved for a peer; empty when nothing was, or when it cannot be read. */
  load(peer: FeedId): Promise<ReadonlyMap<FeedId, number>>
  save(peer: FeedId, clock: ReadonlyMap<FeedId, number>): Promise<void>
}

/** Keeps clocks as long as the process lives; the least recently saved of more than `peersMax` are forgotten. */
export function memoryClocks(peersMax: number = 1000): ClockStore {
  const clocks = new Map<FeedId, ReadonlyMap<FeedId, number>>()
  return {
    load: async (peer) => clocks.get(peer) ?? new Map(),
    async save(peer, clock) {
      clocks.delete(peer)
      clocks.set(peer, clock)
      const [oldest] = clocks.keys()
      if (clocks.size > peersMax && oldest !== undefined) clocks.delete(oldest)
    },
  }
}
