import { connectHosts, manualClock } from '@scuttlebot/ssb-plugin/testing'
import { expect, test } from 'vitest'
import { type ClockStore, type EbtFormat, memoryClocks } from '../src/index.ts'
import { fakeStore, id, make, settle, value } from './fake.ts'

async function* nothing(): AsyncGenerator<never> {}

const [A, B, C] = [id('A'), id('B'), id('C')]

test('two hosts fill each other and follow live; what is not asked for does not go over', async () => {
  const [a, b] = [await make('A', 'BC'), await make('B', 'A')]
  a.store.publish(A, 250)
  a.store.publish(C, 3)
  b.store.publish(B, 7)
  const { outgoing } = connectHosts(a.host, b.host)
  await settle()
  expect([b.length(A), a.length(B), b.length(C)]).toEqual([250, 7, 0])
  b.store.publish(B)
  a.store.publish(A)
  await settle()
  expect([b.length(A), a.length(B)]).toEqual([251, 8])
  // The note, 251 messages, and the end of nothing: no message twice.
  expect(b.replicate.ingested.get(A)).toBe(251)
  expect(outgoing.mux.stats.callsOut).toBe(1)
  expect(a.ebt.peerStatus(B)).toEqual({
    id: B,
    seq: 8,
    peers: { [B]: { seq: 8, replicating: { tx: true, rx: true, sent: 8, requested: 0 } } },
  })
  expect(a.errors).toEqual([])
})

test('a message travels through a chain', async () => {
  const [a, b, c] = [await make('A', 'BC'), await make('B', 'AC'), await make('C', 'AB')]
  connectHosts(a.host, b.host)
  connectHosts(b.host, c.host)
  await settle()
  a.store.publish(A, 2)
  await settle()
  expect(c.length(A)).toBe(2)
})

const reconnected = async (clocks: readonly [ClockStore, ClockStore]): Promise<number[]> => {
  const stores = [fakeStore(), fakeStore()] as const
  stores[0].publish(A, 3)
  stores[1].publish(B, 3)
  const sizes: number[] = []
  // Started anew each time, as after a restart.
  for (let n = 0; n < 3; n++) {
    const clock = manualClock()
    const a = await make('A', 'B', { store: stores[0], clocks: clocks[0], clock })
    const b = await make('B', 'A', { store: stores[1], clocks: clocks[1], clock })
    const { outgoing } = connectHosts(a.host, b.host)
    await settle()
    clock.advance(1000)
    await settle()
    expect([a.length(B), b.length(A)]).toEqual([3, 3])
    sizes.push(outgoing.stats.bytesIn)
    await a.host.stop()
    await b.host.stop()
  }
  return sizes
}

test('from the first reconnect on, nothing new means nothing said, after restarts too', async () => {
  const [first, second, third] = (await reconnected([memoryClocks(), memoryClocks()])) as [
    number,
    number,
    number,
  ]
  expect(first).toBeGreaterThan(1000)
  expect(second).toBeLessThan(200)
  expect(third).toBe(second)
})

test('a server that has stopped opens no stream, and asks for and keeps nothing after its end', async () => {
  const kept = memoryClocks()
  let hasEnded = false
  const late: string[] = []
  const clocks: ClockStore = {
    ...kept,
    async load(peer) {
      if (hasEnded) late.push(peer)
      return await kept.load(peer)
    },
    async save(peer, saved) {
      if (hasEnded) late.push(peer)
      await kept.save(peer, saved)
    },
    async end() {
      hasEnded = true
    },
  }
  const clock = manualClock()
  const [a, b] = [await make('A', 'B', { clocks, clock }), await make('B', 'A', { clock })]
  const { outgoing } = connectHosts(b.host, a.host)
  await settle()
  expect(a.ebt.peerStatus(A).peers[B]).toBeDefined()
  await a.host.stop()
  expect(hasEnded).toBe(true)
  await settle()
  // the connection is there until the network stops, too; the other side tries again
  clock.advance(10_000)
  await settle()
  expect(a.ebt.peerStatus(A).peers).toEqual({})
  await outgoing.close()
  await settle()
  expect(late).toEqual([])
  await b.host.stop()
})

test('a server that was set back to an older state is told everything', async () => {
  const clocks = [memoryClocks(), memoryClocks()] as const
  const old = memoryClocks()
  const stores = [fakeStore(), fakeStore()] as const
  stores[0].publish(A, 5)
  const session = async (own: ClockStore, store = stores[1]): Promise<number> => {
    const clock = manualClock()
    const a = await make('A', 'B', { store: stores[0], clocks: clocks[0], clock })
    const b = await make('B', 'A', { store, clocks: own, clock })
    connectHosts(a.host, b.host)
    await settle()
    clock.advance(1000)
    await settle()
    const length = b.length(A)
    await a.host.stop()
    await b.host.stop()
    return length
  }
  expect(await session(clocks[1])).toBe(5)
  // B comes back with 2 messages and a clock from when both had 2: it would wait for ever.
  const back = fakeStore()
  for (const { bytes } of stores[1].feeds.get(A)?.slice(0, 2) ?? []) back.add([bytes])
  await old.save(A, { clock: new Map([[A, 2]]), session: 'a mark of the past' })
  expect(await session(old, back)).toBe(5)
})

