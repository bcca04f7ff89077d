import { fromBase64 } from '@scuttlebot/ssb-encode'
import { type FeedId, isMsgId, type MsgId } from '@scuttlebot/ssb-ref'
import { decodeFeedBlock } from './blocks.ts'
import { type Database, entries, getNow } from './database.ts'
import { StoreError } from './errors.ts'
import type { FeedEntry, Feeds } from './feeds.ts'
import type { SequenceRange, SequenceReader } from './index-types.ts'
import {
  BLOCK_ENTRIES_MAX,
  FEED_BLOCKS_KEPT,
  FEED_RECORDS,
  SCAN_BYTES,
  SCAN_RECORDS,
  SEQUENCE_MAX,
} from './limits.ts'
import { type StoredMessage, stored } from './message.ts'
import { blockReader, FEED_BLOCKS } from './readers.ts'
import { checkRecord, recordFeed, recordTime } from './record.ts'
import { feedKey, getU48, idKey, logKey, TABLE } from './tables.ts'

/** Bounds in log positions. */
export interface LogRange {
  readonly gt?: number
  readonly gte?: number
  readonly lt?: number
  readonly lte?: number
  readonly reverse?: boolean
  /** Messages at most; absent: all. */
  readonly limit?: number
}

/** Bounds in feed sequences, which begin at 1. */
export interface FeedRange {
  readonly gte?: number
  readonly lte?: number
  readonly reverse?: boolean
  readonly limit?: number
}

