import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import { describe, expect, test } from 'vitest'
import type { Carrier, FeedAtPeer } from '../src/index.ts'
import { id, make, settle, value } from './fake.ts'

const carrier = (views: readonly FeedAtPeer[]): Carrier => ({
  name: 'x',
  view: () => views,
  carries: () => false,
  deliveries: () => [],
})

const length = (made: Awaited<ReturnType<typeof make>>, feed = id('A')): number =>
  made.store.feeds.get(feed)?.length ?? 0

test('two hosts fill each other, then follow live, in both directions', async () => {
  const a = await make('A', [id('B')])
  const b = await make('B', [id('A'), id('C')])
  a.store.publish(id('A'), 10)
  a.store.publish(id('C'), 2)
  b.store.publish(id('B'), 7)
  connectHosts(a.host, b.host)
  await settle()
  expect([length(b, id('A')), length(b, id('C')), length(a, id('B'))]).toEqual([10, 2, 7])
  a.store.publish(id('A'))
  b.store.publish(id('B'), 3)
  await settle()
  expect([length(b, id('A')), length(a, id('B'))]).toEqual([11, 10])
  expect(await b.host.call({ peer: null, rights: ['owner'] }, ['replication', 'status'])).toEqual({
    feeds: 3,
    messages: 11 + 10 + 2,
    // 13, and the 3 of its own that the other side echoes: the old protocol cannot know better.
    received: 13 + 3,
    refused: 0,
    verifying: 0,
    legacyPeers: 1,
    remaining: 0,
    rate: 3,
    peers: [{ peer: a.id, feeds: 3, have: 0, want: 0, remaining: 0, received: 16, rate: 3 }],
  })
})

test('the status of the server tells how many feeds are replicated, at any time', async () => {
  const a = await make('A')
  const feeds = async (): Promise<unknown> => {
    const status = await a.host.call({ peer: null, rights: ['owner'] }, ['status'])
    return (status as { readonly replication: unknown }).replication
  }
  expect(await feeds()).toEqual({ feeds: 1 })
  a.friends.set(id('B'), 1)
  expect(await feeds()).toEqual({ feeds: 2 })
  a.friends.set(id('B'), null)
  expect(await feeds()).toEqual({ feeds: 1 })
})

test('a feed that becomes wanted later is asked for, one that is dropped no longer arrives', async () => {
  const a = await make('A')
  const b = await make('B')
  a.store.publish(id('A'), 3)
  connectHosts(a.host, b.host)
  await settle()
  expect(length(b)).toBe(0)
  b.friends.set(id('A'), 1)
  await settle()
  expect(length(b)).toBe(3)
  b.friends.set(id('A'), null)
  await settle()
  a.store.publish(id('A'))
  await settle()
  expect(length(b)).toBe(3)
  b.replicate.request(id('A'), true)
  await settle()
  expect(length(b)).toBe(4)
})

test('a feed that is dropped and wanted again at once goes on arriving', async () => {
  const a = await make('A')
  const b = await make('B', [id('A')])
  a.store.publish(id('A'), 3)
  connectHosts(a.host, b.host)
  await settle()
  // An unfollow and a follow that come in one batch of the log.
  b.friends.set(id('A'), null)
  b.friends.set(id('A'), 1)
  await settle()
  a.store.publish(id('A'))
  await settle()
  expect([length(b), b.replicate.status().peers[0]?.feeds]).toEqual([4, 2])
})

test('the wait for a newer protocol ends with the connection, also for one that has asked for history', async () => {
  const a = await make('A', [id('S')])
  a.replicate.addCarrier(carrier([]))
  const s = await make('S', [id('A')])
  const { outgoing } = connectHosts(s.host, a.host)
  await settle()
  await outgoing.close()
  await settle()
  expect(a.clock.pending).toBe(0)
})

