import { utf8TextStrict } from '@scuttlebot/ssb-encode'

/** What {@link decodeBipf} answers. */
export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

const STRING = 0
const BUFFER = 1
const INTEGER = 2
const DOUBLE = 3
const ARRAY = 4
const OBJECT = 5
const SIMPLE = 6

const DEPTH_MAX = 512
const VARINT_BYTES_MAX = 8

class Malformed extends Error {}

/**
 * The value in a BIPF record: `varint(length << 3 | type)`, then the bytes. Total: whatever is no such value, and
 * whatever is left behind it, gives `{ok: false}`. Objects keep the order of their keys, `__proto__` included.
 */
export function decodeBipf(bytes: Uint8Array): Decoded {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  const head = (limit: number): { type: number; end: number } => {
    let tag = 0
    let factor = 1
    for (let count = 0; ; count++) {
      const byte = bytes[at]
      if (byte === undefined || at >= limit || count === VARINT_BYTES_MAX) throw new Malformed()
      at++
      tag += (byte & 127) * factor
      if (byte < 128) break
      factor *= 128
    }
    const end = at + Math.floor(tag / 8)
    if (end > limit) throw new Malformed()
    return { type: tag % 8, end }
  }

  const text = (end: number): string => {
    const found = utf8TextStrict(bytes.subarray(at, end))
    if (found === null) throw new Malformed()
    at = end
    return found
  }

  const fixed = (length: number, end: number): number => {
    if (end - at !== length) throw new Malformed()
    const found = length === 4 ? view.getInt32(at, true) : view.getFloat64(at, true)
    at = end
    return found
  }

  const simple = (end: number): unknown => {
    const length = end - at
    if (length === 0) return null
    const byte = bytes[at]
    if (length !== 1 || byte === undefined || byte > 2) throw new Malformed()
    at = end
    return byte === 2 ? undefined : byte === 1
  }

  const read = (limit: number, depth: number): unknown => {
    if (depth > DEPTH_MAX) throw new Malformed()
    const { type, end } = head(limit)
    switch (type) {
      case STRING:
        return text(end)
      case BUFFER: {
        const found = bytes.slice(at, end)
        at = end
        return found
      }
      case INTEGER:
        return fixed(4, end)
      case DOUBLE:
        return fixed(8, end)
      case ARRAY: {
        const list: unknown[] = []
        while (at < end) list.push(read(end, depth + 1))
        return list
      }
      case OBJECT: {
        const object: Record<string, unknown> = {}
        while (at < end) {
          const key = head(end)
          if (key.type !== STRING) throw new Malformed()
          const name = text(key.end)
          const value = read(end, depth + 1)
          const property = { value, enumerable: true, writable: true, configurable: true }
          Object.defineProperty(object, name, property)
        }
        return object
      }
      case SIMPLE:
        return simple(end)
      default:
        throw new Malformed()
    }
  }

  try {
    const value = read(bytes.length, 0)
    return at === bytes.length ? { ok: true, value } : { ok: false }
  } catch (error) {
    if (error instanceof Malformed) return { ok: false }
    throw error
  }
}
