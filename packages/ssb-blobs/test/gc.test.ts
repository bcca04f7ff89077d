import { createHost, event, type Plugin } from '@scuttlebot/ssb-plugin'
import { connectHosts, manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { BlobId, FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { describe, expect, test } from 'vitest'
import { Alone } from '../src/alone.ts'
import { Catalog } from '../src/catalog.ts'
import { collect } from '../src/gc.ts'
import {
  type BlobStorage,
  type BlobsByAuthor,
  type BlobsFriends,
  type BlobsMessage,
  type BlobsStore,
  blobs,
  blobsIn,
  memoryStorage,
  WANTED_MS,
} from '../src/index.ts'
import {
  type AnyHost,
  bytesOf,
  collectBytes,
  feed,
  idOf,
  liar,
  make,
  says,
  settle,
} from './world.ts'

/** A store with these messages, which knows only what the plugin asks of it. */
function fakeStore(messages: readonly BlobsMessage[]): Plugin<'store', BlobsStore> {
  const postings = new Map<string, number[]>()
  const api: BlobsStore = {
    defineIndex({ map }) {
      for (const [sequence, message] of messages.entries())
        map(message, (group) => postings.set(group, [sequence, ...(postings.get(group) ?? [])]))
      return {
        read(group) {
          let block: readonly number[] | null = postings.get(group) ?? null
          return {
            async next() {
              const now = block
              block = null
              return now
            },
            close: async () => undefined,
          }
        },
      }
    },
    indexed: async () => undefined,
    read: async (sequences) => sequences.flatMap((n) => messages[n] ?? []),
  }
  return { name: 'store', needs: {}, manifest: {}, setup: () => ({ api, handlers: {} }) }
}

const message = (author: FeedId, n: number, content: unknown): BlobsMessage => ({
  key: `%${String(n).repeat(43)}=.sha256` as MsgId,
  author,
  value: { content },
})

const blobOf = (n: number): Uint8Array => bytesOf(1000, n)
const ID = (n: number): BlobId => idOf(blobOf(n))

async function server(messages: readonly BlobsMessage[], quotaBytes: number | null = null) {
  const clock = manualClock()
  const storage = memoryStorage(() => clock.now())
  const hops = new Map<FeedId, number>([
    [feed('B'), 1],
    [feed('C'), 2],
    [feed('D'), -1],
  ])
  const friends: Plugin<'friends', BlobsFriends> = {
    name: 'friends',
    needs: {},
    manifest: {},
    setup: () => ({ api: { hops: () => hops, changed: event() }, handlers: {} }),
  }
  // As an old folder: blobs of which nothing is known.
  for (let n = 0; n < 6; n++) {
    const writer = await storage.writer()
    await writer.write([blobOf(n)])
    await writer.commit(ID(n))
    clock.advance(10_000_000)
  }
  const host = createHost({
    keys: { id: feed('A'), sign: () => new Uint8Array(64) },
    clock,
    plugins: [fakeStore(messages), friends, blobs({ storage, quotaBytes })],
  })
  await host.start()
  await settle(3)
  return { host, clock, storage, blobs: host.plugins.blobs }
}

describe('collecting', () => {
  const messages = [
    message(feed('B'), 1, { type: 'post', text: `![x](${ID(0)})` }),
    message(feed('C'), 2, { type: 'post', mentions: [{ link: ID(1) }] }),
    message(feed('D'), 3, { type: 'post', mentions: [{ link: ID(2) }] }),
    message(feed('A'), 4, { type: 'about', image: { link: `${ID(3)}?unbox=x` } }),
  ]

  test('removes the least recently used that nobody near refers to', async () => {
    const { blobs, host } = await server(messages)
    const dry = await blobs.collect(3500, true)
    expect(dry).toMatchObject({
      dryRun: true,
      bytesBefore: 6000,
      bytesAfter: 3000,
      removed: [{ id: ID(1) }, { id: ID(2) }, { id: ID(4) }],
      kept: { 'referred to nearby': 2 },
    })
    expect((await blobs.status()).bytes).toBe(6000)
    expect(await blobs.collect(3500, false)).toEqual({
      ...dry,
      dryRun: false,
      summary: 'removed 3 blobs, 3000 bytes',
    })
    expect(await blobs.status()).toMatchObject({ blobs: 3, bytes: 3000 })
    await host.stop()
  })

  test('tells whose messages refer to what is here, and counts that at most every ten minutes', async () => {
    const twice = message(feed('B'), 5, { type: 'post', mentions: [{ link: ID(1) }] })
    const { host, clock, blobs } = await server([...messages, twice])
    const ask = () => host.call({ peer: null, rights: ['owner'] }, ['blobs', 'authors'])
    const counted = (await ask()) as BlobsByAuthor
    expect(counted.at).toBe(clock.now())
    expect(counted.authors[0]).toEqual({ id: feed('B'), blobs: 2, bytes: 2000 })
    expect(new Set(counted.authors.slice(1))).toEqual(
      new Set(['A', 'C', 'D'].map((name) => ({ id: feed(name), blobs: 1, bytes: 1000 }))),
    )
    expect(counted.nobody).toEqual({ blobs: 2, bytes: 2000 })
    await blobs.collect(1000, false)
    expect(await ask()).toBe(counted)
    clock.advance(600_000)
    expect(await ask()).toMatchObject({ nobody: { blobs: 0 } })
    await host.stop()
  })

  test('spares what is pinned, own, pushed or used', async () => {
    const { blobs, clock, host } = await server([])
    await blobs.pin(ID(0), true)
    await blobs.add(blobOf(1))
    await blobs.push(ID(2))
    clock.advance(10_000_000)
    await collectBytes(blobs.get(ID(3)))
    const { removed, kept } = await blobs.collect(4000, false)
    expect(removed.map(({ id }) => id)).toEqual([ID(4), ID(5)])
    expect(kept).toEqual({ pinned: 1, pushed: 1 })
    expect((await blobs.collect(0, false)).kept).toEqual({ pinned: 1, own: 1, pushed: 1 })
    await host.stop()
  })

  test('spares for an hour what we wanted, where what is kept fills the quota alone', async () => {
    const [a, b] = [await make('A', 'B', { quotaBytes: 1500 }), await make('B')]
    for (const n of [0, 1]) {
      await a.blobs.add(blobOf(n))
      await a.blobs.pin(ID(n), true)
    }
    for (const n of [2, 3]) await b.blobs.add(blobOf(n))
    connectHosts(a.host, b.host)
    await a.blobs.want(ID(2))
    await settle()
    expect(await collectBytes(a.blobs.get(ID(2)))).toEqual(blobOf(2))
    expect((await a.blobs.collect(1500, true)).kept).toEqual({ pinned: 2, 'just wanted': 1 })
    a.clock.advance(WANTED_MS)
    await a.blobs.want(ID(3))
    await settle()
    expect([await a.blobs.has(ID(2)), await a.blobs.has(ID(3))]).toEqual([false, true])
    for (const { host } of [a, b]) await host.stop()
  })

  test('goes by itself when there is a quota, and spares nothing else', async () => {
    const { blobs, host, storage } = await server([], 6000)
    expect((await blobs.status()).blobs).toBe(6)
    await blobs.add(bytesOf(1500, 99))
    await settle(20)
    expect(await blobs.status()).toMatchObject({ blobs: 5, bytes: 5500, quotaBytes: 6000 })
    let bytes = 0
    for await (const batch of storage.list()) for (const { size } of batch) bytes += size
    expect(bytes).toBe(5500)
    await host.stop()
  })

  test('keeps what it knows over a restart', async () => {
    const a = await make('A')
    await a.blobs.add(blobOf(1))
    await a.blobs.add(blobOf(2))
    await a.blobs.pin(ID(2), true)
    await a.blobs.push(ID(1))
    await a.blobs.remove(ID(2))
    await a.blobs.add(blobOf(2))
    await a.host.stop()
    const again = await make('A', '', { storage: a.storage })
    expect((await again.blobs.explain(ID(1))).here).toMatchObject({ origin: 'own', pinned: false })
    expect((await again.blobs.explain(ID(1))).pushed).toEqual({})
    expect((await again.blobs.explain(ID(2))).here).toMatchObject({ origin: 'own', pinned: false })
    await again.host.stop()
  })

  test('explain names the messages', async () => {
    const { blobs, host } = await server(messages)
    const { messages: found, summary } = await blobs.explain(ID(0))
    expect(found).toEqual([{ key: messages[0]?.key, author: feed('B') }])
    expect(summary).toBe('here: 1000 bytes, found in the folder')
    await host.stop()
  })
})

/** A storage in memory that waits before it says that a blob is stored, or removed. */
function slow() {
  const memory = memoryStorage(() => 1)
  let go = (): void => undefined
  const gate = { isShut: false, open: () => go() }
  const wait = async (): Promise<void> => {
    if (gate.isShut)
      await new Promise<void>((resolve) => {
        go = resolve
      })
  }
  const storage: BlobStorage = {
    ...memory,
    async writer() {
      const inner = await memory.writer()
      return {
        write: (chunks) => inner.write(chunks),
        async commit(id) {
          const stat = await inner.commit(id)
          await wait()
          return stat
        },
        abort: () => inner.abort(),
      }
    },
    async remove(id) {
      const removed = await memory.remove(id)
      await wait()
      return removed
    },
  }
  return { storage, memory, gate }
}

describe('a blob that is added again', () => {
  test.each(['commit', 'remove'] as const)('while a collection is at it: %s', async (first) => {
    const { storage, memory, gate } = slow()
    const writer = await memory.writer()
    await writer.write([blobOf(1)])
    await writer.commit(ID(1))
    const { blobs, host } = await make('A', '', { storage })
    gate.isShut = true
    const both: Promise<unknown>[] = []
    const add = (): void => void both.push(blobs.add(blobOf(1)))
    const collecting = (): void => void both.push(blobs.collect(0, false))
    for (const begin of first === 'commit' ? [add, collecting] : [collecting, add]) {
      begin()
      await settle(5)
    }
    gate.isShut = false
    gate.open()
    await Promise.all(both)
    expect(await collectBytes(blobs.get(ID(1)))).toEqual(blobOf(1))
    expect((await blobs.explain(ID(1))).here).toMatchObject({ origin: 'own' })
    await host.stop()
    const again = await make('A', '', { storage })
    expect(await again.blobs.has(ID(1))).toBe(true)
    await again.host.stop()
  })
})

test('wants of others are taken up again when room was made by hand', async () => {
  const { blobs, host } = await make('A', 'B', { quotaBytes: 1500 })
  for (const n of [1, 2]) {
    await blobs.add(blobOf(n))
    await blobs.pin(ID(n), true)
  }
  await settle()
  const asks = (n: number): Promise<AnyHost> =>
    liar('B', { createWants: () => says({ [ID(n)]: -1 }) })
  const first = connectHosts(host, await asks(3))
  await settle()
  expect((await blobs.explain(ID(3))).want).toBe(null)
  first.cut()
  await settle()
  await blobs.remove(ID(1))
  connectHosts(host, await asks(4))
  await settle()
  expect((await blobs.explain(ID(4))).want).toMatchObject({ distance: 2 })
  await host.stop()
})

test('blobs are found wherever a content names them', () => {
  const one = ID(0)
  expect([...blobsIn({ a: [{ b: one }], text: `x ${ID(1)} y${ID(2)}?unbox=z`, c: one })]).toEqual([
    one,
    ID(1),
    ID(2),
  ])
  expect([...blobsIn('&'.repeat(100_000))]).toEqual([])
  expect([...blobsIn(null)]).toEqual([])
  let deep: unknown = one
  for (let n = 0; n < 10_000; n++) deep = [deep]
  expect([...blobsIn(deep)]).toEqual([])
})

test('what the owner adds, pins or pushes while a collection looks around is kept', async () => {
  const clock = manualClock()
  const catalog = new Catalog(
    memoryStorage(() => clock.now()),
    () => clock.now(),
  )
  await catalog.load()
  for (const n of [1, 2, 3, 4]) await catalog.stored({ id: ID(n), size: 1000, ts: n }, feed('B'))
  const removed: BlobId[] = []
  const parts = {
    catalog,
    near: () => false,
    alone: new Alone(),
    remove: async (id: BlobId) => {
      removed.push(id)
      await catalog.removed(id)
    },
    awaited: () => false,
    authors: async (id: BlobId) => {
      if (id === ID(1)) await catalog.pin(ID(1), true)
      if (id === ID(2)) await catalog.stored({ id: ID(2), size: 1000, ts: 5 }, 'own')
      if (id === ID(3)) await catalog.push(ID(3), true)
      return new Set<FeedId>()
    },
  }
  const report = await collect(parts, 0, false)
  expect([removed, report.kept]).toEqual([[ID(4)], { 'in use': 3 }])
})
