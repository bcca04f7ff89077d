// The bytes whose hash is the id: of each UTF-16 unit of a text the low one. Nearly all letters are ASCII, of which these
// bytes are the UTF-8 itself, so whole stretches of them are copied.

/** Stretches up to this length are copied byte by byte, which costs less than calling the platform. */
const SHORT = 24

/** Where the next byte beyond ASCII stands, `size` at most. */
function endOfAscii(bytes: Uint8Array, words: Int32Array, start: number, size: number): number {
  let at = start
  while (at < size) {
    if ((at & 3) === 0) while (at < size && ((words[at >> 2] as number) & 0x80808080) === 0) at += 4
    if (at >= size) return size
    if ((bytes[at] as number) >= 0x80) return at
    at++
  }
  return size
}

/**
 * Write the low byte of each UTF-16 unit of a text.
 *
 * @param bytes memory that begins with the text in UTF-8, well-formed
 * @param words the same memory, four bytes at a time
 * @param size bytes of the text
 * @param to where to write, behind the text
 * @returns where that ends
 */
export function writeLow(bytes: Uint8Array, words: Int32Array, size: number, to: number): number {
  let at = to
  let from = 0
  for (;;) {
    const end = endOfAscii(bytes, words, from, size)
    if (end - from > SHORT) {
      bytes.copyWithin(at, from, end)
      at += end - from
    } else for (let i = from; i < end; i++) bytes[at++] = bytes[i] as number
    if (end === size) return at
    from = end
    const byte = bytes[from++] as number
    if (byte < 0xe0) bytes[at++] = (byte << 6) | ((bytes[from++] as number) & 0x3f)
    else {
      const second = bytes[from++] as number
      const third = bytes[from++] as number
      if (byte < 0xf0) bytes[at++] = (second << 6) | (third & 0x3f)
      else {
        // A surrogate pair: ten bits each of what is beyond U+FFFF.
        bytes[at++] = (((second & 0x3f) << 2) | ((third & 0x3f) >> 4)) - 0x40
        bytes[at++] = (third << 6) | ((bytes[from++] as number) & 0x3f)
      }
    }
  }
}