test('a peer without EBT is left to the older protocol; one that ended its stream is called again', async () => {
  const a = await make('A', 'B')
  const face = { find: () => ({ ok: false as const, message: 'no such command' }), call: {} }
  const deaf = { ...a.host, id: B, face: () => face as never, hooks: (await make('B')).host.hooks }
  const { outgoing } = connectHosts(a.host, deaf)
  await settle()
  expect(a.replicate.fallbacks).toEqual([outgoing])

  const [c, d] = [await make('C', 'D'), await make('D', 'C')]
  const link = connectHosts(c.host, d.host)
  await settle()
  const removed = d.host.policy.add('connect', 'test', 0, () => ({ allow: false, reason: 'no' }))
  await settle()
  d.store.publish(id('D'))
  await settle()
  expect(c.length(id('D'))).toBe(0)
  expect(c.replicate.carriers[0]?.carries(id('D'))).toBe(false)
  removed()
  c.clock.advance(10_000)
  await settle()
  expect(c.length(id('D'))).toBe(1)
  expect(link.outgoing.mux.stats.callsOut).toBe(2)
})

test('a blocked peer gets its stream ended without an item', async () => {
  const [a, b] = [await make('A', 'B'), await make('B', 'A')]
  b.store.publish(B, 2)
  b.host.policy.add('connect', 'test', 0, (_, to) =>
    to === A ? { allow: false, reason: 'blocked' } : undefined,
  )
  const { outgoing } = connectHosts(a.host, b.host)
  const read: unknown[] = []
  for await (const item of outgoing.mux.duplex(['ebt', 'replicate'], [{ version: 3 }], nothing()))
    read.push(item)
  expect(read).toEqual([])
  await settle()
  expect(a.length(B)).toBe(0)
})

test('a second stream of the same peer ends the first, harmlessly', async () => {
  const [a, b] = [await make('A', 'B'), await make('B', 'A')]
  connectHosts(a.host, b.host)
  await settle()
  connectHosts(a.host, b.host)
  await settle()
  b.store.publish(B)
  await settle()
  expect(a.length(B)).toBe(1)
  expect([...a.errors, ...b.errors]).toEqual([])
})

test('versions and formats that we do not speak are refused in the words of the reference', async () => {
  const [a, b] = [await make('A'), await make('B')]
  const { outgoing } = connectHosts(a.host, b.host)
  const open = async (method: string, args: unknown): Promise<unknown> => {
    for await (const item of outgoing.mux.duplex(['ebt', method], [args], nothing())) return item
    return 'ended'
  }
  await expect(open('replicate', { version: 2 })).rejects.toThrow(
    'expected ebt.replicate({version: 3})',
  )
  await expect(open('replicate', undefined)).rejects.toThrow('expected ebt.replicate({version: 3})')
  await expect(open('replicateFormat', { version: 3, format: 'x' })).rejects.toThrow(
    'Unknown format: x',
  )
  expect(await open('replicate', { version: 3 })).toEqual({})
})

test('following and unfollowing while connected', async () => {
  const [a, b] = [await make('A', 'B'), await make('B', 'A')]
  a.store.publish(A, 2)
  a.store.publish(C, 2)
  connectHosts(a.host, b.host)
  await settle()
  a.replicate.want(C, true)
  b.replicate.want(C, true)
  await settle()
  expect(b.length(C)).toBe(2)
  b.replicate.want(C, false)
  await settle()
  a.store.publish(C)
  await settle()
  expect(b.length(C)).toBe(2)
  b.replicate.want(C, true)
  await settle()
  expect(b.length(C)).toBe(3)
})

test('a stranger that we have dialled is asked for what we want, and asks for nothing itself', async () => {
  const [a, b] = [await make('A', 'C'), await make('B', 'CD')]
  for (const letter of ['C', 'D']) b.store.publish(id(letter), 2)
  connectHosts(a.host, b.host)
  await settle()
  expect([a.length(C), a.length(id('D'))]).toEqual([2, 0])
})

test('strangers that become friends while they are connected exchange what they want', async () => {
  const [a, b] = [await make('A'), await make('B')]
  b.store.publish(B, 2)
  connectHosts(a.host, b.host)
  await settle()
  expect(a.length(B)).toBe(0)
  a.replicate.want(B, true)
  await settle()
  expect(a.length(B)).toBe(2)
})

test('another branch of a feed is not taken, and the feed not exchanged with that peer any more', async () => {
  const [a, b] = [await make('A', 'BC'), await make('B', 'AC')]
  a.store.add([value(C, 1, 'left'), value(C, 2, 'left')])
  b.store.add([1, 2, 3, 4].map((n) => value(C, n, 'right')))
  connectHosts(a.host, b.host)
  await settle()
  expect(a.length(C)).toBe(2)
  expect(a.replicate.carriers[0]?.view(C)).toMatchObject([{ peer: B, forked: true, asked: false }])
  expect(b.ebt.peerStatus(C).peers[A]?.seq).toBe(-1)
  b.store.publish(B)
  await settle()
  expect(a.length(B)).toBe(1)
})

