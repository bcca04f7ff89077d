import { expect, test } from 'vitest'
import { type Database, type DatabaseOp, ENCODING, entries } from '../src/database.ts'
import type { IndexDefinition } from '../src/index-types.ts'
import { RECORD_HEADER } from '../src/record.ts'
import { feedKey, headKey, idKey, logKey, TABLE, tableRange, u48 } from '../src/tables.ts'
import { all, makeStore, memory, run, writer } from './make.ts'

const terms: IndexDefinition = {
  name: 'terms',
  version: 1,
  map(message, emit) {
    emit('all')
    emit(message.author, `${message.feedSequence % 3}`)
  },
}
const me = writer(1)

function made(database: Database) {
  const store = makeStore(database, me)
  const index = store.api.defineIndex(terms)
  store.api.defineOrder({ name: 'time', version: 1, order: (m) => m.value.timestamp })
  return { store, index }
}

async function filled(): Promise<Database> {
  const database = memory()
  const { store } = made(database)
  await store.open()
  const [a, b] = [writer(2), writer(3)]
  for (let i = 0; i < 10; i++)
    await store.api.add([...run(a, 7), ...run(b, 3)].map(({ bytes }) => bytes))
  await store.close()
  return database
}

async function change(database: Database, operations: DatabaseOp[]): Promise<void> {
  await database.open()
  await database.batch(operations, ENCODING)
  await database.close()
}

async function first(database: Database, table: number): Promise<[Uint8Array, Uint8Array]> {
  await database.open()
  for await (const [entry] of entries(database, { ...tableRange(table), limit: 1 }, 1))
    if (entry) {
      const copy: [Uint8Array, Uint8Array] = [new Uint8Array(entry[0]), new Uint8Array(entry[1])]
      await database.close()
      return copy
    }
  throw new Error('the table is empty')
}

test('a sound database has no problems', async () => {
  const database = await filled()
  const report = await made(database).store.fsck({ signatures: true })
  expect(report).toEqual({ messages: 100, problems: [], problemCount: 0, repaired: [] })
})

test('also after messages and feeds were deleted', async () => {
  const database = await filled()
  const { store } = made(database)
  await store.open()
  const message = await store.api.at(12)
  await store.api.del(message?.key ?? '%.sha256')
  await store.api.eraseFeed(writer(3).id)
  await store.close()
  const report = await made(database).store.fsck()
  expect(report.problems).toEqual([])
  expect(report.messages).toBe(69)
})

type Damage = (database: Database) => Promise<DatabaseOp[]>
const damages: readonly (readonly [string, string, Damage])[] = [
  [
    'a flipped bit in a record',
    'record',
    async (database) => {
      await database.open()
      const record = new Uint8Array((await database.get(logKey(60), ENCODING)) ?? [])
      await database.close()
      record[RECORD_HEADER + 5] = (record[RECORD_HEADER + 5] ?? 0) ^ 1
      return [{ type: 'put', key: logKey(60), value: record }]
    },
  ],
  [
    'a record that is cut off',
    'record',
    async () => [{ type: 'put', key: logKey(60), value: new Uint8Array(30) }],
  ],
  ['a record that is missing', 'record', async () => [{ type: 'del', key: logKey(60) }]],
  [
    'an id too many',
    'id',
    async () => [{ type: 'put', key: idKey(new Uint8Array(32)), value: u48(3) }],
  ],
  [
    'an id that is missing',
    'id',
    async (d) => [{ type: 'del', key: (await first(d, TABLE.key))[0] }],
  ],
  ['a feed block that is missing', 'feed', async () => [{ type: 'del', key: feedKey(0, 1) }]],
  ['a head that is missing', 'head', async () => [{ type: 'del', key: headKey(0) }]],
  [
    'an index block that is missing',
    'index',
    async (d) => [{ type: 'del', key: (await first(d, TABLE.posting))[0] }],
  ],
  [
    'an order block that is missing',
    'index',
    async (d) => [{ type: 'del', key: (await first(d, TABLE.order))[0] }],
  ],
]

test.each(damages)('%s is found and repaired', async (_, what, damage) => {
  const database = await filled()
  await change(database, await damage(database))
  const report = await made(database).store.fsck()
  expect(report.problems.map((problem) => problem.what)).toContain(what)
  expect(report.repaired).toEqual([])
  const repaired = await made(database).store.fsck({ repair: true })
  expect(repaired.repaired.length).toBeGreaterThan(0)
  expect((await made(database).store.fsck()).problems).toEqual([])

  const { store, index } = made(database)
  await store.open()
  await store.api.indexed()
  const log = await all(store.api.log())
  expect(log.length).toBe(what === 'record' ? 60 : 100)
  expect(await index.count('all', '')).toBe(log.length)
  const a = writer(2)
  a.state = store.api.head(a.id)
  expect((await store.api.add([a.next().bytes]))[0]?.ok).toBe(true)
  await store.close()
  expect((await made(database).store.fsck()).problems).toEqual([])
})
