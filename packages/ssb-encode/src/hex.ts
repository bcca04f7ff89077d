const DIGITS = '0123456789abcdef'

const VALUE_OF: Int8Array = new Int8Array(128).fill(-1)
for (let i = 0; i < 16; i++) {
  VALUE_OF[DIGITS.charCodeAt(i)] = i
  VALUE_OF[DIGITS.toUpperCase().charCodeAt(i)] = i
}

/** Write bytes as lower-case hexadecimal, two digits per byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15)
  return text
}

/**
 * Read hexadecimal, in either case.
 *
 * @returns null for an odd number of digits and for any character that is no digit
 */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = VALUE_OF[text.charCodeAt(2 * i)] ?? -1
    const low = VALUE_OF[text.charCodeAt(2 * i + 1)] ?? -1
    if (high < 0 || low < 0) return null
    bytes[i] = (high << 4) | low
  }
  return bytes
}
