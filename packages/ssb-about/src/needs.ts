import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

// What this plugin needs of others, in its own words: anything that offers it will do.

/** The least that is needed of a stored message. */
export interface AboutMessage {
  /** Position in the log. */
  readonly sequence: number
  readonly key: MsgId
  readonly author: FeedId
  /** Receive time, ms. */
  readonly timestamp: number
  readonly value: { readonly timestamp: number; readonly content: unknown }
}

/** Positions of messages under a term, in blocks. */
export interface AboutReader {
  next(): Promise<readonly number[] | null>
  close(): Promise<void>
}

/** Messages by terms. */
export interface AboutIndex {
  /** `position`: up to where the log is in it. */
  state(): { readonly position: number }
  read(
    group: string,
    detail?: string,
    range?: { readonly reverse?: boolean; readonly lt?: number },
  ): AboutReader
}

/** What is needed of the store. */
export interface AboutStore {
  /** The last log position; −1 when empty. */
  readonly position: number
  get(key: MsgId): Promise<{ readonly author: FeedId } | null>
  /** By log positions, in their order; positions without a message are left out. */
  read(sequences: readonly number[]): Promise<readonly AboutMessage[]>
  defineIndex(definition: {
    readonly name: string
    readonly version: number
    map(message: AboutMessage, emit: (group: string, detail?: string) => void): void
  }): AboutIndex
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
  /** Told after each commit, in log order. */
  readonly appended: Event<[batch: readonly AboutMessage[]]>
  /** The message's value with its content opened; `null` when it is not boxed, or not for us. */
  opened?(message: AboutMessage): AboutMessage['value'] | null
}

/** A private message that was opened. */
export interface AboutOpened {
  readonly position: number
  readonly author: FeedId
  readonly content: unknown
}

/** What is needed of private messages; without them, what was said in private does not count. */
export interface AboutPrivate {
  read(condition?: {
    readonly type?: string
    readonly link?: string
  }): AsyncIterable<readonly AboutOpened[]>
  readonly opened: Event<[messages: readonly AboutOpened[]]>
}

/** What is needed of the follow graph; without it, only own words and self-naming count more than others. */
export interface AboutFriends {
  /** Feed → hops from ourselves: 0 ourselves, 1 whom we follow, 2 whom those follow. */
  hops(): ReadonlyMap<FeedId, number>
  isFollowing(source: FeedId, dest: FeedId): boolean
}

/** What {@link about} needs of other plugins. */
export interface AboutNeeds {
  readonly store: AboutStore
  readonly private?: AboutPrivate | undefined
  readonly friends?: AboutFriends | undefined
}
