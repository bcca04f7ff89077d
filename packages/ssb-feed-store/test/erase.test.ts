import { expect, test } from 'vitest'
import { type Database, ENCODING, forward } from '../src/database.ts'
import type { IndexDefinition } from '../src/index-types.ts'
import type { Store } from '../src/store.ts'
import { logKey } from '../src/tables.ts'
import { failWrite } from '../src/testing.ts'
import { all, makeStore, memory, run, writer } from './make.ts'

const terms: IndexDefinition = {
  name: 'terms',
  version: 1,
  map(message, emit) {
    emit('all')
    emit(message.author, `${message.feedSequence % 3}`)
    emit(`own ${message.key}`)
  },
}
const me = writer(1)

function indexedStore(database: Database) {
  const store = makeStore(database, me)
  const index = store.api.defineIndex(terms)
  const time = store.api.defineOrder({
    name: 'time',
    version: 1,
    order: (m) => m.value.timestamp,
  })
  return { store, api: store.api, index, time }
}

/** The log, the terms and the times must speak of the same messages. */
async function agree({ api, index, time }: ReturnType<typeof indexedStore>): Promise<number[]> {
  await api.indexed()
  const log = (await all(api.log())).map(({ sequence }) => sequence)
  expect(await gather(index.read('all', ''))).toEqual(log)
  const byTime = (await all(time.read())).map(({ sequence }) => sequence)
  expect([...byTime].sort((x, y) => x - y)).toEqual(log)
  for (const [id] of api.heads()) {
    const own = (await all(api.feed(id))).map(({ sequence }) => sequence)
    expect(await gather(index.read(id))).toEqual(own)
  }
  return log
}

async function gather(reader: ReturnType<ReturnType<Store['api']['defineIndex']>['read']>) {
  const found: number[] = []
  for (let list = await reader.next(); list !== null; list = await reader.next())
    found.push(...list)
  await reader.close()
  return found
}

test('a deleted message is gone from everything, and its feed goes on', async () => {
  const database = memory()
  const made = indexedStore(database)
  await made.store.open()
  const [a, b] = [writer(2), writer(3)]
  const messages = [...run(a, 10), ...run(b, 10), ...run(a, 10)]
  await made.api.add(messages.map(({ bytes }) => bytes))
  for (const at of [0, 5, 29]) {
    const key = messages[at]?.key ?? '%.sha256'
    expect(await made.api.del(key)).toBe(true)
    expect(await made.api.del(key)).toBe(false)
    expect(await made.api.get(key)).toBe(null)
    expect(await made.api.at(at)).toBe(null)
    expect(await gather(made.index.read(`own ${key}`, ''))).toEqual([])
  }
  expect(await agree(made)).toHaveLength(27)
  expect(made.api.hasHoles).toBe(true)
  expect(await made.api.sequenceAt(0)).toBe(0)
  await made.store.close()

  const again = indexedStore(database)
  await again.store.open()
  expect(again.api.position).toBe(29)
  const verdicts = await again.api.add(run(a, 2).map(({ bytes }) => bytes))
  expect(verdicts.every(({ ok }) => ok)).toBe(true)
  expect(again.api.position).toBe(31)
  expect(await agree(again)).toHaveLength(29)
  const audit = []
  for await (const record of again.api.audit()) audit.push(record)
  expect(audit.map(({ what, id }) => [what, id])).toEqual(
    [0, 5, 29].map((at) => ['message', messages[at]?.key]),
  )
  await again.store.close()
})

test('an erased feed keeps its head, and what follows validates', async () => {
  const made = indexedStore(memory())
  await made.store.open()
  const [a, b] = [writer(2), writer(3)]
  const ofA = run(a, 250)
  await made.api.add(ofA.map(({ bytes }) => bytes))
  await made.api.add(run(b, 50).map(({ bytes }) => bytes))
  expect(await made.api.eraseFeed(a.id)).toEqual(ofA.map(({ key }) => key))
  expect(await made.api.eraseFeed(writer(9).id)).toEqual([])
  expect(made.api.head(a.id)?.sequence).toBe(250)
  expect(await agree(made)).toHaveLength(50)
  expect((await made.api.add([a.next().bytes]))[0]?.ok).toBe(true)
  expect(await agree(made)).toHaveLength(51)
  await made.store.close()
})