test('asks for so many feeds at a time and no more', async () => {
  const feeds = [...'CDEFGH'].map(id)
  const a = await make('A')
  const b = await make('B', feeds, { feedsAtOnceMax: 3 })
  for (const feed of feeds) a.store.publish(feed, 2)
  const { outgoing } = connectHosts(b.host, a.host)
  await settle()
  // The first question, two of the others, and our own feed.
  expect(outgoing.mux.stats.callsOut).toBe(4)
  expect(feeds.filter((feed) => length(b, feed) === 2)).toHaveLength(2)
  // A place becomes free when a feed is not wanted any more.
  const [first] = feeds.filter((feed) => length(b, feed) === 2)
  if (first !== undefined) b.friends.set(first, null)
  await settle()
  expect(feeds.filter((feed) => length(b, feed) === 2)).toHaveLength(3)
})

test('a feed is not served to whom the policy refuses, live neither', async () => {
  const a = await make('A')
  const b = await make('B', [id('A')])
  a.store.publish(id('A'), 2)
  let blocked = false
  a.host.policy.add('serve', 'test', 0, (from) =>
    blocked && from === b.id ? { allow: false, reason: 'blocked' } : undefined,
  )
  connectHosts(a.host, b.host)
  await settle()
  expect(length(b)).toBe(2)
  blocked = true
  a.store.publish(id('A'))
  await settle()
  expect(length(b)).toBe(2)
  const c = await make('C', [id('A')])
  a.host.policy.add('serve', 'all', 0, () => ({ allow: false, reason: 'no' }))
  connectHosts(c.host, a.host)
  await settle()
  expect(length(c)).toBe(0)
})

test('a forked feed ends its stream and nothing else', async () => {
  const a = await make('A')
  const b = await make('B', [id('C'), id('A')])
  a.store.publish(id('C'), 3)
  a.store.publish(id('A'), 1)
  await b.store.add([value(id('C'), 1), value(id('C'), 2, 'y'.repeat(200))], {
    wanted: () => true,
  })
  const { outgoing } = connectHosts(b.host, a.host)
  await settle()
  expect(length(b, id('C'))).toBe(3)
  // A message that does not fit what we have, as a store with another branch would answer.
  await b.store.add([value(id('D'), 1)], { wanted: () => true })
  expect(outgoing.signal.aborted).toBe(false)
  expect(length(b, id('A'))).toBe(1)
})

describe('explain', () => {
  const owner = { peer: null, rights: ['owner'] }
  test('says why a feed does not arrive', async () => {
    const a = await make('A', [id('B')])
    const explain = (feed: string): Promise<unknown> =>
      a.host.call(owner, ['replication', 'explain'], feed)
    expect(await explain(id('Z'))).toMatchObject({ reason: 'not-wanted' })
    expect(await explain(id('B'))).toMatchObject({ reason: 'no-peers', have: 0 })
    const c = await make('C')
    connectHosts(a.host, c.host)
    await settle()
    expect(await explain(id('B'))).toMatchObject({ reason: 'nobody-has-more' })
    const views = {
      claimed: 5,
      asked: true,
      activeAt: 1_500_000_000_000,
      forked: false,
      verifying: 0,
    }
    a.replicate.addCarrier(carrier([{ peer: c.id, ...views }]))
    expect(await explain(id('B'))).toMatchObject({
      reason: 'delivering',
      have: 0,
      claimed: 5,
      peer: c.id,
    })
    await expect(explain('nonsense')).rejects.toThrow('needs a feed id, got nonsense')
  })
  test.each([
    [{ claimed: 5, asked: true, activeAt: 0, forked: false }, 'stalled'],
    [{ claimed: 5, asked: false, activeAt: 0, forked: false }, 'not-asked-yet'],
    [{ claimed: 5, asked: false, activeAt: 0, forked: true }, 'forked'],
    [{ claimed: -1, asked: false, activeAt: 0, forked: false }, 'nobody-replicates-it'],
    [{ claimed: 0, asked: false, activeAt: 0, forked: false }, 'nobody-has-more'],
  ])('%j is %s', async (view, reason) => {
    const a = await make('A', [id('B')])
    const c = await make('C')
    a.replicate.addCarrier(carrier([{ peer: c.id, verifying: 0, ...view }]))
    connectHosts(a.host, c.host)
    await settle()
    expect(a.replicate.explain(id('B')).reason).toBe(reason)
  })
})

