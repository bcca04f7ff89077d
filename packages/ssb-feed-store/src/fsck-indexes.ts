// Index entries against the log, entry for entry: they are compared by a sum of hashes over what they should be, so the
// check needs no memory for them.
import { toHex, utf8Text } from '@scuttlebot/ssb-encode'
import { decodeBlock, decodeOrderBlock } from './blocks.ts'
import { type Database, ENCODING, entries } from './database.ts'
import type { IndexDefinition, OrderDefinition } from './index-types.ts'
import type { StoredMessage } from './message.ts'
import { bucketOf, orderPrefix, orderValue } from './order.ts'
import { getU48, metaKey, TABLE } from './tables.ts'
import { prefixEnd, termPrefix, withSequence } from './terms.ts'

/** An index to check: its definition and kind. */
export type CheckedIndex =
  | { readonly order: false; readonly definition: IndexDefinition }
  | { readonly order: true; readonly definition: OrderDefinition }

/** A sum of hashes: equal for equal sets of entries, in whatever order they come. */
interface Sum {
  count: number
  hash: number
}

function addTo(sum: Sum, key: Uint8Array): void {
  let hash = 0x811c9dc5
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  sum.count++
  sum.hash = (sum.hash + (hash ^ (hash >>> 13))) >>> 0
}

/** An index that is being checked. */
export interface Watched {
  readonly index: CheckedIndex
  readonly number: number
  readonly position: number
  readonly wanted: Sum
}

/** Find the indexes that have entries of the wanted version. */
export async function watch(
  database: Database,
  indexes: readonly CheckedIndex[],
): Promise<Watched[]> {
  const watched: Watched[] = []
  for (const index of indexes) {
    const { name, version } = index.definition
    const value = await database.get(metaKey(`index/${name}`), ENCODING)
    if (value === undefined) continue
    const meta = JSON.parse(utf8Text(value)) as {
      number: number
      version: number
      position: number
    }
    if (meta.version !== version) continue
    watched.push({ index, ...meta, wanted: { count: 0, hash: 0 } })
  }
  return watched
}

/** Note the entries that a message should have. */
export function want({ index, number, position, wanted }: Watched, message: StoredMessage): void {
  if (message.sequence > position) return
  const { sequence } = message
  if (index.order) {
    const value = orderValue(index.definition, message)
    if (value !== null) addTo(wanted, withSequence(orderPrefix(number, bucketOf(value)), sequence))
    return
  }
  const seen = new Set<string>()
  try {
    index.definition.map(message, (group, detail = '') => {
      const prefix = termPrefix(number, group, detail)
      const name = toHex(prefix)
      if (seen.has(name)) return
      seen.add(name)
      addTo(wanted, withSequence(prefix, sequence))
    })
  } catch {
    // As when the entries were made: the terms before the throw stand.
  }
}

/** Compare an index with what has been noted: what is wrong, or `null`. */
export async function checkIndex(
  database: Database,
  end: number,
  { index, number, position, wanted }: Watched,
): Promise<string | null> {
  const { name } = index.definition
  if (position > end) return `index ${name} is ahead of the log: at ${position} of ${end}`
  const actual: Sum = { count: 0, hash: 0 }
  const table = index.order ? TABLE.order : TABLE.posting
  const prefix = Uint8Array.of(table, number >>> 8, number)
  const range = { gte: prefix, lt: prefixEnd(prefix) }
  for await (const batch of entries(database, range, 500))
    for (const [key, value] of batch) {
      const first = getU48(key, key.length - 6)
      const term = new Uint8Array(key.subarray(0, key.length - 6))
      const list = index.order
        ? decodeOrderBlock(value, first).map(({ sequence }) => sequence)
        : decodeBlock(value, first)
      for (const sequence of list) addTo(actual, withSequence(term, sequence))
    }
  if (actual.count === wanted.count && actual.hash === wanted.hash) return null
  return `index ${name} has ${actual.count} entries up to message ${position}, rebuilt it would have ${wanted.count}`
}
