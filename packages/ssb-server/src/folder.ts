import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { refuseForeignFolder } from '@scuttlebot/ssb-feed-store/disk'
import { type Keys, KeysError } from '@scuttlebot/ssb-keys'
import { loadOrCreateSync, loadSync } from '@scuttlebot/ssb-keys/file'
import { migrationState } from '@scuttlebot/ssb-migrate/files'
import { ServerError } from './errors.ts'

/**
 * Make a folder of the owner alone, with those above it; nothing when it is there.
 *
 * Node's own way never returns where a folder cannot be made and the system says that it does not exist, as in `/proc`.
 */
export function makeFolder(path: string): void {
  const make = (): void => mkdirSync(path, { mode: 0o700 })
  try {
    make()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    const above = dirname(path)
    if (code !== 'ENOENT' || above === path || existsSync(above)) throw error
    makeFolder(above)
    make()
  }
}

/** Refuse the log of another server, unless it was taken over and has not grown since. */
function refuseUnmigrated(path: string): void {
  const state = migrationState(path)
  if (state === 'done') return
  if (state === 'unfinished')
    throw new ServerError(
      'SSB_SERVER_FOLDER',
      `A migration into ${path} was cut off, so that messages of your feed may be missing: finish it with the same "sbot migrate" again, publishing before that would fork the feed.`,
    )
  if (state === 'changed')
    throw new ServerError(
      'SSB_SERVER_FOLDER',
      `The old server has written to its database in ${path} since it was migrated: run "sbot migrate" again to take that over, and do not start the old server here any more.`,
    )
  refuseForeignFolder(path)
}

/** A data folder that is ready. */
export interface OpenFolder {
  readonly keys: Keys
  readonly isNew: boolean
  /** The key in it is under a passphrase. */
  readonly hasPassphrase: boolean
}

/** It lies beside a key that was made here, until a mark of its feed is kept. */
const NEW_KEY = 'secret-is-new'

/**
 * Make the data folder ready: refuse it when another server's log is in it, then load or create the key.
 * `isNew`: the key was made here, and no start has come so far as to keep a mark (see {@link forgetNewKey}), so nothing
 * can have been published with it. `passphrase` is for a key that is under one; a new key gets none.
 *
 * @throws {@link ServerError} `SSB_SERVER_FOLDER`; StoreError `SSB_STORE_FOREIGN`; KeysError
 */
export function openFolder(path: string, passphrase?: string): OpenFolder {
  refuseUnmigrated(path)
  try {
    // What is in it is the owner's alone: key, private messages, who follows whom.
    makeFolder(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const isFile = code === 'EEXIST' || code === 'ENOTDIR'
    const message = isFile
      ? `The data folder ${path} is not a folder.`
      : `The data folder ${path} cannot be made (${code}).`
    throw new ServerError('SSB_SERVER_FOLDER', message, { cause: error })
  }
  const secret = join(path, 'secret')
  const note = join(path, NEW_KEY)
  // First the note: a process that dies in between leaves no key that looks as if its log had been lost.
  if (!existsSync(secret))
    writeFileSync(
      note,
      'The key in this folder was made here, and nothing was published with it.\n',
    )
  return { ...loadKeys(secret, passphrase), isNew: existsSync(note) }
}

/** @internal Without the passphrase first: that it is needed says that the key is under one. */
export function loadKeys(secret: string, passphrase?: string): Omit<OpenFolder, 'isNew'> {
  try {
    return { keys: loadOrCreateSync(secret), hasPassphrase: false }
  } catch (error) {
    const isLocked = error instanceof KeysError && error.code === 'SSB_KEYS_FILE_LOCKED'
    if (!isLocked || passphrase === undefined) throw error
    return { keys: loadSync(secret, { passphrase }), hasPassphrase: true }
  }
}

/** The server has started, so the mark of its feed is kept: from here on an empty log is a lost one. */
export function forgetNewKey(path: string): void {
  rmSync(join(path, NEW_KEY), { force: true })
}

/** Write `manifest.json` for clients that read it before they connect; replaced in one step. */
export function writeManifest(path: string, manifest: object): void {
  const file = join(path, 'manifest.json')
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`)
  renameSync(fresh, file)
}
