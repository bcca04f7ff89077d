// What is left after writes fail and after power is lost: what was acknowledged is there, nothing is half there, and
// indexes equal rebuilt ones.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Database, ENCODING, entries } from '../src/database.ts'
import type { IndexDefinition } from '../src/index-types.ts'
import type { Store } from '../src/store.ts'
import { failWrite, mortal } from '../src/testing.ts'
import { all, makeStore, memory, run, writer } from './make.ts'

const byParity: IndexDefinition = {
  name: 'parity',
  version: 1,
  map(message, emit) {
    emit(`${message.feedSequence % 2}`)
    emit(message.author)
  },
}
const me = writer(1)

/** Check everything that must always hold, and return the ids in the log. */
async function checked(database: Database): Promise<string[]> {
  const { ids, mended } = await checkedWithGaps(database)
  expect(mended).toEqual([])
  return ids
}

/** The same for a log that may have lost messages in its midst. */
async function checkedWithGaps(
  database: Database,
): Promise<{ ids: string[]; mended: readonly string[] }> {
  const store = makeStore(database, me)
  const index = store.api.defineIndex(byParity)
  const time = store.api.defineOrder({ name: 'time', version: 1, order: (m) => m.timestamp })
  await store.open()
  await store.api.indexed()
  const log = await all(store.api.log())
  const positions = log.map(({ sequence }) => sequence)
  if (!store.api.hasHoles) {
    expect(positions).toEqual(log.map((_, i) => i))
    expect(store.api.position).toBe(log.length - 1)
  }
  const heads = new Map<string, number>()
  for (const message of log) {
    expect(message.feedSequence).toBe((heads.get(message.author) ?? 0) + 1)
    heads.set(message.author, message.feedSequence)
    expect((await store.api.get(message.key))?.sequence).toBe(message.sequence)
    const found = await store.api.atFeed(message.author, message.feedSequence)
    expect(found?.key).toBe(message.key)
  }
  for (const [id, state] of store.api.heads()) {
    expect(state.sequence).toBe(heads.get(id))
    const own = log.filter(({ author }) => author === id)
    expect((await all(store.api.feed(id))).map(({ key }) => key)).toEqual(own.map(({ key }) => key))
    expect(state.id).toBe(own.at(-1)?.key)
    expect(await indexed(index, id)).toEqual(own.map(({ sequence }) => sequence))
  }
  expect([...store.api.heads()].length).toBe(heads.size)
  for (const parity of [0, 1]) {
    const wanted = log.filter((m) => m.feedSequence % 2 === parity).map((m) => m.sequence)
    expect(await indexed(index, `${parity}`)).toEqual(wanted)
    expect(await index.count(`${parity}`)).toBe(wanted.length)
  }
  expect((await all(time.read())).map(({ sequence }) => sequence)).toEqual(positions)
  const { mended } = store
  await store.close()
  const report = await store.fsck()
  expect(report.problems).toEqual([])
  return { ids: log.map(({ key }) => key), mended }
}

async function indexed(
  index: ReturnType<Store['api']['defineIndex']>,
  term: string,
): Promise<number[]> {
  const reader = index.read(term, '')
  const found: number[] = []
  for (let list = await reader.next(); list !== null; list = await reader.next())
    found.push(...list)
  await reader.close()
  return found
}

async function copy(from: Database, to: Database): Promise<void> {
  await from.open()
  await to.open()
  for await (const batch of entries(from, {}, 500))
    await to.batch(
      batch.map(([key, value]) => ({ type: 'put', key, value })),
      ENCODING,
    )
  await from.close()
}

/** Work on a store until it breaks; returns the ids that were acknowledged as durable, and as written. */
async function work(
  database: Database,
  rounds: number,
  isClosing = true,
): Promise<{ durable: string[]; written: string[] }> {
  const store = makeStore(database, me)
  const durable: string[] = []
  const written: string[] = []
  try {
    store.api.defineIndex(byParity)
    store.api.defineOrder({ name: 'time', version: 1, order: (m) => m.timestamp })
    await store.open()
    const feeds = [writer(2), writer(3)]
    for (const feed of feeds) {
      const head = store.api.head(feed.id)
      feed.state = head
    }
    for (let i = 0; i < rounds; i++) {
      const adds = feeds.map(async (feed) => {
        const messages = run(feed, 3 + i)
        const verdicts = await store.api.add(messages.map(({ bytes }) => bytes))
        for (const v of verdicts) if (v.ok) written.push(v.message.key)
      })
      const publishes = Array.from({ length: 3 }, async () => {
        const { key } = await store.api.publish({ type: 'post', text: `${i}` })
        durable.push(key)
      })
      const done = await Promise.allSettled([...adds, ...publishes])
      if (done.some(({ status }) => status === 'rejected')) break
    }
  } catch {
    // The database failed while it was opened.
  }
  if (isClosing) await store.close().catch(() => {})
  return { durable, written }
}

describe('a store whose writes fail', () => {
  test('has what it acknowledged, whichever write fails', async () => {
    for (let n = 0; n < 24; n++) {
      const database = memory()
      const { durable, written } = await work(failWrite(database, n), 5)
      const ids = await checked(database)
      for (const key of [...durable, ...written]) expect(ids).toContain(key)
      // And it goes on.
      const more = await work(database, 1)
      expect(more.durable.length).toBe(3)
      expect((await checked(database)).length).toBeGreaterThan(ids.length)
    }
  }, 30_000)

  test('writes nothing more until it is opened again', async () => {
    const database = memory()
    const store = makeStore(failWrite(database, 1), me)
    await store.open()
    await expect(store.api.publish({ type: 'post' })).rejects.toMatchObject({
      code: 'SSB_STORE_BROKEN',
    })
    expect(store.api.position).toBe(-1)
    expect(store.api.head(me.id)).toBe(null)
    await expect(store.api.publish({ type: 'post' })).rejects.toMatchObject({
      code: 'SSB_STORE_BROKEN',
    })
    await expect(store.api.add([writer(2).next().bytes])).rejects.toMatchObject({
      code: 'SSB_STORE_BROKEN',
    })
    await store.close()
  })
})

