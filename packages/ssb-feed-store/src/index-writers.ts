// How entries become blocks. The last blocks of recently used terms are kept open in memory, and written again under
// their key when entries are added, so that a term that comes one message at a time still has few blocks.
import { encodeBlock, encodeOrderBlock, type Ordered } from './blocks.ts'
import type { DatabaseOp } from './database.ts'
import type { IndexDefinition, OrderDefinition } from './index-types.ts'
import { BLOCK_ENTRIES_MAX, OPEN_BLOCKS_MAX } from './limits.ts'
import type { StoredMessage } from './message.ts'
import { bucketOf, orderPrefix } from './order.ts'
import { termPrefix, withSequence } from './terms.ts'

/** Add the entries of messages, which come in log order, to a batch. */
export type IndexWriter = (messages: readonly StoredMessage[], operations: DatabaseOp[]) => void

interface OpenBlock<Entry> {
  readonly key: Uint8Array
  readonly entries: Entry[]
  dirty: boolean
}

type OpenBlocks = Map<string, OpenBlock<number> | OpenBlock<Ordered>>

/** Makes the writers of indexes, which share one bounded set of open blocks. */
export function createWriters(): {
  readonly openBlocks: OpenBlocks
  termWriter(number: number, definition: IndexDefinition): IndexWriter
  orderWriter(number: number, definition: OrderDefinition): IndexWriter
} {
  const openBlocks: OpenBlocks = new Map()

  function opener<Entry>(prefixOf: (term: string) => Uint8Array) {
    const dirty: { readonly name: string; readonly block: OpenBlock<Entry> }[] = []
    return {
      dirty,
      open(name: string, term: string, sequence: number): OpenBlock<Entry> {
        let block = openBlocks.get(name) as OpenBlock<Entry> | undefined
        if (block === undefined) {
          block = { key: withSequence(prefixOf(term), sequence), entries: [], dirty: false }
          openBlocks.set(name, block as OpenBlock<number> | OpenBlock<Ordered>)
        }
        if (!block.dirty) {
          block.dirty = true
          dirty.push({ name, block })
        }
        return block
      },
      flush(operations: DatabaseOp[], encode: (entries: readonly Entry[]) => Uint8Array): void {
        for (const { name, block } of dirty) {
          operations.push({ type: 'put', key: block.key, value: encode(block.entries) })
          block.dirty = false
          if (block.entries.length >= BLOCK_ENTRIES_MAX) openBlocks.delete(name)
        }
        dirty.length = 0
        if (openBlocks.size > OPEN_BLOCKS_MAX) openBlocks.clear()
      },
    }
  }

  return {
    openBlocks,
    termWriter(number, definition) {
      const terms = opener<number>((term) => {
        const colon = term.indexOf(':')
        const end = colon + 1 + Number(term.slice(0, colon))
        return termPrefix(number, term.slice(colon + 1, end), term.slice(end))
      })
      let sequence = 0
      const emit = (group: string, detail = ''): void => {
        const term = `${group.length}:${group}${detail}`
        const { entries } = terms.open(`${number}/${term}`, term, sequence)
        if (entries.at(-1) !== sequence) entries.push(sequence)
      }
      return (messages, operations) => {
        for (const message of messages) {
          sequence = message.sequence
          try {
            definition.map(message, emit)
          } catch {
            // Foreign content that a map did not expect: the terms before the throw stand.
          }
        }
        terms.flush(operations, encodeBlock)
      }
    },
    orderWriter(number, definition) {
      const buckets = opener<Ordered>((bucket) => orderPrefix(number, Number(bucket)))
      return (messages, operations) => {
        for (const message of messages) {
          const value = definition.order(message)
          if (value === null) continue
          const bucket = String(bucketOf(value))
          const block = buckets.open(`${number}#${bucket}`, bucket, message.sequence)
          block.entries.push({ value, sequence: message.sequence })
        }
        buckets.flush(operations, encodeOrderBlock)
      }
    },
  }
}