/** How messages are read back. */
export interface Reading {
  at(sequence: number): Promise<StoredMessage | null>
  /** The messages at these positions, in this order; positions without a message are left out. */
  read(sequences: readonly number[]): Promise<StoredMessage[]>
  get(key: MsgId): Promise<StoredMessage | null>
  atFeed(feed: FeedId, feedSequence: number): Promise<StoredMessage | null>
  /** The record of a feed's message, unchecked; a promise only where the database must be asked for a block first. */
  recordAt(
    entry: FeedEntry,
    feedSequence: number,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>
  log(range?: LogRange): AsyncIterable<readonly StoredMessage[]>
  feed(id: FeedId, range?: FeedRange): AsyncIterable<readonly StoredMessage[]>
  /** Log positions of a feed's messages. */
  feedSequences(id: FeedId, range?: SequenceRange): SequenceReader
  /** The first log position whose message was received at `timestamp` or later; past the end if none. */
  sequenceAt(timestamp: number): Promise<number>
}

// So many neighbours are read faster one after the other than each by its key.
const RUN_MIN = 8

/** Whether positions go up, or down, by one each. */
function isRun(sequences: readonly number[]): boolean {
  const step = (sequences[1] as number) - (sequences[0] as number)
  if (step !== 1 && step !== -1) return false
  for (let i = 1; i < sequences.length; i++)
    if (sequences[i] !== (sequences[i - 1] as number) + step) return false
  return true
}

/** Log positions of consecutive messages of a feed. */
interface FeedBlock {
  /** The feed sequence of the first. */
  readonly first: number
  readonly sequences: readonly number[]
}

const EMPTY: SequenceReader = { next: async () => null, seek: () => {}, close: async () => {} }

/** Make the reading side. `position` is the last log position that is committed. */
export function createReading(
  database: () => Database,
  feeds: Feeds,
  position: () => number,
): Reading {
  const decode = (sequence: number, record: Uint8Array): StoredMessage => {
    checkRecord(record, sequence)
    const author = feeds.byNumber(recordFeed(record))?.id
    if (author === undefined)
      throw new StoreError('SSB_STORE_CORRUPT', `record ${sequence} is of no known feed; run fsck`)
    return stored(sequence, author, record)
  }
  const at = async (sequence: number): Promise<StoredMessage | null> => {
    if (!(sequence >= 0 && sequence <= position())) return null
    const found = getNow(database(), logKey(sequence))
    const record = found instanceof Promise ? await found : found
    return record === undefined ? null : decode(sequence, record)
  }
  const read = async (sequences: readonly number[]): Promise<StoredMessage[]> => {
    const messages: StoredMessage[] = []
    const first = sequences[0] as number
    const last = sequences[sequences.length - 1] as number
    if (sequences.length >= RUN_MIN && isRun(sequences)) {
      const reverse = last < first
      const [gte, lte] = reverse ? [logKey(last), logKey(first)] : [logKey(first), logKey(last)]
      const limit = sequences.length
      const range = { gte, lte, reverse, limit, highWaterMarkBytes: SCAN_BYTES, fillCache: true }
      for await (const batch of entries(database(), range, limit))
        for (const [key, record] of batch) messages.push(decode(getU48(key, 1), record))
      return messages
    }
    for (const sequence of sequences) {
      const found = getNow(database(), logKey(sequence))
      const record = found instanceof Promise ? await found : found
      if (record !== undefined) messages.push(decode(sequence, record))
    }
    return messages
  }
  // A feed is asked for one message after the other: the block of the last one is kept.
  const blocks = new Map<FeedEntry, FeedBlock>()
  const placeIn = (block: FeedBlock | undefined, feedSequence: number): number | undefined =>
    block === undefined || feedSequence < block.first
      ? undefined
      : block.sequences[feedSequence - block.first]
  const keep = (entry: FeedEntry, first: number, value: Uint8Array): FeedBlock => {
    const block = { first, sequences: decodeFeedBlock(value) }
    if (blocks.size >= FEED_BLOCKS_KEPT) blocks.clear()
    blocks.set(entry, block)
    return block
  }
  const holds = ({ first, sequences }: FeedBlock, feedSequence: number): boolean =>
    feedSequence >= first && feedSequence < first + sequences.length
  /**
   * The block with a feed sequence where no search is needed: it is the kept one, or that one has grown, or the next
   * one begins there.
   */
  const near = async (entry: FeedEntry, feedSequence: number): Promise<FeedBlock | null> => {
    const kept = blocks.get(entry)
    if (kept !== undefined && holds(kept, feedSequence)) return kept
    const grown = kept !== undefined && feedSequence > kept.first
    const isLater = grown && feedSequence > kept.first + BLOCK_ENTRIES_MAX
    for (const first of grown && !isLater ? [feedSequence, kept.first] : [feedSequence]) {
      const value = await getNow(database(), feedKey(entry.number, first))
      if (value === undefined) continue
      const block = keep(entry, first, value)
      if (holds(block, feedSequence)) return block
    }
    return null
  }
  /** The blocks with the feed sequences from `low` to `high`. */
  async function* blocksOf(
    entry: FeedEntry,
    low: number,
    high: number,
    reverse: boolean,
  ): AsyncGenerator<FeedBlock> {
    let next = low
    for (let block = reverse ? null : await near(entry, low); block !== null; ) {
      yield block
      next = block.first + block.sequences.length
      if (next > high) return
      block = await near(entry, next)
    }
    // The block that holds the lower bound begins at it or before it.
    let first = next
    const before = {
      gte: feedKey(entry.number, 0),
      lte: feedKey(entry.number, next),
      reverse: true,
      limit: 1,
      values: false,
    }
    for await (const [found] of entries(database(), before, 1))
      if (found !== undefined) first = getU48(found[0], 5)
    const range = {
      gte: feedKey(entry.number, first),
      lte: feedKey(entry.number, high),
      reverse,
    }
    for await (const batch of entries(database(), range, 8))
      for (const [key, value] of batch) yield keep(entry, getU48(key, 5), value)
  }
  /** The log position of a feed sequence. */
  const locate = async (entry: FeedEntry, feedSequence: number): Promise<number | null> => {
    const kept = placeIn(blocks.get(entry), feedSequence)
    if (kept !== undefined) return kept
    const range = {
      gte: feedKey(entry.number, 0),
      lte: feedKey(entry.number, feedSequence),
      reverse: true,
      limit: 1,
      fillCache: true,
    }
    for await (const [found] of entries(database(), range, 1)) {
      if (found === undefined) return null
      return placeIn(keep(entry, getU48(found[0], 5), found[1]), feedSequence) ?? null
    }
    return null
  }
  const recordAt = (
    entry: FeedEntry,
    feedSequence: number,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    const kept = placeIn(blocks.get(entry), feedSequence)
    if (kept !== undefined) return getNow(database(), logKey(kept))
    return locate(entry, feedSequence).then((place) =>
      place === null ? undefined : getNow(database(), logKey(place)),
    )
  }
  return {
    at,
    read,
    recordAt,
    async get(key) {
      if (!isMsgId(key)) return null
      const id = fromBase64(key.slice(1, 45))
      if (id === null) return null
      const found = getNow(database(), idKey(id))
      const value = found instanceof Promise ? await found : found
      return value === undefined ? null : at(getU48(value, 0))
    },
    async atFeed(feed, feedSequence) {
      const entry = feeds.byId(feed)
      const head = entry?.head
      if (!entry || !head || !(feedSequence >= 1 && feedSequence <= head.sequence)) return null
      if (feedSequence === head.sequence) return at(head.logSequence)
      const sequence = await locate(entry, feedSequence)
      return sequence === null ? null : at(sequence)
    },
    async *log(range = {}) {
      const low = Math.max(0, range.gte ?? 0, (range.gt ?? -1) + 1)
      const high = Math.min(position(), range.lte ?? SEQUENCE_MAX, (range.lt ?? Infinity) - 1)
      const { limit = Infinity, reverse = false } = range
      if (!(low <= high) || !(limit > 0)) return
      const bounds = {
        gte: logKey(Math.ceil(low)),
        lte: logKey(Math.floor(high)),
        reverse,
        ...(limit === Infinity ? {} : { limit }),
        highWaterMarkBytes: SCAN_BYTES,
      }
      // A short read should not wait for a long one.
      const size = Math.min(limit, SCAN_RECORDS)
      for await (const batch of entries(database(), bounds, size, true))
        yield batch.map(([key, record]) => decode(getU48(key, 1), record))
    },
    async *feed(id, range = {}) {
      const entry = feeds.byId(id)
      if (!entry?.head) return
      const low = Math.max(1, Math.ceil(range.gte ?? 1))
      const high = Math.min(entry.head.sequence, Math.floor(range.lte ?? SEQUENCE_MAX))
      let left = range.limit ?? Infinity
      const reverse = range.reverse === true
      if (!(low <= high) || !(left > 0)) return
      // Blocks after a search may overlap those before it.
      let from = low
      for await (const { first, sequences } of blocksOf(entry, low, high, reverse)) {
        const list = sequences.slice(Math.max(0, from - first), high - first + 1)
        if (reverse) list.reverse()
        else from = Math.max(from, first + sequences.length)
        for (let at = 0; at < list.length; ) {
          const count = Math.min(FEED_RECORDS, left, list.length - at)
          // Fewer than that come where messages were deleted: they do not count.
          const messages = await read(list.slice(at, at + count))
          at += count
          left -= messages.length
          if (messages.length > 0) yield messages
          if (left <= 0) return
        }
      }
    },
    feedSequences(id, range) {
      const entry = feeds.byId(id)
      if (!entry) return EMPTY
      return blockReader(database(), feedKey(entry.number, 0).slice(0, 5), range, FEED_BLOCKS)
    },
    async sequenceAt(timestamp) {
      // Receive times grow along the log, so halving finds the place. Deleted positions are stepped over.
      let low = 0
      let high = position() + 1
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        const range = { gte: logKey(middle), lt: logKey(high), limit: 1 }
        let found: number | undefined
        let time = 0
        const direct = getNow(database(), logKey(middle))
        const record = direct instanceof Promise ? await direct : direct
        if (record !== undefined) {
          found = middle
          time = recordTime(record)
        } else
          for await (const [entry] of entries(database(), range, 1))
            if (entry !== undefined && entry[0][0] === TABLE.log) {
              found = getU48(entry[0], 1)
              time = recordTime(entry[1])
            }
        if (found === undefined || time >= timestamp) high = middle
        else low = found + 1
      }
      return low
    },
  }
}
