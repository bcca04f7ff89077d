import { existsSync } from 'node:fs'
import type { Config } from '@scuttlebot/ssb-config'
import { backend, ready } from '@scuttlebot/ssb-crypto'
import type { AnyPlugin, Log } from '@scuttlebot/ssb-plugin'
import { isLoopback } from '@scuttlebot/ssb-ref'
import { LogBook } from '@scuttlebot/ssb-web'
import { ServerError } from './errors.ts'
import { forgetNewKey, openFolder, writeManifest } from './folder.ts'
import { lockKey } from './key-lock.ts'
import { createLog, jsonLine, textLine } from './log.ts'
import { placesOf } from './places.ts'
import { assemble, type Server } from './server.ts'
import { VERSION } from './version.ts'
import type { Explain } from './web.ts'

/** What `startServer` needs of its surroundings. */
export interface StartOptions {
  readonly config: Config
  readonly warnings: readonly string[]
  /** Where the values of the configuration came from, for the page. */
  readonly explain?: Explain
  /** Plugins besides those of every server. */
  readonly plugins?: readonly AnyPlugin[]
  /** What a person types to reach this program, such as `sbot`. */
  readonly program: string
  /** Folder of this user for locks and marks that outlive data folders, see `stateFolderOf`. */
  readonly stateFolder: string
  /** What opens the key in the data folder, where it is under a passphrase. */
  readonly passphrase?: string | undefined
  /** Whether `out` is a terminal, so that only a person reads it. Default: no */
  readonly isTerminal?: boolean
  out(text: string): Promise<void>
  err(text: string): void
  /** Aborted when the server is to stop. */
  readonly signal: AbortSignal
}

/** How long a start that was interrupted may take to come to its end. */
const GIVE_UP_MS = 3_000

/** A shell word, quoted only where it must be. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/**
 * Be a server until `signal` is aborted; gives the exit code.
 *
 * Rejects with one error whose message is a sentence when the server cannot start.
 */
export async function startServer(options: StartOptions): Promise<number> {
  const { config } = options
  await ready
  const { keys, isNew, hasPassphrase } = openFolder(config.path, options.passphrase)
  const logs = new LogBook()
  const { json: isJson } = config.logging
  const log = createLog(config.logging, (entry) => {
    const line = textLine(entry)
    logs.add(line)
    options.err(isJson ? jsonLine(entry) : line)
  })
  if (backend() === 'libsodium-wasm')
    log('crypto').warn(
      'there is no native libsodium for this machine: WebAssembly is used, which is slower',
    )
  for (const warning of options.warnings) log('config').warn(warning)
  let stateFolder: string | null = options.stateFolder
  const unlock = await lockKey(stateFolder, keys.id, config.path).catch((error: unknown) => {
    if (error instanceof ServerError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    log('server').warn('no lock on the key, only on the data folder', { reason })
    return async () => undefined
  })
  // where nothing can be kept outside the data folder, nothing must be waited for there either
  if (!existsSync(stateFolder)) stateFolder = null
  const more = {
    ...(stateFolder === null ? {} : { stateFolder }),
    ...(options.explain === undefined ? {} : { explain: options.explain }),
  }
  try {
    return await serve(
      options,
      assemble({ config, keys, log, isNew, hasPassphrase, logs, ...more }, options.plugins ?? []),
      log('server'),
    )
  } finally {
    await unlock()
  }
}

/** @internal Start, greet, wait, stop. */
export async function serve(
  options: StartOptions,
  server: Server,
  log: Log,
  giveUpMs: number = GIVE_UP_MS,
): Promise<number> {
  if (!(await started(server, options.signal, giveUpMs))) {
    log.info('stopped before the start was through')
    return 0
  }
  try {
    forgetNewKey(options.config.path)
    writeManifest(options.config.path, server.manifest())
    const taken = takenPort(server, options.config)
    if (taken !== null)
      log.warn(
        `another program listens on port ${taken}, where browsers expect the page: if it is none of yours, it may read what they keep for it`,
      )
    await options.out(greeting(server, options))
    await aborted(options.signal)
    log.info('stopping')
  } catch (error) {
    await server.stop().catch(() => undefined)
    throw error
  }
  try {
    await server.stop()
    return 0
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}

/**
 * Start; `false` when that was interrupted. What a plugin is doing then goes on for a while at most: nothing has been
 * promised to anybody yet, and whatever is on disk is as whole as after a crash.
 */
async function started(server: Server, signal: AbortSignal, giveUpMs: number): Promise<boolean> {
  const starting = server.start().then(
    () => true,
    (error: unknown) => {
      if (signal.aborted) return false
      throw reasonOf(error)
    },
  )
  const isThrough = await Promise.race([starting, aborted(signal).then(() => false)])
  if (isThrough) return true
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, giveUpMs)
  })
  await Promise.race([Promise.allSettled([starting, server.stop()]), late])
  clearTimeout(timer)
  return false
}

/** What the plugin itself said: who cannot do without it is of no use to the person who started us. */
function reasonOf(error: unknown): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  const isStart = error instanceof Error && code === 'SSB_PLUGIN_START_FAILED'
  return isStart && error.cause instanceof Error ? error.cause : error
}

/** Where the page is. A link gives all rights of the owner: it is not for the log that the output may go to. */
function aboutPage(server: Server, sbot: string, isTerminal: boolean): readonly string[] {
  const { web } = server.plugins
  const page = isTerminal ? web.link() : web.url()
  if (page === null) return []
  return isTerminal
    ? ['Its page, once within ten minutes in a browser of yours, which it pairs:', `  ${page}`]
    : [`Its page is ${page} and this pairs a browser with it:`, `  ${sbot} web.pair`]
}

/** That another program has the port that the page should have, which browsers trust. */
function takenPort(server: Server, config: Config): number | null {
  if (server.plugins.web.url() === null) return null
  const used = server.plugins.net.http.places().map(({ port }) => port)
  for (const place of placesOf(config).listen)
    if (place.transport === 'ws' && place.orAnyPort === true && place.port !== 0)
      return place.port === undefined || used.includes(place.port) ? null : place.port
  return null
}

function greeting(server: Server, { config, program, isTerminal = false }: StartOptions): string {
  const addresses = server.plugins.net.addresses(['device', 'local', 'public'])
  const [first = 'nowhere', ...more] = addresses
  const sbot = `${program} --path ${word(config.path)}`
  return [
    `Scuttlebot ${VERSION}, data in ${config.path}`,
    `feed id    ${server.id}`,
    `listening  ${first}`,
    ...more.map((address) => `           ${address}`),
    config.listen.some((place) => 'host' in place && !isLoopback(place.host))
      ? 'Others in your network can find this server; --local-only keeps it to this machine.'
      : 'Only this machine can reach it.',
    ...aboutPage(server, sbot, isTerminal),
    'Type in another terminal:',
    `  ${sbot} whoami`,
    `  ${sbot} publish --type post --text hello`,
    `  ${sbot} --help`,
    'Ctrl-C stops the server.',
    '',
  ].join('\n')
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
