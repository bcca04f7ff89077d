import { type Flag, isKey, optionOf } from '@scuttlebot/ssb-config'
import { usage } from './errors.ts'
import { lexAt } from './lex.ts'

/** The options that are the command line's own, not settings. */
export interface Switches {
  readonly json: boolean
  readonly pretty: boolean
  readonly verbose: boolean
  readonly help: boolean
  readonly version: boolean
  /** File to read in place of `~/.ssb/config`. */
  readonly config: string | null
}

/** A command line, cut into its three parts. */
export interface CommandLine {
  readonly switches: Switches
  /** Settings given as flags before the command. */
  readonly flags: readonly Flag[]
  /** The method or command; `null` when none was typed. */
  readonly command: string | null
  /** What came after it: never configuration. */
  readonly rest: readonly string[]
}

const OWN = ['json', 'pretty', 'verbose', 'help', 'version'] as const
const SHORT: Readonly<Record<string, (typeof OWN)[number]>> = {
  h: 'help',
  v: 'verbose',
  j: 'json',
}

const isOwn = (name: string): name is (typeof OWN)[number] =>
  (OWN as readonly string[]).includes(name)
const isSwitch = (name: string): boolean =>
  isOwn(name) || Object.hasOwn(SHORT, name) || (isKey(name) && optionOf(name).type === 'boolean')

/** Global options from `tokens` on, up to the first word. `more` names further switches. */
function readGlobals(
  tokens: readonly string[],
  more: readonly string[] = [],
): {
  readonly flags: readonly Flag[]
  readonly own: ReadonlyMap<string, string | boolean>
  readonly next: number
} {
  const flags: Flag[] = []
  const own = new Map<string, string | boolean>()
  let at = 0
  while (at < tokens.length) {
    const { lexemes, next } = lexAt(tokens, at, (name) => more.includes(name) || isSwitch(name))
    if (lexemes[0]?.kind === 'word') break
    for (const lexeme of lexemes) {
      if (lexeme.kind !== 'flag') continue
      const name = SHORT[lexeme.name] ?? lexeme.name
      if (isOwn(name) || more.includes(name)) {
        if (typeof lexeme.value === 'string' && !['true', 'false'].includes(lexeme.value))
          throw usage(`--${name} takes no value, and got ${JSON.stringify(lexeme.value)}.`)
        own.set(name, lexeme.value === true || lexeme.value === 'true')
      } else if (name === 'config') {
        if (typeof lexeme.value !== 'string') throw usage('--config needs the name of a file.')
        own.set('config', lexeme.value)
      } else flags.push({ key: name, value: lexeme.value })
    }
    at = next
  }
  return { flags, own, next: at }
}

/**
 * Cut `argv` (without the program) into global options, command and the command's own arguments.
 *
 * Options after `--` are global, too: that is where the old command line had them.
 * @throws {@link CliError} when an option is malformed.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const cut = argv.indexOf('--')
  const before = cut < 0 ? argv : argv.slice(0, cut)
  const after = cut < 0 ? [] : argv.slice(cut + 1)
  const head = readGlobals(before)
  const tail = readGlobals(after)
  if (tail.next < after.length)
    throw usage(
      `After -- there may be options only, and there is ${JSON.stringify(after[tail.next])}.`,
    )
  const own = new Map([...head.own, ...tail.own])
  const config = own.get('config')
  return {
    switches: {
      json: own.get('json') === true,
      pretty: own.get('pretty') === true,
      verbose: own.get('verbose') === true,
      help: own.get('help') === true,
      version: own.get('version') === true,
      config: typeof config === 'string' ? config : null,
    },
    flags: [...head.flags, ...tail.flags],
    command: before[head.next] ?? null,
    rest: before.slice(head.next + 1),
  }
}

/**
 * The settings among the arguments of a command that takes nothing else (`start --port 9`).
 *
 * @param switches names of switches that the command has besides
 * @throws {@link CliError} for a word, or a malformed option.
 */
export function readSettings(
  command: string,
  rest: readonly string[],
  switches: readonly string[] = [],
): {
  readonly flags: readonly Flag[]
  readonly help: boolean
  readonly json: boolean
  readonly config: string | null
  /** Those of `switches` that are on. */
  readonly on: readonly string[]
} {
  const { flags, own, next } = readGlobals(rest, switches)
  if (next < rest.length)
    throw usage(`${command} takes options only, and got ${JSON.stringify(rest[next])}.`)
  const config = own.get('config')
  return {
    flags,
    help: own.get('help') === true,
    json: own.get('json') === true,
    config: typeof config === 'string' ? config : null,
    on: switches.filter((name) => own.get(name) === true),
  }
}
