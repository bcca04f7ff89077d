import { constants, createReadStream } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Client } from '@scuttlebot/ssb-client'
import type { Config } from '@scuttlebot/ssb-config'
import { CliError, unreadable, usage } from './errors.ts'
import type { Io } from './io.ts'
import { isFlag } from './lex.ts'
import { findMethod } from './method.ts'

/** What `sbot restore` asks for. */
export interface RestoreRequest {
  /** Its `path` is the folder that is made. */
  readonly config: Config
  /** The backup, from its start; called once for each time that it is read. */
  file(): AsyncIterable<Uint8Array>
  readonly passphrase: string
}

/** What came of it. */
export interface RestoreOutcome {
  readonly to: string
  readonly id: string
  /** Messages of the own feed that were put back. */
  readonly messages: number
  /** Where the feed ended when the backup was made. */
  readonly sequence: number
  readonly files: readonly string[]
}

/** The variable that holds the passphrase, for scripts. */
const VARIABLE = 'SSB_PASSPHRASE'

/**
 * The one word of `sbot backup FILE` and `sbot restore FILE`, and what is left of the line.
 *
 * @throws CliError when there is none
 */
export function backupFileOf(
  command: string,
  rest: readonly string[],
): { readonly file: string; readonly rest: readonly string[] } {
  const [file, ...more] = rest
  if (file === undefined || isFlag(file) || file === '')
    throw usage(`${command} needs the name of a file.`)
  return { file, rest: more }
}

/**
 * That a backup can be written to `file`: before anybody is asked for a passphrase.
 *
 * @throws CliError with the reason
 */
export async function checkTarget(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  )
  if (there) throw unwritable(file, 'EEXIST')
  await access(dirname(file), constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(file, error.code)
  })
}

/**
 * That there is a backup to read: before anybody is asked for its passphrase.
 *
 * @throws CliError with the reason
 */
export async function checkSource(file: string): Promise<void> {
  try {
    const handle = await open(file, 'r')
    const isFolder = (await handle.stat()).isDirectory()
    await handle.close()
    if (isFolder) throw Object.assign(new Error(), { code: 'EISDIR' })
  } catch (error) {
    throw unreadable(file, error)
  }
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'there is such a file already',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'you may not write there',
  EROFS: 'it is a place that cannot be written to',
}

const unwritable = (file: string, code = 'unknown'): CliError =>
  new CliError('SSB_CLI_INPUT', `${file} cannot be written: ${WHY[code] ?? code}.`)

/** The passphrase from the environment, or from the person at the terminal. */
export async function passphraseOf(
  io: Io,
  environment: Readonly<Record<string, string | undefined>>,
  isNew: boolean,
): Promise<string> {
  const given = environment[VARIABLE]
  if (given !== undefined && given !== '') return given
  if (io.secret === undefined || io.stdin.isTTY !== true)
    throw usage(`There is nobody to ask for a passphrase: set ${VARIABLE}.`)
  const first = await io.secret('Passphrase for the backup: ')
  if (isNew && (await io.secret('The same again: ')) !== first)
    throw usage('The two passphrases differ.')
  return first
}

/** `sbot backup FILE`: the file appears under its name when it is whole and on disk. */
export async function runBackup(
  client: Client<unknown>,
  file: string,
  passphrase: string,
  io: Io,
): Promise<number> {
  const method = findMethod(client.manifest, 'backup.make')
  if (method === null)
    throw new CliError('SSB_CLI_REMOTE', 'This server cannot be backed up: it has no backup.make.')
  const part = `${file}.part`
  const handle = await openNew(file, part)
  let bytes = 0
  try {
    const chunks = client.mux.source(method.path, [passphrase], { raw: true, signal: io.signal })
    for await (const batch of chunks.batches())
      for (const { bytes: chunk } of batch) {
        // all of it: a disk that is nearly full takes a part, and says no more than how much
        await handle.writeFile(chunk)
        bytes += chunk.length
      }
    await handle.sync()
    await handle.close()
    await rename(part, file)
  } catch (error) {
    await handle.close().catch(() => undefined)
    for (const name of [part, file]) await rm(name, { force: true })
    throw error
  }
  io.err(`${file}: ${bytes} bytes. Keep it, and its passphrase, away from this machine.\n`)
  return 0
}

async function openNew(file: string, part: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    await (await open(file, 'wx', 0o600)).close()
    return await open(part, 'w', 0o600)
  } catch (error) {
    throw unwritable(file, (error as NodeJS.ErrnoException).code)
  }
}

/** `sbot restore FILE`. */
export async function runRestore(
  restore: (request: RestoreRequest) => Promise<RestoreOutcome>,
  request: { readonly config: Config; readonly file: string; readonly passphrase: string },
  io: Io,
  json: boolean,
): Promise<number> {
  const { config, file, passphrase } = request
  const outcome = await restore({ config, file: () => readable(file), passphrase })
  if (json) await io.out(`${JSON.stringify(outcome)}\n`)
  else
    await io.out(
      [
        `${outcome.id} is restored into ${outcome.to}: ${outcome.messages} messages of its own, ${outcome.files.join(', ')}`,
        'Publishing is locked until a peer confirms that the feed ends there: start the server and let it connect.',
        '',
      ].join('\n'),
    )
  return 0
}

async function* readable(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file)
  } catch (error) {
    throw unreadable(file, error)
  }
}
