import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

// What this plugin needs of others, in its own words: anything that offers it will do.

/** The least that is needed of a stored message. */
export interface SearchMessage {
  /** Position in the log. */
  readonly sequence: number
  readonly key: MsgId
  readonly author: FeedId
  readonly value: { readonly timestamp: number; readonly content: unknown }
}

/** What is needed of the store. */
export interface SearchStore {
  /** The last log position; −1 when empty. */
  readonly position: number
  at(position: number): Promise<SearchMessage | null>
  /** By log positions; positions without a message are left out. */
  read(positions: readonly number[]): Promise<readonly SearchMessage[]>
  /** The log in batches. */
  log(range: { readonly gt: number }): AsyncIterable<readonly SearchMessage[]>
  /** Told after each commit. */
  readonly appended: Event<[batch: readonly SearchMessage[]]>
  /** The message's value with its content opened; `null` when it is not boxed, or not for us. */
  opened?(message: SearchMessage): SearchMessage['value'] | null
}

/** A private message that was opened. */
export interface SearchOpened {
  /** Position in the log. */
  readonly position: number
  readonly content: unknown
}

/** What is needed of private messages; without them, only public ones are found. */
export interface SearchPrivate {
  read(): AsyncIterable<readonly SearchOpened[]>
  readonly opened: Event<[messages: readonly SearchOpened[]]>
}

/** What {@link search} needs of other plugins. */
export interface SearchNeeds {
  readonly store: SearchStore
  readonly private?: SearchPrivate | undefined
}
