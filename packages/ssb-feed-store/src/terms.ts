// A term is a group and a detail. On disk: index 2 · length 2 · group · length 2 · detail · first sequence 6.
// A group that is a canonical id takes 33 bytes: its sigil, and what it stands for.
import { fromBase64, toBase64, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { isBlobId, isFeedId, isMsgId } from '@scuttlebot/ssb-ref'
import { putU48, TABLE } from './tables.ts'

const TEXT = 0

function encodeGroup(group: string): Uint8Array {
  const sigil = group.charCodeAt(0)
  // '%', '&' and '@': only a canonical id is shortened, so that each text has one form.
  if (
    (sigil === 0x25 && isMsgId(group)) ||
    (sigil === 0x26 && isBlobId(group)) ||
    (sigil === 0x40 && isFeedId(group))
  ) {
    const key = fromBase64(group.slice(1, 45))
    if (key !== null) {
      const out = new Uint8Array(33)
      out[0] = sigil
      out.set(key, 1)
      return out
    }
  }
  const text = utf8(group)
  const out = new Uint8Array(1 + text.length)
  out[0] = TEXT
  out.set(text, 1)
  return out
}

function decodeGroup(bytes: Uint8Array): string {
  if (bytes[0] === TEXT) return utf8Text(bytes.subarray(1))
  const sigil = String.fromCharCode(bytes[0] as number)
  return sigil + toBase64(bytes.subarray(1)) + (sigil === '@' ? '.ed25519' : '.sha256')
}

/** The key in front of the sequence, for a term or (without `detail`) for all details of a group. */
export function termPrefix(index: number, group: string, detail?: string): Uint8Array {
  return termBytes(index, group, detail, 0)
}

/** The key of a block of a term that begins with a sequence. */
export function termKey(index: number, group: string, detail: string, first: number): Uint8Array {
  const key = termBytes(index, group, detail, 6)
  putU48(key, key.length - 6, first)
  return key
}

const NO_TEXT = new Uint8Array()

function termBytes(
  index: number,
  group: string,
  detail: string | undefined,
  more: number,
): Uint8Array {
  const first = encodeGroup(group)
  const second = detail === undefined ? null : detail === '' ? NO_TEXT : utf8(detail)
  const out = new Uint8Array(5 + first.length + (second === null ? 0 : 2 + second.length) + more)
  out[0] = TABLE.posting
  out[1] = index >>> 8
  out[2] = index
  out[3] = first.length >>> 8
  out[4] = first.length
  out.set(first, 5)
  if (second !== null) {
    const at = 5 + first.length
    out[at] = second.length >>> 8
    out[at + 1] = second.length
    out.set(second, at + 2)
  }
  return out
}

/** Group and detail of a posting key. */
export function termOf(key: Uint8Array): { group: string; detail: string; prefix: Uint8Array } {
  const groupEnd = 5 + (((key[3] as number) << 8) | (key[4] as number))
  const size = ((key[groupEnd] as number) << 8) | (key[groupEnd + 1] as number)
  const end = groupEnd + 2 + size
  const group = decodeGroup(key.subarray(5, groupEnd))
  return {
    group,
    detail: utf8Text(key.subarray(groupEnd + 2, end)),
    prefix: new Uint8Array(key.subarray(0, end)),
  }
}

/** A prefix followed by a 48-bit number. */
export function withSequence(prefix: Uint8Array, sequence: number): Uint8Array {
  const key = new Uint8Array(prefix.length + 6)
  key.set(prefix, 0)
  putU48(key, prefix.length, sequence)
  return key
}

/** The smallest key above all that begin with `prefix`. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  // Not `slice`: a Buffer's shares its memory.
  const end = new Uint8Array(prefix)
  for (let i = end.length - 1; i >= 0; i--) {
    if (end[i] === 255) continue
    end[i] = (end[i] as number) + 1
    return end.subarray(0, i + 1)
  }
  return Uint8Array.of(255)
}
