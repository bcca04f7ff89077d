import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { received } from '../src/index.ts'
import { me, type Running, start, writer } from './make.ts'

const a = writer(2)
const b = writer(3)
const messages = [
  a.next({ type: 'post', text: 'one' }, 1000),
  b.next({ type: 'about', about: b.id, name: 'bee' }, 5000),
  a.next({ type: 'contact', contact: b.id, following: true }, 3000),
  b.next({ type: 'post', text: 'two' }, 2000),
  a.next({ type: 'post', text: 'three' }, 9e15),
]
let running: Running
let kvts: { key: string; value: { sequence: number }; timestamp: number }[]

beforeAll(async () => {
  running = await start()
  for (const { bytes } of messages) await running.store.add([bytes])
  kvts = (await running.items('createLogStream')) as typeof kvts
})
afterAll(() => running.stop())

const keysOf = (list: readonly unknown[]): number[] =>
  list.map((item) => messages.findIndex(({ key }) => key === (item as { key: string }).key))

describe('createLogStream', () => {
  test('hands out everything as it was received', () => {
    expect(kvts.map(({ key, value }) => ({ key, value }))).toEqual(
      messages.map(({ key, value }) => ({ key, value })),
    )
    expect(Object.keys(kvts[0] ?? {})).toEqual(['key', 'value', 'timestamp'])
  })

  test('shapes items by keys and values', async () => {
    const [first] = messages
    expect((await running.items('createLogStream', { values: false }))[0]).toBe(first?.key)
    expect((await running.items('createLogStream', { keys: false }))[0]).toEqual(first?.value)
    expect((await running.items('createLogStream', { keys: 0, values: 0 }))[0]).toEqual(
      first?.value,
    )
  })

  test.each([
    [{ reverse: true }, [4, 3, 2, 1, 0]],
    [{ limit: 2 }, [0, 1]],
    [{ limit: 0 }, []],
    [{ limit: -1 }, [0, 1, 2, 3, 4]],
    [{ reverse: true, limit: 2 }, [4, 3]],
  ])('takes %j', async (options, wanted) => {
    expect(keysOf(await running.items('createLogStream', options))).toEqual(wanted)
  })

  test.each([
    ['gt', 2, [3, 4]],
    ['gte', 2, [2, 3, 4]],
    ['lt', 2, [0, 1]],
    ['lte', 2, [0, 1, 2]],
  ] as const)('takes %s as a bound on receive time', async (name, at, wanted) => {
    const time = kvts[at]?.timestamp ?? 0
    expect(keysOf(await running.items('createLogStream', { [name]: time }))).toEqual(wanted)
    const beside = name.startsWith('g') ? time - 0.5 : time + 0.5
    const more = name.startsWith('g') ? [2, 3, 4] : [0, 1, 2]
    expect(keysOf(await running.items('createLogStream', { [name]: beside }))).toEqual(more)
  })

  test('refuses options of the wrong type in the words of ssb-db', async () => {
    await expect(running.items('createLogStream', { live: 'yes' })).rejects.toMatchObject({
      name: 'TypeError',
      message: '.0 of param live must be of type "boolean"',
    })
    await expect(running.items('createLogStream', { limit: 'x' })).rejects.toMatchObject({
      message: '.0 of param limit must be of type "number"',
    })
  })
})

describe('createRawLogStream', () => {
  test('hands out positions and messages, or one of the two', async () => {
    const raw = kvts.map((value, seq) => ({ seq, value }))
    expect(await running.items('createRawLogStream')).toEqual(raw)
    expect(await running.items('createRawLogStream', { seqs: false })).toEqual(kvts)
    expect(await running.items('createRawLogStream', { values: false })).toEqual([0, 1, 2, 3, 4])
  })

  test.each([
    [{ gt: 2 }, [3, 4]],
    [{ gte: 2, lt: 4 }, [2, 3]],
    [{ lte: 1, reverse: true }, [1, 0]],
    [{ gt: -1, limit: 2 }, [0, 1]],
    [{ gte: 5 }, []],
  ])('takes %j as bounds on positions', async (options, wanted) => {
    expect(await running.items('createRawLogStream', { ...options, values: false })).toEqual(wanted)
  })
})

describe('createUserStream', () => {
  test.each([
    [{}, [0, 2, 4]],
    [{ gt: 1 }, [2, 4]],
    [{ gte: 2, lte: 2 }, [2]],
    [{ lt: 3, reverse: true }, [2, 0]],
    [{ gt: 1.5 }, [2, 4]],
    [{ limit: 1, reverse: true }, [4]],
    [{ gt: 3 }, []],
  ])('takes %j as bounds on sequences', async (options, wanted) => {
    expect(keysOf(await running.items('createUserStream', { id: a.id, ...options }))).toEqual(
      wanted,
    )
  })

  test('needs a feed', async () => {
    for (const bad of [undefined, {}, { id: 'x' }])
      await expect(running.items('createUserStream', bad)).rejects.toMatchObject({
        message: 'Param 0 must have a .id of type "feedId"',
      })
    expect(await running.items('createUserStream', { id: me.id })).toEqual([])
  })
})

