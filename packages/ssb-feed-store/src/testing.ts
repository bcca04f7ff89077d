// For tests of this package and of others: databases that fail, forget, and count.
import { compareBytes, toHex } from '@scuttlebot/ssb-encode'
import type { Database, DatabaseOp } from './database.ts'

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
   * Lose power: all batches since the last sync are forgotten, except the first `kept` of them. The database behind
   * it is put back to that state; open a new wrapper on it to go on.
   */
  losePower(kept?: number): Promise<void>
  /** Batches since the last sync: what a loss of power may take. */
  readonly unsynced: number
}

/**
 * Remember how to undo what was not synced. A sync makes everything before it durable, as a log that is written in
 * order does.
 */
export function mortal(database: Database): MortalDatabase {
  let undo: Map<string, { key: Uint8Array; value: Uint8Array | undefined }>[] = []
  let queue: Promise<void> = Promise.resolve()
  let dead = false
  const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const
  const write = async (operations: DatabaseOp[], sync: boolean): Promise<void> => {
    if (dead) throw new Error('the power is off')
    const before = new Map<string, { key: Uint8Array; value: Uint8Array | undefined }>()
    const values = await database.getMany(
      operations.map(({ key }) => key),
      encoding,
    )
    for (const [i, { key }] of operations.entries())
      before.set(toHex(key), { key, value: values[i] })
    await database.batch(operations, encoding)
    if (sync) undo = []
    else undo.push(before)
  }
  return {
    ...forward(database),
    get status() {
      return database.status
    },
    get unsynced() {
      return undo.length
    },
    batch(operations, options) {
      const done = queue.then(() => write(operations, options.sync === true))
      queue = done.catch(() => {})
      return done
    },
    async losePower(kept = 0) {
      dead = true
      await queue
      if (database.status !== 'open') await database.open()
      for (const before of undo.slice(kept).reverse())
        await database.batch(
          [...before.values()].map(({ key, value }) =>
            value === undefined ? { type: 'del', key } : { type: 'put', key, value },
          ),
          encoding,
        )
      undo = []
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

function forward(database: Database): Database {
  return {
    status: database.status,
    ...(database.supports === undefined ? {} : { supports: database.supports }),
    ...(database.getSync === undefined
      ? {}
      : { getSync: (key, options) => database.getSync?.(key, options) }),
    open: () => database.open(),
    close: () => database.close(),
    get: (key, options) => database.get(key, options),
    getMany: (keys, options) => database.getMany(keys, options),
    batch: (operations, options) => database.batch(operations, options),
    iterator: (range) => database.iterator(range),
  }
}
