// The want machine under any order of events: bounded, one transfer per blob, nothing left over.
import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Wants } from '../src/wants.ts'
import type { FetchFailure, WantAction, WantRules } from '../src/wants-types.ts'
import { bytesOf, feed, idOf } from './world.ts'

const RULES: WantRules = {
  sympathy: 3,
  stingy: false,
  pushy: 2,
  max: 1000,
  forwardsMax: 4,
  forwardsPerPeerMax: 3,
  forwardMs: 1000,
  heardPerPeerMax: 5,
  offersPerPeerMax: 3,
  fetchesMax: 3,
  fetchesPerPeerMax: 2,
  strangerFetchesMax: 1,
  triesMax: 3,
  retryMs: 10,
  liesMax: 2,
  lieMs: 500,
}
const IDS = Array.from({ length: 8 }, (_, n) => idOf(bytesOf(3, n)))
const PEERS = [...'BCDE'].map(feed)
/** Everybody but the last. */
const trusted = (peer: FeedId): boolean => peer !== PEERS[3]

type Step =
  | { do: 'connected' | 'gone'; peer: number }
  | { do: 'want' | 'unwant' | 'push' | 'stored'; id: number }
  | { do: 'wanted'; peer: number; id: number; distance: number; have: boolean }
  | { do: 'offered'; peer: number; id: number; size: number | null }
  | { do: 'finish'; nth: number; how: FetchFailure | 'ok' }
  | { do: 'wait'; ms: number }

const peer = fc.nat(PEERS.length - 1)
const id = fc.nat(IDS.length - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('connected' as const, 'gone' as const), peer }),
  fc.record({
    do: fc.constantFrom('want' as const, 'unwant' as const, 'push' as const, 'stored' as const),
    id,
  }),
  fc.record({
    do: fc.constant('wanted' as const),
    peer,
    id,
    distance: fc.integer({ min: 1, max: 5 }),
    have: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('offered' as const),
    peer,
    id,
    size: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 1100 })),
  }),
  fc.record({
    do: fc.constant('finish' as const),
    nth: fc.nat(3),
    how: fc.constantFrom(
      'ok' as const,
      'lied',
      'mixed',
      'lost',
      'refused',
      'local',
    ) as fc.Arbitrary<FetchFailure | 'ok'>,
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(600) }),
)

/** The machine with the world around it: transfers that run, and what was told. */
class World {
  now = 0
  readonly running = new Map<BlobId, FeedId>()
  readonly stopping: FeedId[] = []
  readonly connected = new Set<FeedId>()
  readonly here = new Set<BlobId>()
  readonly machine = new Wants(RULES, trusted, (action) => this.act(action))

  act(action: WantAction): void {
    if (action.type === 'fetch') {
      expect(this.running.has(action.id), 'one transfer per blob').toBe(false)
      expect(this.connected.has(action.from), 'from a connected peer').toBe(true)
      expect(action.size ?? 0).toBeLessThan(RULES.max)
      expect(this.here.has(action.id), 'of a blob that is not here').toBe(false)
      expect(this.machine.banned(action.from, this.now)).toBe(false)
      const strangers = [...this.running.values()].filter((from) => !trusted(from))
      if (!trusted(action.from)) expect(strangers.length).toBeLessThan(RULES.strangerFetchesMax)
      this.running.set(action.id, action.from)
    } else if (action.type === 'stop') {
      const from = this.running.get(action.id)
      if (from !== undefined) this.stopping.push(from)
      this.running.delete(action.id)
    } else if (action.type === 'tell') {
      expect(action.value).not.toBe(0)
      expect(action.value).toBeGreaterThanOrEqual(-RULES.sympathy)
    } else if (action.type === 'pushed')
      expect(Object.keys(action.peers).length).toBeGreaterThanOrEqual(RULES.pushy)
  }

  run(one: Step): void {
    const { machine, now } = this
    const who = PEERS['peer' in one ? one.peer : 0] as FeedId
    const what = IDS['id' in one ? one.id : 0] as BlobId
    switch (one.do) {
      case 'connected':
        this.connected.add(who)
        machine.connected(who)
        break
      case 'gone':
        this.connected.delete(who)
        machine.gone(who, now)
        break
      case 'want':
        if (!this.here.has(what)) machine.want(what, now)
        break
      case 'unwant':
        machine.unwant(what, now)
        break
      case 'push':
        machine.push(what)
        break
      case 'stored':
        this.here.add(what)
        machine.stored(what, 3, now)
        break
      case 'wanted': {
        const size = this.here.has(what) ? 3 : null
        machine.wanted(who, what, one.distance, size, now)
        break
      }
      case 'offered':
        machine.offered(who, what, one.size, now)
        break
      case 'finish':
        this.finish(one.nth, one.how)
        break
      case 'wait':
        this.now += one.ms
        machine.tick(this.now)
    }
    for (const from of this.stopping.splice(0)) machine.released(from)
  }

