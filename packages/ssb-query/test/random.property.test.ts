// Random work on a store, beside a naive model of arrays and filters: adding, publishing, deleting, erasing, reopening,
// with live streams and live queries that are read all the time. After each step every way of reading must agree with
// the model, and queries with every operator.
import { createStore, type Store } from '@scuttlebot/ssb-feed-store'
import fc from 'fast-check'
import { MemoryLevel } from 'memory-level'
import { expect, test } from 'vitest'
import { logStream, typeStream, userStream } from '../src/classic.ts'
import { author, createQueries, defineIndexes, type } from '../src/index.ts'
import { me, type Writer, writer } from './make.ts'
import { type Asked, asked, type Known, type Subjects } from './naive.ts'

type Make = (subjects: Subjects) => Asked

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

/** Contents of all shapes that a condition may look for. */
function contentsOf(n: number, key: string, feed: string): Known['content'] {
  const contents: readonly Known['content'][] = [
    { type: 'post', text: `${n}` },
    { type: 'post', root: key, branch: [key, null], mentions: [{ link: feed }] },
    { type: 'vote', vote: { link: key, value: 1 } },
    { type: 'contact', contact: feed, following: true },
    { type: 'post', channel: 'Some-Thing', text: 'x' },
    { type: 'post', mentions: [{ link: '#some-thing' }, { link: `${key}?unbox=x` }] },
    { type: 'deep', a: { b: [{ c: feed }, key] } },
    'AAAA.box',
  ]
  return contents[n % contents.length] as Known['content']
}

/** A query that is read while messages come, and what it should have said. */
interface Heard {
  readonly asked: Asked
  readonly found: string[]
  readonly wanted: string[]
  readonly done: Promise<void>
}

class World {
  readonly database = new MemoryLevel<Uint8Array, Uint8Array>()
  readonly writers: readonly Writer[] = [writer(41), writer(42), writer(43)]
  readonly #live: readonly Make[]
  #heard: readonly Heard[] = []
  /** Messages of all times, the deleted ones, too. */
  readonly #ever: Known[] = []
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

  /** `live`: the conditions that are listened to. */
  constructor(live: readonly Make[]) {
    this.#live = live
  }

  subjects(): Subjects {
    return {
      keys: [`%${'A'.repeat(43)}=.sha256`, ...this.#ever.map(({ key }) => key)],
      feeds: [me, ...this.writers].map(({ id }) => id),
      times: [0, Infinity, ...this.#ever.map(({ timestamp }) => timestamp)],
    }
  }

  #listen(make: Make): Heard {
    const { signal } = this.stop
    const found: string[] = []
    const one = make(this.subjects())
    const results = this.queries.query(one.condition, { live: true, old: false, signal })
    const done = (async () => {
      for await (const { key } of results) found.push(key)
    })()
    return { asked: one, found, wanted: [], done }
  }

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
    this.#heard = this.#live.map((make) => this.#listen(make))
    await Promise.resolve()
  }

  async close(): Promise<void> {
    await expect.poll(() => this.heard.length).toBe(this.expected.length)
    expect(this.heard).toEqual(this.expected)
    for (const { found, wanted } of this.#heard) {
      await expect.poll(() => found.length).toBe(wanted.length)
      expect(found).toEqual(wanted)
    }
    this.stop.abort()
    await this.listening
    await Promise.all(this.#heard.map(({ done }) => done))
    await this.store.close()
  }

  /** A message has been appended. */
  async note(key: string): Promise<void> {
    this.position++
    const message = await this.store.api.get(key as never)
    if (message === null) throw new Error(`${key} was not stored`)
    const { sequence, timestamp, feedSequence, value } = message
    expect(sequence).toBe(this.position)
    const { author: from, timestamp: claimed } = value
    const content = value.content as Known['content']
    const known: Known = {
      sequence,
      key,
      author: from,
      feedSequence,
      timestamp,
      claimed,
      content,
    }
    this.known.push(known)
    this.#ever.push(known)
    this.expected.push(key)
    for (const { asked, wanted } of this.#heard) if (asked.holds(known)) wanted.push(key)
  }

  async take(one: Step): Promise<void> {
    const { api } = this.store
    if (one.do === 'add') {
      const from = this.writers[one.feed] as Writer
      const { keys, feeds } = this.subjects()
      const messages = Array.from({ length: one.count }, (_, i) =>
        from.next(
          contentsOf(one.link + i, keys[one.link % keys.length] ?? '', feeds[i % 4] ?? '') as never,
        ),
      )
      const verdicts = await api.add(messages.map(({ bytes }) => bytes))
      expect(verdicts.every(({ ok }) => ok)).toBe(true)
      for (const { key } of messages) await this.note(key)
    } else if (one.do === 'publish') {
      const made = await Promise.all(
        Array.from({ length: one.count }, () => api.publish({ type: 'post' })),
      )
      for (const { key } of made) await this.note(key)
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
    const isPost = ({ content }: Known): boolean =>
      typeof content !== 'string' && content.type === 'post'
    const posts = this.known.filter(isPost).map(({ key }) => key)
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
      const few = { id, values: false, reverse: true, limit: 10 }
      expect(await keys(userStream(api, signal, few))).toEqual(
        own
          .map(({ key }) => key)
          .reverse()
          .slice(0, 10),
      )
    }
  }

  /** A query gives what a look at every message gives: in order, by pages, counted. */
  async ask(make: Make, reverse: boolean, limit: number, after: number): Promise<void> {
    const { condition, holds } = make(this.subjects())
    const wanted = this.known.filter(holds).map(({ sequence }) => sequence)
    if (reverse) wanted.reverse()
    const read = async (options: object): Promise<number[]> => {
      const found: number[] = []
      for await (const { sequence } of this.queries.query(condition, { reverse, ...options }))
        found.push(sequence)
      return found
    }
    const text = JSON.stringify({ condition, reverse })
    expect(await read({}), text).toEqual(wanted)
    expect(await read({ limit, after }), `${text} ${limit} ${after}`).toEqual(
      wanted.filter((n) => (reverse ? n < after : n > after)).slice(0, limit),
    )
    expect(await this.queries.count(condition), text).toBe(wanted.length)
  }
}

const conditions = fc.array(asked, { minLength: 3, maxLength: 3 })
const turn = fc.record({
  step,
  make: conditions,
  reverse: fc.boolean(),
  limit: fc.nat(30),
  after: fc.nat(300),
})

test('a store and a naive model agree whatever is done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 3, maxLength: 14 }),
      conditions,
      async (turns, live) => {
        // Own messages differ from run to run: each world has a database of its own.
        const world = new World(live)
        await world.open()
        for (const { step: one, make, reverse, limit, after } of turns) {
          await world.take(one)
          await world.check()
          for (const wanted of make) await world.ask(wanted, reverse, limit, after)
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
      },
    ),
    { numRuns: 25, endOnFailure: true },
  )
}, 90_000)
