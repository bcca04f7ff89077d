// How entries become blocks. The last blocks of recently used terms are kept open in memory, and written again under
// their key when entries are added, so that a term that comes one message at a time still has few blocks.
import { encodeBlock, encodeOrderBlock, type Ordered } from './blocks.ts'
import type { DatabaseOp } from './database.ts'
import type { IndexDefinition, OrderDefinition } from './index-types.ts'
import { BLOCK_ENTRIES_MAX, OPEN_BLOCKS_MAX } from './limits.ts'
import type { StoredMessage } from './message.ts'
import { bucketOf, orderPrefix } from './order.ts'
import { termKey, withSequence } from './terms.ts'

/** Gathers the entries of messages, which come in log order. */
export interface IndexWriter {
  add(message: StoredMessage): void
  /** Add the blocks that have changed to a batch. */
  flush(operations: DatabaseOp[]): void
}

interface OpenBlock<Entry> {
  readonly key: Uint8Array
  readonly entries: Entry[]
  dirty: boolean
}

/** Open blocks of one index; all of them together are bounded. */
interface Shelf {
  readonly size: number
  clear(): void
}

/** Makes the writers of indexes, which share one bounded set of open blocks. */
export function createWriters(): {
  /** Forget the open blocks: what they hold has changed in the database. */
  forget(): void
  /** Forget the writers, too: others are made in their place. */
  reset(): void
  termWriter(number: number, definition: IndexDefinition): IndexWriter
  orderWriter(number: number, definition: OrderDefinition): IndexWriter
} {
  const shelves: Shelf[] = []
  const forget = (): void => {
    for (const shelf of shelves) shelf.clear()
  }

  function opener<Name, Entry>(encode: (entries: readonly Entry[]) => Uint8Array) {
    const blocks = new Map<Name, OpenBlock<Entry>>()
    const names: Name[] = []
    const dirty: OpenBlock<Entry>[] = []
    shelves.push(blocks)
    return {
      /** Add an entry to the block under a name; `key` of a new one. An entry like the last one is none. */
      add(name: Name, entry: Entry, key: () => Uint8Array): void {
        let block = blocks.get(name)
        if (block === undefined) {
          // A list of one, not an empty one that grows: most stay so, and what grows takes room for many.
          block = { key: key(), entries: [entry], dirty: false }
          blocks.set(name, block)
        } else if (block.entries[block.entries.length - 1] === entry) return
        else block.entries.push(entry)
        if (block.dirty) return
        block.dirty = true
        dirty.push(block)
        names.push(name)
      },
      flush(operations: DatabaseOp[]): void {
        for (let i = 0; i < dirty.length; i++) {
          const block = dirty[i] as OpenBlock<Entry>
          operations.push({ type: 'put', key: block.key, value: encode(block.entries) })
          block.dirty = false
          if (block.entries.length >= BLOCK_ENTRIES_MAX) blocks.delete(names[i] as Name)
        }
        dirty.length = 0
        names.length = 0
        let open = 0
        for (const shelf of shelves) open += shelf.size
        if (open > OPEN_BLOCKS_MAX) forget()
      },
    }
  }

  return {
    forget,
    reset() {
      forget()
      shelves.length = 0
    },
    termWriter(number, definition) {
      // Two sets, so that a term without a detail needs no name beside its group.
      const plain = opener<string, number>(encodeBlock)
      const detailed = opener<string, number>(encodeBlock)
      let sequence = 0
      const emit = (group: string, detail = ''): void => {
        const key = (): Uint8Array => termKey(number, group, detail, sequence)
        if (detail === '') plain.add(group, sequence, key)
        else detailed.add(`${detail.length}:${detail}${group}`, sequence, key)
      }
      return {
        add(message) {
          sequence = message.sequence
          try {
            definition.map(message, emit)
          } catch {
            // Foreign content that a map did not expect: the terms before the throw stand.
          }
        },
        flush(operations) {
          plain.flush(operations)
          detailed.flush(operations)
        },
      }
    },
    orderWriter(number, definition) {
      const buckets = opener<number, Ordered>(encodeOrderBlock)
      return {
        add(message) {
          const value = definition.order(message)
          if (value === null) return
          const { sequence } = message
          const bucket = bucketOf(value)
          const key = (): Uint8Array => withSequence(orderPrefix(number, bucket), sequence)
          buckets.add(bucket, { value, sequence }, key)
        },
        flush: buckets.flush,
      }
    },
  }
}
