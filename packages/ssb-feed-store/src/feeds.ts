// Feed ids are interned: a feed has a small number, and its head is kept in memory. The head record:
//
//   public key 32 · feed sequence 6 · id of the last message 32 · its claimed time float64 · its log sequence 6
import { fromBase64, toBase64 } from '@scuttlebot/ssb-encode'
import { type FeedId, feedIdFromKey, keyOfFeedId, type MsgId } from '@scuttlebot/ssb-ref'
import type { FeedState } from '@scuttlebot/ssb-validate'
import { encodeFeedBlock } from './blocks.ts'
import { type Database, type DatabaseOp, entries } from './database.ts'
import { BLOCK_ENTRIES_MAX, SCAN_RECORDS } from './limits.ts'
import { feedKey, getU32, getU48, headKey, putF64, putU48, TABLE, tableRange } from './tables.ts'

const HEAD_BYTES = 84
// Short, since a live feed's last block is written anew with each message.
const TAIL_ENTRIES_MAX = Math.min(64, BLOCK_ENTRIES_MAX)

/** The last message of a feed, as the validator asks for it. */
export interface Head extends FeedState {
  /** Log position of the last message. */
  readonly logSequence: number
}

/** What is known of one feed. */
export interface FeedEntry {
  readonly id: FeedId
  /** The 32 bytes of `id`. */
  readonly key: Uint8Array
  readonly number: number
  /** The last message that is written; what peers may hear of. */
  head: Head | null
  /** The last message of the batch that is being written. */
  next: Head | null
  /** The 32 bytes of the id of `next`. */
  nextId: Uint8Array
  /** The block that the next message of this feed is added to: its first feed sequence, and log sequences. */
  tail: { readonly first: number; readonly sequences: number[] } | null
}

/** The head record of a feed. */
export function encodeHead(feed: FeedId, head: Head): Uint8Array {
  const key = fromBase64(keyOfFeedId(feed))
  const id = fromBase64(head.id.slice(1, 45))
  if (key === null || id === null) throw new TypeError(`not a feed with a head: ${feed}`)
  return headOf(key, id, head)
}

function headOf(key: Uint8Array, id: Uint8Array, head: Head): Uint8Array {
  const out = new Uint8Array(HEAD_BYTES)
  out.set(key, 0)
  putU48(out, 32, head.sequence)
  out.set(id, 38)
  putF64(out, 70, head.timestamp)
  putU48(out, 78, head.logSequence)
  return out
}

const keyOf = (feed: FeedId): Uint8Array => {
  const key = fromBase64(keyOfFeedId(feed))
  if (key === null) throw new TypeError(`not a feed id: ${feed}`)
  return key
}

const NO_ID = new Uint8Array()

const emptyEntry = (id: FeedId, key: Uint8Array, number: number): FeedEntry => ({
  id,
  key,
  number,
  head: null,
  next: null,
  nextId: NO_ID,
  tail: null,
})

function decodeHead(number: number, value: Uint8Array): FeedEntry {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const key: MsgId = `%${toBase64(value.subarray(38, 70))}.sha256`
  const sequence = getU48(value, 32)
  const head = { id: key, sequence, timestamp: view.getFloat64(70), logSequence: getU48(value, 78) }
  const id = feedIdFromKey(toBase64(value.subarray(0, 32)))
  const publicKey = new Uint8Array(value.subarray(0, 32))
  return { ...emptyEntry(id, publicKey, number), head: sequence === 0 ? null : head }
}

/** All feeds, in memory; written with the batches that change them. */
export interface Feeds {
  load(database: Database): Promise<void>
  byId(id: FeedId): FeedEntry | undefined
  byNumber(number: number): FeedEntry | undefined
  /** The entry of a feed, made when it is new. */
  intern(id: FeedId): FeedEntry
  all(): IterableIterator<FeedEntry>
  /** Advance a feed by one message of the batch that is being built; `id`: the 32 bytes of its id. */
  advance(entry: FeedEntry, head: Head, id: Uint8Array): void
  /** Add what has been advanced to the batch. */
  flush(operations: DatabaseOp[]): void
  /** The batch is written: its heads are the heads. */
  settle(): void
}

/** Make an empty set of feeds. */
export function createFeeds(): Feeds {
  const byId = new Map<FeedId, FeedEntry>()
  const byNumber: (FeedEntry | undefined)[] = []
  const dirty: FeedEntry[] = []
  return {
    async load(database) {
      byId.clear()
      byNumber.length = 0
      // Heads of a batch that was never written must not come with a later one.
      dirty.length = 0
      for await (const batch of entries(database, tableRange(TABLE.head), SCAN_RECORDS))
        for (const [key, value] of batch) {
          const entry = decodeHead(getU32(key, 1), value)
          byId.set(entry.id, entry)
          byNumber[entry.number] = entry
        }
    },
    byId: (id) => byId.get(id),
    byNumber: (number) => byNumber[number],
    intern(id) {
      const known = byId.get(id)
      if (known !== undefined) return known
      const entry = emptyEntry(id, keyOf(id), byNumber.length)
      byId.set(id, entry)
      byNumber.push(entry)
      return entry
    },
    all: () => byId.values(),
    advance(entry, head, id) {
      if (entry.next === null) dirty.push(entry)
      entry.next = head
      entry.nextId = id
      if (entry.tail === null) entry.tail = { first: head.sequence, sequences: [] }
      entry.tail.sequences.push(head.logSequence)
    },
    flush(operations) {
      for (const entry of dirty) {
        if (entry.next === null || entry.tail === null) continue
        const value = headOf(entry.key, entry.nextId, entry.next)
        operations.push({ type: 'put', key: headKey(entry.number), value })
        const key = feedKey(entry.number, entry.tail.first)
        operations.push({ type: 'put', key, value: encodeFeedBlock(entry.tail.sequences) })
        if (entry.tail.sequences.length >= TAIL_ENTRIES_MAX) entry.tail = null
      }
    },
    settle() {
      for (const entry of dirty) {
        entry.head = entry.next
        entry.next = null
      }
      dirty.length = 0
    },
  }
}
