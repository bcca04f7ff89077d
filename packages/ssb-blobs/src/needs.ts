import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

/** The least that is needed of a stored message. */
export interface BlobsMessage {
  readonly key: MsgId
  readonly author: FeedId
  readonly value: { readonly content: unknown }
}

/** Positions of messages under a term, in blocks. */
export interface BlobsReader {
  next(): Promise<readonly number[] | null>
  close(): Promise<void>
}

/** What is needed of the store, where there is one: which messages refer to a blob. */
export interface BlobsStore {
  defineIndex(definition: {
    readonly name: string
    readonly version: number
    map(message: BlobsMessage, emit: (group: string, detail?: string) => void): void
  }): {
    read(group: string, detail?: string, range?: { readonly reverse?: boolean }): BlobsReader
  }
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
  /** Messages at log positions. */
  read(sequences: readonly number[]): Promise<readonly BlobsMessage[]>
}

/** What is needed of the follow graph, where there is one. */
export interface BlobsFriends {
  /** Feed → hops; negative for feeds that are blocked or unfollowed. */
  hops(): ReadonlyMap<FeedId, number>
  /** Told with what changed; `null`: beyond the maximum now. */
  readonly changed: Event<[changes: ReadonlyMap<FeedId, number | null>]>
}
