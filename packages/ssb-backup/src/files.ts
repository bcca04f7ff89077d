/**
 * The files of a data folder that a backup takes in, and a folder made out of one. Needs Node.
 *
 * @packageDocumentation
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readEntries } from './contents.ts'
import { BackupError } from './errors.ts'
import type { RestoredNote } from './plugin.ts'
import { unseal } from './seal.ts'

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

/** The store of the new folder, opened for a restore. */
export interface RestoreStore {
  /** Judge and append messages of the own feed, in order. */
  add(
    values: readonly unknown[],
  ): Promise<readonly ({ readonly ok: true } | { readonly ok: false; readonly reason: string })[]>
  /** Resolves when all that was added survives a loss of power. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** What {@link restoreFiles} needs. */
export interface RestoreOptions {
  /** The new data folder; it must be there, and have neither a key nor a store. */
  readonly to: string
  /** The backup, from its start; called once for each time that it is read. */
  file(): AsyncIterable<Uint8Array>
  readonly passphrase: string
  /** Called once, when the key is in the folder. */
  openStore(): Promise<RestoreStore>
}

/** What {@link restoreFiles} came to. */
export interface Restored {
  /**
   * Messages of the own feed that were put back: all, or, where one had been deleted, those before it. What follows a
   * hole cannot be checked, and comes back from peers.
   */
  readonly messages: number
  /** Where the feed ended when the backup was made. */
  readonly end: { readonly sequence: number; readonly id: string | null }
  /** Names of the files that were written. */
  readonly files: readonly string[]
}

/**
 * Read a backup to its end, writing nothing: one that is cut off must not leave half a folder.
 *
 * @throws {@link BackupError} when it is none, cut off, empty, or under another passphrase
 */
export async function checkBackup(
  bytes: AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<void> {
  let isEmpty = true
  for await (const _ of readEntries(unseal(bytes, passphrase))) isEmpty = false
  if (isEmpty) throw new BackupError('SSB_BACKUP_DAMAGED', 'There is nothing in the backup.')
}

/**
 * Fill a new data folder from a backup. The note that publishing is locked, see {@link restoredNote}, comes first.
 *
 * @throws {@link BackupError}, and what the store throws
 */
export async function restoreFiles(options: RestoreOptions): Promise<Restored> {
  const { to, file, passphrase } = options
  const text = 'Publishing is locked until a peer confirms the end of the feed.\n'
  writeFileSync(join(to, NOTE), text, { flush: true })
  const files: string[] = []
  let end: Restored['end'] = { sequence: 0, id: null }
  let store: RestoreStore | null = null
  let values: unknown[] = []
  let messages = 0
  let last = 0
  let hasHole = false
  const opened = async (): Promise<RestoreStore> => {
    if (!existsSync(join(to, 'secret')))
      throw new BackupError('SSB_BACKUP_DAMAGED', 'There is no key in the backup.')
    store ??= await options.openStore()
    return store
  }
  const add = async (): Promise<void> => {
    if (values.length === 0) return
    const verdicts = await (await opened()).add(values)
    values = []
    for (const verdict of verdicts)
      if (!verdict.ok)
        throw new BackupError(
          'SSB_BACKUP_DAMAGED',
          `A message of the backup cannot be taken: ${verdict.reason}.`,
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
        files.push(entry.file)
      } else if ('mark' in entry) end = entry.mark
      else if ('message' in entry) {
        const sequence = sequenceOf(entry.message)
        hasHole ||= sequence > last + 1
        if (hasHole) continue
        last = sequence
        values.push(entry.message)
        if (values.length >= BATCH) await add()
      }
    }
    await add()
    await (await opened()).flush()
    return { messages, end, files }
  } finally {
    await (store as RestoreStore | null)?.close()
  }
}

/** The place of a message in its feed; 0: it says none, and will be refused. */
function sequenceOf(message: unknown): number {
  const { sequence } = (message ?? {}) as { readonly sequence?: unknown }
  return Number.isSafeInteger(sequence) ? (sequence as number) : 0
}
