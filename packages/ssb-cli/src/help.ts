import { expected, keys, optionOf } from '@scuttlebot/ssb-config'
import type { ArgHelp, MethodHelp, PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { isNeeded } from './check.ts'
import { ALIASES, type FoundMethod, groupOf, methodsOf } from './method.ts'

/** The commands that are not methods of the server. */
export interface LocalCommand {
  readonly name: string
  readonly usage: string
  readonly description: string
  readonly example: string
  readonly options?: readonly (readonly [option: string, description: string])[]
  /** Exit codes, where they are not those of the others. */
  readonly exits?: string
}

/** Commands of the program itself. `start` is done by whoever embeds this. */
export const LOCAL: readonly LocalCommand[] = [
  {
    name: 'start',
    usage: 'sbot start [--SETTING VALUE …]',
    description: 'Run the server until Ctrl-C.',
    example: 'sbot start --port 8008',
  },
  {
    name: 'import',
    usage: 'sbot import FILE',
    description:
      'Add messages from newline-delimited JSON: values, or {key, value, timestamp}. FILE may be -.',
    example: 'sbot import messages.ndjson',
  },
  {
    name: 'export',
    usage: 'sbot export [--author ID] [--values]',
    description: 'Print messages as newline-delimited JSON, in the order they were received.',
    example: "sbot export --author '@…=.ed25519' > messages.ndjson",
    options: [
      ['--author ID', 'only the messages of one feed, in its order'],
      ['--values', 'message values alone, in place of {key, value, timestamp}'],
    ],
  },
  {
    name: 'fsck',
    usage: 'sbot fsck [--path DIR] [--repair] [--signatures]',
    description:
      'Check the store of a server that is not running: records and chains, indexes entry for entry, the mark of the own feed.',
    example: 'sbot fsck --path /var/ssb --signatures',
    options: [
      ['--path DIR', 'the data folder'],
      ['--repair', 'mend what can be mended, feed by feed, and say what was done'],
      ['--signatures', 'check signatures, too: about a minute for a million messages'],
      ['--json', 'the report as one line of JSON'],
    ],
    exits: '0 nothing is wrong; 1 something was found, mended or not; 2 it could not be checked.',
  },
  {
    name: 'migrate',
    usage: 'sbot migrate [FOLDER] [--path DIR]',
    description:
      'Take over the messages, blobs, key and peers of ssb-server or ssb-db2, whose folder is only read. Without FOLDER: of the data folder itself.',
    example: 'sbot migrate ~/.ssb --path ~/.scuttlebot',
    options: [
      ['FOLDER', 'the folder of the old server'],
      ['--path DIR', 'the data folder that they go to'],
      ['--json', 'the outcome as one line of JSON'],
    ],
    exits:
      '0 everything was taken over; 2 some messages were refused; 130 interrupted: run it again.',
  },
  {
    name: 'backup',
    usage: 'sbot backup FILE',
    description:
      'Write key, own feed, graph, peers and settings of the running server into one file, encrypted with a passphrase (asked for, or SSB_PASSPHRASE).',
    example: 'sbot backup ~/ssb.backup',
  },
  {
    name: 'restore',
    usage: 'sbot restore FILE [--path DIR]',
    description:
      'Make a data folder out of a backup. Publishing stays locked until a peer confirms where the feed ends.',
    example: 'sbot restore ~/ssb.backup --path ~/.ssb',
    options: [
      ['--path DIR', 'the data folder that is made'],
      ['--json', 'the outcome as one line of JSON'],
    ],
  },
  {
    name: 'config',
    usage: 'sbot config [--explain KEY]',
    description: 'Print the configuration, or say where one setting comes from.',
    example: 'sbot config --explain friends.hops',
    options: [['--explain KEY', 'value, default, meaning and source of one setting']],
  },
  {
    name: 'completion',
    usage: 'sbot completion SHELL',
    description: 'Print a script for bash, zsh or fish that completes methods and options.',
    example: 'source <(sbot completion bash)',
  },
  {
    name: 'help',
    usage: 'sbot help [METHOD]',
    description: 'The same as --help.',
    example: 'sbot help publish',
  },
]

/** The names of {@link LOCAL}. */
export const LOCAL_NAMES: readonly string[] = LOCAL.map((command) => command.name)

const GLOBAL: readonly (readonly [string, string])[] = [
  ['--json', 'one compact line of JSON for each result'],
  ['--pretty', 'JSON with two spaces on a terminal, too; piped output has it anyway'],
  ['--path DIR', 'the data folder'],
  ['--host HOST, --port N', 'where the server is, or is to listen'],
  ['--remote ADDRESS', 'a whole multiserver address to dial'],
  ['--config FILE', 'read FILE in place of ~/.ssb/config'],
  ['--SETTING VALUE', 'any setting of the configuration: sbot help config'],
  ['-v, --verbose', 'show the causes of an error'],
  ['--version', 'print the version of this program'],
  ['-h, --help', 'this text; after a method: how to use it'],
]

const EXIT_CODES =
  'Exit codes: 0 done; 1 not done, and standard error says why; 2 import refused some messages; 130 interrupted. fsck: 0 nothing is wrong; 1 something is; 2 not checked.'

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(38, Math.max(0, ...rows.map(([left]) => left.length)))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join('\n')
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The help of one method out of what the server's `help` answered; total. */
export function helpOf(help: unknown, name: string): MethodHelp | null {
  const found = isRecord(help) && Object.hasOwn(help, name) ? help[name] : undefined
  return isRecord(found) && typeof found['description'] === 'string'
    ? (found as unknown as MethodHelp)
    : null
}

/** The text of `sbot --help`: `manifest` is null when no server answers. */
export function generalHelp(manifest: PlainManifest | null, help: unknown): string {
  const methods =
    manifest === null
      ? 'The methods of the server are listed when one runs: sbot start'
      : `Methods of the running server:\n${table(
          methodsOf(manifest).map(({ name, kind }) => [
            name,
            helpOf(help, name)?.description ?? `(${kind})`,
          ]),
        )}\n\nShort names: ${Object.entries(ALIASES)
          .map(([short, name]) => `${short} = ${name}`)
          .join(', ')}`
  return [
    'sbot [options] METHOD [arguments]',
    'Talk to a Scuttlebutt server, or be one. Options come before the method; all after it is for the method.',
    `Commands:\n${table(LOCAL.map(({ name, description }) => [name, description]))}`,
    `Options:\n${table(GLOBAL)}`,
    methods,
    EXIT_CODES,
  ].join('\n\n')
}

/** A few lines for a command line without a command. */
export function shortHelp(): string {
  return [
    'sbot [options] METHOD [arguments]',
    table(LOCAL.map(({ usage, description }) => [usage, description])),
    'sbot --help lists the options and the methods of the running server.',
  ].join('\n\n')
}

const argRow = (name: string, arg: ArgHelp): readonly [string, string] => {
  const fallback = arg.default === undefined ? '' : ` (default ${JSON.stringify(arg.default)})`
  const need = isNeeded(arg) ? ' (needed)' : ''
  return [`${name} (${arg.type})`, `${arg.description}${fallback}${need}`]
}

const KINDS: Readonly<Record<string, string>> = {
  source: 'Prints each item as it comes.',
  sink: 'Reads standard input.',
  duplex: 'Reads standard input and prints each item as it comes.',
}

/** The text of `sbot METHOD --help`. */
export function methodHelp(method: FoundMethod, help: unknown): string {
  const found = helpOf(help, method.name)
  const args = Object.entries(found?.args ?? {})
  const example = found?.example?.replace(/^(?:sbot )?/, 'sbot ')
  return [
    `sbot ${method.name}${args.length > 0 ? ' [arguments]' : ''}`,
    [found?.description, KINDS[method.kind]].filter((line) => line !== undefined).join(' '),
    args.length === 0
      ? ''
      : `Arguments and options:\n${table(args.map(([name, arg]) => argRow(name, arg)))}`,
    example === undefined ? '' : `Example:\n  ${example}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** The text of `sbot GROUP --help`. */
export function groupHelp(manifest: PlainManifest, group: string, help: unknown): string {
  const rows = groupOf(manifest, group).map(
    ({ name, kind }) => [name, helpOf(help, name)?.description ?? `(${kind})`] as const,
  )
  return `sbot ${group}.METHOD [arguments]\n\n${table(rows)}`
}

/** The text of `sbot start --help` and its like. */
export function localHelp(command: LocalCommand): string {
  const settings = keys
    .filter((key) => optionOf(key).inert !== true)
    .map((key) => {
      const option = optionOf(key)
      const unit = option.unit === undefined ? '' : ` (${option.unit})`
      return [`--${key}`, `${option.description} ${expected(option)}${unit}.`] as const
    })
  const isSettable = command.name === 'start' || command.name === 'config'
  return [
    command.usage,
    command.description,
    command.options === undefined ? '' : `Options:\n${table(command.options)}`,
    isSettable ? `Settings:\n${table(settings)}` : '',
    `Example:\n  ${command.example}`,
    command.exits === undefined ? '' : `Exit codes: ${command.exits}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
