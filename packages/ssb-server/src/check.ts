import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FsckOutcome, FsckRequest } from '@scuttlebot/ssb-cli'
import { ready } from '@scuttlebot/ssb-crypto'
import { ServerError } from './errors.ts'
import { loadKeys } from './folder.ts'
import { createServer } from './server.ts'

/**
 * Check the store of a data folder, with the indexes that the server's plugins define. Nothing is started.
 *
 * @param stateFolder folder of this user where marks are kept, see `stateFolderOf`
 * @param passphrase of the key, where it is under one
 * @throws {@link ServerError} `SSB_SERVER_FOLDER` when there is no store, or no key; StoreError `SSB_STORE_LOCKED` when a server
 * runs on it; KeysError. Each message is a sentence.
 */
export async function checkStore(
  { config, ...options }: FsckRequest,
  stateFolder: string,
  passphrase?: string,
): Promise<FsckOutcome> {
  const { path } = config
  const secret = join(path, 'secret')
  for (const [what, file] of [
    ['store', join(path, 'store', 'CURRENT')],
    ['key', secret],
  ] as const)
    if (!existsSync(file))
      throw new ServerError(
        'SSB_SERVER_FOLDER',
        `There is no ${what} in ${path}: nothing was checked.`,
      )
  await ready
  const { store } = createServer({ config, stateFolder, ...loadKeys(secret, passphrase) }).plugins
  return await store.fsck(options)
}
