// An order index lies in buckets of 2^26 ms; inside a bucket entries come in the order of the log and are sorted
// when they are read.
import { decodeOrderBlock, type Ordered } from './blocks.ts'
import { type Database, entries } from './database.ts'
import type { OrderDefinition } from './index-types.ts'
import { ORDER_BUCKET, SEQUENCE_MAX } from './limits.ts'
import type { StoredMessage } from './message.ts'
import { getU48, putU48, TABLE } from './tables.ts'
import { prefixEnd } from './terms.ts'

/** The bucket of a number; negative ones share the first, too large ones and NaN the last. */
export function bucketOf(value: number): number {
  if (!(value < SEQUENCE_MAX * ORDER_BUCKET)) return SEQUENCE_MAX
  return Math.max(0, Math.floor(value / ORDER_BUCKET))
}

/** The number of a message; `null` also where the definition throws, as content comes from strangers. */
export function orderValue(definition: OrderDefinition, message: StoredMessage): number | null {
  try {
    return definition.order(message)
  } catch {
    return null
  }
}

/** The key of a bucket, in front of the first sequence. */
export function orderPrefix(index: number, bucket: number): Uint8Array {
  const out = new Uint8Array(9)
  out[0] = TABLE.order
  out[1] = index >>> 8
  out[2] = index
  putU48(out, 3, bucket)
  return out
}

/** Read entries by number, then by log sequence, one bucket at a time. */
export async function* readOrder(
  database: Database,
  index: number,
  range: { readonly gte?: number; readonly lte?: number; readonly reverse?: boolean },
): AsyncIterable<readonly Ordered[]> {
  const { gte = -Infinity, lte = Infinity, reverse = false } = range
  const bounds = {
    gte: orderPrefix(index, bucketOf(gte)),
    lt: prefixEnd(orderPrefix(index, bucketOf(lte))),
    reverse,
  }
  let bucket = -1
  let held: Ordered[] = []
  const sorted = (): Ordered[] =>
    held
      .filter(({ value }) => value >= gte && value <= lte)
      .sort((a, b) => (reverse ? -1 : 1) * (a.value - b.value || a.sequence - b.sequence))
  for await (const batch of entries(database, bounds, 16))
    for (const [key, value] of batch) {
      const at = getU48(key, 3)
      if (at !== bucket) {
        const ready = sorted()
        held = []
        bucket = at
        if (ready.length > 0) yield ready
      }
      for (const entry of decodeOrderBlock(value, getU48(key, 9))) held.push(entry)
    }
  const ready = sorted()
  if (ready.length > 0) yield ready
}
