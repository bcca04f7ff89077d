import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuseForeignFolder } from '@scuttlebot/ssb-feed-store/disk'
import type { Keys } from '@scuttlebot/ssb-keys'
import { loadOrCreateSync } from '@scuttlebot/ssb-keys/file'
import { ServerError } from './errors.ts'

/**
 * Make the data folder ready: refuse it when another server's log is in it, then load or create the key.
 * `isNew`: the key was made just now, so nothing can have been published with it.
 *
 * @throws {@link ServerError} `SSB_SERVER_FOLDER`; StoreError `SSB_STORE_FOREIGN`; KeysError
 */
export function openFolder(path: string): { readonly keys: Keys; readonly isNew: boolean } {
  refuseForeignFolder(path)
  try {
    // What is in it is the owner's alone: key, private messages, who follows whom.
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const isFile = code === 'EEXIST' || code === 'ENOTDIR'
    const message = isFile
      ? `The data folder ${path} is not a folder.`
      : `The data folder ${path} cannot be made (${code}).`
    throw new ServerError('SSB_SERVER_FOLDER', message, { cause: error })
  }
  const secret = join(path, 'secret')
  const isNew = !existsSync(secret)
  return { keys: loadOrCreateSync(secret), isNew }
}

/** Write `manifest.json` for clients that read it before they connect; replaced in one step. */
export function writeManifest(path: string, manifest: object): void {
  const file = join(path, 'manifest.json')
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`)
  renameSync(fresh, file)
}
