import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** What is used of the follow graph. */
export interface GossipFriends {
  /** Feed → hops from ourselves; negative: blocked or unfollowed on the way. */
  hops(): ReadonlyMap<FeedId, number>
  readonly changed: Event<[changes: ReadonlyMap<FeedId, number | null>]>
}

/** The least that is needed of a stored message. */
export interface GossipMessage {
  readonly sequence: number
  readonly value: { readonly content: unknown }
}

/** What is used of the store: an index of the messages that announce servers. */
export interface GossipStore {
  defineIndex(definition: {
    readonly name: string
    readonly version: number
    map(message: GossipMessage, emit: (group: string, detail?: string) => void): void
  }): {
    read(
      group: string,
      detail?: string,
      range?: { readonly gt?: number },
    ): { next(): Promise<readonly number[] | null>; close(): Promise<void> }
  }
  indexed(): Promise<void>
  read(sequences: readonly number[]): Promise<readonly GossipMessage[]>
  readonly appended: Event<[batch: readonly GossipMessage[]]>
}
