import { fast } from './platform.ts'

const encoder = new TextEncoder()
// A byte order mark is text like any other here: dropping it would change what was signed.
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })

// From here on one call into the platform beats a loop over characters (measured, Node 20).
const LOOP_MAX = 128

/**
 * Write text as UTF-8: the bytes that are signed, stored and sent.
 *
 * A lone surrogate becomes U+FFFD (three bytes), as on every platform.
 */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/**
 * Read UTF-8, with U+FFFD in the place of each malformed part. A byte order mark is kept.
 */
export function utf8Text(bytes: Uint8Array): string {
  // Well-formed input is the rule, and the strict decoder is several times faster (measured, Node 20).
  return utf8TextStrict(bytes) ?? lenient.decode(bytes)
}

/**
 * Read UTF-8, refusing malformed input (overlong forms, surrogates, cut sequences). A byte order mark is kept.
 *
 * @returns null when the bytes are not UTF-8
 */
export function utf8TextStrict(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

/**
 * Take the low byte of each UTF-16 unit: the bytes whose SHA-256 is the id of a classic message.
 *
 * One byte per unit, so `bytes.length === text.length`; U+2603 becomes 0x03, and an astral character
 * two bytes. The classic implementation calls this "latin1"; it is one-way for text beyond U+00FF.
 */
export function lowBytes(text: string): Uint8Array {
  if (!fast || text.length < LOOP_MAX) return lowBytesPortable(text)
  const bytes = new Uint8Array(text.length)
  fast.from(bytes.buffer, 0, bytes.length).write(text, 'latin1')
  return bytes
}

/** {@link lowBytes} without `Buffer`. */
export function lowBytesPortable(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
