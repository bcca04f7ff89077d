#!/usr/bin/env node
// The executable: `start` is the server, every other command is ssb-cli's.
import { homedir } from 'node:os'
import process from 'node:process'
import { type Io, main } from '@scuttlebot/ssb-cli'
import { connect } from '@scuttlebot/ssb-client'
import { checkStore } from './check.ts'
import { stateFolderOf } from './key-lock.ts'
import { keepHeapSmall, sweepAtOnce } from './memory.ts'
import { migrateFolder } from './migrate.ts'
import { restoreFolder } from './restore.ts'
import { askSecret } from './secret.ts'
import { abortBySignals } from './signals.ts'
import { startServer } from './start.ts'
import { VERSION } from './version.ts'

const signal = abortBySignals(process)

/** Resolves when the chunk has left; rejects with EPIPE when nobody reads any more. */
const out = (chunk: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
// Errors of single writes are met above; without a listener they would end the process with a stack.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const io: Io = {
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
  start: ({ config, warnings }) => {
    sweepAtOnce()
    keepHeapSmall()
    const given = { program, stateFolder, passphrase, out, err: io.err, signal }
    return startServer({ config, warnings, ...given })
  },
  fsck: (request) => checkStore(request, stateFolder, passphrase),
  migrate: (request) => migrateFolder(request, stateFolder),
  restore: (request) => restoreFolder(request, stateFolder),
})
process.exit(code)
