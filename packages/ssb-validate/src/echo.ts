// The texts of a message whose bytes are already what `JSON.stringify` makes of it, which nearly all are: then the
// canonical text is those bytes with line ends and spaces put in, and no value has to be written. Anything that might
// be written otherwise is left to the writer. The result is the writer's to the letter: test/echo.test.ts.

import { MESSAGE_UNITS_MAX } from './limits.ts'
import { writeLow } from './low.ts'
import type { Texts } from './writer.ts'

/** At this depth the indentation alone is more than a message may have. */
const DEPTH_MAX = 66
/** Keys of the objects that are open at once, to see one that comes twice. */
const KEYS_MAX = 64
/** Digits that a whole number may have and be written as it stands, whatever they are. */
const DIGITS_MAX = 15
/** Texts up to this length are copied letter by letter, which costs less than calling the platform. */
const SHORT = 32

/** What a canonical text of 8192 units takes at most, and what is written before its length is looked at, in bytes. */
const ROOM = 3 * (MESSAGE_UNITS_MAX + 256)
/** Where the canonical text must not go on: a line end with its indentation, and what stands beside it, still fit. */
const FULL = ROOM - 256
const LOW = ROOM
/** Where the received bytes are searched, four at a time: a multiple of four. */
const RECEIVED = 2 * ROOM
const RECEIVED_MAX = 3 * MESSAGE_UNITS_MAX
/** Quotes behind the received bytes, so that every text ends. */
const GUARD = 8
const bytes: Uint8Array = new Uint8Array(3 * ROOM)
const words: Int32Array = new Int32Array(bytes.buffer)
/** Where the keys of open objects begin and end. */
const keyStarts: Int32Array = new Int32Array(KEYS_MAX)
const keyEnds: Int32Array = new Int32Array(KEYS_MAX)
/** By depth: what closes the list or object there, and the number of its first key. */
const ends: Uint8Array = new Uint8Array(DEPTH_MAX + 1)
const firsts: Int32Array = new Int32Array(DEPTH_MAX + 1)

const LINE_END = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const [DIGIT_0, DIGIT_9] = [48, 57]
const COLON = 58
const BACKSLASH = 92
const [LETTER_A, LETTER_Z] = [97, 122]
const LIST = 91
const OBJECT = 123
/** From what opens a list or an object to what closes it. */
const TO_END = 2
/** What may follow a backslash where the platform writes the same: `"`, `\`, `b`, `f`, `n`, `r`, `t`. */
const ESCAPES: ReadonlySet<number> = new Set([QUOTE, BACKSLASH, 98, 102, 110, 114, 116])

let isWide = false

const isDigit = (byte: number): boolean => byte >= DIGIT_0 && byte <= DIGIT_9

/** Where the text ends that begins at a quote; -1 where it is not written as the platform writes it. */
function endOfText(start: number): number {
  let at = start + 1
  for (;;) {
    while ((at & 3) === 0) {
      const four = words[at >> 2] as number
      const quote = four ^ 0x22222222
      const backslash = four ^ 0x5c5c5c5c
      // The top bit of each byte that becomes zero, and of none below the first such byte.
      const hit = ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash)
      if ((hit & 0x80808080) !== 0) break
      if ((four & 0x80808080) !== 0) isWide = true
      at += 4
    }
    const byte = bytes[at++] as number
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) {
      if (!ESCAPES.has(bytes[at++] as number)) return -1
    } else if (byte >= 0x80) isWide = true
  }
}

/** Where a whole number or a word (`true`, `false`, `null`) ends; -1 for other numbers, and for anything else. */
function endOfPlain(start: number): number {
  let at = start
  if (isDigit(bytes[at] as number)) {
    while (isDigit(bytes[at] as number)) at++
    return at - start <= DIGITS_MAX ? at : -1
  }
  while ((bytes[at] as number) >= LETTER_A && (bytes[at] as number) <= LETTER_Z) at++
  return at === start ? -1 : at
}