test('with a newer protocol, peers are asked the old way only after its fallback', async () => {
  const a = await make('A')
  const b = await make('B', [id('A')])
  a.store.publish(id('A'), 2)
  for (const { replicate } of [a, b]) replicate.addCarrier(carrier([]))
  const { outgoing } = connectHosts(b.host, a.host)
  await settle()
  expect(length(b)).toBe(0)
  b.replicate.fallback(outgoing)
  await settle()
  expect(length(b)).toBe(2)
})

test('a peer that dialled us and speaks nothing newer is asked the old way after a while', async () => {
  const a = await make('A', [id('B')])
  const b = await make('B')
  const c = await make('C')
  for (const made of [b, c]) made.store.publish(made.id, 2)
  for (const made of [a, b, c]) made.replicate.addCarrier(carrier([]))
  connectHosts(b.host, a.host)
  connectHosts(c.host, a.host)
  await settle()
  a.clock.advance(4999)
  await settle()
  expect(length(a, id('B'))).toBe(0)
  a.clock.advance(1)
  await settle()
  expect(length(a, id('B'))).toBe(2)
  // Of a stranger we want nothing.
  expect(a.replicate.status()).toMatchObject({ legacyPeers: 1 })
  a.replicate.carried(id('B'))
  expect(a.replicate.status()).toMatchObject({ legacyPeers: 0 })
})

test('a peer that a newer protocol runs with is not asked the old way, though it asks so', async () => {
  const a = await make('A', [id('B')])
  const b = await make('B', [id('A')])
  b.store.publish(id('B'), 2)
  // The other one has none, and asks at once.
  a.replicate.addCarrier({ ...carrier([]), carries: (peer) => peer === id('B') })
  connectHosts(b.host, a.host)
  await settle()
  a.clock.advance(5000)
  await settle()
  expect(length(a, id('B'))).toBe(0)
})

test('a peer without the method is asked once', async () => {
  const a = await make('A', [id('B'), id('C'), id('D')])
  const face = { find: () => ({ ok: false as const, message: 'no such command' }), call: {} }
  const { host } = await make('B')
  const deaf = { id: host.id, hooks: host.hooks, face: () => face as never }
  const { outgoing } = connectHosts(a.host, deaf)
  await settle()
  expect(outgoing.mux.stats.callsOut).toBe(1)
})

test('feeds blocked by hand are not served, and whom our own feed is kept from is not connected', async () => {
  const a = await make('A')
  const owner = { peer: null, rights: ['owner'] }
  const allowed = (kind: 'serve' | 'connect', from: string, to: string): boolean =>
    a.host.policy.ask(kind, id(from), id(to)).allow
  await a.host.call(owner, ['replicate', 'block'], id('B'), id('C'))
  expect([allowed('serve', 'C', 'B'), allowed('connect', 'A', 'C')]).toEqual([false, true])
  await a.host.call(owner, ['replicate', 'block'], id('A'), id('C'), true)
  expect(allowed('connect', 'A', 'C')).toBe(false)
  for (const from of ['A', 'B'])
    await a.host.call(owner, ['replicate', 'block'], id(from), id('C'), false)
  expect([allowed('serve', 'C', 'B'), allowed('connect', 'A', 'C')]).toEqual([true, true])
  await expect(a.host.call(owner, ['replicate', 'block'], 'x')).rejects.toThrow('two feed ids')
})

test('explain tells blocked feeds and absent peers apart, and what waits to be judged', async () => {
  const a = await make('A', [id('B')])
  a.host.policy.add('replicate', 'blocks', 10, (_, to) =>
    to === id('D') ? { allow: false, reason: 'you block it' } : undefined,
  )
  expect(a.replicate.explain(id('D'))).toMatchObject({ reason: 'blocked' })
  const c = await make('C')
  connectHosts(a.host, c.host)
  await settle()
  expect(a.replicate.explain(id('B'), id('D'))).toMatchObject({ reason: 'not-connected' })
  const view = { peer: c.id, claimed: 5, asked: true, activeAt: 0, forked: false, verifying: 3 }
  a.replicate.addCarrier(carrier([view]))
  expect(a.replicate.explain(id('B'))).toMatchObject({ reason: 'verifying', peer: c.id })
})

