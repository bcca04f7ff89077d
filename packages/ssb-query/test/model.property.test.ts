// Queries against arrays and filters: whatever is asked of the indexes must be what a look at every message gives.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  and,
  author,
  boxed,
  type Condition,
  channel,
  claimed,
  everything,
  fulfils,
  hasLink,
  linksTo,
  type Message,
  not,
  or,
  received,
  thread,
  type,
} from '../src/index.ts'
import { type Running, start, writer } from './make.ts'

const writers = [writer(2), writer(3), writer(4)]
const blob = `&${'B'.repeat(43)}=.sha256` as const
let running: Running
let all: Message[] = []

beforeAll(async () => {
  running = await start()
  const keys: string[] = []
  let seed = 7
  const pick = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * n)
  }
  for (let i = 0; i < 900; i++) {
    const w = writers[pick(3)] as (typeof writers)[number]
    const to = keys[Math.min(pick(8), keys.length - 1)]
    const other = writers[pick(3)]?.id
    const contents = [
      { type: 'post', text: `${i}` },
      { type: 'post', text: 'reply', root: to, branch: [to, null], mentions: [{ link: other }] },
      { type: 'vote', vote: { link: to, value: 1 } },
      { type: 'contact', contact: other, following: true },
      {
        type: 'post',
        channel: 'Some Thing',
        mentions: [{ link: '#tag' }, { link: `${blob}?a=b` }],
      },
      { type: 'deep', a: { b: [{ c: other }, to] } },
      'AAAA.box',
    ]
    const made = w.next(contents[pick(7)] as { type: string }, 1_699_999_990_000 + pick(20_000))
    if (keys.length < 8) keys.push(made.key)
    // One at a time and in lots, so that blocks of every size come about.
    await running.store.add([made.bytes])
  }
  all = []
  for await (const batch of running.store.log()) all.push(...(batch as readonly Message[]))
})
afterAll(() => running.stop())

const leaf: fc.Arbitrary<(all: readonly Message[]) => Condition> = fc.oneof(
  fc.constantFrom('post', 'vote', 'contact', 'deep', 'none').map((t) => () => type(t)),
  fc.constantFrom(0, 1, 2).map((i) => () => author(writers[i]?.id ?? '@.ed25519')),
  fc.tuple(fc.constantFrom('root', 'branch', 'vote', 'mentions', null), fc.nat(8)).map(
    ([rel, i]) =>
      (list: readonly Message[]) =>
        linksTo(rel, list[i]?.key ?? blob),
  ),
  fc.constantFrom(0, 1, 2).map((i) => () => linksTo(null, writers[i]?.id ?? blob)),
  fc.constantFrom(0, 1, 2).map((i) => () => linksTo('contact', writers[i]?.id ?? blob)),
  fc.constant(() => linksTo('mentions', blob)),
  fc.constantFrom('something', '#tag').map((name) => () => channel(name)),
  fc.constantFrom('root', 'vote', 'nothing').map((rel) => () => hasLink(rel)),
  fc.nat(8).map((i) => (list: readonly Message[]) => thread(list[i]?.key ?? '%.sha256')),
  fc.constant(() => boxed()),
  fc.constant(() => everything()),
  fc.tuple(fc.nat(899), fc.nat(899)).map(
    ([a, b]) =>
      (list: readonly Message[]) =>
        received(list[a]?.timestamp ?? 0, list[b]?.timestamp ?? 0),
  ),
  fc.tuple(fc.nat(20_000), fc.nat(20_000)).map(
    ([a, b]) =>
      () =>
        claimed(1_699_999_990_000 + a, 1_699_999_990_000 + b),
  ),
)
const condition = fc.letrec<{ tree: (all: readonly Message[]) => Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc
      .array(tie('tree'), { maxLength: 3 })
      .map((of) => (l: readonly Message[]) => and(...of.map((f) => f(l)))),
    fc
      .array(tie('tree'), { maxLength: 3 })
      .map((of) => (l: readonly Message[]) => or(...of.map((f) => f(l)))),
    tie('tree').map((of) => (l: readonly Message[]) => not(of(l))),
  ),
})).tree

const gather = async (results: AsyncIterable<Message>): Promise<number[]> => {
  const found: number[] = []
  for await (const { sequence } of results) found.push(sequence)
  return found
}

describe('a query', () => {
  test('finds what a look at every message finds, in order, in pages, and counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        condition,
        fc.boolean(),
        fc.option(fc.nat(20), { nil: undefined }),
        fc.nat(900),
        async (make, reverse, limit, after) => {
          const wanted = make(all)
          const matching = all.filter((m) => fulfils(wanted, m)).map(({ sequence }) => sequence)
          if (reverse) matching.reverse()
          const cut = limit === undefined ? {} : { limit }
          const found = await gather(running.queries.query(wanted, { reverse, ...cut }))
          expect(found).toEqual(matching.slice(0, limit))
          expect(await running.queries.count(wanted)).toBe(matching.length)
          const behind = matching.filter((n) => (reverse ? n < after : n > after))
          expect(await gather(running.queries.query(wanted, { reverse, after, ...cut }))).toEqual(
            behind.slice(0, limit),
          )
        },
      ),
      { numRuns: 250 },
    )
  }, 60_000)

  test('goes on page by page, without a gap and without a repetition', async () => {
    const wanted = or(type('post'), boxed())
    const matching = all.filter((m) => fulfils(wanted, m)).map(({ sequence }) => sequence)
    const found: number[] = []
    let after: number | undefined
    for (;;) {
      const options = after === undefined ? { limit: 7 } : { limit: 7, after }
      let next: number | undefined
      for await (const page of running.queries.query(wanted, options).pages()) {
        found.push(...page.messages.map(({ sequence }) => sequence))
        next = page.next
      }
      if (next === undefined) break
      after = next
    }
    expect(found).toEqual(matching.reverse())
  })

  test('says how it will be answered', async () => {
    const w = writers[0]?.id ?? '@.ed25519'
    const plan = await running.queries.explain(and(type('post'), author(w), not(hasLink('root'))))
    expect(plan).toMatchObject({
      walk: `except(and(feed ${w}; index type post); index relation root)`,
      scan: false,
      loads: false,
      current: true,
    })
    expect(plan.parts).toHaveLength(3)
    for (const part of plan.parts) expect(part.count).toBeGreaterThan(0)
    expect((await running.queries.explain(not(type('post')))).scan).toBe(true)
    expect((await running.queries.explain(claimed(0))).loads).toBe(true)
  })
})