  finish(nth: number, how: FetchFailure | 'ok'): void {
    const [what, from] = [...this.running][nth] ?? []
    if (what === undefined || from === undefined) return
    this.running.delete(what)
    if (how === 'ok') {
      this.machine.released(from)
      this.here.add(what)
      this.machine.stored(what, 3, this.now)
    } else this.machine.failed(what, from, how, 'a reason', this.now)
  }
}

describe('the want machine', () => {
  test('stays within its bounds in any history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const world = new World()
        for (const one of steps) {
          world.run(one)
          const { forwards, fetching, wants } = world.machine.counts
          expect(forwards).toBeLessThanOrEqual(RULES.forwardsMax)
          expect(forwards).toBeGreaterThanOrEqual(0)
          expect(fetching).toBe(world.running.size)
          expect(fetching).toBeLessThanOrEqual(RULES.fetchesMax)
          expect(wants).toBeGreaterThanOrEqual(forwards)
          for (const what of world.here) expect(world.machine.has(what)).toBe(false)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('comes to rest when all that is wanted is stored and all peers are gone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World()
        for (const one of steps) world.run(one)
        while (world.running.size > 0) world.finish(0, 'ok')
        for (let n = 0; n < IDS.length; n++) world.run({ do: 'stored', id: n })
        for (let n = 0; n < PEERS.length; n++) world.run({ do: 'gone', peer: n })
        expect(world.machine.counts).toEqual({ wants: 0, forwards: 0, fetching: 0 })
      }),
      { numRuns: 500 },
    )
  })

  test('fetches everything from one honest peer, whatever the others do before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World()
        for (const one of steps) world.run(one)
        const honest = feed('F')
        world.connected.add(honest)
        world.machine.connected(honest)
        for (const what of IDS) {
          if (world.here.has(what)) continue
          world.machine.want(what, world.now)
          world.machine.offered(honest, what, 3, world.now)
        }
        for (let turn = 0; turn < 400 && world.here.size < IDS.length; turn++) {
          for (const [what, from] of [...world.running])
            world.finish([...world.running.keys()].indexOf(what), from === honest ? 'ok' : 'lied')
          world.run({ do: 'wait', ms: 50 })
        }
        expect(world.here.size).toBe(IDS.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('distances', () => {
  const told: WantAction[] = []
  const machine = (): Wants => {
    told.length = 0
    const made = new Wants(RULES, trusted, (action) => void told.push(action))
    for (const one of PEERS) made.connected(one)
    return made
  }
  const [A, B, C, D] = PEERS as [FeedId, FeedId, FeedId, FeedId]
  const ID = IDS[0] as BlobId

  test.each([
    [1, -2],
    [2, -3],
  ])('a want at %i is passed on at %i', (distance, value) => {
    machine().wanted(A, ID, distance, null, 0)
    expect(told).toEqual([{ type: 'tell', to: 'trusted', id: ID, value }])
  })

  test.each([3, 4, 100])('a want at %i is not passed on', (distance) => {
    machine().wanted(A, ID, distance, null, 0)
    expect(told).toEqual([])
  })

  test('the nearest want counts, and only an improvement is told', () => {
    const wants = machine()
    wants.wanted(A, ID, 2, null, 0)
    wants.wanted(B, ID, 2, null, 0)
    wants.wanted(B, ID, 1, null, 0)
    wants.wanted(C, ID, 2, null, 0)
    wants.want(ID, 0)
    wants.want(ID, 0)
    wants.wanted(A, ID, 1, null, 0)
    expect(told.map((action) => 'value' in action && action.value)).toEqual([-3, -2, -1])
    expect([...wants.snapshot(true)]).toEqual([[ID, -1]])
    expect(wants.explain(ID)).toMatchObject({ distance: 1, own: true, askedBy: [A, B, C] })
  })

  test("strangers' wants are answered, not passed on; they hear of our own wants only", () => {
    const wants = machine()
    wants.wanted(D, ID, 1, null, 0)
    expect(told).toEqual([])
    wants.wanted(A, IDS[1] as BlobId, 1, null, 0)
    wants.want(IDS[2] as BlobId, 0)
    wants.push(IDS[3] as BlobId)
    expect([...wants.snapshot(false)].sort()).toEqual(
      [
        [IDS[3], -1],
        [IDS[2], -1],
      ].sort(),
    )
    told.length = 0
    wants.stored(ID, 77, 0)
    expect(told).toEqual([
      { type: 'tell', to: 'trusted', id: ID, value: 77 },
      { type: 'tell', to: D, id: ID, value: 77 },
    ])
    told.length = 0
    wants.stored(IDS[5] as BlobId, 77, 0)
    expect(told.length).toBe(1)
  })
})

test.each([
  [31, 31],
  [32, 32],
  [33, 32],
  [2000, 32],
])('of %i strangers that offered and left, a want remembers %i', (strangers, remembered) => {
  const wants = new Wants(RULES, trusted, () => undefined)
  const [blob] = IDS as [BlobId]
  wants.want(blob, 0)
  for (let n = 0; n < strangers; n++) {
    const one = `@${String(n).padStart(43, '0')}=.ed25519` as FeedId
    wants.connected(one)
    wants.offered(one, blob, RULES.max, 0)
    wants.gone(one, 0)
  }
  expect(wants.explain(blob)?.peers).toHaveLength(remembered)
})

test('answers of peers that leave in the middle of a transfer do not pile up', () => {
  const wants = new Wants(RULES, trusted, () => undefined)
  const [blob] = IDS as [BlobId]
  wants.want(blob, 0)
  for (let n = 0; n < 200; n++) {
    const one = `@${String(n).padStart(43, '0')}=.ed25519` as FeedId
    wants.connected(one)
    wants.offered(one, blob, 10, 0)
    expect(wants.explain(blob)?.fetchingFrom).toBe(one)
    // The end of the connection is told at once, that of the transfer after it.
    wants.gone(one, 0)
    wants.failed(blob, one, 'lost', 'the connection is gone', 0)
  }
  expect(wants.explain(blob)?.peers.length).toBeLessThanOrEqual(32)
})

describe('strangers', () => {
  const rules: WantRules = { ...RULES, fetchesMax: 8, fetchesPerPeerMax: 4, strangerFetchesMax: 2 }
  const strangers = [...'KLMNOP'].map(feed)
  const [friend, other] = PEERS as [FeedId, FeedId]
  const isFriend = (peer: FeedId): boolean => PEERS.includes(peer)
  const world = () => {
    const done: WantAction[] = []
    const wants = new Wants(rules, isFriend, (action) => void done.push(action))
    for (const one of [...strangers, friend, other]) wants.connected(one)
    const fetched = (): FeedId[] =>
      done.flatMap((action) => (action.type === 'fetch' ? [action.from] : []))
    return { wants, done, fetched }
  }

  test('have a share of the transfers, however many they are', () => {
    const { wants, fetched } = world()
    for (const blob of IDS) wants.want(blob, 0)
    for (const blob of IDS) for (const one of strangers) wants.offered(one, blob, 10, 0)
    expect(fetched()).toHaveLength(2)
    for (const blob of IDS) wants.offered(friend, blob, 10, 0)
    expect(fetched().slice(2)).toEqual(Array.from({ length: 4 }, () => friend))
    wants.stored(IDS[0] as BlobId, 10, 0)
    wants.released(fetched()[0] as FeedId)
    wants.tick(1)
    expect(fetched().slice(6).every(isFriend)).toBe(false)
  })

  test('are asked after those that are known', () => {
    const { wants, fetched } = world()
    const [one, two] = IDS as [BlobId, BlobId]
    wants.offered(strangers[0] as FeedId, one, 10, 0)
    wants.offered(friend, one, 10, 0)
    wants.want(one, 0)
    wants.offered(strangers[0] as FeedId, two, 10, 0)
    wants.want(two, 0)
    expect(fetched()).toEqual([friend, strangers[0]])
  })

  test('end no push: all of them count as one', () => {
    const { wants, done } = world()
    const [blob] = IDS as [BlobId]
    wants.push(blob)
    for (const one of strangers) wants.offered(one, blob, 10, 0)
    expect([...(wants.pushedTo(blob) ?? [])]).toEqual([[strangers[0], 10]])
    wants.offered(strangers[0] as FeedId, blob, 11, 0)
    expect(wants.pushing(blob)).toBe(true)
    wants.offered(other, blob, 11, 0)
    const peers = { [strangers[0] as FeedId]: 11, [other]: 11 }
    expect(done.at(-1)).toEqual({ type: 'pushed', id: blob, peers })
  })
})