test('another kind of feed has streams of its own', async () => {
  const other = { a: fakeStore(), b: fakeStore() }
  other.a.publish(C, 3)
  const [a, b] = [await make('A', 'B'), await make('B', 'A')]
  const format = (store: typeof other.a, made: typeof a): EbtFormat => ({
    name: 'test-v1',
    store,
    wanted: new Set([C]),
    wantedChanged: made.replicate.wantedChanged,
    ingest: async (_, batch) => store.add(batch),
    encode: ({ bytes }) => bytes,
    clocks: memoryClocks(),
    // Its messages go over as bytes, and the notes as JSON.
    read: ({ type, bytes }) => {
      const parsed = JSON.parse(new TextDecoder().decode(bytes))
      if (type === 0) return { kind: 'message', author: parsed.author, sequence: parsed.sequence }
      const stands = Object.entries(parsed.clock ?? parsed).map(
        ([feed, n]) =>
          [feed as typeof A, { sequence: Number(n) >> 1, receive: Number(n) % 2 === 0 }] as const,
      )
      return { kind: 'note', stands, session: null }
    },
  })
  for (const [made, store] of [
    [a, other.a],
    [b, other.b],
  ] as const)
    made.ebt.registerFormat(format(store, made))
  expect(() => a.ebt.registerFormat(format(other.a, a))).toThrow('registered already')
  connectHosts(a.host, b.host)
  await settle()
  expect(other.b.feeds.get(C)).toHaveLength(3)
  expect(b.length(C)).toBe(0)
  expect(b.replicate.fallbacks).toEqual([])
})

test('the clock is told as far as the caller may have it', async () => {
  const a = await make('A', 'B')
  for (const feed of [A, B, C]) a.store.publish(feed, 2)
  a.host.policy.add('serve', 'test', 0, (_, feed) =>
    feed === B ? { allow: false, reason: 'no' } : undefined,
  )
  const clock = (caller: object): Promise<unknown> => a.host.call(caller, ['ebt', 'clock'])
  expect(await clock({ peer: null, rights: ['owner'] })).toEqual({ [A]: 2, [B]: 2, [C]: 2 })
  const stranger = { peer: C, rights: ['anonymous'] }
  expect(await clock(stranger)).toEqual({ [A]: 2 })
  // once a second, and to ten of them
  await expect(clock(stranger)).rejects.toMatchObject({ code: 'SSB_EBT_BUSY' })
  const others = [...'DEFGHIJKL'].map((letter) => ({ peer: id(letter), rights: ['anonymous'] }))
  for (const other of others) expect(await clock(other)).toEqual({ [A]: 2 })
  const late = { peer: id('M'), rights: ['anonymous'] }
  await expect(clock(late)).rejects.toMatchObject({ code: 'SSB_EBT_BUSY' })
  // those that we know are told however many strangers ask, and once a second, too
  const friend = { peer: B, rights: ['anonymous'] }
  expect(await clock(friend)).toEqual({ [A]: 2 })
  await expect(clock(friend)).rejects.toMatchObject({ code: 'SSB_EBT_BUSY' })
  a.clock.advance(1000)
  expect(await clock(late)).toEqual({ [A]: 2 })
  expect(await clock({ peer: null, rights: ['owner'] })).toMatchObject({ [B]: 2 })
})

test('from five peers that have everything each message comes once', async () => {
  const feeds = 'CDEFGHIJ'
  const a = await make('A', `${feeds}VWXYZ`)
  const links = await Promise.all(
    [...'VWXYZ'].map(async (letter) => {
      const peer = await make(letter, `${feeds}A`)
      for (const feed of feeds) peer.store.publish(id(feed), 300)
      return connectHosts(a.host, peer.host)
    }),
  )
  await settle(60)
  for (const feed of feeds) expect(a.length(id(feed))).toBe(300)
  const bytes =
    a.store.feeds.get(C)?.reduce((sum, message) => sum + message.bytes.length + 9, 0) ?? 0
  const received = links.reduce((sum, { outgoing }) => sum + outgoing.stats.bytesIn, 0)
  expect(received / (bytes * feeds.length)).toBeLessThan(1.05)
  expect([...a.replicate.ingested.values()].reduce((sum, count) => sum + count, 0)).toBe(2400)
})

test('where messages were deleted, nothing is sent from there on, and another peer is asked', async () => {
  const [a, b, c] = [await make('A', 'BCD'), await make('B', 'ACD'), await make('C', 'ABD')]
  const D = id('D')
  for (const made of [b, c]) made.store.publish(D, 9)
  b.store.feeds.get(D)?.splice(3, 2)
  connectHosts(a.host, b.host)
  await settle()
  expect([a.length(D), a.replicate.ingested.get(B)]).toEqual([3, 3])
  connectHosts(a.host, c.host)
  await settle()
  a.clock.advance(3000)
  await settle()
  expect(a.length(D)).toBe(9)
})