test('an erasure that was interrupted at any write is finished at the next opening', async () => {
  const a = writer(2)
  const ofA = run(a, 250)
  const ofB = run(writer(3), 5)
  for (let n = 3; n < 12; n++) {
    const database = memory()
    const first = indexedStore(failWrite(database, n))
    await first.store.open().catch(() => {})
    await first.api.add(ofA.map(({ bytes }) => bytes)).catch(() => {})
    await first.api.add(ofB.map(({ bytes }) => bytes)).catch(() => {})
    let begun = false
    await first.api.eraseFeed(a.id).catch(() => {
      begun = true
    })
    await first.store.close().catch(() => {})
    const again = indexedStore(database)
    await again.store.open()
    const log = await agree(again)
    // Either it had not begun, or it is finished: nothing in between.
    const left = (await all(again.api.feed(a.id))).length
    expect(left === 0 || left === (again.api.head(a.id)?.sequence ?? 0) || begun).toBe(true)
    expect([0, 5]).toContain(log.length - left)
    // What was deleted before the crash counts.
    const sequence = again.api.head(a.id)?.sequence
    for await (const record of again.api.audit())
      expect(record).toMatchObject({ what: 'feed', id: a.id, count: sequence, sequence })
    await again.store.close()
  }
}, 30_000)

test('new and old messages keep their places when messages are deleted between', async () => {
  const made = indexedStore(memory())
  await made.store.open()
  const a = writer(2)
  const kept: number[] = []
  for (let i = 0; i < 60; i++) {
    const message = a.next()
    await made.api.add([message.bytes])
    if (i % 3 === 1) await made.api.del(message.key)
    else kept.push(i)
  }
  expect(await agree(made)).toEqual(kept)
  expect(await made.index.count('all', '')).toBe(kept.length)
  await made.store.close()
})

test('a tail looks once where the last messages were deleted, and goes on with the next one', async () => {
  const level = memory()
  let reads = 0
  const database: Database = {
    ...forward(level),
    get status() {
      return level.status
    },
    iterator(range) {
      reads++
      return level.iterator(range)
    },
  }
  const store = makeStore(database, me)
  await store.open()
  const a = writer(2)
  const messages = run(a, 4)
  await store.api.add(messages.map(({ bytes }) => bytes))
  for (const { key } of messages.slice(2)) expect(await store.api.del(key)).toBe(true)
  const stop = new AbortController()
  const tailed: number[] = []
  const tailing = (async () => {
    for await (const batch of store.api.tail(-1, stop.signal)) {
      for (const { sequence } of batch) tailed.push(sequence)
      if (tailed.length === 3) stop.abort()
    }
  })()
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  await turns()
  const before = reads
  await turns()
  expect(reads).toBe(before)
  expect(tailed).toEqual([0, 1])
  await store.api.add(run(a, 1).map(({ bytes }) => bytes))
  await tailing
  expect(tailed).toEqual([0, 1, 4])
  await store.close()
})

test('a damaged message cannot be deleted, and is no reason to write nothing more', async () => {
  const database = memory()
  const made = indexedStore(database)
  await made.store.open()
  const a = writer(2)
  const messages = run(a, 3)
  await made.api.add(messages.map(({ bytes }) => bytes))
  const record = new Uint8Array((await database.get(logKey(1), ENCODING)) as Uint8Array)
  record[record.length - 1] = 0
  await database.batch([{ type: 'put', key: logKey(1), value: record }], ENCODING)
  const key = messages[1]?.key ?? '%.sha256'
  await expect(made.api.del(key)).rejects.toMatchObject({ code: 'SSB_STORE_CORRUPT' })
  await expect(made.api.eraseFeed(a.id)).rejects.toMatchObject({ code: 'SSB_STORE_CORRUPT' })
  expect((await made.api.publish({ type: 'post', text: 'still here' })).value.sequence).toBe(1)
  expect((await made.api.add(run(a, 1).map(({ bytes }) => bytes)))[0]?.ok).toBe(true)
  await made.store.close()

  // The erasure that has begun waits for the repair.
  const again = indexedStore(database)
  await again.store.open()
  await again.store.close()
  expect((await again.store.fsck({ repair: true })).repaired).not.toEqual([])
  const repaired = indexedStore(database)
  await repaired.store.open()
  expect((await all(repaired.api.feed(a.id))).map((m) => m.feedSequence)).toEqual([4])
  expect((await all(repaired.api.feed(me.id))).map((m) => m.feedSequence)).toEqual([1])
  await repaired.store.close()
  expect((await indexedStore(database).store.fsck()).problems).toEqual([])
})