describe('createFeedStream', () => {
  test('orders by claimed time, capped by receive time, and adds it', async () => {
    const items = (await running.items('createFeedStream')) as { rts: number }[]
    expect(keysOf(items)).toEqual([0, 3, 2, 1, 4])
    expect(items.map(({ rts }) => rts)).toEqual([1000, 2000, 3000, 5000, kvts[4]?.timestamp])
    expect(keysOf(await running.items('createFeedStream', { reverse: true }))).toEqual([
      4, 1, 2, 3, 0,
    ])
    expect(keysOf(await running.items('createFeedStream', { gt: 2000, lte: 5000 }))).toEqual([2, 1])
  })
})

describe('messagesByType', () => {
  test('takes a name or options', async () => {
    expect(keysOf(await running.items('messagesByType', 'post'))).toEqual([0, 3, 4])
    expect(
      keysOf(await running.items('messagesByType', { type: 'post', reverse: true, limit: 2 })),
    ).toEqual([4, 3])
    expect(
      keysOf(await running.items('messagesByType', { type: 'post', gt: kvts[0]?.timestamp })),
    ).toEqual([3, 4])
    expect(await running.items('messagesByType', {})).toEqual([])
    expect(await running.items('messagesByType', 'nothing')).toEqual([])
  })
})

describe('links', () => {
  test('hands out source, relation, target and key', async () => {
    const about = { source: b.id, rel: 'about', dest: b.id, key: messages[1]?.key }
    const contact = { source: a.id, rel: 'contact', dest: b.id, key: messages[2]?.key }
    expect(await running.items('links', { dest: b.id })).toEqual([about, contact])
    expect(await running.items('links', { dest: b.id, rel: 'about' })).toEqual([about])
    expect(await running.items('links', { source: a.id })).toEqual([contact])
    expect(await running.items('links', { rel: 'contact', dest: '@' })).toEqual([contact])
    expect(await running.items('links', { dest: 'feed', reverse: true })).toEqual([contact, about])
    expect(await running.items('links', { dest: '%' })).toEqual([])
    expect(await running.items('links', { source: a.id, values: true })).toEqual([
      { ...contact, value: messages[2]?.value },
    ])
    expect(await running.items('links', { source: a.id, meta: false })).toEqual([contact.key])
    expect(await running.items('links', { source: a.id, meta: false, values: true })).toEqual([
      { key: contact.key, value: messages[2]?.value },
    ])
    expect(
      await running.items('links', { source: a.id, meta: false, keys: false, values: true }),
    ).toEqual([messages[2]?.value])
  })

  test('refuses what makes no sense', async () => {
    await expect(running.items('links', { source: 'nobody' })).rejects.toMatchObject({
      message: '.0 of param source must be of type "id|filter"',
    })
    await expect(running.items('links', { keys: false, meta: false })).rejects.toThrow(
      /at least one of/,
    )
  })
})

/** The key that an item is, or that is in it. */
const keyIn = (item: unknown): unknown =>
  (item as { value?: { key?: unknown } } | null)?.value?.key ?? item

describe('live streams', () => {
  test('hand out old ones, the mark, then new ones', async () => {
    const own = await start()
    const w = writer(7)
    await own.store.add([w.next({ type: 'post', text: '1' }).bytes])
    const take = (path: string, arg: object): AsyncIterator<unknown> => own.source(path, arg)
    const streams = [
      take('createLogStream', { live: true, values: false }),
      take('createLogStream', { live: true, values: false, limit: 0 }),
      take('createUserStream', { id: w.id, live: true, values: false }),
      take('createFeedStream', { live: true, values: false, reverse: true }),
      take('messagesByType', { type: 'post', live: true, values: false }),
      take('createRawLogStream', { live: true }),
    ]
    const noOld = take('createLogStream', { live: true, old: false, values: false })
    const noMark = take('createLogStream', { live: true, sync: false, values: false })
    const first = (await own.items('createLogStream', { values: false }))[0]
    for (const [i, stream] of streams.entries()) {
      if (i !== 1) expect(keyIn((await stream.next()).value)).toBe(first)
      expect((await stream.next()).value).toEqual({ sync: true })
    }
    expect((await noMark.next()).value).toBe(first)
    const waiting = [...streams, noOld, noMark].map((stream) => stream.next())
    await Promise.resolve()
    const added = w.next({ type: 'post', text: '2' })
    await own.store.add([added.bytes])
    for (const next of waiting) expect(keyIn((await next).value)).toBe(added.key)
    const after = w.next({ type: 'vote', vote: {} })
    const more = [streams[0], streams[2], streams[3], noOld].map((stream) => stream?.next())
    await own.store.add([after.bytes])
    for (const next of more) expect((await next)?.value).toBe(after.key)
    await own.stop()
  })
})

test('a span of receive times ends with the last message in it, also behind deleted ones', async () => {
  const { store, queries, stop } = await start()
  const one = writer(7)
  const posts = Array.from({ length: 5 }, (_, n) => one.next({ type: 'post', text: `${n}` }))
  await store.add(posts.map(({ bytes }) => bytes))
  const stored = await store.read([0, 1, 2, 3, 4])
  for (const { key } of stored.slice(0, 3)) await store.del(key)
  for (const reverse of [false, true]) {
    const found: number[] = []
    const span = received(0, stored[3]?.timestamp)
    for await (const { sequence } of queries.query(span, { reverse })) found.push(sequence)
    expect(found).toEqual([3])
  }
  expect(await queries.count(received(0, (stored[3]?.timestamp ?? 0) - 0.5))).toBe(0)
  await stop()
})
