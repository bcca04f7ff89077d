import { expect, test } from 'vitest'
import { countWrites } from '../src/testing.ts'
import { all, makeStore, memory, run, writer } from './make.ts'

test('publishes in order, each durable before it is answered', async () => {
  const database = countWrites(memory())
  const store = makeStore(database)
  await store.open()
  const before = database.syncs
  for (let i = 1; i <= 50; i++) {
    const { key, value } = await store.api.publish({ type: 'post', text: `${i}` })
    expect(value.sequence).toBe(i)
    expect(database.syncs - before).toBe(i)
    expect((await store.api.get(key))?.feedSequence).toBe(i)
  }
  await store.close()
})

test('a thousand publishes at once share few syncs', async () => {
  const database = countWrites(memory())
  const store = makeStore(database)
  await store.open()
  const before = database.syncs
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => store.api.publish({ type: 'post', text: `${i}` })),
  )
  expect(answers.map(({ value }) => value.sequence)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i + 1),
  )
  expect(database.syncs - before).toBeLessThanOrEqual(8)
  expect(database.syncs - before).toBeGreaterThanOrEqual(1)
  await store.close()
})

test('the chain is whole when own messages come back from outside meanwhile', async () => {
  const me = writer(1)
  const store = makeStore(memory(), me)
  await store.open()
  const old = run(me, 20)
  const [added, ...published] = await Promise.all([
    store.api.add(old.map(({ bytes }) => bytes)),
    ...Array.from({ length: 5 }, (_, i) => store.api.publish({ type: 'post', text: `new ${i}` })),
  ])
  expect(added.length).toBe(20)
  const mine = await all(store.api.feed(me.id))
  expect(mine.map((m) => m.feedSequence)).toEqual(mine.map((_, i) => i + 1))
  for (const { key } of published) expect(mine.some((m) => m.key === key)).toBe(true)
  await store.close()
})

test.each([
  [{ type: 'ab' }, 'type must be a string3 <= type.length < 52, was:ab'],
  [{ text: 'no type' }, 'type must be a string3 <= type.length < 52, was:undefined'],
  [{ type: 'post', recps: [] }, 'private message field "recps" requires at least one recipient'],
  [
    { type: 'post', recps: { a: 1 } },
    'private message field "recps" expects an Array of recipients',
  ],
  [
    { type: 'post', recps: ['nobody'] },
    'private message requested, but no boxers could encrypt these recps: ["nobody"]',
  ],
])('refuses %j', async (content, text) => {
  const store = makeStore()
  await store.open()
  await expect(store.api.publish(content as { type: string })).rejects.toMatchObject({
    code: 'SSB_STORE_CONTENT',
    message: text,
  })
  expect(store.api.position).toBe(-1)
  await store.close()
})

test('a lock is named, and can be taken away', async () => {
  const store = makeStore()
  await store.open()
  const unlock = store.api.lockPublishing('the log is behind its mark')
  await expect(store.api.publish({ type: 'post' })).rejects.toMatchObject({
    code: 'SSB_STORE_PUBLISH_LOCKED',
    message: 'the log is behind its mark',
  })
  unlock()
  expect((await store.api.publish({ type: 'post' })).value.sequence).toBe(1)
  await store.close()
})
