import { blockCount, decodeBlock, decodeFeedBlock } from './blocks.ts'
import { type Database, type DatabaseIterator, ENCODING, entries } from './database.ts'
import type { SequenceRange, SequenceReader } from './index-types.ts'
import { SCAN_BYTES, SEQUENCE_MAX } from './limits.ts'
import { getU48 } from './tables.ts'
import { prefixEnd, termOf, withSequence } from './terms.ts'

// A first page wants few blocks; who reads on wants many. Asking again takes longer than reading some more.
const BLOCKS_FIRST = 16
const BLOCKS_MAX = 64

/** How the blocks of a table are keyed. */
export interface BlockLayout {
  /** Whether keys end in the block's first log sequence, so that a reader can jump. */
  readonly seekable: boolean
  /** A list that is the caller's own. */
  decode(key: Uint8Array, value: Uint8Array): number[]
}

/** Blocks of table 6. */
const POSTING: BlockLayout = {
  seekable: true,
  decode: (key, value) => decodeBlock(value, getU48(key, key.length - 6)),
}

/** Blocks of table 3: keys end in a feed sequence, values begin with the first log sequence. */
export const FEED_BLOCKS: BlockLayout = {
  seekable: false,
  decode: (_, value) => decodeFeedBlock(value),
}

class BlockReader implements SequenceReader {
  readonly #database: Database
  readonly #prefix: Uint8Array
  readonly #layout: BlockLayout
  readonly #reverse: boolean
  #low: number
  #high: number
  #iterator: DatabaseIterator | undefined
  #waiting: [Uint8Array, Uint8Array][] = []
  #target: number | undefined
  #size = BLOCKS_FIRST
  /** Whether the blocks at hand are all that there are. */
  readonly #isWhole: boolean

