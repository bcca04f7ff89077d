import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Io, main } from '@scuttlebot/ssb-cli'
import { connect } from '@scuttlebot/ssb-client'
import {
  checkStore,
  migrateFolder,
  restoreFolder,
  startServer,
  stateFolderOf,
} from '../src/index.ts'

/** Longer than any test may take: what is asked for in vain must not be asked for after it. */
const UNTIL_MS_MAX = 60_000

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

function stdinOf(text: string | null): Io['stdin'] {
  return {
    isTTY: text === null,
    async *[Symbol.asyncIterator]() {
      if (text !== null) yield new TextEncoder().encode(text)
    },
  }
}

export interface RunOptions {
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Told whenever something is printed. */
  onOut?(all: string): void
}

/** A folder with a server's data, and the program run on it. */
export class World {
  readonly home: string = mkdtempSync(join(tmpdir(), 'ssb-server-'))
  readonly path: string = join(this.home, '.ssb')
  /** Of the key, where it is under one. */
  passphrase: string | undefined
  readonly #stops: (() => Promise<unknown>)[] = []

  /** Run the program as a person would. */
  async sbot(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { signal = new AbortController().signal, onOut, stdin = null } = options
    let printed = ''
    let err = ''
    const out = async (chunk: string | Uint8Array): Promise<void> => {
      printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
      onOut?.(printed)
    }
    const io: Io = {
      stdin: stdinOf(stdin),
      out,
      err: (text) => {
        err += text
      },
      outIsTTY: false,
      isColourful: false,
      now: Date.now,
      errIsTTY: false,
      signal,
    }
    const code = await main({
      argv,
      io,
      environment: options.environment ?? {},
      home: this.home,
      version: 'test',
      connect,
      start: ({ config, warnings }) =>
        startServer({
          config,
          warnings,
          program: 'sbot',
          passphrase: this.passphrase,
          stateFolder: stateFolderOf({}, this.home),
          out,
          err: io.err,
          signal,
        }),
      fsck: (request) => checkStore(request, stateFolderOf({}, this.home), this.passphrase),
      migrate: (request) => migrateFolder(request, stateFolderOf({}, this.home)),
      restore: (request) => restoreFolder(request, stateFolderOf({}, this.home)),
    })
    return { code, out: printed, err }
  }

  /** Start a server on a free port; resolves when it listens. */
  start(...argv: readonly string[]): Promise<Running> {
    return this.startBare('--port', '0', '--local-only', ...argv)
  }

  /** Start a server that listens where its configuration says: the caller sees to it that this is loopback. */
  async startBare(...argv: readonly string[]): Promise<Running> {
    const abort = new AbortController()
    let listening: (out: string) => void = () => undefined
    const greeted = new Promise<string>((resolve) => {
      listening = resolve
    })
    const done = this.sbot(['start', ...argv], {
      signal: abort.signal,
      onOut: (all) => all.includes('Ctrl-C') && listening(all),
    })
    const stop = async (): Promise<Ran> => {
      abort.abort()
      return await done
    }
    this.#stops.push(stop)
    const first = await Promise.race([greeted, done])
    if (typeof first !== 'string') throw new Error(`it did not start: ${first.err}`)
    const port = /net:127\.0\.0\.1:(\d+)~/.exec(first)?.[1] ?? ''
    const id = /@\S+\.ed25519/.exec(first)?.[0] ?? ''
    return { port, id, greeting: first, stop }
  }

  /** Ask again and again until something holds; throws when it never does. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + UNTIL_MS_MAX
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`it does not hold after ${UNTIL_MS_MAX} ms`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()))
    rmSync(this.home, { recursive: true, force: true })
  }
}

export interface Running {
  readonly port: string
  readonly id: string
  readonly greeting: string
  stop(): Promise<Ran>
}
