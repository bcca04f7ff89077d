// Random work on a store, beside a naive model of arrays and filters: adding, publishing, deleting, erasing, reopening,
// with a live stream that is read all the time. After each step every way of reading must agree with the model.
import { createStore, type Store } from '@scuttlebot/ssb-feed-store'
import fc from 'fast-check'
import { MemoryLevel } from 'memory-level'
import { expect, test } from 'vitest'
import { logStream, typeStream, userStream } from '../src/classic.ts'
import { and, author, createQueries, defineIndexes, linksTo, not, type } from '../src/index.ts'
import { me, type Writer, writer } from './make.ts'

interface Known {
  readonly sequence: number
  readonly key: string
  readonly author: string
  readonly feedSequence: number
  readonly type: string
  readonly link: string | null
}

type Step =
  | { readonly do: 'add'; readonly feed: number; readonly count: number; readonly link: number }
  | { readonly do: 'publish'; readonly count: number }
  | { readonly do: 'del'; readonly at: number }
  | { readonly do: 'erase'; readonly feed: number }
  | { readonly do: 'reopen' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      feed: fc.nat(2),
      count: fc.integer({ min: 1, max: 90 }),
      link: fc.nat(300),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      count: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('del' as const), at: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), feed: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)

class World {
  readonly database = new MemoryLevel<Uint8Array, Uint8Array>()
  readonly writers: readonly Writer[] = [writer(41), writer(42), writer(43)]
  known: Known[] = []
  position = -1
  store!: Store
  queries!: ReturnType<typeof createQueries>
  indexes!: ReturnType<typeof defineIndexes>
  stop = new AbortController()
  heard: string[] = []
  listening: Promise<void> = Promise.resolve()
  expected: string[] = []
  time = 1_700_000_000_000

  async open(): Promise<void> {
    const now = (): number => ++this.time
    this.store = createStore({ database: this.database, id: me.id, sign: me.sign, now })
    this.indexes = defineIndexes(this.store.api)
    this.queries = createQueries(this.store.api, this.indexes)
    await this.store.open()
    this.stop = new AbortController()
    this.heard = []
    this.expected = []
    const { signal } = this.stop
    const options = { live: true, old: false, values: false }
    const stream = logStream(this.store.api, signal, options)[Symbol.asyncIterator]()
    const first = stream.next()
    this.listening = (async () => {
      for (let item = await first; !item.done; item = await stream.next())
        this.heard.push(...(item.value.items as string[]))
    })()
    await Promise.resolve()
  }

  async close(): Promise<void> {
    await expect.poll(() => this.heard.length).toBe(this.expected.length)
    expect(this.heard).toEqual(this.expected)
    this.stop.abort()
    await this.listening
    await this.store.close()
  }

  note(key: string, from: string, feedSequence: number, kind: string, link: string | null): void {
    this.position++
    const sequence = this.position
    this.known.push({ sequence, key, author: from, feedSequence, type: kind, link })
    this.expected.push(key)
  }

  async take(one: Step): Promise<void> {
    const { api } = this.store
    if (one.do === 'add') {
      const from = this.writers[one.feed] as Writer
      const link = this.known[one.link]?.key ?? null
      const kinds = ['post', 'vote'] as const
      const messages = Array.from({ length: one.count }, (_, i) =>
        from.next({ type: kinds[i % 2] ?? 'post', ...(link === null ? {} : { root: link }) }),
      )
      const verdicts = await api.add(messages.map(({ bytes }) => bytes))
      expect(verdicts.every(({ ok }) => ok)).toBe(true)
      for (const { key, value } of messages)
        this.note(key, from.id, value.sequence, (value.content as { type: string }).type, link)
    } else if (one.do === 'publish') {
      const made = await Promise.all(
        Array.from({ length: one.count }, () => api.publish({ type: 'post' })),
      )
      for (const { key, value } of made) this.note(key, me.id, value.sequence, 'post', null)
    } else if (one.do === 'del') {
      const target = this.known[one.at]
      if (target === undefined) return
      expect(await api.del(target.key as never)).toBe(true)
      this.known = this.known.filter((message) => message !== target)
    } else if (one.do === 'erase') {
      const { id } = this.writers[one.feed] as Writer
      const own = this.known.filter((message) => message.author === id)
      expect(await api.eraseFeed(id)).toEqual(own.map(({ key }) => key))
      this.known = this.known.filter((message) => message.author !== id)
    } else {
      await this.close()
      await this.open()
    }
  }

  async check(): Promise<void> {
    const { api } = this.store
    const { signal } = new AbortController()
    const keys = async (
      stream: AsyncIterable<{ items: readonly unknown[] }>,
    ): Promise<unknown[]> => {
      const list: unknown[] = []
      for await (const { items } of stream) list.push(...items)
      return list
    }
    const all = this.known.map(({ key }) => key)
    expect(api.position).toBe(this.position)
    expect(await keys(logStream(api, signal, { values: false }))).toEqual(all)
    const posts = this.known.filter((message) => message.type === 'post').map(({ key }) => key)
    const reversed = { type: 'post', values: false, reverse: true }
    expect(await keys(typeStream(api, this.indexes, signal, reversed))).toEqual(
      [...posts].reverse(),
    )
    expect(await this.queries.count(type('post'))).toBe(posts.length)
    for (const { id } of [...this.writers, me]) {
      const own = this.known.filter((message) => message.author === id)
      expect(await keys(userStream(api, signal, { id, values: false }))).toEqual(
        own.map(({ key }) => key),
      )
      expect(await this.queries.count(author(id))).toBe(own.length)
    }
    const { link } = this.known.find((message) => message.link !== null) ?? { link: null }
    if (link === null) return
    const first = this.writers[0] as Writer
    const condition = and(linksTo('root', link as `%${string}.sha256`), not(author(first.id)))
    const found: number[] = []
    for await (const { sequence } of this.queries.query(condition)) found.push(sequence)
    const wanted = this.known.filter((one) => one.link === link && one.author !== first.id)
    expect(found).toEqual(wanted.map(({ sequence }) => sequence).reverse())
    expect(await this.queries.count(condition)).toBe(wanted.length)
  }
}

test('a store and a naive model agree whatever is done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      // Own messages differ from run to run: each world has a database of its own.
      const world = new World()
      await world.open()
      for (const one of steps) {
        await world.take(one)
        await world.check()
      }
      await world.close()
      const report = await (() => {
        const store = createStore({
          database: world.database,
          id: me.id,
          sign: me.sign,
          now: () => 0,
        })
        defineIndexes(store.api)
        return store.fsck()
      })()
      expect(report.problems).toEqual([])
      expect(report.messages).toBe(world.known.length)
    }),
    { numRuns: 25, endOnFailure: true },
  )
}, 90_000)
