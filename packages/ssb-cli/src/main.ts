import type { Client } from '@scuttlebot/ssb-client'
import type { Config, Flag } from '@scuttlebot/ssb-config'
import { type ReadConfig, readConfig } from '@scuttlebot/ssb-config/node'
import type { PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { readArguments, valueOfText, wordOfText } from './arguments.ts'
import {
  backupFileOf,
  checkSource,
  checkTarget,
  passphraseOf,
  type RestoreOutcome,
  type RestoreRequest,
  runBackup,
  runRestore,
} from './backup.ts'
import { callMethod } from './call.ts'
import { completionOf, wordsOf } from './completion.ts'
import { configOptionsOf, runConfig } from './config-command.ts'
import { CliError, sentenceOf, usage } from './errors.ts'
import { exportOptionsOf, runExport } from './export.ts'
import { FSCK_EXIT, FSCK_SWITCHES, type FsckOutcome, type FsckRequest, runFsck } from './fsck.ts'
import { type CommandLine, readCommandLine, readSettings } from './globals.ts'
import {
  generalHelp,
  groupHelp,
  LOCAL,
  LOCAL_NAMES,
  localHelp,
  methodHelp,
  shortHelp,
} from './help.ts'
import { importFileOf, runImport } from './import.ts'
import type { Io } from './io.ts'
import { PUBLISHING } from './known.ts'
import { findMethod, groupOf, unknownCommand } from './method.ts'
import {
  type MigrateOutcome,
  type MigrateRequest,
  migrateArguments,
  runMigrate,
} from './migrate.ts'
import { safeLine } from './safe.ts'

/** How the command line reaches a server. */
export interface ConnectRequest {
  readonly config: Config
  /** A host, a port or an address was asked for by flag: the socket in the data folder is not meant. */
  readonly isElsewhere: boolean
  readonly signal: AbortSignal
}

/** Everything that a run of the program needs. */
export interface MainOptions {
  /** Arguments without the interpreter and the script. */
  readonly argv: readonly string[]
  readonly io: Io
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home: string
  /** What `--version` prints. */
  readonly version: string
  connect(request: ConnectRequest): Promise<Client<unknown>>
  /** Be the server until it stops; gives the exit code. Absent: `start` is not offered. */
  start?(request: {
    readonly config: Config
    readonly warnings: readonly string[]
    /** Where the value of a setting came from. */
    readonly explain: ReadConfig['explain']
  }): Promise<number>
  /** Check the store of a server that is not running. Absent: `fsck` is not offered. */
  fsck?(request: FsckRequest): Promise<FsckOutcome>
  /** Take over the database of another server. Absent: `migrate` is not offered. */
  migrate?(request: MigrateRequest): Promise<MigrateOutcome>
  /** Make a data folder out of a backup. Absent: `restore` is not offered. */
  restore?(request: RestoreRequest): Promise<RestoreOutcome>
}

/** Exit codes of the program. */
export const EXIT = { done: 0, failed: 1, partly: 2, interrupted: 130 } as const

const ELSEWHERE: ReadonlySet<string> = new Set(['host', 'port', 'remote'])

/**
 * Run one command line. Never rejects: whatever goes wrong is a sentence on standard error.
 * @returns the exit code, one of {@link EXIT}.
 */
export async function main(options: MainOptions): Promise<number> {
  const { io } = options
  let isVerbose = options.argv.includes('--verbose')
  try {
    const line = readCommandLine(options.argv)
    isVerbose = line.switches.verbose
    return await run(options, line)
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted
    // The reader of our output has left (`| head`): there is nobody to tell, and nothing is wrong.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.done
    io.err(`${error instanceof CliError ? error.message : safeLine(sentenceOf(error))}\n`)
    if (isVerbose) io.err(`${causesOf(error)}\n`)
    return EXIT.failed
  }
}

function causesOf(error: unknown): string {
  const texts: string[] = []
  for (let at: unknown = error; at instanceof Error && texts.length < 8; at = at.cause)
    texts.push(at.stack ?? at.message)
  return texts.join('\ncaused by: ')
}

async function run(options: MainOptions, line: CommandLine): Promise<number> {
  const { io } = options
  const { switches, command } = line
  if (switches.version) {
    await io.out(`${options.version}\n`)
    return EXIT.done
  }
  if (command === null || command === 'help' || switches.help) {
    if (command === null && !switches.help) {
      // `--jsn whoami` reads as a setting with a value: it is refused, not met with help and exit code 0.
      if (line.flags.length > 0) read(options, line, line.flags)
      await io.out(`${shortHelp()}\n`)
      return EXIT.done
    }
    const topic = command === 'help' ? line.rest[0] : command
    return await runHelp(options, line, topic ?? null)
  }
  // `server` is what `start` was called in the past.
  if (command === 'start' || command === 'server') return await runStart(options, line)
  if (command === 'fsck') return await runCheck(options, line)
  if (command === 'migrate') return await runTakeOver(options, line)
  if (command === 'backup') return await runSave(options, line)
  if (command === 'restore') return await runPutBack(options, line)
  if (command === 'config') {
    const key = configOptionsOf(line.rest)
    return await runConfig(read(options, line, line.flags), key, io, switches)
  }
  if (command === 'completion') return await runCompletion(options, line)
  return await runOnServer(options, line, command)
}

const read = (
  options: MainOptions,
  line: CommandLine,
  flags: readonly Flag[],
  file: string | null = line.switches.config,
): ReturnType<typeof readConfig> =>
  readConfig({
    environment: options.environment,
    home: options.home,
    flags,
    ...(file === null ? {} : { file }),
  })

async function runStart(options: MainOptions, line: CommandLine): Promise<number> {
  const { flags, help, config } = readSettings('start', line.rest)
  if (help) return await runHelp(options, line, 'start')
  const { start } = options
  if (start === undefined) throw usage('This program talks to servers and cannot be one.')
  const all = [...line.flags, ...flags]
  const found = read(options, line, all, config ?? line.switches.config)
  const { config: settled, warnings, explain } = found
  return await start({ config: settled, warnings, explain })
}

/** `sbot fsck`: what goes wrong before it has an answer has an exit code of its own, for scripts. */
async function runCheck(options: MainOptions, line: CommandLine): Promise<number> {
  const { io, fsck } = options
  try {
    const { flags, help, config, json, on } = readSettings('fsck', line.rest, FSCK_SWITCHES)
    if (help) return await runHelp(options, line, 'fsck')
    if (fsck === undefined) throw usage('This program talks to servers and has no store to check.')
    const found = read(options, line, [...line.flags, ...flags], config ?? line.switches.config)
    const wanted = {
      config: found.config,
      repair: on.includes('repair'),
      signatures: on.includes('signatures'),
    }
    const { json: isJson, pretty } = line.switches
    return await runFsck(fsck, wanted, io, { json: json || isJson, pretty })
  } catch (error) {
    if (io.signal.aborted) return FSCK_EXIT.interrupted
    io.err(`${safeLine(sentenceOf(error))}\n`)
    return FSCK_EXIT.failed
  }
}

async function runTakeOver(options: MainOptions, line: CommandLine): Promise<number> {
  const { migrate } = options
  const { from, rest } = migrateArguments(line.rest)
  const { flags, help, config, json } = readSettings('migrate', rest)
  if (help) return await runHelp(options, line, 'migrate')
  if (migrate === undefined) throw usage('This program talks to servers and has no store.')
  const all = [...line.flags, ...flags]
  const found = read(options, line, all, config ?? line.switches.config)
  const wanted = { config: found.config, from }
  return await runMigrate(migrate, wanted, options.io, json || line.switches.json)
}

async function runSave(options: MainOptions, line: CommandLine): Promise<number> {
  const { io, environment } = options
  if (line.rest.includes('--help')) return await runHelp(options, line, 'backup')
  const { file, rest } = backupFileOf('backup', line.rest)
  if (rest.length > 0) throw usage('backup takes one file; options come before it.')
  await checkTarget(file)
  const client = await connect(options, line)
  try {
    return await runBackup(client, file, await passphraseOf(io, environment, true), io)
  } finally {
    await client.close()
  }
}

async function runPutBack(options: MainOptions, line: CommandLine): Promise<number> {
  const { io, environment, restore } = options
  if (line.rest.includes('--help')) return await runHelp(options, line, 'restore')
  const { file, rest } = backupFileOf('restore', line.rest)
  const { flags, config: chosen, json } = readSettings('restore', rest)
  if (restore === undefined) throw usage('This program talks to servers and has no store.')
  const all = [...line.flags, ...flags]
  const { config } = read(options, line, all, chosen ?? line.switches.config)
  await checkSource(file)
  const passphrase = await passphraseOf(io, environment, false)
  return await runRestore(restore, { config, file, passphrase }, io, json || line.switches.json)
}

/** Connect, or say how to start a server in the words that scripts know. */
async function connect(options: MainOptions, line: CommandLine): Promise<Client<unknown>> {
  const { config } = read(options, line, line.flags)
  const isElsewhere = line.flags.some(({ key }) => ELSEWHERE.has(key))
  try {
    return await options.connect({ config, isElsewhere, signal: options.io.signal })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SSB_CLIENT_UNREACHABLE') throw error
    const where = config.remote ?? `${config.host}:${config.port}`
    throw new CliError(
      'SSB_CLI_UNREACHABLE',
      `Error: Could not connect to ssb-server ${where}\nUse the "start" command to start it.\nUse --verbose option to see full error`,
      { cause: error },
    )
  }
}

/** `--json` behind a method means the same as before it. */
function takeJson(line: CommandLine, command: string): CommandLine {
  const at = PUBLISHING.has(command) ? -1 : line.rest.indexOf('--json')
  if (at < 0) return line
  return {
    ...line,
    rest: line.rest.toSpliced(at, 1),
    switches: { ...line.switches, json: true },
  }
}

async function runOnServer(
  options: MainOptions,
  given: CommandLine,
  command: string,
): Promise<number> {
  const { io } = options
  const line = takeJson(given, command)
  // Last on the line `-h` cannot be a flag with a value, and nobody means to publish `h: true`.
  const isHelp = line.rest.includes('--help') || line.rest.at(-1) === '-h'
  if (isHelp) return await runHelp(options, line, command)
  // What makes no sense is refused before anything is dialled.
  const file = command === 'import' ? importFileOf(line.rest) : ''
  const wanted = command === 'export' ? exportOptionsOf(line.rest) : null
  const toValue = command === 'blobs.add' ? wordOfText : valueOfText
  const isLocal = command === 'import' || wanted !== null
  const typed = isLocal
    ? null
    : {
        read: readArguments(line.rest, toValue),
        texts: readArguments(line.rest, (text) => text),
      }
  const client = await connect(options, line)
  try {
    if (typed === null)
      return wanted === null
        ? await runImport(client, file, io, line.switches.json)
        : await runExport(client, wanted, io)
    const method = findMethod(client.manifest, command)
    if (method === null) {
      if (command.startsWith('plugins.'))
        throw usage(
          'Nothing installs code over the network here: plugins are modules that a server is assembled from.',
        )
      throw unknownCommand(client.manifest, command, LOCAL_NAMES)
    }
    await callMethod(client, method, typed, io, line.switches)
    return EXIT.done
  } finally {
    await client.close()
  }
}

async function runHelp(
  options: MainOptions,
  line: CommandLine,
  topic: string | null,
): Promise<number> {
  const { io } = options
  const local = LOCAL.find(({ name }) => name === topic)
  if (local !== undefined) {
    await io.out(`${localHelp(local)}\n`)
    return EXIT.done
  }
  // Help without a server is still help, unless it was asked for one method.
  const { manifest, help } = await lookUp(options, line, topic !== null)
  await io.out(`${helpText(topic, manifest, help)}\n`)
  return EXIT.done
}

/** What the server says of itself; nulls when no server answers, unless it `mustAnswer`. */
async function lookUp(
  options: MainOptions,
  line: CommandLine,
  mustAnswer: boolean,
): Promise<{ readonly manifest: PlainManifest | null; readonly help: unknown }> {
  let client: Client<unknown>
  try {
    client = await connect(options, line)
  } catch (error) {
    if (mustAnswer) throw error
    return { manifest: null, help: null }
  }
  try {
    const { manifest, mux } = client
    const isHelpful = findMethod(manifest, 'help') !== null
    return { manifest, help: isHelpful ? await mux.call(['help'], []).catch(() => null) : null }
  } finally {
    await client.close()
  }
}

async function runCompletion(options: MainOptions, line: CommandLine): Promise<number> {
  const asked = completionOf(line.rest)
  if (asked.kind === 'script') await options.io.out(asked.text)
  else {
    const { manifest, help } = await lookUp(options, line, false)
    await options.io.out(wordsOf(asked.method, manifest, help))
  }
  return EXIT.done
}

function helpText(topic: string | null, manifest: PlainManifest | null, help: unknown): string {
  if (topic === null || manifest === null) return generalHelp(manifest, help)
  const method = findMethod(manifest, topic)
  // A short name may be that of a group, too: `feed` is.
  const parts = [
    ...(method === null ? [] : [methodHelp(method, help)]),
    ...(groupOf(manifest, topic).length > 0 ? [groupHelp(manifest, topic, help)] : []),
  ]
  if (parts.length > 0) return parts.join('\n\n')
  throw unknownCommand(manifest, topic, LOCAL_NAMES)
}
