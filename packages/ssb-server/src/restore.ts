import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BackupError, type RestoredNote, readEntries, unseal } from '@scuttlebot/ssb-backup'
import type { RestoreOutcome, RestoreRequest } from '@scuttlebot/ssb-cli'
import { ready } from '@scuttlebot/ssb-crypto'
import { loadSync } from '@scuttlebot/ssb-keys/file'
import { type BareStore, openBareStore, raiseMarks } from './bare-store.ts'
import { ServerError } from './errors.ts'
import { makeFolder } from './folder.ts'
import { lockKey } from './key-lock.ts'

/**
 * The files of a data folder that a backup takes in; none of another name is ever written by a restore. No invites:
 * those that were used since would be good for another use.
 */
const FILES = ['config', 'peers.json', 'gossip.json', 'conn.json'] as const
/** It lies in a restored folder until a peer or a person has confirmed the feed's end. */
const NOTE = 'restored'
const BATCH = 500

/** What goes into a backup besides the feed. */
export async function backupFiles(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const name of ['secret', ...FILES])
    if (existsSync(join(folder, name))) files[name] = await readFile(join(folder, name), 'utf8')
  return files
}

/** The note in a data folder that it was restored. */
export function restoredNote(folder: string): RestoredNote {
  const path = join(folder, NOTE)
  return { read: () => existsSync(path), remove: () => rmSync(path, { force: true }) }
}

/**
 * Make a data folder out of a backup. It must not have a key or a store yet. Publishing stays locked until a peer or
 * a person has confirmed that the feed ends where the backup ends.
 *
 * @throws BackupError, KeysError, ServerError `SSB_SERVER_FOLDER`: each message is a sentence
 */
export async function restoreFolder(
  { config, file, passphrase }: RestoreRequest,
  stateFolder: string,
): Promise<RestoreOutcome> {
  await ready
  const to = config.path
  for (const name of ['secret', 'store', 'flume', 'db2'])
    if (existsSync(join(to, name)))
      throw new ServerError(
        'SSB_SERVER_FOLDER',
        `There is a server's data in ${to} already (${name}): restore into a new folder, given with --path.`,
      )
  // Read to its end first: a file that is cut off must not leave half a folder.
  let whole = false
  for await (const _ of readEntries(unseal(file(), passphrase))) whole = true
  if (!whole) throw new BackupError('SSB_BACKUP_DAMAGED', 'There is nothing in the backup.')
  makeFolder(to)
  writeFileSync(
    join(to, NOTE),
    'Publishing is locked until a peer confirms the end of the feed.\n',
    {
      flush: true,
    },
  )
  return await fill({ config, file, passphrase }, stateFolder)
}

async function fill(
  { config, file, passphrase }: RestoreRequest,
  stateFolder: string,
): Promise<RestoreOutcome> {
  const to = config.path
  const written: string[] = []
  let end: { sequence: number; id: string | null } = { sequence: 0, id: null }
  let open: { store: BareStore; unlock: () => Promise<void>; id: string } | null = null
  let values: unknown[] = []
  let messages = 0
  const add = async (): Promise<void> => {
    if (values.length === 0) return
    open ??= await openWith(config, stateFolder)
    const verdicts = await open.store.api.add(values as never[])
    values = []
    const bad = verdicts.find((verdict) => !verdict.ok)
    if (bad !== undefined && !bad.ok)
      throw new BackupError(
        'SSB_BACKUP_DAMAGED',
        `A message of the backup cannot be taken: ${bad.reason}.`,
      )
    messages += verdicts.length
  }
  try {
    for await (const entry of readEntries(unseal(file(), passphrase))) {
      if ('file' in entry) {
        const isSecret = entry.file === 'secret'
        if (!isSecret && !(FILES as readonly string[]).includes(entry.file)) continue
        const mode = isSecret ? 0o400 : 0o600
        writeFileSync(join(to, entry.file), entry.text, { flag: 'wx', mode, flush: true })
        written.push(entry.file)
      } else if ('mark' in entry) end = entry.mark
      else if ('message' in entry) {
        values.push(entry.message)
        if (values.length >= BATCH) await add()
      }
    }
    await add()
    open ??= await openWith(config, stateFolder)
    await open.store.flush()
    const keys = loadSync(join(to, 'secret'))
    await raiseMarks(to, stateFolder, keys, end)
    return { to, id: keys.id, messages, sequence: end.sequence, files: written }
  } finally {
    await open?.store.close()
    await open?.unlock()
  }
}

async function openWith(
  config: RestoreRequest['config'],
  stateFolder: string,
): Promise<{ store: BareStore; unlock: () => Promise<void>; id: string }> {
  if (!existsSync(join(config.path, 'secret')))
    throw new BackupError('SSB_BACKUP_DAMAGED', 'There is no key in the backup.')
  const keys = loadSync(join(config.path, 'secret'))
  const unlock = await lockKey(stateFolder, keys.id, config.path)
  try {
    return { store: await openBareStore(config.path, keys, config), unlock, id: keys.id }
  } catch (error) {
    await unlock()
    throw error
  }
}