  /** `all`: the blocks under the prefix in the order of their keys, where they have been read already. */
  constructor(
    database: Database,
    prefix: Uint8Array,
    range: SequenceRange,
    layout: BlockLayout,
    all?: readonly [Uint8Array, Uint8Array][],
  ) {
    this.#database = database
    this.#prefix = prefix
    this.#layout = layout
    this.#reverse = range.reverse === true
    this.#low = (range.gt ?? -1) + 1
    this.#high = Math.min((range.lt ?? SEQUENCE_MAX + 1) - 1, SEQUENCE_MAX)
    this.#isWhole = all !== undefined
    if (all !== undefined) this.#waiting = this.#reverse ? [...all].reverse() : [...all]
    const start = this.#reverse ? this.#high : this.#low
    if (start !== (this.#reverse ? SEQUENCE_MAX : 0)) this.#target = start
  }

  async next(): Promise<readonly number[] | null> {
    while (this.#low <= this.#high) {
      if (this.#waiting.length === 0 && !(await this.#fill())) return null
      const [key, value] = this.#waiting.shift() as [Uint8Array, Uint8Array]
      if (this.#isPassed(key)) continue
      const list = this.#layout.decode(key, value)
      const beyond = this.#reverse
        ? (list.at(-1) as number) < this.#low
        : (list[0] as number) > this.#high
      if (beyond) return null
      const isWhole =
        (list[0] as number) >= this.#low && (list[list.length - 1] as number) <= this.#high
      const kept = isWhole
        ? list
        : list.filter((sequence) => sequence >= this.#low && sequence <= this.#high)
      if (kept.length === 0) continue
      // A seek may enter this block again; what was handed out is not handed out twice.
      if (this.#reverse) this.#high = (kept[0] as number) - 1
      else this.#low = (kept.at(-1) as number) + 1
      return this.#reverse ? kept.reverse() : kept
    }
    return null
  }

  seek(sequence: number): void {
    if (this.#reverse) this.#high = Math.min(this.#high, sequence)
    else this.#low = Math.max(this.#low, sequence)
    if (!this.#layout.seekable || this.#isWhole) return
    // Blocks at hand that reach the target are used; else the iterator jumps.
    const last = this.#waiting.at(-1)?.[0]
    const first = last === undefined ? undefined : getU48(last, last.length - 6)
    if (first !== undefined && (this.#reverse ? first <= sequence : first >= sequence)) return
    this.#waiting = []
    this.#target = sequence
    this.#size = BLOCKS_FIRST
  }

  async close(): Promise<void> {
    this.#low = SEQUENCE_MAX + 1
    this.#high = -1
    await this.#iterator?.close()
    this.#iterator = undefined
  }

  /** Whether a block that was just taken lies before the target, as its key or the next one's tells. */
  #isPassed(key: Uint8Array): boolean {
    if (!this.#layout.seekable) return false
    if (this.#reverse) return getU48(key, key.length - 6) > this.#high
    const next = this.#waiting[0]?.[0]
    return next !== undefined && getU48(next, next.length - 6) <= this.#low
  }

  async #fill(): Promise<boolean> {
    if (this.#isWhole) return false
    const bounds = {
      gte: withSequence(this.#prefix, 0),
      lte: withSequence(this.#prefix, SEQUENCE_MAX),
    }
    this.#iterator ??= this.#database.iterator({
      ...bounds,
      reverse: this.#reverse,
      fillCache: true,
      ...ENCODING,
    })
    if (this.#target !== undefined && this.#layout.seekable) {
      const target = withSequence(this.#prefix, this.#target)
      if (this.#reverse) this.#iterator.seek(target)
      else {
        // The first entry wanted may lie inside the block that begins before it.
        const before = {
          gte: bounds.gte,
          lte: target,
          reverse: true,
          limit: 1,
          values: false,
          fillCache: true,
        }
        for await (const [entry] of entries(this.#database, before, 1))
          if (entry !== undefined) this.#iterator.seek(entry[0])
      }
    }
    this.#target = undefined
    this.#waiting = (await this.#iterator.nextv(this.#size)) as [Uint8Array, Uint8Array][]
    this.#size = Math.min(BLOCKS_MAX, 2 * this.#size)
    return this.#waiting.length > 0
  }
}

/** Read the blocks under a prefix. */
export function blockReader(
  database: Database,
  prefix: Uint8Array,
  range: SequenceRange = {},
  layout: BlockLayout = POSTING,
): SequenceReader {
  return new BlockReader(database, prefix, range, layout)
}

/** Entries under a prefix, counted by the heads of their blocks. */
export async function countBlocks(database: Database, prefix: Uint8Array): Promise<number> {
  let count = 0
  const range = { gte: prefix, lt: prefixEnd(prefix), highWaterMarkBytes: SCAN_BYTES }
  for await (const batch of entries(database, range, 1000))
    for (const [, value] of batch) count += blockCount(value)
  return count
}

// Keys that are looked at before the rest of a term is jumped over, and blocks of a group that are taken in one read.
const TERMS_AT_ONCE = 32
const GROUP_BYTES = 64 * 1024

// A key is its term and six bytes more, so that no term is taken for the beginning of a longer one.
function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  if (key.length !== prefix.length + 6) return false
  for (let i = prefix.length - 1; i >= 0; i--) if (key[i] !== prefix[i]) return false
  return true
}

/** The terms of a group, found by jumping from one to the next. */
export async function termsOf(
  database: Database,
  prefix: Uint8Array,
): Promise<{ detail: string; prefix: Uint8Array }[]> {
  const found: { detail: string; prefix: Uint8Array }[] = []
  const range = { gte: prefix, lt: prefixEnd(prefix), values: false, fillCache: true }
  const iterator = database.iterator({ ...range, ...ENCODING })
  try {
    for (;;) {
      const keys = await iterator.nextv(TERMS_AT_ONCE)
      if (keys.length === 0) return found
      for (const [key] of keys) {
        const last = found.at(-1)?.prefix
        if (last === undefined || !startsWith(key, last)) found.push(termOf(key))
      }
      if (keys.length < TERMS_AT_ONCE) return found
      iterator.seek(prefixEnd((found.at(-1) as (typeof found)[number]).prefix))
    }
  } finally {
    await iterator.close()
  }
}

/**
 * Read all terms of a group as one list. A group that is small, as most are, is read once: to open a reader for each of
 * its terms would cost more than all that they hold.
 */
export async function groupReader(
  database: Database,
  prefix: Uint8Array,
  range: SequenceRange,
): Promise<SequenceReader> {
  const bounds = { gte: prefix, lt: prefixEnd(prefix), limit: TERMS_AT_ONCE + 1 }
  const all: [Uint8Array, Uint8Array][] = []
  const reading = { ...bounds, highWaterMarkBytes: GROUP_BYTES, fillCache: true }
  for await (const batch of entries(database, reading, TERMS_AT_ONCE + 1)) all.push(...batch)
  const reverse = range.reverse === true
  if (all.length > TERMS_AT_ONCE) {
    const terms = await termsOf(database, prefix)
    return union(
      terms.map((term) => blockReader(database, term.prefix, range)),
      reverse,
    )
  }
  const terms: { readonly prefix: Uint8Array; readonly blocks: [Uint8Array, Uint8Array][] }[] = []
  for (const block of all) {
    const last = terms.at(-1)
    if (last !== undefined && startsWith(block[0], last.prefix)) last.blocks.push(block)
    else terms.push({ prefix: termOf(block[0]).prefix, blocks: [block] })
  }
  return union(
    terms.map((term) => new BlockReader(database, term.prefix, range, POSTING, term.blocks)),
    reverse,
  )
}

/** Several lists as one, in order, each sequence once. */
export function union(readers: readonly SequenceReader[], reverse: boolean): SequenceReader {
  if (readers.length === 1) return readers[0] as SequenceReader
  const heads: (readonly number[] | null | undefined)[] = readers.map(() => undefined)
  const before = (a: number, b: number): boolean => (reverse ? a > b : a < b)
  return {
    async next() {
      const fill = async (reader: SequenceReader, i: number): Promise<void> => {
        if (heads[i] === undefined) heads[i] = await reader.next()
      }
      await Promise.all(readers.map(fill))
      // Up to the nearest end among the blocks at hand nothing can come in between any more.
      let border: number | undefined
      for (const list of heads) {
        const end = list?.at(-1)
        if (end !== undefined && (border === undefined || before(end, border))) border = end
      }
      if (border === undefined) return null
      const merged = new Set<number>()
      for (let i = 0; i < heads.length; i++) {
        const list = heads[i]
        if (!list) continue
        const rest = list.filter((sequence) => before(border, sequence))
        for (const sequence of list) if (!before(border, sequence)) merged.add(sequence)
        heads[i] = rest.length > 0 ? rest : undefined
      }
      return [...merged].sort((a, b) => (reverse ? b - a : a - b))
    },
    seek(sequence) {
      for (let i = 0; i < readers.length; i++) {
        const rest = heads[i]?.filter((have) => !before(have, sequence))
        if (heads[i] !== null) heads[i] = rest && rest.length > 0 ? rest : undefined
        readers[i]?.seek(sequence)
      }
    },
    async close() {
      await Promise.all(readers.map((reader) => reader.close()))
    },
  }
}
