/**
 * The whole program: the server, and its command line. An executable of your own is one call of it.
 *
 * @packageDocumentation
 */
import { homedir } from 'node:os'
import process from 'node:process'
import { type Io, main } from '@scuttlebot/ssb-cli'
import { connect } from '@scuttlebot/ssb-client'
import type { AnyPlugin, CheckNeeds } from '@scuttlebot/ssb-plugin'
import { checkStore } from './check.ts'
import { stateFolderOf } from './key-lock.ts'
import { keepHeapSmall, sweepAtOnce } from './memory.ts'
import { migrateFolder } from './migrate.ts'
import { restoreFolder } from './restore.ts'
import { askSecret } from './secret.ts'
import type { More, PluginsWith } from './server.ts'
import { abortBySignals } from './signals.ts'
import { startServer } from './start.ts'
import { VERSION } from './version.ts'

/** Resolves when the chunk has left; rejects with EPIPE when nobody reads any more. */
const out = (chunk: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(chunk, (error) => (error ? reject(error) : resolve()))
  })

/** The terminal, or what it was redirected to. */
function ioOf(signal: AbortSignal): Io {
  // Errors of single writes are met above; without a listener they would end the process with a stack.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  return {
    // Standard input is not touched before somebody reads it.
    get stdin() {
      return process.stdin
    },
    out,
    err: (text) => void process.stderr.write(text),
    outIsTTY: process.stdout.isTTY === true,
    isColourful:
      process.stdout.isTTY === true &&
      (process.env['NO_COLOR'] ?? '') === '' &&
      process.env['TERM'] !== 'dumb',
    now: Date.now,
    errIsTTY: process.stderr.isTTY === true,
    secret: (question) => askSecret(process.stdin, process.stderr, question),
    signal,
  }
}

/**
 * Be `sbot`: read the arguments of this process, do what they say, and end it with an exit code. `start` is a server
 * with `plugins` besides its own.
 */
export async function runProgram<const P extends readonly AnyPlugin[] = readonly []>(
  options: More<P> & { readonly plugins?: CheckNeeds<PluginsWith<P>> } = {},
): Promise<never> {
  const { plugins = [] } = options
  const signal = abortBySignals(process)
  const io = ioOf(signal)
  const environment = process.env
  const program = environment['npm_lifecycle_event'] === 'start' ? 'npm run -s sbot --' : 'sbot'
  const stateFolder = stateFolderOf(environment, homedir())
  const { SSB_PASSPHRASE: passphrase } = environment
  const code = await main({
    argv: process.argv.slice(2),
    io,
    environment,
    home: homedir(),
    version: VERSION,
    connect,
    start: ({ config, warnings, explain }) => {
      sweepAtOnce()
      keepHeapSmall()
      const isTerminal = io.outIsTTY
      const given = { program, stateFolder, passphrase, isTerminal, out, err: io.err, signal }
      return startServer({ config, warnings, explain, plugins, ...given })
    },
    fsck: (request) => checkStore(request, stateFolder, passphrase),
    migrate: (request) => migrateFolder(request, stateFolder),
    restore: (request) => restoreFolder(request, stateFolder),
  })
  process.exit(code)
}
