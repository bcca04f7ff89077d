// For tests of this package and of others: databases that fail, forget, and count.
import { compareBytes, toHex } from '@scuttlebot/ssb-encode'
import { type Database, type DatabaseOp, forward } from './database.ts'

/** A database that counts its writes. */
export interface CountingDatabase extends Database {
  /** Batches written so far. */
  readonly batches: number
  /** Batches written with `sync: true`. */
  readonly syncs: number
}

/** Count batches and syncs of a database. */
export function countWrites(database: Database): CountingDatabase {
  let batches = 0
  let syncs = 0
  return {
    ...forward(database),
    get status() {
      return database.status
    },
    get batches() {
      return batches
    },
    get syncs() {
      return syncs
    },
    async batch(operations, options) {
      batches++
      if (options.sync === true) syncs++
      await database.batch(operations, options)
    },
  }
}

/** A database whose n-th batch (from 0) fails, with nothing of it written. */
export function failWrite(database: Database, n: number): Database {
  let count = 0
  return {
    ...forward(database),
    get status() {
      return database.status
    },
    async batch(operations, options) {
      if (count++ === n) throw new Error(`write ${n} was made to fail`)
      await database.batch(operations, options)
    },
  }
}

/** A database that can lose power. */
export interface MortalDatabase extends Database {
  /**
   * Lose power: batches that were not synced are forgotten, except the first `kept` of the file that is being written,
   * and the first `keptBefore` of the one before it. The database behind it is put into that state; open a new wrapper
   * on it to go on.
   */
  losePower(kept?: number, keptBefore?: number): Promise<void>
  /** Batches since the last sync: what a loss of power may take. */
  readonly unsynced: number
  /** Those of them in the file before the one that is being written. */
  readonly unsyncedBefore: number
}

interface Written {
  readonly operations: readonly DatabaseOp[]
  readonly file: number
  isSynced: boolean
}

/**
 * Remember what was not synced. As with LevelDB, batches go into files of a write-ahead log, and a sync makes durable
 * what is in the newest file alone; when the next file but one is begun, the first one has become a synced table.
 *
 * @param batchesPerFile Default: one file for ever, so that a sync makes everything before it durable.
 */
export function mortal(database: Database, batchesPerFile: number = Infinity): MortalDatabase {
  const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const
  /** Keys and values before the first batch of `window`. */
  let before = new Map<string, { key: Uint8Array; value: Uint8Array | undefined }>()
  /** All batches since the first that can be lost. */
  let window: Written[] = []
  let file = 0
  let inFile = 0
  let queue: Promise<void> = Promise.resolve()
  let dead = false
  const settle = (): void => {
    if (window.every(({ isSynced }) => isSynced)) {
      window = []
      before = new Map()
    }
  }
  const write = async (operations: DatabaseOp[], sync: boolean): Promise<void> => {
    if (dead) throw new Error('the power is off')
    if (++inFile > batchesPerFile) {
      file++
      inFile = 1
      for (const one of window) if (one.file < file - 1) one.isSynced = true
      settle()
    }
    const values = await database.getMany(
      operations.map(({ key }) => key),
      encoding,
    )
    for (const [i, { key }] of operations.entries()) {
      const name = toHex(key)
      if (!before.has(name)) before.set(name, { key, value: values[i] })
    }
    await database.batch(operations, encoding)
    window.push({ operations, file, isSynced: false })
    if (sync) for (const one of window) if (one.file === file) one.isSynced = true
    settle()
  }
  const open = (isOld: boolean): Written[] =>
    window.filter((one) => !one.isSynced && one.file < file === isOld)
  const queued = (work: () => Promise<void>): Promise<void> => {
    const done = queue.then(work)
    queue = done.catch(() => {})
    return done
  }
  return {
    ...forward(database),
    get status() {
      return database.status
    },
    get unsynced() {
      return open(true).length + open(false).length
    },
    get unsyncedBefore() {
      return open(true).length
    },
    batch: (operations, options) => queued(() => write(operations, options.sync === true)),
    flush: () =>
      queued(async () => {
        if (dead) throw new Error('the power is off')
        for (const one of window) one.isSynced = true
        settle()
      }),
    async losePower(kept = 0, keptBefore = 0) {
      dead = true
      await queue
      if (database.status !== 'open') await database.open()
      const lost = new Set([...open(true).slice(keptBefore), ...open(false).slice(kept)])
      await database.batch(
        [...before.values()].map(({ key, value }) =>
          value === undefined ? { type: 'del', key } : { type: 'put', key, value },
        ),
        encoding,
      )
      for (const one of window)
        if (!lost.has(one)) await database.batch([...one.operations], encoding)
      window = []
      before = new Map()
    },
  }
}

/** All entries of a database in key order, as hex: for comparing two states. */
export async function dump(database: Database): Promise<[string, string][]> {
  const list: [Uint8Array, Uint8Array][] = []
  const iterator = database.iterator({ keyEncoding: 'view', valueEncoding: 'view' })
  for (;;) {
    const batch = await iterator.nextv(1000)
    if (batch.length === 0) break
    for (const [key, value] of batch) list.push([key, value as Uint8Array])
  }
  await iterator.close()
  list.sort(([a], [b]) => compareBytes(a, b))
  return list.map(([key, value]) => [toHex(key), toHex(value)])
}
