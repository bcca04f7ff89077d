import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

// What this plugin needs of others, in its own words: anything that offers it will do.

/** The least that is needed of a message. */
export interface TangleMessage {
  readonly key: MsgId
  readonly author: FeedId
  readonly value: unknown
}

/** What is needed of the queries. */
export interface TangleQueries {
  /** Messages that link to a target by a property. */
  query(
    condition: { readonly is: 'link'; readonly relation: string; readonly target: MsgId },
    options?: { readonly reverse?: boolean },
  ): AsyncIterable<TangleMessage>
}

/** What is needed of the store. */
export interface TangleStore {
  get(key: MsgId): Promise<TangleMessage | null>
  /** By log positions. */
  read(positions: readonly number[]): Promise<readonly TangleMessage[]>
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
}

/** What is needed of private messages; without them, private replies do not count. */
export interface TanglePrivate {
  read(condition: {
    readonly root: string
  }): AsyncIterable<
    readonly { readonly key: MsgId; readonly position: number; readonly content: unknown }[]
  >
}

/** What {@link tangle} needs of other plugins. */
export interface TangleNeeds {
  readonly store: TangleStore
  readonly query: TangleQueries
  readonly private?: TanglePrivate | undefined
}
