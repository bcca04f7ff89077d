import type { FeedState, Verified } from '@scuttlebot/ssb-validate'
import { expect, test } from 'vitest'
import { createPublisher } from '../src/publish.ts'
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

test('what has to be signed again keeps its place', async () => {
  const me = writer(1)
  let head: FeedState | null = null
  let refused = 0
  const written: unknown[] = []
  const core = {
    feeds: { byId: () => ({ head }) },
    // The feed has gone on by itself before each of the first two writes, which are under way together.
    async commit(messages: readonly Verified[]) {
      await null
      const stale = messages[0]?.value.sequence !== (head?.sequence ?? 0) + 1
      if (refused < 2 || stale) {
        refused++
        if (head === null) head = { id: `%${'A'.repeat(43)}=.sha256`, sequence: 7, timestamp: 1 }
        return messages.map(() => undefined)
      }
      for (const { key, value } of messages) {
        head = { id: key, sequence: value.sequence, timestamp: value.timestamp }
        written.push((value.content as { text?: unknown }).text)
      }
      return messages
    },
  }
  const { publish, idle } = createPublisher({
    core: core as never,
    author: me.id,
    sign: () => new Uint8Array(64),
    now: () => 1,
    locked: () => null,
  })
  const texts = Array.from({ length: 400 }, (_, i) => `${i}`)
  await Promise.all(texts.map((text) => publish({ type: 'post', text })))
  await idle()
  expect(refused).toBe(2)
  expect(written).toEqual(texts)
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
