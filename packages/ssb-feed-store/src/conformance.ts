// What the store asks of a database, as a suite that any implementation can run:
//
//   databaseConformance({ describe, test, expect }, () => new MyDatabase(…))
import { type Database, type DatabaseOp, ENCODING, entries } from './database.ts'

/** The functions of a test runner that the suite uses: vitest's, jest's and node:test's wrappers fit. */
export interface Runner {
  describe(name: string, body: () => void): void
  test(name: string, body: () => Promise<void>): void
}

/** A database for one test. */
export interface Fresh {
  readonly database: Database
  /** Open what was written again, after `close`; absent where nothing outlives a close. */
  reopen?(): Database
  /** Take away what the test left. */
  remove?(): Promise<void> | void
}

const key = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes)
const put = (k: Uint8Array, value: Uint8Array): DatabaseOp => ({ type: 'put', key: k, value })

function same(actual: unknown, wanted: unknown): void {
  const lists = (x: unknown): unknown =>
    x instanceof Uint8Array ? [...x] : Array.isArray(x) ? x.map(lists) : x
  const plain = (x: unknown): string => JSON.stringify(lists(x)) ?? 'undefined'
  if (plain(actual) !== plain(wanted))
    throw new Error(`expected ${plain(wanted)}, got ${plain(actual)}`)
}

async function keysOf(database: Database, range: object, size = 3): Promise<number[][]> {
  const keys: number[][] = []
  for await (const batch of entries(database, range, size))
    for (const [k] of batch) keys.push([...k])
  return keys
}

/** Check that a database does what the store needs. */
export function databaseConformance(
  { describe, test }: Runner,
  fresh: () => Fresh | Promise<Fresh>,
): void {
  const on = (name: string, body: (database: Database, made: Fresh) => Promise<void>): void =>
    test(name, async () => {
      const made = await fresh()
      await made.database.open()
      try {
        await body(made.database, made)
      } finally {
        await made.database.close()
        await made.remove?.()
      }
    })

  describe('a database', () => {
    on('answers undefined for a missing key', async (database) => {
      same(await database.get(key(1), ENCODING), undefined)
      same(await database.getMany([key(1), key(2)], ENCODING), [undefined, undefined])
      if (database.getSync !== undefined) same(database.getSync(key(1), ENCODING), undefined)
    })

    on('keeps bytes of any value, empty ones too', async (database) => {
      const every = Uint8Array.from({ length: 256 }, (_, i) => i)
      await database.batch([put(every, every), put(key(0), key())], ENCODING)
      same(await database.get(every, ENCODING), every)
      same(await database.get(key(0), ENCODING), key())
      same(await database.getMany([key(0), key(9), every], ENCODING), [key(), undefined, every])
    })

    on('writes a batch in order: the last change of a key wins', async (database) => {
      const operations: DatabaseOp[] = [put(key(1), key(1)), put(key(1), key(2))]
      await database.batch([...operations, put(key(2), key(2))], ENCODING)
      await database.batch([{ type: 'del', key: key(2) }, put(key(3), key(3))], ENCODING)
      same(await database.getMany([key(1), key(2), key(3)], ENCODING), [key(2), undefined, key(3)])
    })

    on('takes views into larger memory', async (database) => {
      const large = Uint8Array.from({ length: 64 }, (_, i) => i)
      await database.batch([put(large.subarray(3, 6), large.subarray(10, 12))], ENCODING)
      same(await database.get(key(3, 4, 5), ENCODING), key(10, 11))
    })

    on('orders keys as unsigned bytes, a prefix first', async (database) => {
      const wanted = [[], [0], [0, 0], [1], [1, 255], [2], [127], [128], [255], [255, 0]].slice(1)
      const shuffled = [...wanted].sort((a, b) => ((a[0] ?? 0) % 7) - ((b[0] ?? 0) % 7))
      await database.batch(
        shuffled.map((k) => put(key(...k), key(1))),
        ENCODING,
      )
      same(await keysOf(database, {}), wanted)
      same(await keysOf(database, { reverse: true }), [...wanted].reverse())
    })

    on('reads ranges with each kind of bound and a limit', async (database) => {
      await database.batch(
        Array.from({ length: 10 }, (_, i) => put(key(i), key(i))),
        ENCODING,
      )
      same(await keysOf(database, { gt: key(2), lt: key(5) }), [[3], [4]])
      same(await keysOf(database, { gte: key(2), lte: key(5) }), [[2], [3], [4], [5]])
      same(await keysOf(database, { gte: key(2), lte: key(5), reverse: true, limit: 2 }), [
        [5],
        [4],
      ])
      same(await keysOf(database, { gte: key(8) }, 100), [[8], [9]])
      same(await keysOf(database, { gt: key(9) }), [])
      same(await keysOf(database, { gte: key(5), lt: key(5) }), [])
    })

    on('seeks in both directions', async (database) => {
      await database.batch(
        Array.from({ length: 10 }, (_, i) => put(key(i * 2), key(i))),
        ENCODING,
      )
      const up = database.iterator({ gte: key(0), ...ENCODING })
      up.seek(key(5))
      same(
        (await up.nextv(1)).map(([k]) => k),
        [key(6)],
      )
      up.seek(key(12))
      same(
        (await up.nextv(2)).map(([k]) => k),
        [key(12), key(14)],
      )
      await up.close()
      const down = database.iterator({ gte: key(0), reverse: true, ...ENCODING })
      down.seek(key(5))
      same(
        (await down.nextv(2)).map(([k]) => k),
        [key(4), key(2)],
      )
      await down.close()
    })

    on('reads on as of the time when a read began', async (database) => {
      await database.batch([put(key(1), key(1)), put(key(2), key(2))], ENCODING)
      const iterator = database.iterator({ gte: key(0), ...ENCODING })
      const first = await iterator.nextv(1)
      await database.batch([put(key(3), key(3)), { type: 'del', key: key(2) }], ENCODING)
      const rest = await iterator.nextv(10)
      await iterator.close()
      same(
        [...first, ...rest].map(([k]) => k),
        [key(1), key(2)],
      )
    })

    on('writes batches at once without mixing them up', async (database) => {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          database.batch([put(key(1), key(i)), put(key(2), key(i))], {
            ...ENCODING,
            sync: i % 10 === 0,
          }),
        ),
      )
      const [a, b] = await database.getMany([key(1), key(2)], ENCODING)
      same(a, b)
    })

    on('has everything when it is opened again', async (database, made) => {
      if (made.reopen === undefined) return
      await database.batch([put(key(1), key(7))], { ...ENCODING, sync: true })
      await database.batch([put(key(2), key(8))], ENCODING)
      await database.close()
      const again = made.reopen()
      await again.open()
      same(await again.getMany([key(1), key(2)], ENCODING), [key(7), key(8)])
      await again.close()
    })
  })
}
