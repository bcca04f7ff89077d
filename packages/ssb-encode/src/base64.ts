import { fast } from './platform.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const PAD = 61

const VALUE_OF: Int8Array = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) VALUE_OF[ALPHABET.charCodeAt(i)] = i

// The url-safe letters, which only the lenient reader takes.
const MINUS = 45
const UNDERSCORE = 95

// From here on one call into the platform beats a loop over characters (measured, Node 20).
const LOOP_MAX = 96

/** Write bytes as standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  return fast
    ? fast.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    : toBase64Portable(bytes)
}

/** {@link toBase64} without `Buffer`. */
export function toBase64Portable(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63)
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 63) : '='
    text += left > 2 ? ALPHABET.charAt(group & 63) : '='
  }
  return text
}

/** How many bytes a text of canonical shape stands for, or -1 when its length or padding is wrong. */
function sizeOf(text: string): number {
  const { length } = text
  if (length % 4 !== 0) return -1
  if (length === 0 || text.charCodeAt(length - 1) !== PAD) return (length / 4) * 3
  return (length / 4) * 3 - (text.charCodeAt(length - 2) === PAD ? 2 : 1)
}

/**
 * Read canonical base64: standard alphabet, full padding, unused bits zero, nothing else.
 *
 * So `toBase64(fromBase64(text)) === text` for every text that is accepted. The empty text stands for no bytes.
 *
 * @returns null for any other text
 */
export function fromBase64(text: string): Uint8Array | null {
  if (!fast || text.length < LOOP_MAX) return fromBase64Portable(text)
  const size = sizeOf(text)
  if (size < 0) return null
  const bytes = new Uint8Array(size)
  const view = fast.from(bytes.buffer, 0, size)
  view.write(text, 'base64')
  // The platform's reader is lenient, so what it read is written again and compared.
  return view.toString('base64') === text ? bytes : null
}

/** {@link fromBase64} without `Buffer`. */
export function fromBase64Portable(text: string): Uint8Array | null {
  const size = sizeOf(text)
  if (size < 0) return null
  const bytes = new Uint8Array(size)
  let bits = 0
  let held = 0
  let at = 0
  const end = Math.ceil((size * 8) / 6)
  for (let i = 0; i < end; i++) {
    const value = VALUE_OF[text.charCodeAt(i)] ?? -1
    if (value < 0) return null
    bits = (bits << 6) | value
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = bits >> held
      bits &= (1 << held) - 1
    }
  }
  return bits === 0 ? bytes : null
}

/**
 * Read base64 as Node's `Buffer.from(text, 'base64')` does, on every platform: either alphabet, padding
 * optional, reading stops at the first `=`, characters that are no base64 are skipped, left-over bits dropped.
 *
 * For values that old software wrote carelessly (keys in files, invite seeds). Whoever compares or signs
 * what was read should use {@link fromBase64}.
 */
export function fromBase64Lenient(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === PAD) break
    const value = code === MINUS ? 62 : code === UNDERSCORE ? 63 : (VALUE_OF[code] ?? -1)
    if (value < 0) continue
    bits = ((bits << 6) | value) & 0xfff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = bits >> held
    }
  }
  return bytes.slice(0, at)
}
