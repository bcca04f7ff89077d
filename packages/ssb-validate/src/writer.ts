// The texts of a message in one walk, as bytes: the canonical one (two spaces of indent: signed, hashed, measured) and
// the compact one (stored, served). What a message costs beside its signature is spent here, so nothing is written as
// a string first: texts with a letter beyond U+00FF would take two bytes a letter and be turned into UTF-8 three times.
// The result is the platform's to the letter: test/properties.test.ts.

import { MESSAGE_UNITS_MAX } from './limits.ts'
import { writeLow } from './low.ts'
import { memoryOf } from './memory.ts'

/** At this depth the indentation alone is more than a message may have. */
const DEPTH_MAX = 66
/** Each value takes two characters at least, so these are more than a message may have. */
const NODES_MAX = 4100
/** Texts up to this length are written letter by letter, which costs less than calling the platform. */
const SHORT = 24

/** Bytes that a canonical text of 8192 units takes at most, and what is written before its length is looked at. */
const ROOM = 3 * (MESSAGE_UNITS_MAX + 256)
/** All texts in one memory, because copying within it is what the platform does fastest. */
const COMPACT = ROOM
const LOW = 2 * ROOM
const memory = memoryOf(3 * ROOM)
const { bytes } = memory
const words: Int32Array = new Int32Array(bytes.buffer)
/** Where line ends of the text that was searched last stand. */
const lineEnds: Int32Array = new Int32Array(MESSAGE_UNITS_MAX)

const LINE_END = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const DIGIT = 48
const COLON = 58
const BACKSLASH = 92
const LETTER_N = 110
const [LIST, LIST_END] = [91, 93]
const [OBJECT, OBJECT_END] = [123, 125]

/** Whole numbers below are written digit by digit, which costs less than to make a text of each. */
const WHOLE_MAX = 1e15

/** Thrown to nobody but {@link writeTexts}: a value that JSON knows no plain text of, or too much of it. */
const NOT_PLAIN: unique symbol = Symbol('not plain')

let canonicalAt = 0
let compactAt = COMPACT
/** How many bytes more than UTF-16 units the canonical text has. */
let extra = 0
/** Whether the texts read as what was written: not so where a number is too large for JSON, which says `null`. */
let isExact = true
let nodes = 0
/** How often memory was written over, to notice a getter that calls for a text of its own. */
let turns = 0

function begin(): void {
  turns++
  canonicalAt = 0
  compactAt = COMPACT
  extra = 0
  isExact = true
  nodes = 0
}

/** Into both texts. */
function both(byte: number): void {
  bytes[canonicalAt++] = byte
  bytes[compactAt++] = byte
}

/** Into the canonical text alone. */
function only(byte: number): void {
  bytes[canonicalAt++] = byte
}

/** Whether the canonical text has no room for so many UTF-16 units more. */
const isFull = (units: number): boolean => canonicalAt - extra + units > MESSAGE_UNITS_MAX

/** What stands in the canonical text from here on belongs to the compact one, too. */
function repeat(start: number): void {
  bytes.copyWithin(compactAt, start, canonicalAt)
  compactAt += canonicalAt - start
}

/** Text that stands in JSON as it is. */
function copy(text: string): void {
  if (isFull(text.length)) throw NOT_PLAIN
  const start = canonicalAt
  canonicalAt += memory.utf8(text, start)
  extra += canonicalAt - start - text.length
  repeat(start)
}

/** A short text in ASCII, quoted. Returns false, with nothing written, for any other text. */
function writeShort(text: string): boolean {
  const { length } = text
  let at = canonicalAt
  let at2 = compactAt
  bytes[at++] = QUOTE
  bytes[at2++] = QUOTE
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 126 || unit < 32 || unit === QUOTE || unit === BACKSLASH) return false
    bytes[at++] = unit
    bytes[at2++] = unit
  }
  bytes[at++] = QUOTE
  bytes[at2++] = QUOTE
  canonicalAt = at
  compactAt = at2
  return true
}

/** Whether U+FFFD stands at these bytes of a text, which is what half of a surrogate pair is written as. */
const isReplacement = (at: number): boolean =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd

/** Whether one of these four bytes may be one that JSON escapes; never false where one is. */
function isNotable(four: number): boolean {
  const quote = four ^ 0x22222222
  const backslash = four ^ 0x5c5c5c5c
  const replacement = four ^ 0xefefefef
  // The top bit of each byte that is a control or becomes zero, and of none below the first such byte.
  const hit =
    ((four - 0x20202020) & ~four) |
    ((quote - 0x01010101) & ~quote) |
    ((backslash - 0x01010101) & ~backslash) |
    ((replacement - 0x01010101) & ~replacement)
  return (hit & 0x80808080) !== 0
}

/**
 * Find the line ends of a text.
 *
 * @returns how many there are, or -1 where there is something else that JSON may escape
 */
function findLineEnds(start: number, end: number): number {
  let found = 0
  for (let at = start; at < end; at++) {
    while ((at & 3) === 0 && at + 4 <= end && !isNotable(words[at >> 2] as number)) at += 4
    if (at === end) break
    const byte = bytes[at] as number
    if (byte === LINE_END) lineEnds[found++] = at
    else if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) return -1
    else if (byte === 0xef && isReplacement(at)) return -1
  }
  return found
}

/** Escape so many line ends of the text that ends the canonical one, in place. */
function escapeLineEnds(found: number): void {
  let from = canonicalAt
  canonicalAt += found
  let to = canonicalAt
  for (let i = found - 1; i >= 0; i--) {
    const lineEnd = lineEnds[i] as number
    to -= from - lineEnd - 1
    if (to < canonicalAt) bytes.copyWithin(to, lineEnd + 1, from)
    bytes[--to] = LETTER_N
    bytes[--to] = BACKSLASH
    from = lineEnd
  }
}

