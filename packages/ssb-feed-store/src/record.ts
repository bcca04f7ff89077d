// A log record:
//
//   0       1        5                13       45       49              55
//   | version | CRC-32 | received float64 | id 32  | feed 4 | feed sequence 6 | compact JSON of the value … |
//
// Numbers are big-endian; the checksum covers everything behind it.
import { crc32 } from './crc.ts'
import { StoreError } from './errors.ts'
import { getF64, getU32, getU48, putF64, putU32, putU48 } from './tables.ts'

/** Version byte of the records that this package writes. */
export const RECORD_VERSION = 1
/** Bytes in front of the message. */
export const RECORD_HEADER = 55

const CRC_AT = 1
const TIME_AT = 5
const ID_AT = 13
const FEED_AT = 45
const FEED_SEQUENCE_AT = 49

/** What the header of a record says. */
export interface RecordFacts {
  /** Receive time, milliseconds since 1970. */
  readonly timestamp: number
  /** 32 bytes. */
  readonly id: Uint8Array
  /** Interned feed. */
  readonly feed: number
  readonly feedSequence: number
  /** Compact JSON of the message value, UTF-8. */
  readonly bytes: Uint8Array
}

/** Write a record into `out`, which has exactly `RECORD_HEADER + bytes.length` bytes. */
export function writeRecord(out: Uint8Array, facts: RecordFacts): void {
  out[0] = RECORD_VERSION
  putF64(out, TIME_AT, facts.timestamp)
  out.set(facts.id, ID_AT)
  putU32(out, FEED_AT, facts.feed)
  putU48(out, FEED_SEQUENCE_AT, facts.feedSequence)
  out.set(facts.bytes, RECORD_HEADER)
  putU32(out, CRC_AT, crc32(out, TIME_AT))
}

/** Whether the bytes are a record with a right checksum. */
export function recordIsSound(record: Uint8Array): boolean {
  return (
    record.length >= RECORD_HEADER &&
    record[0] === RECORD_VERSION &&
    getU32(record, CRC_AT) === crc32(record, TIME_AT)
  )
}

/**
 * Check a record's version and checksum.
 *
 * @throws {@link StoreError} with code `SSB_STORE_VERSION` or `SSB_STORE_CORRUPT`.
 */
export function checkRecord(record: Uint8Array, sequence: number): void {
  if (record.length > 0 && (record[0] as number) > RECORD_VERSION)
    throw new StoreError(
      'SSB_STORE_VERSION',
      `record ${sequence} has version ${record[0]}, written by a newer program`,
    )
  if (!recordIsSound(record))
    throw new StoreError(
      'SSB_STORE_CORRUPT',
      `record ${sequence} is damaged: its checksum does not match; run fsck`,
    )
}

/** Receive time of a record. */
export function recordTime(record: Uint8Array): number {
  return getF64(record, TIME_AT)
}

/** Message id of a record: 32 bytes, a view. */
export function recordId(record: Uint8Array): Uint8Array {
  return record.subarray(ID_AT, FEED_AT)
}

/** Interned feed of a record. */
export function recordFeed(record: Uint8Array): number {
  return getU32(record, FEED_AT)
}

/** Feed sequence of a record. */
export function recordFeedSequence(record: Uint8Array): number {
  return getU48(record, FEED_SEQUENCE_AT)
}

/** Read a record that has been checked. Nothing is copied. */
export function readRecord(record: Uint8Array): RecordFacts {
  return {
    timestamp: recordTime(record),
    id: recordId(record),
    feed: recordFeed(record),
    feedSequence: recordFeedSequence(record),
    bytes: record.subarray(RECORD_HEADER),
  }
}

// Whoever keeps a message keeps all of the piece that it lies in, so these are small.
const PIECE_BYTES = 32 * 1024

/** Memory for records, cut from larger pieces: to get each for itself takes longer than to fill it. */
export function createMemory(): (size: number) => Uint8Array {
  let piece = new Uint8Array(0)
  let used = 0
  return (size) => {
    if (size > PIECE_BYTES / 4) return new Uint8Array(size)
    if (used + size > piece.length) {
      piece = new Uint8Array(PIECE_BYTES)
      used = 0
    }
    used += size
    return piece.subarray(used - size, used)
  }
}
