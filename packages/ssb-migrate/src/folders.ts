// Node only: the folders of the old servers.
import {
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { replaceFile, syncFolder } from '@scuttlebot/ssb-plugin/files'
import { MigrateError } from './errors.ts'
import type { ByteSource } from './source.ts'

/** The log of an old server. */
export interface OldLog {
  readonly kind: 'flume' | 'db2'
  readonly path: string
  readonly bytes: number
}

/** What `migrated.json` keeps of a finished migration. */
export interface Migration {
  /** The folder that the messages came from. */
  readonly from: string
  readonly logs: readonly OldLog[]
  /** When it was finished, as ISO 8601. */
  readonly at: string
  readonly added: number
  readonly refused: number
}

/**
 * Whether a folder may be started on. `needed`: it holds an old log that was not taken over. `changed`: it was, and
 * the old server has written since. `unfinished`: a migration into it was cut off, so that its log may lack messages of
 * the own feed.
 */
export type MigrationState = 'none' | 'needed' | 'changed' | 'unfinished' | 'done'

/** Name of the record of a finished migration, in the new folder. */
const RECORD = 'migrated.json'
/** Lies in the new folder while messages are taken over, and names the old one. */
const UNFINISHED = 'migrating'

/** Bytes of a file; `null` where there is none, or it cannot be looked at. */
const sizeOf = (path: string): number | null => {
  try {
    const found = statSync(path)
    return found.isFile() ? found.size : null
  } catch {
    return null
  }
}

/**
 * The logs of old servers in a folder, in the order in which they are to be read.
 *
 * @throws {@link MigrateError} `SSB_MIGRATE_FORM` when there is one that cannot be read as it is
 */
export function oldLogs(folder: string): readonly OldLog[] {
  const compaction = join(folder, 'db2', 'log.bipf.compaction')
  if (existsSync(compaction))
    throw new MigrateError(
      'SSB_MIGRATE_FORM',
      `The ssb-db2 log in ${folder} is in the middle of a compaction: start the old server once, so that it finishes, then migrate.`,
    )
  const logs: OldLog[] = []
  for (const [kind, name] of [
    ['flume', join('flume', 'log.offset')],
    ['db2', join('db2', 'log.bipf')],
  ] as const) {
    const path = join(folder, name)
    const bytes = sizeOf(path)
    if (bytes !== null && bytes > 0) logs.push({ kind, path, bytes })
  }
  if (logs.length > 0) return logs
  if (existsSync(join(folder, 'db', 'CURRENT')))
    throw new MigrateError(
      'SSB_MIGRATE_FORM',
      `${folder} holds the database of scuttlebot 10 or older: start ssb-server 15 or 16 on it once, so that it makes flume/log.offset, then migrate.`,
    )
  if (existsSync(join(folder, 'log')) && existsSync(join(folder, 'indexes')))
    throw new MigrateError(
      'SSB_MIGRATE_FORM',
      `${folder} holds the database of go-sbot, which is not read here: write its messages to a file with "sbotcli log", start with the same key on a new folder, and "sbot import" that file.`,
    )
  return logs
}

/** What a folder says of its old logs. Reads three small things, and never throws. */
export function migrationState(folder: string): MigrationState {
  if (existsSync(join(folder, UNFINISHED))) return 'unfinished'
  const sizes = ['flume/log.offset', 'db2/log.bipf'].map((name) => sizeOf(join(folder, name)) ?? 0)
  if (sizes.every((bytes) => bytes === 0)) return 'none'
  const record = readMigration(folder)
  if (record === null || resolve(record.from) !== resolve(folder)) return 'needed'
  const before = (kind: OldLog['kind']): number =>
    record.logs.find((log) => log.kind === kind)?.bytes ?? 0
  return before('flume') === sizes[0] && before('db2') === sizes[1] ? 'done' : 'changed'
}

/** The record of a finished migration into a folder; `null`: there is none. */
export function readMigration(folder: string): Migration | null {
  try {
    const found = JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as Partial<Migration>
    return typeof found.from === 'string' && Array.isArray(found.logs) ? (found as Migration) : null
  } catch {
    return null
  }
}

/**
 * Write down that messages of `from` are being taken over into a folder: before the first one. A run that is cut off
 * may leave a part of the own feed, and whoever publishes behind that forks it.
 */
export async function beginMigration(folder: string, from: string): Promise<void> {
  await replaceFile(join(folder, UNFINISHED), `${resolve(from)}\n`)
}

/** Write down that a migration into a folder is finished; in one step, after everything else is on disk. */
export function writeMigration(folder: string, migration: Migration): void {
  const file = join(folder, RECORD)
  writeFileSync(`${file}.next`, `${JSON.stringify(migration, null, 2)}\n`, { flush: true })
  renameSync(`${file}.next`, file)
  rmSync(join(folder, UNFINISHED), { force: true })
}

/**
 * Open a file to read it at the length that it has now.
 *
 * @throws {@link MigrateError} `SSB_MIGRATE_FILE`
 */
export async function fileSource(path: string): Promise<ByteSource & { close(): Promise<void> }> {
  try {
    const file = await open(path, 'r')
    const { size } = await file.stat()
    return {
      size,
      async read(at, length) {
        const into = new Uint8Array(Math.max(0, Math.min(length, size - at)))
        const { bytesRead } = await file.read(into, 0, into.length, at)
        return into.subarray(0, bytesRead)
      },
      close: () => file.close(),
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new MigrateError('SSB_MIGRATE_FILE', `${path} cannot be read (${code}).`, {
      cause: error,
    })
  }
}

const ASK_MS = 2_000

/** Whether a server answers on a folder's socket: then its log is not to be read now. */
export function isServed(folder: string): Promise<boolean> {
  const path = join(folder, 'socket')
  if (!existsSync(path)) return Promise.resolve(false)
  return new Promise((done) => {
    const socket = connect(path)
    const end = (is: boolean) => () => {
      socket.destroy()
      done(is)
    }
    socket.once('connect', end(true))
    socket.once('error', end(false))
    socket.setTimeout(ASK_MS, end(true))
  })
}

/** Files of an old folder that a new one has use for, besides messages and blobs. */
const FILES = ['gossip.json', 'conn.json']

/** What {@link copyOldFolder} did. */
export interface Copied {
  /** Blobs that were copied now. */
  readonly blobs: number
  readonly bytes: number
}

/**
 * Copy key, peers and blobs of an old folder into a new one, which may have a part of them from an earlier run. The
 * old folder is only read. The key is never written over.
 *
 * @throws {@link MigrateError} `SSB_MIGRATE_NOT_READY` without a key, `SSB_MIGRATE_OTHER_KEY`, `SSB_MIGRATE_FILE`
 */
export async function copyOldFolder(
  from: string,
  to: string,
  options: { onProgress?(copied: Copied): void; signal?: AbortSignal } = {},
): Promise<Copied> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  await copyKey(join(from, 'secret'), join(to, 'secret'))
  for (const name of FILES)
    if (existsSync(join(from, name)) && !existsSync(join(to, name)))
      await copyWhole(join(from, name), join(to, name))
  const copied = { blobs: 0, bytes: 0 }
  const root = join(from, 'blobs', 'sha256')
  for (const folder of await namesIn(root))
    for (const name of await namesIn(join(root, folder))) {
      if (options.signal?.aborted) return copied
      const path = join(root, folder, name)
      const target = join(to, 'blobs', 'sha256', folder, name)
      const { size } = await stat(path)
      if (sizeOf(target) === size) continue
      await copyWhole(path, target)
      copied.blobs++
      copied.bytes += size
      options.onProgress?.({ ...copied })
    }
  return copied
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** The key is there whole or not at all, after a kill too, and never in place of another. */
async function copyKey(from: string, to: string): Promise<void> {
  const old = textOf(from)
  if (old === null)
    throw new MigrateError('SSB_MIGRATE_NOT_READY', `There is no readable key in ${from}.`)
  const present = textOf(to)
  if (present === old) return
  // Empty is what a run that was killed could leave in the past: there is no key in it.
  if (present === '') await rm(to, { force: true })
  if ((present ?? '') !== '' || !(await makeFile(to, old, 0o400)))
    throw new MigrateError(
      'SSB_MIGRATE_OTHER_KEY',
      `${to} is another key than ${from}: migrate into a new folder, given with --path.`,
    )
}

/** Make a file that is durable when this resolves; `false`: there is one of that name, and it stays. */
async function makeFile(path: string, text: string, mode: number): Promise<boolean> {
  const part = `${path}.part`
  await rm(part, { force: true })
  await writeFile(part, text, { flag: 'wx', mode, flush: true })
  try {
    // unlike a move, a link never takes the place of what is there
    await link(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    // a file system without links: between the look and the move nobody else makes keys in this folder
    if (existsSync(path)) return false
    await rename(part, path)
  } finally {
    await rm(part, { force: true })
  }
  await syncFolder(dirname(path))
  return true
}

/** A copy appears under its name only when it is whole, so that a killed run leaves none that is not. */
async function copyWhole(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    const part = `${to}.part`
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    const file = await open(part, 'r+')
    await file.sync()
    await file.close()
    await rename(part, to)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new MigrateError('SSB_MIGRATE_FILE', `${from} cannot be copied to ${to} (${code}).`, {
      cause: error,
    })
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.endsWith('.part')).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