/** A text with no more than line ends to escape, quoted. Returns false, with nothing written, for any other. */
function writePlain(text: string): boolean {
  const start = canonicalAt
  const end = start + 1 + memory.utf8(text, start + 1)
  const found = findLineEnds(start + 1, end)
  if (found < 0) return false
  if (isFull(text.length + found + 2)) throw NOT_PLAIN
  bytes[start] = QUOTE
  canonicalAt = end
  extra += end - start - 1 - text.length
  if (found > 0) escapeLineEnds(found)
  bytes[canonicalAt++] = QUOTE
  repeat(start)
  return true
}

function writeText(text: string): void {
  const { length } = text
  if (length <= SHORT && writeShort(text)) return
  if (isFull(length + 2)) throw NOT_PLAIN
  // `JSON.stringify` takes several times as long (measured, Node 20).
  if (!writePlain(text)) copy(JSON.stringify(text))
}

function writeLine(depth: number): void {
  if (isFull(0)) throw NOT_PLAIN
  let at = canonicalAt
  bytes[at++] = LINE_END
  for (let i = 0; i < depth; i++) {
    bytes[at++] = SPACE
    bytes[at++] = SPACE
  }
  canonicalAt = at
}

function writeList(list: readonly unknown[], depth: number): void {
  both(LIST)
  for (let i = 0; i < list.length; i++) {
    if (i > 0) both(COMMA)
    writeLine(depth + 1)
    write(list[i], depth + 1)
  }
  if (list.length > 0) writeLine(depth)
  both(LIST_END)
}

function writeObject(object: Readonly<Record<string, unknown>>, depth: number): void {
  const keys = Object.keys(object)
  both(OBJECT)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    if (i > 0) both(COMMA)
    writeLine(depth + 1)
    writeText(key)
    both(COLON)
    only(SPACE)
    write(object[key], depth + 1)
  }
  if (keys.length > 0) writeLine(depth)
  both(OBJECT_END)
}

function writeLeaf(text: string): void {
  for (let i = 0; i < text.length; i++) both(text.charCodeAt(i))
}

/** A number that is whole, not negative and below {@link WHOLE_MAX}. */
function writeWhole(number: number): void {
  let size = 1
  for (let power = 10; number >= power; power *= 10) size++
  let rest = number
  for (let i = size - 1; i >= 0; i--) {
    const next = Math.floor(rest / 10)
    const digit = DIGIT + rest - 10 * next
    bytes[canonicalAt + i] = digit
    bytes[compactAt + i] = digit
    rest = next
  }
  canonicalAt += size
  compactAt += size
}

function writeNumber(x: number): void {
  if (x >= 0 && x < WHOLE_MAX && Math.floor(x) === x) writeWhole(x)
  else if (Number.isFinite(x)) writeLeaf(`${x}`)
  else {
    isExact = false
    writeLeaf('null')
  }
}

function writeNested(x: object, depth: number): void {
  if (depth >= DEPTH_MAX || 'toJSON' in x) throw NOT_PLAIN
  if (Array.isArray(x)) {
    writeList(x, depth)
    return
  }
  const prototype: unknown = Object.getPrototypeOf(x)
  if (prototype !== Object.prototype && prototype !== null) throw NOT_PLAIN
  writeObject(x as Readonly<Record<string, unknown>>, depth)
}

function write(x: unknown, depth: number): void {
  if (++nodes > NODES_MAX) throw NOT_PLAIN
  if (typeof x === 'string') writeText(x)
  else if (typeof x === 'number') writeNumber(x)
  else if (typeof x === 'boolean' || x === null) writeLeaf(`${x}`)
  else if (typeof x === 'object') writeNested(x, depth)
  else throw NOT_PLAIN
}

/** A message's texts, in memory that the next call writes over. */
export interface Texts {
  /** `JSON.stringify(value, null, 2)` as UTF-8. */
  readonly canonical: Uint8Array
  /** The low byte of each of its UTF-16 units, whose hash is the id: as many as there are units. */
  readonly low: Uint8Array
  /** `JSON.stringify(value)` as UTF-8. */
  readonly compact: Uint8Array
  /** Whether they are known to read as the value that they were made of. */
  readonly isExact: boolean
}

function written(): Texts {
  const canonical = bytes.subarray(0, canonicalAt)
  return {
    canonical,
    low: extra > 0 ? bytes.subarray(LOW, writeLow(bytes, words, canonicalAt, LOW)) : canonical,
    compact: bytes.subarray(COMPACT, compactAt),
    isExact,
  }
}

/**
 * The texts of a plain value that is neither deep nor wide.
 *
 * @returns null for any other value, and where there are more than 8192 units: ask the platform, with care
 */
export function writeTexts(value: unknown): Texts | null {
  begin()
  const turn = turns
  try {
    write(value, 0)
  } catch {
    // Ours, or that of a getter or a proxy.
    return null
  }
  const texts = written()
  return turn === turns && texts.low.length <= MESSAGE_UNITS_MAX ? texts : null
}

/**
 * The same of texts that the platform wrote.
 *
 * @param canonical at most 8192 units
 */
export function encodeTexts(canonical: string, compact: string): Texts {
  begin()
  isExact = false
  canonicalAt = memory.utf8(canonical, 0)
  extra = canonicalAt - canonical.length
  compactAt = COMPACT + memory.utf8(compact, COMPACT)
  return written()
}
