import { decodeBipf } from './bipf.ts'
import { type ByteSource, isBlank, type OldRecord, recordOf } from './source.ts'

/** Bytes of a block of async-append-only-log as ssb-db2 sets it. */
const BLOCK_BYTES = 65_536

/**
 * The records of `db2/log.bipf`, as ssb-db2 wrote it: blocks of 65,536 bytes, in each
 * `length u16 LE | BIPF of {key, value, timestamp}` one after another, a length of 0 at the block's end.
 *
 * Bodies of zeros are deleted messages. A body that cannot be read at the end of the last block is a torn write.
 */
export async function* db2Records(source: ByteSource): AsyncGenerator<OldRecord> {
  for (let start = 0; start < source.size; start += BLOCK_BYTES) {
    const block = await source.read(start, BLOCK_BYTES)
    const isLast = start + BLOCK_BYTES >= source.size
    yield* recordsOf(block, start, isLast)
  }
}

function* recordsOf(block: Uint8Array, start: number, isLast: boolean): Generator<OldRecord> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  for (let at = 0; at + 2 <= block.length; ) {
    const length = view.getUint16(at, true)
    if (length === 0) return
    const offset = start + at
    const end = at + 2 + length
    const body = block.subarray(at + 2, end)
    at = end
    if (end <= block.length && isBlank(body)) {
      yield { kind: 'deleted', offset }
      continue
    }
    const decoded = end <= block.length ? decodeBipf(body) : ({ ok: false } as const)
    if (decoded.ok) yield recordOf(offset, decoded.value)
    else if (isLast && isTail(block, end)) {
      yield { kind: 'torn', offset, bytes: block.length - (offset - start) }
      return
    } else if (end > block.length) {
      yield { kind: 'unreadable', offset, reason: 'longer than its block' }
      return
    } else yield { kind: 'unreadable', offset, reason: 'not BIPF' }
  }
}

/** Whether nothing follows in a block. */
const isTail = (block: Uint8Array, end: number): boolean => isBlank(block.subarray(end))
