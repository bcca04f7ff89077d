import { parseJson } from '@scuttlebot/ssb-encode'
import { type ByteSource, isBlank, type OldRecord, recordOf } from './source.ts'

const WINDOW_BYTES = 1 << 20
/** Bytes of the three numbers around a body. */
const FRAME = 12
/** A message has at most 8 KiB; what claims to be far larger is not a record. */
const BODY_MAX = 1 << 20

/**
 * The records of `flume/log.offset`, as ssb-server and ssb-db wrote it:
 * `length u32 BE | JSON of {key, value, timestamp} | length again | offset of the next record`.
 *
 * Stops at the first place where the three numbers do not agree, and says how many bytes are left: the old server
 * would cut them off. Bodies of zeros are deleted messages.
 */
export async function* flumeRecords(source: ByteSource): AsyncGenerator<OldRecord> {
  let window: Uint8Array = new Uint8Array()
  let base = 0
  let offset = 0
  const bytes = async (at: number, length: number): Promise<Uint8Array> => {
    if (at + length > base + window.length) {
      window = await source.read(at, Math.max(WINDOW_BYTES, length))
      base = at
    }
    return window.subarray(at - base, at - base + length)
  }
  while (offset < source.size) {
    const length = numberAt(await bytes(offset, 4), 0)
    const end = offset + (length ?? 0) + FRAME
    const isWhole = length !== null && length <= BODY_MAX && end <= source.size
    const record = isWhole ? await bytes(offset, length + FRAME) : new Uint8Array()
    if (
      !isWhole ||
      numberAt(record, 4 + length) !== length ||
      numberAt(record, 8 + length) !== end
    ) {
      yield { kind: 'torn', offset, bytes: source.size - offset }
      return
    }
    yield recordIn(offset, record.subarray(4, 4 + length))
    offset = end
  }
}

function numberAt(bytes: Uint8Array, at: number): number | null {
  if (at + 4 > bytes.length) return null
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at)
}

function recordIn(offset: number, body: Uint8Array): OldRecord {
  if (isBlank(body)) return { kind: 'deleted', offset }
  const parsed = parseJson(body)
  return parsed.ok
    ? recordOf(offset, parsed.value)
    : { kind: 'unreadable', offset, reason: 'not JSON' }
}
