import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** The least that is needed of a stored message. */
export interface FriendsMessage {
  readonly sequence: number
  readonly author: FeedId
  readonly value: { readonly content: unknown }
}

/** Positions of messages under a term, in blocks. */
export interface FriendsReader {
  next(): Promise<readonly number[] | null>
  close(): Promise<void>
}

/** What is needed of the store. */
export interface FriendsStore {
  /** Publish a message on the own feed. */
  publish(content: { readonly type: string; readonly [key: string]: unknown }): Promise<unknown>
  /** Define an index of messages by terms. */
  defineIndex(definition: {
    readonly name: string
    readonly version: number
    map(message: FriendsMessage, emit: (group: string, detail?: string) => void): void
  }): {
    /** `current`: it has all of the log; else it is catching up in the background. */
    state(): { readonly current: boolean }
    read(group: string, detail?: string, range?: { readonly gt?: number }): FriendsReader
  }
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
  /** Messages at log positions. */
  read(sequences: readonly number[]): Promise<readonly FriendsMessage[]>
  /** A boxed message with its content opened; `null` when it is not for us. Without it, what was said in private does not count. */
  opened?(message: FriendsMessage): { readonly content: unknown } | null
  /** Told after each commit, in log order. */
  readonly appended: Event<[batch: readonly FriendsMessage[]]>
}