describe('query.read and backlinks.read', () => {
  interface Row {
    key: string
    rts: number
    dest?: string
  }
  const key = (i: number): string => all[i]?.key ?? ''

  test('find what their filters say', async () => {
    const read = async (filter: object, more: object = {}): Promise<Row[]> =>
      (await running.items('query.read', { query: [{ $filter: filter }], ...more })) as Row[]
    const posts = all.filter((m) => fulfils(type('post'), m))
    const found = await read({ value: { content: { type: 'post' } } })
    expect(found.map((row) => row.key)).toEqual(posts.map((m) => m.key))
    expect(Object.keys(found[0] ?? {})).toEqual(['key', 'value', 'timestamp', 'rts'])
    const root = await read({ value: { content: { type: 'post', root: key(0) } } })
    expect(root.map((row) => row.key)).toEqual(
      all
        .filter((m) => fulfils(and(type('post'), linksTo('root', key(0) as never)), m))
        .map((m) => m.key),
    )
    const claimedOrder = await read(
      { value: { timestamp: { $gt: 0 }, content: { type: 'post' } } },
      { reverse: true, limit: 30 },
    )
    const times = claimedOrder.map(({ rts }) => rts)
    expect(times).toEqual([...times].sort((x, y) => y - x))
    expect(claimedOrder).toHaveLength(30)
    expect(Math.max(...found.map(({ rts }) => rts))).toBe(times[0])
    const channelled = await read({ value: { content: { channel: 'Some Thing' } } })
    expect(channelled.length).toBe(all.filter((m) => fulfils(channel('something'), m)).length)
    expect(
      await running.call('query.count', {
        query: [{ $filter: { value: { content: { type: 'post' } } } }],
      }),
    ).toBe(posts.length)
  })

  test('find a stretch of claimed time in its order, however much is asked for', async () => {
    const rtsOf = ({ value, timestamp }: Message): number =>
      Math.min((value as { timestamp: number }).timestamp, timestamp)
    const times = all.map(rtsOf).toSorted((x, y) => x - y)
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kind: fc.constantFrom('post', 'vote', 'deep', 'none', null),
          from: fc.nat(all.length - 1),
          count: fc.oneof(fc.nat(20), fc.nat(all.length)),
          limit: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(-1)),
          reverse: fc.boolean(),
        }),
        async ({ kind, from, count, limit, reverse }) => {
          const $gte = times[from] ?? 0
          const $lte = times[Math.min(from + count, times.length - 1)] ?? 0
          const value = kind === null ? {} : { value: { content: { type: kind } } }
          const query = [{ $filter: { ...value, rts: { $gte, $lte } } }]
          const found = (await running.items('query.read', { query, limit, reverse })) as Row[]
          const expected = all
            .filter((m) => kind === null || fulfils(type(kind), m))
            .filter((m) => rtsOf(m) >= $gte && rtsOf(m) <= $lte)
            .toSorted((x, y) => rtsOf(x) - rtsOf(y) || x.sequence - y.sequence)
          if (reverse) expected.reverse()
          const wanted = limit < 0 ? expected : expected.slice(0, limit)
          expect(found.map((row) => row.key)).toEqual(wanted.map((m) => m.key))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('backlinks name each target once', async () => {
    const dest = key(2)
    const query = [{ $filter: { dest } }]
    const rows = (await running.items('backlinks.read', { query })) as Row[]
    expect(rows.map((row) => row.key)).toEqual(
      all.filter((m) => fulfils(linksTo(null, dest as never), m)).map((m) => m.key),
    )
    expect(rows.every((row) => row.dest === dest)).toBe(true)
    const byTime = (await running.items('backlinks.read', { query, index: 'DTA' })) as Row[]
    const times = byTime.map(({ rts }) => rts)
    expect(times).toEqual([...times].sort((x, y) => x - y))
    expect(byTime).toHaveLength(rows.length)
    await expect(running.items('backlinks.read', { query, index: 'X' })).rejects.toThrow(
      'Invalid index: X',
    )
  })

  test('take JSON, and refuse what is none', async () => {
    const query = [{ $filter: { value: { content: { type: 'deep' } } } }, { $map: 'key' }]
    const wanted = all.filter((m) => fulfils(type('deep'), m)).map((m) => m.key)
    expect(await running.items('query.read', { query })).toEqual(wanted)
    expect(await running.items('query.read', JSON.stringify({ query }))).toEqual(wanted)
    expect(await running.items('query.read', { query: JSON.stringify(query) })).toEqual(wanted)
    await expect(running.items('query.read', '{')).rejects.toMatchObject({ name: 'SyntaxError' })
    expect(await running.call('query.explain', { query })).toMatchObject({ index: 'typ' })
  })
})
