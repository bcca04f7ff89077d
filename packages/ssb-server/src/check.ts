import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FsckOutcome, FsckRequest } from '@scuttlebot/ssb-cli'
import { ready } from '@scuttlebot/ssb-crypto'
import { loadSync } from '@scuttlebot/ssb-keys/file'
import { ServerError } from './errors.ts'
import { createServer } from './server.ts'

/**
 * Check the store of a data folder, with the indexes that the server's plugins define. Nothing is started.
 *
 * @param stateFolder folder of this user where marks are kept, see `stateFolderOf`
 * @throws {@link ServerError} `SSB_SERVER_FOLDER` when there is no store; StoreError `SSB_STORE_LOCKED` when a server
 * runs on it; KeysError. Each message is a sentence.
 */
export async function checkStore(
  { config, ...options }: FsckRequest,
  stateFolder: string,
): Promise<FsckOutcome> {
  const { path } = config
  if (!existsSync(join(path, 'store', 'CURRENT')))
    throw new ServerError('SSB_SERVER_FOLDER', `There is no store in ${path}: nothing was checked.`)
  await ready
  const keys = loadSync(join(path, 'secret'))
  const { store } = createServer({ config, keys, stateFolder }).plugins
  return await store.fsck(options)
}
