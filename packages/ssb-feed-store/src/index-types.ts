import type { StoredMessage } from './message.ts'

/** Name a message under a term. A term may be named twice for a message; it counts once. */
export type Emit = (group: string, detail?: string) => void

/** An index of messages by terms. */
export interface IndexDefinition {
  /** Unique in the store. */
  readonly name: string
  /** Another number makes the index be built anew. */
  readonly version: number
  /**
   * Emit the terms of a message: pure, and quick, since it runs while a batch is put together.
   * What it throws counts as no terms: content comes from strangers.
   */
  map(message: StoredMessage, emit: Emit): void
}

/** An index of messages by a number, such as a time. */
export interface OrderDefinition {
  readonly name: string
  readonly version: number
  /**
   * The number of a message; `null`, or to throw, leaves it out. Milliseconds suit best: buckets are 2^26 wide.
   */
  order(message: StoredMessage): number | null
}

/** Which part of a list of log sequences to read, and from which end. */
export interface SequenceRange {
  readonly gt?: number
  readonly lt?: number
  /** Newest first. */
  readonly reverse?: boolean
}

/** A list of log sequences, read in blocks. */
export interface SequenceReader {
  /** The next sequences, in order; `null` at the end. Never empty. */
  next(): Promise<readonly number[] | null>
  /** Skip to the first sequence at or after `sequence` (at or before it, when reversed). Forwards only. */
  seek(sequence: number): void
  /** Must be called, also at the end. */
  close(): Promise<void>
}

/** How far an index is. */
export interface IndexState {
  readonly name: string
  readonly version: number
  /** The last log position that is in it; −1 when empty. */
  readonly position: number
  /** Whether it is written with each batch; `false` while it catches up. */
  readonly current: boolean
}

/** Messages by terms. */
export interface TermIndex {
  state(): IndexState
  /** Messages under a term; without a detail, under any detail of the group. */
  read(group: string, detail?: string, range?: SequenceRange): SequenceReader
  /** How many messages are under a term, without loading them. */
  count(group: string, detail?: string): Promise<number>
  /** Details that a group has. */
  details(group: string): Promise<readonly string[]>
}

/** Entries of an order index, by number, then by log sequence. */
export interface OrderIndex {
  state(): IndexState
  read(range?: {
    readonly gte?: number
    readonly lte?: number
    readonly reverse?: boolean
  }): AsyncIterable<readonly { readonly value: number; readonly sequence: number }[]>
}
