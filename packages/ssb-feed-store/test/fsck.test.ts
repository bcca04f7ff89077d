import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { generate, signObj } from '@scuttlebot/ssb-keys'
import { expect, test } from 'vitest'
import { type Database, type DatabaseOp, ENCODING, entries } from '../src/database.ts'
import type { IndexDefinition } from '../src/index-types.ts'
import { memoryMark } from '../src/marks.ts'
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
  expect(report).toEqual({
    messages: 100,
    feeds: 2,
    indexes: ['terms', 'time'],
    problems: [],
    problemCount: 0,
    repaired: [],
  })
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
  // Message 60 is the 43rd of the first feed: of it 42 stay, of the other all 30.
  expect(log.length).toBe(what === 'record' ? 72 : 100)
  expect(await index.count('all', '')).toBe(log.length)
  const a = writer(2)
  a.state = store.api.head(a.id)
  expect((await store.api.add([a.next().bytes]))[0]?.ok).toBe(true)
  await store.close()
  expect((await made(database).store.fsck()).problems).toEqual([])
})

test('a repair cuts the feeds that lack messages; the own one is kept, and goes on', async () => {
  const database = memory()
  const { store } = made(database)
  await store.open()
  const [a, b] = [writer(2), writer(3)]
  for (let i = 0; i < 10; i++) {
    await store.api.add([...run(a, 3), ...run(b, 2)].map(({ bytes }) => bytes))
    await store.api.publish({ type: 'post', text: `${i}` })
  }
  const place = async (id: typeof a.id, n: number) =>
    (await store.api.atFeed(id, n))?.sequence ?? -1
  const gone = [await place(a.id, 12), await place(a.id, 20), await place(me.id, 4)]
  const last = await place(me.id, 10)
  await store.close()
  await change(
    database,
    [...gone, last].map((at) => ({ type: 'del', key: logKey(at) })),
  )
  const found = await made(database).store.fsck()
  expect(found.problems.filter(({ what }) => what === 'chain').map(({ text }) => text)).toEqual([
    `the feed ${a.id} lacks message 12, and has later ones`,
    `the feed ${a.id} lacks message 20, and has later ones`,
    `the feed ${me.id} lacks message 4, and has later ones`,
    `the feed ${me.id} lacks message 10`,
  ])
  const { repaired } = await made(database).store.fsck({ repair: true })
  expect(repaired.slice(0, 3)).toEqual([
    `cut the feed ${a.id} back to message 11: took out 17 later ones, which can be fetched again`,
    'of your own feed 1 messages from 4 on are lost here, the others were kept',
    'of your own feed 1 messages from 10 on are lost here, the others were kept',
  ])
  expect((await made(database).store.fsck({ signatures: true })).problems).toEqual([])

  const again = made(database).store
  await again.open()
  await again.api.indexed()
  expect(again.api.head(a.id)?.sequence).toBe(11)
  expect(again.api.head(b.id)?.sequence).toBe(20)
  expect(await all(again.api.feed(b.id))).toHaveLength(20)
  expect((await all(again.api.feed(me.id))).map((m) => m.feedSequence)).toEqual([
    1, 2, 3, 5, 6, 7, 8, 9,
  ])
  // What was acknowledged is not signed a second time.
  expect((await again.api.publish({ type: 'post', text: 'next' })).value.sequence).toBe(11)
  a.state = again.api.head(a.id)
  expect((await again.api.add(run(a, 5).map(({ bytes }) => bytes))).every(({ ok }) => ok)).toBe(
    true,
  )
  await again.close()
  expect((await made(database).store.fsck()).problems).toEqual([])
})

test('the mark of the own feed is compared, and progress is told', async () => {
  const database = memory()
  const mark = memoryMark()
  const store = makeStore(database, me, { marks: [mark], isNew: true })
  await store.open()
  for (let i = 0; i < 3; i++) await store.api.publish({ type: 'post', text: `${i}` })
  await store.close()
  const seen: number[][] = []
  const progress = (...facts: number[]) => void seen.push(facts)
  expect((await store.fsck({ progress })).problems).toEqual([])
  expect(seen).toEqual([[3, 3]])
  await mark.write({ sequence: 4, id: '%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256' })
  expect((await store.fsck()).problems.map(({ what }) => what)).toEqual(['mark'])
  await mark.write({ sequence: 2, id: '%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256' })
  expect((await store.fsck()).problems.map(({ what }) => what)).toEqual(['mark'])
})

/** A message as a stranger may sign it: the network takes what our own publishing refuses. */
function odd(text: string, previous: string | null, sequence: number): Uint8Array {
  const keys = generate(null, new Uint8Array(32).fill(9))
  const unsigned = `{"previous":${JSON.stringify(previous)},"sequence":${sequence},"author":"${keys.id}",${text}}`
  const { signature } = signObj(keys, JSON.parse(unsigned) as object)
  return utf8(`${unsigned.slice(0, -1)},"signature":"${signature}"}`)
}

test('halves of surrogate pairs are one term on disk, in memory and for the check', async () => {
  const tags: IndexDefinition = {
    name: 'tags',
    version: 1,
    map({ value }, emit) {
      for (const tag of (value.content as unknown as { tags: string[] }).tags) emit('tag', tag)
    },
  }
  const database = memory()
  const defined = () => {
    const store = makeStore(database, me)
    return { store, index: store.api.defineIndex(tags) }
  }
  const { store, index } = defined()
  await store.open()
  let previous: string | null = null
  const lists = [['\\ud800', '\\udbff'], ['\\udbff'], ['\\ud800'], ['\\udbff'], ['\\ud800']]
  for (const [i, list] of lists.entries()) {
    const content = `"content":{"type":"tag","tags":[${list.map((tag) => `"${tag}"`).join()}]}`
    const [verdict] = await store.api.add([
      odd(`"timestamp":${i},"hash":"sha256",${content}`, previous, i + 1),
    ])
    if (!verdict?.ok) throw new Error(verdict?.reason)
    previous = verdict.message.key
  }
  const found: number[] = []
  const reader = index.read('tag', '\ud800')
  for (let list = await reader.next(); list !== null; list = await reader.next())
    found.push(...list)
  await reader.close()
  expect(found).toEqual([0, 1, 2, 3, 4])
  expect(await index.count('tag', '\udbff')).toBe(5)
  await store.close()
  expect((await defined().store.fsck()).problems).toEqual([])
})

test('what an index says of a number too large is what it would say when built anew', async () => {
  const database = memory()
  const { store } = made(database)
  await store.open()
  const rest = '"hash":"sha256","content":{"type":"post"}'
  const [first] = await store.api.add([odd(`"timestamp":1,${rest}`, null, 1)])
  if (!first?.ok) throw new Error(first?.reason)
  const bytes = utf8Text(odd(`"timestamp":null,${rest}`, first.message.key, 2))
  const [second] = await store.api.add([
    utf8(bytes.replace('"timestamp":null', '"timestamp":1e999')),
  ])
  if (!second?.ok) throw new Error(second?.reason)
  expect(second.message.value).toEqual(JSON.parse(utf8Text(second.message.bytes)))
  await store.close()
  expect((await made(database).store.fsck({ signatures: true })).problems).toEqual([])
})
