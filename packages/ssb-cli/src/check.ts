// What was typed behind a method, held to what the server declares of it. A call from a program is the server's own
// business, and it takes there what the servers before it took.
import { nearest } from '@scuttlebot/ssb-config'
import type { ArgHelp, MethodHelp } from '@scuttlebot/ssb-muxrpc'
import { isBlobId, isFeedId, isMsgId, parseLink } from '@scuttlebot/ssb-ref'
import type { MethodArguments } from './arguments.ts'
import { type CliError, usage } from './errors.ts'

/** A method as its help tells of it. */
export interface Described {
  readonly name: string
  readonly help: MethodHelp
}

/** Options that this program itself has behind a method. */
const BESIDES: Readonly<Record<string, readonly string[]>> = { 'blobs.add': ['encrypt'] }

/** Options that mean the same behind every method. */
const EVERYWHERE: readonly string[] = ['json', 'help', 'arg']

const isText = (value: unknown): value is string => typeof value === 'string'
/** The id in `%id?unbox=…`, or the id itself. */
const target = (value: unknown): unknown => (isText(value) ? parseLink(value)?.link : value)
const isPeer = (value: unknown): boolean =>
  isText(value) ? isFeedId(value) || value.includes(':') : isObject(value)
const isFeed: [test: (value: unknown) => boolean, what: string] = [
  isFeedId,
  'a feed id: @, 44 characters, .ed25519',
]
const isMessage: typeof isFeed = [
  (value) => isMsgId(target(value)),
  'a message id: %, 44 characters, .sha256',
]

/** What a declared type asks for, and how to say it. A type that is not here is for the server to judge. */
const TYPES: Readonly<Record<string, typeof isFeed>> = {
  'feed id': isFeed,
  FeedId: isFeed,
  'message id': isMessage,
  MsgId: isMessage,
  'MsgId or number': [(value) => typeof value === 'number' || isMessage[0](value), isMessage[1]],
  'MsgId or FeedId': [
    (value) => isFeedId(value) || isMessage[0](value),
    'the id of a message or a feed',
  ],
  'blob id': [
    (value) => isBlobId(target(value)),
    'a blob id: &, 44 characters, .sha256 (in quotes, for the shell has a use of its own for &)',
  ],
  id: [(value) => isText(value) && /^[@%&#]/.test(value), 'an id: it begins with @, % or &'],
  address: [isPeer, 'an address, such as net:example.com:8008~shs:KEY'],
  'id or address': [isPeer, 'a feed id, or an address such as net:example.com:8008~shs:KEY'],
  number: [(value) => typeof value === 'number', 'a number'],
  // COMPAT: numbers are accepted where booleans are asked for.
  boolean: [(value) => typeof value === 'boolean' || typeof value === 'number', 'true or false'],
  string: [isText, 'a text'],
  array: [
    (value) => typeof value === 'object' || (isText(value) && /^\s*[[{]/.test(value)),
    'a list, as JSON',
  ],
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a method cannot do without an argument. */
export const isNeeded = ({ optional, default: fallback }: ArgHelp): boolean =>
  optional !== true && fallback === undefined

/** `dry-run` as a method calls it: `dryRun`. */
const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The line that shows how a method is called. */
export function usageLine({ name, help }: Described): string {
  const example = help.example?.replace(/^(?!.*\bsbot )/, 'sbot ') ?? `sbot ${name}`
  return `Usage: ${example} (more: sbot ${name} --help)`
}

const refusal = (described: Described, sentence: string): CliError =>
  usage(`${sentence}\n${usageLine(described)}`)

/**
 * What is wrong with the names of options and with the number of words, whatever their values; `null`: nothing.
 * Methods that take fields of any name are not asked.
 */
export function misnamed({ name, help }: Described, typed: MethodArguments): string | null {
  if (help.takes === 'fields') return null
  const args = Object.entries(help.args ?? {})
  const known = args.map(([arg]) => arg)
  const also = args.flatMap(([, arg]) => arg.also ?? [])
  const own = [...known, ...(BESIDES[name] ?? [])]
  const all = [...own, ...also, ...EVERYWHERE]
  for (const option of Object.keys(typed.options ?? {})) {
    if (all.includes(option) || all.includes(camel(option))) continue
    const near = nearest(option, own)
    const hint =
      near !== null
        ? `Did you mean --${near}?`
        : own.length > 0
          ? `It has ${own.map((one) => `--${one}`).join(', ')}.`
          : 'It has none.'
    return `${name} has no option --${option.slice(0, 80)}. ${hint}`
  }
  // One object that stands for all, as programs give it, is for the server to judge.
  if (typed.words.some(isObject)) return null
  if (help.takes === 'names' && typed.words.length > 0)
    return `${name} takes options by their names only, and got ${shown(typed.words[0])}.`
  if (typed.words.length > known.length)
    return known.length === 0
      ? `${name} takes no arguments, and got ${shown(typed.words[0])}.`
      : `${name} takes at most ${known.length} ${known.length === 1 ? 'argument' : 'arguments'}, and got ${typed.words.length}.`
  return null
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing'

/**
 * The arguments for a call, checked against what is declared. `texts` are the same arguments with every value as it was
 * typed: where a text is asked for, `2024` is one.
 *
 * @throws CliError with a sentence and an example
 */
export function checkedArguments(
  described: Described,
  typed: MethodArguments,
  texts: MethodArguments,
): readonly unknown[] {
  const wrong = misnamed(described, typed)
  if (wrong !== null) throw usage(wrong)
  const { name, help } = described
  const args = Object.entries(help.args ?? {})
  // Fields of any name, or a whole object: the server knows what it needs.
  const isWhole = typed.words.some(isObject) || (help.takes === 'fields' && typed.options !== null)
  if (isWhole) return typed.values
  const words = [...typed.words]
  const options: Record<string, unknown> = { ...typed.options }
  for (const [at, [arg, spec]] of args.entries()) {
    const key = [arg, ...(spec.also ?? [])].find((one) => Object.hasOwn(options, one))
    const isWord = key === undefined && at < words.length
    if (key === undefined && !isWord) {
      if (isNeeded(spec)) throw refusal(described, `${name} needs ${arg}: ${spec.description}.`)
      continue
    }
    const text = isWord ? texts.words[at] : texts.options?.[key ?? arg]
    const value =
      spec.type === 'string' && isText(text) ? text : isWord ? words[at] : options[key ?? arg]
    const problem = problemOf(spec, value)
    const label = isWord ? arg : `--${key}`
    if (problem !== null)
      throw refusal(
        described,
        value === true && !isWord
          ? `${label} of ${name} needs a value: ${problem}.`
          : `${label} of ${name} must be ${problem}; it is ${shown(value)}.`,
      )
    if (isWord) words[at] = value
    else options[key ?? arg] = value
  }
  return typed.options === null ? words : [...words, options]
}

/** What a value should have been; `null`: it is that, or only the server can tell. */
function problemOf({ type }: ArgHelp, value: unknown): string | null {
  const quoted = [...type.matchAll(/'(\w+)'/g)].map(([, word]) => word)
  if (quoted.length > 0)
    return !isText(value) || quoted.includes(value) ? null : `one of ${quoted.join(', ')}`
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined
  return known === undefined || known[0](value) ? null : known[1]
}
