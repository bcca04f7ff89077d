import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkBackup, restoreFiles } from '@scuttlebot/ssb-backup/files'
import type { RestoreOutcome, RestoreRequest } from '@scuttlebot/ssb-cli'
import { ready } from '@scuttlebot/ssb-crypto'
import { openBareStore, ownerOf, raiseMarks } from './bare-store.ts'
import { ServerError } from './errors.ts'
import { makeFolder } from './folder.ts'
import { lockKey } from './key-lock.ts'

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
  await checkBackup(file(), passphrase)
  makeFolder(to)
  let unlock: (() => Promise<void>) | null = null
  try {
    const { messages, end, files } = await restoreFiles({
      to,
      file,
      passphrase,
      async openStore() {
        const id = ownerOf(to)
        unlock = await lockKey(stateFolder, id, to)
        const { api, flush, close } = await openBareStore(to, id, config)
        return { add: (values) => api.add(values as never[]), flush, close }
      },
    })
    const id = ownerOf(to)
    await raiseMarks(to, stateFolder, id, end)
    return { to, id, messages, sequence: end.sequence, files }
  } finally {
    await (unlock as (() => Promise<void>) | null)?.()
  }
}
