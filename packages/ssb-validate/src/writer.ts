// The canonical text (two spaces of indent: signed, hashed, measured) and the compact one (stored, served) of a
// message in one walk. `JSON.stringify` twice takes about twice as long (measured, Node 20), and this is what a
// message costs beside its signature. The result is the platform's to the letter: test/writer.property.test.ts.

/** At this depth the indentation alone is more than a message may have. */
const DEPTH_MAX = 66
/** Each value takes two characters at least, so these are more than a message may have. */
const NODES_MAX = 4100
const KEYS_MAX = 2000

/** What `JSON.stringify` does not copy as it is: quotes, backslashes, controls, and surrogates, which may be alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found.
const SPECIAL = /["\\\u0000-\u001F\uD800-\uDFFF]/

const quote = (text: string): string => (SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`)

/** The same keys come again and again: `"text":` and `"text": `. */
const quotedKeys = new Map<string, Texts>()

function quoteKey(key: string): Texts {
  const known = quotedKeys.get(key)
  if (known !== undefined) return known
  const text = `${quote(key)}:`
  const quoted: Texts = { compact: text, canonical: `${text} ` }
  if (quotedKeys.size >= KEYS_MAX) quotedKeys.clear()
  if (key.length <= 64) quotedKeys.set(key, quoted)
  return quoted
}

const lineStarts = (before: string): readonly string[] =>
  Array.from({ length: DEPTH_MAX + 2 }, (_, depth) => `${before}\n${'  '.repeat(depth)}`)
const INDENTS: readonly string[] = lineStarts('')
const FIRST_KEYS: readonly string[] = lineStarts('{')
const FIRST_ITEMS: readonly string[] = lineStarts('[')
const COMMAS: readonly string[] = lineStarts(',')

let nodes = 0
/** The canonical text, while `compact` grows beside it. */
let compact = ''

/** Thrown to nobody but {@link writeTexts}: a value that JSON knows no plain text of, or too much of it. */
const NOT_PLAIN: unique symbol = Symbol('not plain')

function writeList(list: readonly unknown[], depth: number): string {
  if (list.length === 0) {
    compact += '[]'
    return '[]'
  }
  let pretty = FIRST_ITEMS[depth + 1] as string
  compact += '['
  pretty += write(list[0], depth + 1)
  for (let i = 1; i < list.length; i++) {
    compact += ','
    pretty += COMMAS[depth + 1] as string
    pretty += write(list[i], depth + 1)
  }
  compact += ']'
  return `${pretty}${INDENTS[depth]}]`
}

function writeObject(object: Readonly<Record<string, unknown>>, depth: number): string {
  const keys = Object.keys(object)
  if (keys.length === 0) {
    compact += '{}'
    return '{}'
  }
  let pretty = ''
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    const quoted = quoteKey(key)
    compact += i === 0 ? '{' : ','
    compact += quoted.compact
    pretty += (i === 0 ? FIRST_KEYS : COMMAS)[depth + 1] as string
    pretty += quoted.canonical
    pretty += write(object[key], depth + 1)
  }
  compact += '}'
  return `${pretty}${INDENTS[depth]}}`
}

function writeLeaf(text: string): string {
  compact += text
  return text
}

function write(x: unknown, depth: number): string {
  if (++nodes > NODES_MAX) throw NOT_PLAIN
  switch (typeof x) {
    case 'string':
      return writeLeaf(quote(x))
    case 'number':
      return writeLeaf(Number.isFinite(x) ? `${x}` : 'null')
    case 'boolean':
      return writeLeaf(x ? 'true' : 'false')
    case 'object': {
      if (x === null) return writeLeaf('null')
      if (depth >= DEPTH_MAX || 'toJSON' in x) throw NOT_PLAIN
      if (Array.isArray(x)) return writeList(x, depth)
      const prototype: unknown = Object.getPrototypeOf(x)
      if (prototype !== Object.prototype && prototype !== null) throw NOT_PLAIN
      return writeObject(x as Readonly<Record<string, unknown>>, depth)
    }
    default:
      throw NOT_PLAIN
  }
}

/** A message's two texts. */
export interface Texts {
  /** `JSON.stringify(value, null, 2)` */
  readonly canonical: string
  /** `JSON.stringify(value)` */
  readonly compact: string
}

/**
 * Both texts of a plain value that is neither deep nor wide.
 *
 * @returns null for any other value: ask the platform, with care
 */
export function writeTexts(value: unknown): Texts | null {
  nodes = 0
  compact = ''
  try {
    const canonical = write(value, 0)
    return { canonical, compact }
  } catch {
    // Ours, or that of a getter or a proxy.
    return null
  } finally {
    compact = ''
  }
}