test('explain names the block that keeps a feed away', async () => {
  const a = await make('A', [id('B')])
  const c = await make('C')
  connectHosts(a.host, c.host)
  const view = { peer: c.id, claimed: 5, asked: false, activeAt: 0, forked: false, verifying: 0 }
  a.replicate.addCarrier(carrier([view]))
  expect(a.replicate.explain(id('B')).reason).toBe('not-asked-yet')
  a.host.policy.add('serve', 'test', 0, () => ({ allow: false, reason: 'its author blocks it' }))
  expect(a.replicate.explain(id('B'))).toEqual({
    reason: 'blocked',
    text: `${c.id} has more, but its author blocks it.`,
    have: 0,
    claimed: 5,
    peer: c.id,
  })
})

test('the status is told again when it has changed, at most once a second', async () => {
  const a = await make('A')
  const b = await make('B', [id('A')])
  const owner = { peer: null, rights: ['owner'] }
  const items: { received: number; rate: number }[] = []
  const read = async (): Promise<void> => {
    const stream = await b.host.call(owner, ['replicate', 'changes'])
    for await (const item of stream as AsyncIterable<{ received: number; rate: number }>)
      items.push(item)
  }
  read().catch(() => undefined)
  await settle()
  a.store.publish(id('A'), 50)
  connectHosts(b.host, a.host)
  await settle()
  b.clock.advance(999)
  await settle()
  expect(items.map(({ received }) => received)).toEqual([0])
  b.clock.advance(1)
  await settle()
  expect(items.map(({ received }) => received)).toEqual([0, 50])
  expect(items[1]?.rate).toBeGreaterThan(0)
  b.clock.advance(60_000)
  await settle()
  expect(items).toHaveLength(2)
  expect(b.replicate.status().rate).toBe(0)
})

test('a forged message is held against the peer that sent it, once for each batch; a fork is not', async () => {
  const a = await make('A', [id('B')])
  const told: unknown[] = []
  a.host.hooks.peerMisbehaved.on((...facts) => told.push(facts))
  const codes = ['FORK', 'SSB_VALIDATE_SIGNATURE', 'SSB_VALIDATE_SIGNATURE']
  a.store.add = async (batch) =>
    batch.map((_, at) => ({ ok: false, code: codes[at] ?? '', reason: '', fatal: true }))
  const forged = value(id('B'), 1)
  await a.replicate.ingest(id('C'), [forged])
  expect(told).toEqual([])
  await a.replicate.ingest(id('C'), [forged, forged, forged])
  expect(told).toEqual([[id('C'), 'messages', 2]])
})

test('what an answer holds of feeds that nobody asked for is not kept', async () => {
  const a = await make('A', [id('B')])
  const b = await make('B')
  b.store.publish(id('B'), 2)
  b.store.publish(id('V'), 2)
  // a liar answers for one feed with another
  const { feed } = b.store
  b.store.feed = (_feed, range) => feed(id('V'), range)
  connectHosts(a.host, b.host)
  await settle()
  expect([length(a, id('V')), a.replicate.status().refused > 0]).toEqual([0, true])
})

test('a stranger that asks for history is not told whom we follow; one that is followed later is asked', async () => {
  for (const carriers of [0, 1]) {
    const a = await make('A', [id('B'), id('C')])
    const s = await make('S', [id('A')])
    s.store.publish(id('S'), 2)
    if (carriers > 0) a.replicate.addCarrier(carrier([]))
    const { incoming } = connectHosts(s.host, a.host)
    await settle()
    a.clock.advance(5000)
    await settle()
    expect([incoming.mux.stats.callsIn > 0, incoming.mux.stats.callsOut]).toEqual([true, 0])
    a.friends.set(id('S'), 1)
    await settle()
    expect(length(a, id('S'))).toBe(2)
  }
})

test('a feed that is withheld goes to nobody, and is asked for all the same', async () => {
  const a = await make('A', [id('B')])
  const b = await make('B', [id('A')])
  a.store.publish(id('A'), 2)
  b.store.publish(id('B'), 2)
  a.replicate.withhold(id('A'), true)
  const first = connectHosts(b.host, a.host)
  await settle()
  expect([length(b), length(a, id('B'))]).toEqual([0, 2])
  first.cut()
  a.replicate.withhold(id('A'), false)
  connectHosts(b.host, a.host)
  await settle()
  expect(length(b)).toBe(2)
})