/** Copy what was read. There must be room. */
function copy(start: number, end: number, to: number): void {
  if (end - start > SHORT) bytes.copyWithin(to, start, end)
  else for (let from = start, at = to; from < end; ) bytes[at++] = bytes[from++] as number
}

/** Write a line end and the indentation. Returns where that ends. */
function writeLine(depth: number, to: number): number {
  let at = to
  bytes[at++] = LINE_END
  for (let i = 0; i < depth; i++) {
    bytes[at++] = SPACE
    bytes[at++] = SPACE
  }
  return at
}

/** Remember a key as the one with that number. Returns false where it is one of those from `first` on. */
function noteKey(first: number, key: number, start: number, end: number): boolean {
  if (key === KEYS_MAX) return false
  for (let i = first; i < key; i++) {
    const other = keyStarts[i] as number
    if ((keyEnds[i] as number) - other !== end - start) continue
    let same = 0
    while (start + same < end && bytes[other + same] === bytes[start + same]) same++
    if (start + same === end) return false
  }
  keyStarts[key] = start
  keyEnds[key] = end
  return true
}

/**
 * Echo the received bytes. All places are local: what is shared by functions is read and written anew at each byte.
 *
 * @param stop where those end
 * @returns where the canonical text ends, or -1 where the platform may write it otherwise
 */
function echo(stop: number): number {
  let from = RECEIVED
  let to = 0
  let depth = 0
  let keys = 0
  let isKeyNext = false
  for (;;) {
    if (to > FULL) return -1
    const start = from
    const byte = bytes[start] as number
    if (isKeyNext) {
      // Keys that are whole numbers come first, whatever their place: they are not looked at closer.
      if (byte !== QUOTE || isDigit(bytes[start + 1] as number)) return -1
      from = endOfText(start)
      if (from === -1 || to + from - start > FULL) return -1
      if (!noteKey(firsts[depth] as number, keys++, start, from)) return -1
      if (bytes[from++] !== COLON) return -1
      copy(start, from, to)
      to += from - start
      bytes[to++] = SPACE
      isKeyNext = false
      continue
    }
    if (byte === OBJECT || byte === LIST) {
      if (depth === DEPTH_MAX) return -1
      bytes[to++] = byte
      from++
      if (bytes[from] !== byte + TO_END) {
        depth++
        ends[depth] = byte + TO_END
        firsts[depth] = keys
        to = writeLine(depth, to)
        isKeyNext = byte === OBJECT
        continue
      }
      bytes[to++] = byte + TO_END
      from++
    } else {
      from = byte === QUOTE ? endOfText(start) : endOfPlain(start)
      if (from === -1 || to + from - start > FULL) return -1
      copy(start, from, to)
      to += from - start
    }
    while (depth > 0 && bytes[from] === ends[depth]) {
      if (to > FULL) return -1
      keys = firsts[depth] as number
      depth--
      to = writeLine(depth, to)
      bytes[to++] = bytes[from++] as number
    }
    if (depth === 0) return from === stop ? to : -1
    if (bytes[from++] !== COMMA) return -1
    bytes[to++] = COMMA
    to = writeLine(depth, to)
    isKeyNext = ends[depth] === OBJECT + TO_END
  }
}

/**
 * The texts of a message from its bytes, in memory that the next call writes over; the compact text is those bytes.
 *
 * @param received what `JSON.parse` and a strict reader of UTF-8 have taken
 * @returns null where they may not be what the platform writes, or are too many: ask the writer
 */
export function echoTexts(received: Uint8Array): Texts | null {
  const { length } = received
  if (length > RECEIVED_MAX) return null
  bytes.set(received, RECEIVED)
  for (let i = 0; i < GUARD; i++) bytes[RECEIVED + length + i] = QUOTE
  isWide = false
  const size = echo(RECEIVED + length)
  if (size === -1) return null
  const canonical = bytes.subarray(0, size)
  const texts = {
    canonical,
    low: isWide ? bytes.subarray(LOW, writeLow(bytes, words, size, LOW)) : canonical,
    compact: received,
    isExact: true,
  }
  return texts.low.length <= MESSAGE_UNITS_MAX ? texts : null
}
