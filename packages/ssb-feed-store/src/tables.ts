// Keys of the database: one byte for the table, then fixed-width big-endian numbers, so that byte order is number order.
//
//   1 log      sequence(6)                                        record, see record.ts
//   2 key      message id(32)                                     sequence(6)
//   3 feed     feed(4) first feed sequence(6)                     block of log sequences, see blocks.ts
//   4 head     feed(4)                                            head, see feeds.ts
//   5 meta     name (text)                                        JSON
//   6 posting  index(2) length(2) group length(2) detail first(6) block of log sequences
//   7 order    index(2) bucket(6) first(6)                        block of (number, log sequence)

/** First byte of a key. */
export const TABLE = { log: 1, key: 2, feed: 3, head: 4, meta: 5, posting: 6, order: 7 } as const

const TWO_32 = 2 ** 32

/** Write a 48-bit number big-endian. */
export function putU48(bytes: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / TWO_32)
  const low = value >>> 0
  bytes[at] = high >>> 8
  bytes[at + 1] = high
  bytes[at + 2] = low >>> 24
  bytes[at + 3] = low >>> 16
  bytes[at + 4] = low >>> 8
  bytes[at + 5] = low
}

/** Read a 48-bit number big-endian. */
export function getU48(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  return high * TWO_32 + getU32(bytes, at + 2)
}

/** Write a 32-bit number big-endian. */
export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** Read a 32-bit number big-endian. */
export function getU32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  )
}

// One view that is used again and again: making one costs more than the number does.
const float = new DataView(new ArrayBuffer(8))
const floatBytes = new Uint8Array(float.buffer)

/** Write a float64 big-endian. */
export function putF64(bytes: Uint8Array, at: number, value: number): void {
  float.setFloat64(0, value)
  bytes.set(floatBytes, at)
}

/** Read a float64 big-endian. */
export function getF64(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i] as number
  return float.getFloat64(0)
}

/** Six bytes of a sequence: a value of table 2. */
export function u48(value: number): Uint8Array {
  const bytes = new Uint8Array(6)
  putU48(bytes, 0, value)
  return bytes
}

/** Key of a log record. */
export function logKey(sequence: number): Uint8Array {
  const key = new Uint8Array(7)
  key[0] = TABLE.log
  putU48(key, 1, sequence)
  return key
}

/** Key of the message id table. */
export function idKey(id: Uint8Array): Uint8Array {
  const key = new Uint8Array(33)
  key[0] = TABLE.key
  key.set(id, 1)
  return key
}

/** Key of a block of a feed. */
export function feedKey(feed: number, feedSequence: number): Uint8Array {
  const key = new Uint8Array(11)
  key[0] = TABLE.feed
  putU32(key, 1, feed)
  putU48(key, 5, feedSequence)
  return key
}

/** Key of a feed's head. */
export function headKey(feed: number): Uint8Array {
  const key = new Uint8Array(5)
  key[0] = TABLE.head
  putU32(key, 1, feed)
  return key
}

/** Key of a named value. */
export function metaKey(name: string): Uint8Array {
  const text = new TextEncoder().encode(name)
  const key = new Uint8Array(1 + text.length)
  key[0] = TABLE.meta
  key.set(text, 1)
  return key
}

/** The range of a whole table. */
export function tableRange(table: number): { gte: Uint8Array; lt: Uint8Array } {
  return { gte: Uint8Array.of(table), lt: Uint8Array.of(table + 1) }
}
