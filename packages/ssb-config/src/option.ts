import { fromBase64 } from '@scuttlebot/ssb-encode'
import { isFeedId } from '@scuttlebot/ssb-ref'

/** How a value is written and checked. */
export type OptionType =
  | 'text'
  | 'folder'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'key32'
  | 'feeds'
  | 'texts'
  | 'tree'

/** One entry of the schema. */
export interface Option<Value = unknown> {
  readonly type: OptionType
  readonly default: Value
  /** One sentence for people. */
  readonly description: string
  /** `ms`, `bytes`, `hops`, … ; absent where there is none. */
  readonly unit?: string
  /** Bounds of an integer, both inclusive. */
  readonly min?: number
  readonly max?: number
  /** The words that a choice may be, and that the values in a tree must be if there are any here. */
  readonly values?: readonly string[]
  /** Accepted because classic files hold it, without any effect here. */
  readonly inert?: boolean
  /** An older name of another option, e.g. `timeout` of `timers.inactivity`. */
  readonly legacyOf?: string
}

/** A value that fits an option, or why it does not. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string }

const KEY_BYTES = 32
const SHOWN_MAX = 60

const fits = (value: unknown): Checked => ({ ok: true, value })

const shown = (value: unknown): string => {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}

/** What an option wants, in words: `a whole number from 1 to 65535`. */
export function expected(option: Option): string {
  const bounds =
    option.min !== undefined && option.max !== undefined
      ? ` from ${option.min} to ${option.max}`
      : option.min !== undefined
        ? ` of at least ${option.min}`
        : ''
  const words: Record<OptionType, string> = {
    text: 'a text',
    folder: 'the name of a folder',
    integer: `a whole number${bounds}`,
    boolean: 'true or false',
    choice: `one of ${(option.values ?? []).join(', ')}`,
    key32: '32 bytes in base64',
    feeds: 'a list of feed ids (@….ed25519)',
    texts: 'a list of texts',
    tree: option.values === undefined ? 'an object' : `an object of ${option.values.join(', ')}`,
  }
  return words[option.type] + (option.default === null && option.type !== 'tree' ? ', or null' : '')
}

const isKey32 = (value: unknown): boolean =>
  typeof value === 'string' && fromBase64(value)?.length === KEY_BYTES

const isIn = (option: Option, value: number): boolean =>
  value >= (option.min ?? Number.NEGATIVE_INFINITY) &&
  value <= (option.max ?? Number.POSITIVE_INFINITY)

function accepts(option: Option, value: unknown): boolean {
  switch (option.type) {
    case 'text':
      return typeof value === 'string'
    case 'folder':
      return typeof value === 'string' && value !== '' && !value.includes('\0')
    case 'integer':
      return Number.isSafeInteger(value) && isIn(option, value as number)
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return typeof value === 'string' && (option.values ?? []).includes(value)
    case 'key32':
      return isKey32(value)
    case 'feeds':
      return Array.isArray(value) && value.every(isFeedId)
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'tree':
      return (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        (option.values === undefined ||
          Object.values(value).every((word) => (option.values ?? []).includes(word)))
      )
  }
}

/** Check a JSON value (from a file) against its option. Never throws. */
export function checkValue(option: Option, value: unknown): Checked {
  if (value === null && option.default === null) return fits(null)
  // One id or text may stand for a list of one, as the old plugins had it (`"master": "@…"`).
  const listed =
    (option.type === 'feeds' || option.type === 'texts') && typeof value === 'string'
      ? [value]
      : value
  if (accepts(option, listed)) return fits(listed)
  return { ok: false, reason: `must be ${expected(option)}, not ${shown(value)}` }
}

/** Read JSON, or `undefined`. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
])

/** Check a text (environment, flag), turned into the type of its option first. Never throws. */
export function checkText(option: Option, text: string): Checked {
  if (option.default === null && text === 'null') return fits(null)
  const refused: Checked = {
    ok: false,
    reason: `must be ${expected(option)}, not ${shown(text)}`,
  }
  switch (option.type) {
    case 'integer':
      return /^[+-]?\d+$/.test(text.trim()) && isIn(option, Number(text))
        ? checkValue(option, Number(text))
        : refused
    case 'boolean': {
      const value = BOOLEANS.get(text.trim().toLowerCase())
      return value === undefined ? refused : fits(value)
    }
    case 'feeds':
    case 'texts': {
      const parsed = text.trim().startsWith('[') ? jsonOf(text) : text.split(/[\s,]+/)
      const list = Array.isArray(parsed) ? parsed.filter((item) => item !== '') : parsed
      return accepts(option, list) ? fits(list) : refused
    }
    case 'tree': {
      const parsed = jsonOf(text)
      return accepts(option, parsed) ? fits(parsed) : refused
    }
    default:
      return accepts(option, text) ? fits(text) : refused
  }
}
