import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { MigrateOutcome, MigrateRequest } from '@scuttlebot/ssb-cli'
import { ready } from '@scuttlebot/ssb-crypto'
import { refuseForeignFolder } from '@scuttlebot/ssb-feed-store/disk'
import type { Keys } from '@scuttlebot/ssb-keys'
import { loadSync } from '@scuttlebot/ssb-keys/file'
import {
  db2Records,
  flumeRecords,
  MigrateError,
  type MigrateResult,
  migrateLog,
  type OwnEnd,
  type Refusal,
} from '@scuttlebot/ssb-migrate'
import {
  copyOldFolder,
  fileSource,
  isServed,
  type OldLog,
  oldLogs,
  writeMigration,
} from '@scuttlebot/ssb-migrate/files'
import { openBareStore, raiseMarks } from './bare-store.ts'
import { lockKey } from './key-lock.ts'

/** Every refused message, a line of JSON each, in the data folder. */
const REFUSED_FILE = 'migrate-refused.ndjson'

type Progress = MigrateRequest['progress']

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
  const keys = loadSync(join(to, 'secret'))
  const unlock = await lockKey(stateFolder, keys.id, to)
  try {
    const { results, refused } = await takeOver({ logs, to, keys, config, progress, signal })
    const added = sum(results, ({ added }) => added)
    const own = ownEnd(results)
    const isFinished = signal?.aborted !== true
    if (isFinished) {
      const end = { sequence: own?.sequence ?? 0, id: own?.key ?? null }
      await raiseMarks(to, stateFolder, keys, end)
      const at = new Date().toISOString()
      writeMigration(to, { from: source, logs, at, added, refused: refused.count })
    }
    return {
      from: source,
      to,
      id: keys.id,
      isFinished,
      read: sum(results, ({ read }) => read),
      added,
      known: sum(results, ({ known }) => known),
      deleted: sum(results, ({ deleted }) => deleted),
      tornBytes: sum(results, ({ tornBytes }) => tornBytes),
      refused: refused.count,
      reasons: [...refused.reasons].map(([reason, count]) => ({ reason, count })),
      refusedFile: refused.count > 0 ? join(to, REFUSED_FILE) : null,
      own,
    }
  } finally {
    await unlock()
  }
}

const sum = (results: readonly MigrateResult[], of: (result: MigrateResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0)

const ownEnd = (results: readonly MigrateResult[]): OwnEnd | null =>
  results.reduce<OwnEnd | null>(
    (top, { own }) => (own !== null && own.sequence > (top?.sequence ?? 0) ? own : top),
    null,
  )

/** Refused messages, written down as they come and counted by reason. */
function refusals(folder: string): {
  readonly count: number
  readonly reasons: ReadonlyMap<string, number>
  add(log: string, refusal: Refusal): void
  close(): void
} {
  const path = join(folder, REFUSED_FILE)
  rmSync(path, { force: true })
  const reasons = new Map<string, number>()
  let count = 0
  let file: number | null = null
  return {
    get count() {
      return count
    },
    reasons,
    add(log, refusal) {
      count++
      // reasons name ids and numbers now and then; past a bound they are counted together
      const reason = reasons.size < 1_000 || reasons.has(refusal.reason) ? refusal.reason : 'other'
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      file ??= openSync(path, 'w', 0o600)
      writeSync(file, `${JSON.stringify({ log, ...refusal })}\n`)
    },
    close() {
      if (file !== null) closeSync(file)
    },
  }
}

interface TakeOver {
  readonly logs: readonly OldLog[]
  readonly to: string
  readonly keys: Keys
  readonly config: MigrateRequest['config']
  readonly progress: Progress
  readonly signal: AbortSignal | undefined
}

async function takeOver({ logs, to, keys, config, progress, signal }: TakeOver): Promise<{
  readonly results: readonly MigrateResult[]
  readonly refused: { readonly count: number; readonly reasons: ReadonlyMap<string, number> }
}> {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  const times = new Map<string, number>()
  const store = await openBareStore(to, keys, config, (key) => times.get(key) ?? null)
  const refused = refusals(to)
  const results: MigrateResult[] = []
  try {
    for (const { kind, path, bytes } of logs) {
      const source = await fileSource(path)
      try {
        const records = kind === 'flume' ? flumeRecords(source) : db2Records(source)
        const result = await migrateLog(records, {
          id: keys.id,
          store: {
            async add(messages) {
              for (const { key, received } of messages)
                if (received !== null) times.set(key, received)
              const verdicts = await store.api.add(messages.map(({ value }) => value as never))
              for (const { key } of messages) times.delete(key)
              return verdicts
            },
          },
          onRefusal: (refusal) => refused.add(kind, refusal),
          onProgress: (counts) => progress({ what: 'messages', total: bytes, ...counts }),
          ...(signal === undefined ? {} : { signal }),
        })
        results.push(result)
      } finally {
        await source.close()
      }
    }
    // the record of the migration must not outlive a loss of power that its messages do not
    await store.flush()
  } finally {
    refused.close()
    await store.close()
  }
  return { results, refused }
}
