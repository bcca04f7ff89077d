import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

// What this plugin needs of a store, in its own words: any store that offers it will do.

/** A message value, as far as queries look at it. Content comes from strangers: anything is possible. */
export interface Value {
  readonly previous: MsgId | null
  readonly author: FeedId
  readonly sequence: number
  /** Claimed time; a number in well-behaved messages only. */
  readonly timestamp: number
  readonly hash: string
  readonly content: string | { readonly type: string; readonly [key: string]: unknown }
  readonly signature: string
}

/** A message of the log. */
export interface Message {
  /** Position in the log. */
  readonly sequence: number
  readonly key: MsgId
  readonly author: FeedId
  readonly feedSequence: number
  /** Receive time, ms. */
  readonly timestamp: number
  /** Compact JSON of the value. */
  readonly bytes: Uint8Array
  readonly value: Value
}

/** Which part of a list of log positions, and from which end. */
export interface Range {
  readonly gt?: number
  readonly lt?: number
  readonly reverse?: boolean
}

/** A list of log positions, read in blocks. */
export interface Reader {
  /** The next positions in order; `null` at the end. */
  next(): Promise<readonly number[] | null>
  /** Skip to the first position at or after (reversed: at or before) `sequence`. */
  seek(sequence: number): void
  close(): Promise<void>
}

/** Messages by terms. */
export interface Terms {
  state(): { readonly position: number; readonly current: boolean }
  read(group: string, detail?: string, range?: Range): Reader
  count(group: string, detail?: string): Promise<number>
  details(group: string): Promise<readonly string[]>
}

/** Messages by a number. */
export interface Order {
  state(): { readonly position: number; readonly current: boolean }
  read(range?: {
    readonly gte?: number
    readonly lte?: number
    readonly reverse?: boolean
  }): AsyncIterable<readonly { readonly value: number; readonly sequence: number }[]>
}

/** The least that queries need of a store. */
export interface QueryStore {
  readonly position: number
  /** Whether messages were ever deleted, so that some positions are empty. */
  readonly hasHoles: boolean
  get(key: MsgId): Promise<Message | null>
  read(sequences: readonly number[]): Promise<readonly Message[]>
  head(feed: FeedId): { readonly sequence: number } | null
  log(range?: Range & { readonly limit?: number }): AsyncIterable<readonly Message[]>
  feed(
    id: FeedId,
    range?: {
      readonly gte?: number
      readonly lte?: number
      readonly reverse?: boolean
      readonly limit?: number
    },
  ): AsyncIterable<readonly Message[]>
  tail(after: number, signal: AbortSignal): AsyncIterable<readonly Message[]>
  sequenceAt(timestamp: number): Promise<number>
  feedSequences(id: FeedId, range?: Range): Reader
  defineIndex(definition: {
    readonly name: string
    readonly version: number
    map(message: Message, emit: (group: string, detail?: string) => void): void
  }): Terms
  defineOrder(definition: {
    readonly name: string
    readonly version: number
    order(message: Message): number | null
  }): Order
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
  kvt(message: Message, more?: string): Uint8Array
  /** The value with its content opened, or `null`. */
  opened(message: Message): Value | null
}