test('a store that is opened again after a failed write takes the same messages', async () => {
  for (let n = 1; n < 6; n++) {
    const database = memory()
    const store = makeStore(failWrite(database, n), me)
    const messages = run(writer(2), 30).map(({ bytes }) => bytes)
    await store.open()
    await store.api.add(messages.slice(0, 12)).catch(() => undefined)
    await store.api.add(messages.slice(12)).catch(() => undefined)
    await store.close()
    await store.open()
    for (const verdict of await store.api.add(messages))
      expect(verdict.ok || verdict.code).toSatisfy((x) => x === true || x === 'SSB_STORE_KNOWN')
    expect(store.api.head(writer(2).id)?.sequence).toBe(30)
    expect(await all(store.api.feed(writer(2).id))).toHaveLength(30)
    await store.close()
  }
})

describe('an index that catches up while messages come', () => {
  test('is right whichever write fails', async () => {
    const a = writer(2)
    const old = run(a, 700)
    const fresh = run(a, 40)
    const filled = memory()
    const first = makeStore(filled, me)
    await first.open()
    await first.api.add(old.map(({ bytes }) => bytes))
    await first.close()
    for (let n = 0; n < 8; n++) {
      const database = memory()
      await copy(filled, database)
      const store = makeStore(failWrite(database, n), me)
      store.api.defineIndex(byParity)
      store.api.defineOrder({ name: 'time', version: 1, order: (m) => m.timestamp })
      const written: string[] = []
      try {
        await store.open()
        for (const { bytes } of fresh) {
          const [verdict] = await store.api.add([bytes])
          if (verdict?.ok) written.push(verdict.message.key)
        }
        await store.api.indexed()
      } catch {
        // The write that was made to fail.
      }
      await store.close().catch(() => {})
      const ids = await checked(database)
      for (const key of written) expect(ids).toContain(key)
    }
  }, 30_000)
})

describe('a store that loses power', () => {
  test('has what was published, wherever it happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(10), async (rounds, kept) => {
        const disk = memory()
        const once = new Set<string>()
        for (let life = 0; life < 3; life++) {
          const database = mortal(disk)
          const { durable } = await work(database, rounds, false)
          await database.losePower(kept)
          const ids = await checked(disk)
          for (const key of durable) {
            expect(ids).toContain(key)
            once.add(key)
          }
          for (const key of once) expect(ids).toContain(key)
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  test('cuts foreign feeds with gaps, and nothing else, when files of the log were lost', async () => {
    let cuts = 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 2, max: 6 }),
        fc.nat(6),
        fc.nat(6),
        async (rounds, perFile, kept, keptBefore) => {
          const disk = memory()
          const once = new Set<string>()
          for (let life = 0; life < 3; life++) {
            const database = mortal(disk, perFile)
            const { durable } = await work(database, rounds, false)
            await database.losePower(kept, keptBefore)
            const { ids, mended } = await checkedWithGaps(disk)
            cuts += mended.length
            for (const key of durable) once.add(key)
            for (const key of once) expect(ids).toContain(key)
          }
        },
      ),
      // few of those that come by chance leave a gap
      { numRuns: 60, examples: [[4, 3, 3, 0]] },
    )
    expect(cuts).toBeGreaterThan(0)
  }, 60_000)

  test('knows of lost messages at the end by a deletion that came after them', async () => {
    let mended = 0
    for (let perFile = 1; perFile < 12; perFile++) {
      const disk = memory()
      const database = mortal(disk, perFile)
      const store = makeStore(database, me)
      store.api.defineIndex(byParity)
      await store.open()
      const [a, b] = [writer(2), writer(3)]
      const first = run(a, 3)
      await store.api.add(first.map(({ bytes }) => bytes))
      await store.api.publish({ type: 'post', text: 'synced' })
      await store.api.add(run(b, 5).map(({ bytes }) => bytes))
      await store.api.del(first[1]?.key ?? '%.sha256')
      await database.losePower(99, 0)

      const again = makeStore(disk, me)
      again.api.defineIndex(byParity)
      await again.open()
      mended += again.mended.length
      b.state = again.api.head(b.id)
      await again.api.add(run(b, 7).map(({ bytes }) => bytes))
      await again.api.indexed()
      await again.close()
      expect((await again.fsck()).problems).toEqual([])
    }
    expect(mended).toBeGreaterThan(0)
  })

  test('never signs a sequence number twice that somebody could have seen', async () => {
    const disk = memory()
    const seen = new Map<number, string>()
    for (let life = 0; life < 6; life++) {
      const database = mortal(disk)
      const store = makeStore(database, me)
      await store.open()
      store.api.appended.on((batch) => {
        for (const { feedSequence, key } of batch) {
          expect(seen.get(feedSequence) ?? key).toBe(key)
          seen.set(feedSequence, key)
        }
      })
      for (let i = 0; i < 4; i++) await store.api.publish({ type: 'post', text: `${life} ${i}` })
      void store.api.publish({ type: 'post', text: 'on the way' }).catch(() => {})
      await database.losePower()
      await store.close().catch(() => {})
    }
    expect(seen.size).toBeGreaterThanOrEqual(24)
  })
})
