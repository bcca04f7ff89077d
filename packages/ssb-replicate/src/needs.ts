import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

/** The least that is needed of a stored message. */
export interface ReplicateMessage {
  readonly key: MsgId
  readonly author: FeedId
  /** Position in the feed, from 1. */
  readonly feedSequence: number
  /** Receive time, milliseconds since 1970. */
  readonly timestamp: number
  /** Compact JSON of the value: what goes over the wire. */
  readonly bytes: Uint8Array
}

/** What became of a message that was handed to the store. */
export type ReplicateVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly code: string
      readonly reason: string
      /** The feed is forked or broken: this branch of it will never be accepted. */
      readonly fatal: boolean
    }

/** What is needed of the store. */
export interface ReplicateStore {
  /** Judge and keep messages of wanted authors, each the JSON of a value. One verdict for each, in order. */
  add(
    batch: readonly Uint8Array[],
    options: { readonly wanted: (author: FeedId) => boolean },
  ): Promise<readonly ReplicateVerdict[]>
  /** Where a feed stands. */
  head(feed: FeedId): { readonly sequence: number } | null
  /** Messages of a feed in order, in batches; bounds are sequences. */
  feed(
    feed: FeedId,
    range: { readonly gte?: number; readonly limit?: number },
  ): AsyncIterable<readonly ReplicateMessage[]>
  /** `{"key":…,"value":…,"timestamp":…}` of a message. */
  kvt(message: ReplicateMessage): Uint8Array
  /** Told after each commit. */
  readonly appended: Event<[batch: readonly ReplicateMessage[]]>
}

/** What is needed of the follow graph, where there is one. */
export interface ReplicateFriends {
  /** Feed → hops; negative for feeds that are blocked or unfollowed. */
  hops(): ReadonlyMap<FeedId, number>
  /** Told with what changed; `null`: beyond the maximum now. */
  readonly changed: Event<[changes: ReadonlyMap<FeedId, number | null>]>
}
