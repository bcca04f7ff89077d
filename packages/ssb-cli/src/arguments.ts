import { usage } from './errors.ts'
import { isFlag, lexAt } from './lex.ts'

/** The arguments of one method, as typed. */
export interface MethodArguments {
  /** Positional ones and those of `--arg`, in order. */
  readonly words: readonly unknown[]
  /** What the flags say; `null`: there are none. */
  readonly options: Readonly<Record<string, unknown>> | null
  /** The arguments of a call: the words, and the object of flags last. */
  readonly values: readonly unknown[]
  /** `.` or `-` stood there: the one argument is JSON on standard input. */
  readonly fromStdin: boolean
  readonly help: boolean
}

const NUMBER = /^(?:0x[0-9a-f]+|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)$/i
/** A list made by flags is at most this long: `--a.999999999 x` must not make a giant of it. */
const LIST_MAX = 1_000

/**
 * A typed text as a value: numbers as minimist has them, `true` and `false`, else the text.
 * Digits that a number cannot hold exactly stay a text.
 */
export function valueOfText(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (!NUMBER.test(text)) return text
  const number = Number(text)
  const isExact =
    !Number.isInteger(number) || Number.isSafeInteger(number) || String(number) === text
  return Number.isFinite(number) && isExact ? number : text
}

/** As {@link valueOfText}, but what looks like a number stays a text: for the names of files. */
export function wordOfText(text: string): string | boolean {
  return text === 'true' || text === 'false' ? text === 'true' : text
}

/** What flags build up: several values of one flag, or flags below it. */
class Branch {
  readonly children: Map<string, Branch> = new Map()
  readonly values: unknown[] = []

  at(path: readonly string[]): Branch {
    const [name, ...rest] = path
    if (name === undefined) return this
    const child = this.children.get(name) ?? new Branch()
    this.children.set(name, child)
    return child.at(rest)
  }

  /** @throws {@link CliError} when a flag has both a value and flags below it. */
  build(name: string): unknown {
    if (this.children.size === 0) return this.values.length === 1 ? this.values[0] : this.values
    if (this.values.length > 0)
      throw usage(`--${name} cannot have a value and parts (--${name}.…) at once.`)
    const built = [...this.children].map(
      ([key, child]) => [key, child.build(name === '' ? key : `${name}.${key}`)] as const,
    )
    const isList = name !== '' && built.every(([key]) => /^(?:0|[1-9]\d*)$/.test(key))
    if (!isList) return Object.fromEntries(built)
    const list = built
      .map(([key, value]) => [Number(key), value] as const)
      .toSorted(([a], [b]) => a - b)
    if (list.length > LIST_MAX || list.some(([index], at) => index !== at))
      throw usage(`The parts of --${name} must be numbered 0, 1, 2 … without a gap.`)
    return list.map(([, value]) => value)
  }
}

/**
 * Turn `--a.b c --live --mentions x --mentions y` and positional words into arguments; `toValue` makes a value of
 * each typed text.
 *
 * @throws {@link CliError} for flags that contradict each other and `--arg` without JSON.
 */
export function readArguments(
  tokens: readonly string[],
  toValue: (text: string) => unknown = valueOfText,
): MethodArguments {
  const positional: unknown[] = []
  const flags = new Branch()
  let help = false
  let fromStdin = false
  for (let at = 0; at < tokens.length; ) {
    const { lexemes, next } = lexAt(tokens, at, (name) => name === 'help')
    for (const lexeme of lexemes) {
      if (lexeme.kind === 'word') {
        if (lexeme.text === '.' || lexeme.text === '-') fromStdin = true
        else positional.push(toValue(lexeme.text))
      } else if (lexeme.name === 'help' && lexeme.value === true) help = true
      else if (lexeme.name === 'arg') positional.push(readJson(lexeme.value, tokens[at + 1]))
      else {
        const { value } = lexeme
        flags
          .at(pathOf(lexeme.name))
          .values.push(typeof value === 'string' ? toValue(value) : value)
      }
    }
    at = next
  }
  const options =
    flags.children.size > 0 ? (flags.build('') as Readonly<Record<string, unknown>>) : null
  const values = options === null ? positional : [...positional, options]
  if (fromStdin && values.length > 0 && !help)
    throw usage('Where . or - stands for JSON on standard input, nothing else may be given.')
  return { words: positional, options, values, fromStdin, help }
}

function pathOf(name: string): readonly string[] {
  const path = name.split('.')
  if (path.includes('')) throw usage(`--${name} has an empty part.`)
  return path
}

function readJson(value: string | boolean, following: string | undefined): unknown {
  if (typeof value !== 'string')
    throw usage(
      following !== undefined && isFlag(following)
        ? '--arg needs JSON after it; write --arg=JSON if it begins with a dash.'
        : '--arg needs JSON after it.',
    )
  try {
    return JSON.parse(value)
  } catch (error) {
    throw usage(`--arg is not JSON: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
