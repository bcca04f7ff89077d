import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

// What this plugin needs of others, in its own words: anything that offers it will do.

/** A message value as it is stored: private content is a boxed text in it. */
export interface BoxedValue {
  readonly previous: MsgId | null
  readonly author: FeedId
  readonly sequence: number
  readonly timestamp: number
  readonly hash: string
  readonly content: unknown
  readonly signature: string
}

/** A message of the log. */
export interface BoxedMessage {
  /** Position in the log. */
  readonly sequence: number
  readonly key: MsgId
  readonly author: FeedId
  /** Receive time, ms. */
  readonly timestamp: number
  readonly value: BoxedValue
}

/** A message with its id and receive time, as classic calls answer it. */
export interface Published {
  readonly key: MsgId
  readonly value: BoxedValue
  readonly timestamp: number
}

/** Positions of messages under a term, in blocks. */
export interface PositionReader {
  next(): Promise<readonly number[] | null>
  close(): Promise<void>
}

/** Which messages are boxed: a public fact, so the store's own index may hold it. */
export interface BoxedIndex {
  /** `position`: up to where the log is in it. */
  state(): { readonly position: number }
  read(
    group: string,
    detail?: string,
    range?: { readonly gt?: number; readonly lt?: number },
  ): PositionReader
}

/** What is needed of the store. */
export interface PrivateStore {
  /** The last log position; −1 when empty. */
  readonly position: number
  /** Publish a boxed text on the own feed. */
  publish(content: string): Promise<Published>
  head(
    feed: FeedId,
  ): { readonly id: MsgId; readonly sequence: number; readonly timestamp: number } | null
  at(sequence: number): Promise<BoxedMessage | null>
  /** By log positions, in their order; positions without a message are left out. */
  read(sequences: readonly number[]): Promise<readonly BoxedMessage[]>
  defineIndex(definition: {
    readonly name: string
    readonly version: number
    map(message: BoxedMessage, emit: (group: string, detail?: string) => void): void
  }): BoxedIndex
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
  /** Told after each commit, in log order. */
  readonly appended: Event<[batch: readonly BoxedMessage[]]>
  /** Encrypt content that names recipients, for `publish`. */
  addBoxer(boxer: (content: object, recipients: readonly unknown[]) => string | null): () => void
  /** Open boxed content for owners that ask for it. `at`: the message's position, where that is known. */
  addUnboxer(
    unboxer: (
      text: string,
      author: string,
      at?: number,
    ) => { readonly content: unknown; readonly unbox?: string } | null,
  ): () => void
}

/** A map-filter-reduce query made ready. */
export interface Stages {
  /** Feed one item; what comes out at once. */
  push(item: unknown): readonly unknown[]
  /** No more items: what comes out at the end. */
  end(): readonly unknown[]
  /** The rule of the first stage, if it is a filter. */
  readonly first: unknown
}

/** What is needed of the queries. */
export interface PrivateQueries {
  /** Make a map-filter-reduce query ready. Throws what its owner documents. */
  pipeline(query: unknown): Stages
}

/** Keys and values are bytes everywhere. */
export interface ShelfEncoding {
  readonly keyEncoding: 'view'
  readonly valueEncoding: 'view'
}

/** One change of an atomic batch. */
export type ShelfOp =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }

/** The few methods of an abstract-level 3 database that are used. Here lies what was opened: guard it as the key. */
export interface ShelfDatabase {
  open(): Promise<void>
  close(): Promise<void>
  batch(operations: ShelfOp[], options: ShelfEncoding): Promise<void>
  iterator(options: ShelfEncoding): {
    nextv(size: number): Promise<[Uint8Array, Uint8Array | undefined][]>
    close(): Promise<void>
  }
}
