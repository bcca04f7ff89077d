import { join, resolve } from 'node:path'
import { notePushes } from '@scuttlebot/ssb-blobs/disk'
import type { MigrateOutcome, MigrateRequest } from '@scuttlebot/ssb-cli'
import { ready } from '@scuttlebot/ssb-crypto'
import { refuseForeignFolder } from '@scuttlebot/ssb-feed-store/disk'
import { MigrateError } from '@scuttlebot/ssb-migrate'
import {
  beginMigration,
  copyOldFolder,
  isServed,
  oldLogs,
  oldPushes,
  takeOver,
  writeMigration,
} from '@scuttlebot/ssb-migrate/files'
import { openBareStore, ownerOf, raiseMarks } from './bare-store.ts'
import { lockKey } from './key-lock.ts'

/**
 * Take over the database of ssb-server or ssb-db2, which is only read: in its own folder, or into another one. Every
 * message is validated; the marks of the own feed are set to its last message, so that nothing is published twice.
 * Running it again goes on where an earlier run was killed, and takes what the old server has written since.
 *
 * @throws MigrateError, KeysError, StoreError, ServerError: each message is a sentence
 */
export async function migrateFolder(
  { config, from, progress, signal }: MigrateRequest,
  stateFolder: string,
): Promise<MigrateOutcome> {
  await ready
  const to = resolve(config.path)
  const source = resolve(from ?? to)
  const logs = oldLogs(source)
  if (logs.length === 0)
    throw new MigrateError(
      'SSB_MIGRATE_NOTHING',
      `There is no database of ssb-server or ssb-db2 in ${source}.`,
    )
  for (const folder of new Set([source, to]))
    if (await isServed(folder))
      throw new MigrateError(
        'SSB_MIGRATE_NOT_READY',
        `A server is running on ${folder}: stop it first, then migrate.`,
      )
  if (source !== to) {
    refuseForeignFolder(to)
    await copyOldFolder(source, to, {
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ blobs, bytes }) => progress({ what: 'blobs', count: blobs, bytes }),
    })
  }
  const id = ownerOf(to)
  const unlock = await lockKey(stateFolder, id, to)
  try {
    await beginMigration(to, source)
    const taken = await takeOver({
      logs,
      to,
      id,
      async openStore(received) {
        const { api, flush, close } = await openBareStore(to, id, config, received)
        return { add: (values) => api.add(values as never[]), flush, close }
      },
      onProgress: (counts) => progress({ what: 'messages', ...counts }),
      signal,
    })
    const isFinished = signal?.aborted !== true
    const pushes = isFinished ? await takeOverPushes(source, to) : 0
    if (isFinished) {
      const { own, added, refused } = taken
      const end = { sequence: own?.sequence ?? 0, id: own?.key ?? null }
      await raiseMarks(to, stateFolder, id, end)
      writeMigration(to, { from: source, logs, at: new Date().toISOString(), added, refused })
    }
    return { from: source, to, id, isFinished, ...taken, pushes }
  } finally {
    await unlock()
  }
}

/** How many blobs go on being pushed; `null`: the old list cannot be read, which is no reason to stop. */
async function takeOverPushes(from: string, to: string): Promise<number | null> {
  const ids = await oldPushes(from)
  if (ids === null || ids.length === 0) return ids === null ? null : 0
  return await notePushes(join(to, 'blobs'), ids)
}
