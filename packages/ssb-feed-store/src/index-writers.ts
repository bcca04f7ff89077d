// How entries become blocks. The last blocks of recently used terms are kept open in memory, and written again under
// their key when entries are added, so that a term that comes one message at a time still has few blocks.
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { encodeBlock, encodeOrderBlock, type Ordered } from './blocks.ts'
import type { DatabaseOp } from './database.ts'
import type { IndexDefinition, OrderDefinition } from './index-types.ts'
import { BLOCK_ENTRIES_MAX, OPEN_BLOCKS_MAX } from './limits.ts'
import type { StoredMessage } from './message.ts'
import { bucketOf, orderPrefix, orderValue } from './order.ts'
import { termKey, withSequence } from './terms.ts'

/** Gathers the entries of messages, which come in log order. */
export interface IndexWriter {
  add(message: StoredMessage): void
  /** Add the blocks that have changed to a batch. */
  flush(operations: DatabaseOp[]): void
}

/** Open blocks of one index; all of them together are bounded. */
interface Shelf {
  readonly size: number
  clear(): void
}

interface TermBlock {
  /** The open blocks of its detail, by group. */
  readonly terms: Terms
  readonly group: string
  readonly key: Uint8Array
  readonly sequences: number[]
  dirty: boolean
}

// Most terms have one message: of these the sequence alone is kept, and the rest is made again if another one comes.
type Terms = Map<string, TermBlock | number>

const LONE = /\p{Surrogate}/u

/** Halves of surrogate pairs have one form in UTF-8, all of them. */
function wellFormed(text: string & { isWellFormed?(): boolean }): string {
  // A fifth of what the pattern costs, where the engine has it.
  return (text.isWellFormed?.() ?? !LONE.test(text)) ? text : utf8Text(utf8(text))
}

/** Gathers sequences under terms. */
function createTerms(number: number) {
  // By detail, then by group: a name made of both would be a new text for each link.
  const plain: Terms = new Map()
  const detailed = new Map<string, Terms>()
  const dirty: TermBlock[] = []
  let size = 0

  const termsOf = (detail: string): Terms => {
    if (detail === '') return plain
    let terms = detailed.get(detail)
    if (terms === undefined) {
      terms = new Map()
      detailed.set(detail, terms)
    }
    return terms
  }
  const begin = (terms: Terms, group: string, key: Uint8Array, sequences: number[]): void => {
    const block = { terms, group, key, sequences, dirty: true }
    terms.set(group, block)
    dirty.push(block)
  }

  return {
    get size() {
      return size
    },
    clear() {
      plain.clear()
      detailed.clear()
      size = 0
    },
    /** A sequence that the term has already is none. */
    add(group: string, detail: string, sequence: number): void {
      const terms = termsOf(detail)
      const open = terms.get(group)
      if (open === undefined) {
        size++
        begin(terms, group, termKey(number, group, detail, sequence), [sequence])
      } else if (typeof open === 'number') {
        if (open !== sequence)
          begin(terms, group, termKey(number, group, detail, open), [open, sequence])
      } else if (open.sequences[open.sequences.length - 1] !== sequence) {
        open.sequences.push(sequence)
        if (open.dirty) return
        open.dirty = true
        dirty.push(open)
      }
    },
    flush(operations: DatabaseOp[]): void {
      for (const block of dirty) {
        const { terms, group, key, sequences } = block
        operations.push({ type: 'put', key, value: encodeBlock(sequences) })
        block.dirty = false
        if (sequences.length === 1) terms.set(group, sequences[0] as number)
        else if (sequences.length >= BLOCK_ENTRIES_MAX) {
          terms.delete(group)
          size--
        }
      }
      dirty.length = 0
    },
  }
}

interface Bucket {
  readonly key: Uint8Array
  readonly entries: Ordered[]
}

/** Gathers numbers in buckets. */
function createBuckets(number: number) {
  const open = new Map<number, Bucket>()
  const dirty = new Set<number>()
  return {
    get size() {
      return open.size
    },
    clear: () => open.clear(),
    add(entry: Ordered): void {
      const name = bucketOf(entry.value)
      const bucket = open.get(name)
      if (bucket === undefined) {
        const key = withSequence(orderPrefix(number, name), entry.sequence)
        open.set(name, { key, entries: [entry] })
      } else bucket.entries.push(entry)
      dirty.add(name)
    },
    flush(operations: DatabaseOp[]): void {
      for (const name of dirty) {
        const { key, entries } = open.get(name) as Bucket
        operations.push({ type: 'put', key, value: encodeOrderBlock(entries) })
        if (entries.length >= BLOCK_ENTRIES_MAX) open.delete(name)
      }
      dirty.clear()
    },
  }
}

/** Makes the writers of indexes, which share one bounded set of open blocks. */
export function createWriters(): {
  /** Forget the open blocks: what they hold has changed in the database. Everything must have been flushed. */
  forget(): void
  /** Forget the writers, too: others are made in their place. */
  reset(): void
  /** Forget the open blocks if they are too many. Everything must have been flushed. */
  trim(): void
  termWriter(number: number, definition: IndexDefinition): IndexWriter
  orderWriter(number: number, definition: OrderDefinition): IndexWriter
} {
  const shelves: Shelf[] = []
  const forget = (): void => {
    for (const shelf of shelves) shelf.clear()
  }

  return {
    forget,
    reset() {
      forget()
      shelves.length = 0
    },
    trim() {
      let open = 0
      for (const shelf of shelves) open += shelf.size
      if (open > OPEN_BLOCKS_MAX) forget()
    },
    termWriter(number, definition) {
      const terms = createTerms(number)
      shelves.push(terms)
      let sequence = 0
      // As they will lie on disk: what is one term there must not be two here, or their blocks would cross.
      const emit = (group: string, detail = ''): void =>
        terms.add(wellFormed(group), wellFormed(detail), sequence)
      return {
        add(message) {
          sequence = message.sequence
          try {
            definition.map(message, emit)
          } catch {
            // Foreign content that a map did not expect: the terms before the throw stand.
          }
        },
        flush: terms.flush,
      }
    },
    orderWriter(number, definition) {
      const buckets = createBuckets(number)
      shelves.push(buckets)
      return {
        add(message) {
          const value = orderValue(definition, message)
          if (value !== null) buckets.add({ value, sequence: message.sequence })
        },
        flush: buckets.flush,
      }
    },
  }
}
