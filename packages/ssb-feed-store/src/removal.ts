// Taking entries out of posting blocks. Blocks are read once and written once for a whole set of messages.
import { toHex } from '@scuttlebot/ssb-encode'
import { decodeBlock, decodeOrderBlock, encodeBlock, encodeOrderBlock } from './blocks.ts'
import { type Database, type DatabaseOp, entries } from './database.ts'
import type { IndexDefinition, OrderDefinition } from './index-types.ts'
import type { StoredMessage } from './message.ts'
import { bucketOf, orderPrefix, orderValue } from './order.ts'
import { getU48 } from './tables.ts'
import { termPrefix, withSequence } from './terms.ts'

/** Takes entries out of one index. */
export interface Removal {
  remove(message: StoredMessage): Promise<void>
  /** Add the changed blocks to a batch. */
  flush(operations: DatabaseOp[]): void
}

interface Held<Entry> {
  readonly key: Uint8Array
  readonly prefix: Uint8Array
  list: Entry[]
  changed: boolean
}

function createRemoval<Entry>(
  database: Database,
  decode: (block: Uint8Array, first: number) => Entry[],
  encode: (list: readonly Entry[]) => Uint8Array,
  sequenceOf: (entry: Entry) => number,
) {
  const blocks = new Map<string, Held<Entry>>()
  return {
    async take(prefix: Uint8Array, sequence: number): Promise<void> {
      const range = {
        gte: withSequence(prefix, 0),
        lte: withSequence(prefix, sequence),
        reverse: true,
        limit: 1,
      }
      for await (const [found] of entries(database, range, 1)) {
        if (found === undefined) return
        const key = new Uint8Array(found[0])
        const name = toHex(key)
        let held = blocks.get(name)
        if (held === undefined) {
          const list = decode(found[1], getU48(key, key.length - 6))
          held = { key, prefix, list, changed: false }
          blocks.set(name, held)
        }
        const kept = held.list.filter((entry) => sequenceOf(entry) !== sequence)
        if (kept.length === held.list.length) return
        held.list = kept
        held.changed = true
      }
    },
    flush(operations: DatabaseOp[]): void {
      for (const { key, prefix, list, changed } of blocks.values()) {
        if (!changed) continue
        const first = list[0]
        const next = first === undefined ? null : withSequence(prefix, sequenceOf(first))
        operations.push({ type: 'del', key })
        if (next !== null) operations.push({ type: 'put', key: next, value: encode(list) })
      }
      blocks.clear()
    },
  }
}

/** Take messages out of an index of terms. */
export function termRemoval(
  database: Database,
  number: number,
  definition: IndexDefinition,
): Removal {
  const removal = createRemoval(database, decodeBlock, encodeBlock, (sequence: number) => sequence)
  return {
    async remove(message) {
      const prefixes = new Map<string, Uint8Array>()
      try {
        definition.map(message, (group, detail = '') => {
          const prefix = termPrefix(number, group, detail)
          prefixes.set(toHex(prefix), prefix)
        })
      } catch {
        // As when the entries were made: the terms before the throw stand.
      }
      for (const prefix of prefixes.values()) await removal.take(prefix, message.sequence)
    },
    flush: removal.flush,
  }
}

/** Take messages out of an order index. */
export function orderRemoval(
  database: Database,
  number: number,
  definition: OrderDefinition,
): Removal {
  const removal = createRemoval(
    database,
    decodeOrderBlock,
    encodeOrderBlock,
    ({ sequence }) => sequence,
  )
  return {
    async remove(message) {
      const value = orderValue(definition, message)
      if (value !== null) await removal.take(orderPrefix(number, bucketOf(value)), message.sequence)
    },
    flush: removal.flush,
  }
}
