import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOnDevice } from '../src/addresses.ts'
import { GOSSIP_TIMES } from '../src/limits.ts'
import {
  type Candidate,
  decide,
  GROUPS,
  type LiveConnection,
  QUOTAS,
  type Situation,
} from '../src/scheduler.ts'
import { idOf } from './helpers.ts'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000
const sizes = { lan: 1, friends: 10, rooms: 0, pubs: 0, strangers: 0 }

const friend = (index: number, rest: Partial<Candidate> = {}): Candidate => ({
  id: idOf(index),
  group: 'friends',
  hops: 1,
  retryAt: 0,
  syncedAt: null,
  failedAt: [],
  ...rest,
})

const connection = (index: number, rest: Partial<LiveConnection> = {}): LiveConnection => ({
  id: idOf(index),
  group: 'friends',
  outgoing: true,
  state: 'connected',
  since: NOW - HOUR,
  pinned: false,
  ...rest,
})

const situation = (rest: Partial<Situation>): Situation => ({
  now: NOW,
  random: () => 0.5,
  candidates: [],
  wants: () => true,
  live: [],
  sizes,
  quotas: QUOTAS,
  times: GOSSIP_TIMES,
  reaches: () => true,
  failuresInRow: 0,
  dialledAt: 0,
  ...rest,
})

const five = [1, 2, 3, 4, 5]

test('the nearest and longest missed come first', () => {
  const candidates = [
    friend(1, { syncedAt: NOW - 5 * HOUR, hops: 2 }),
    friend(2, { syncedAt: NOW - 4 * HOUR }),
    friend(3, { syncedAt: NOW - 9 * HOUR, failedAt: [1, 2, 3, 4] }),
    friend(4),
  ]
  const quotas = { ...QUOTAS, friends: 2 }
  expect(decide(situation({ candidates, quotas })).dial).toEqual([idOf(4), idOf(2)])
})

test.each([
  ['its pause is over', {}, [idOf(1)]],
  ['its pause is over this moment', { retryAt: NOW }, [idOf(1)]],
  ['its pause lasts', { retryAt: NOW + 1 }, []],
  [
    'five dials failed today',
    { failedAt: [1, 2, 3, 4, 5].map((n) => NOW - n * HOUR).reverse() },
    [],
  ],
  [
    'the first of five is a day old',
    { failedAt: [24, 3, 2, 1, 0].map((n) => NOW - n * HOUR) },
    [idOf(1)],
  ],
])('a peer is dialled or not: %s', (_name, rest, dial) => {
  expect(decide(situation({ candidates: [friend(1, rest)] })).dial).toEqual(dial)
})

test('nobody makes room when nobody waits, or while connections are young, or pinned', () => {
  const live = five.map((index) => connection(index))
  const waiting = [friend(9)]
  expect(decide(situation({ live })).close).toEqual([])
  const met = [friend(9, { syncedAt: NOW - HOUR })]
  expect(decide(situation({ live, candidates: met })).close).toEqual([])
  const young = five.map((index) => connection(index, { since: NOW - 1000 }))
  const decision = decide(situation({ live: young, candidates: waiting }))
  expect([decision.close, decision.nextMs]).toEqual([[], 60_000])
  const pinned = five.map((index) => connection(index, { pinned: true }))
  expect(decide(situation({ live: pinned, candidates: waiting })).close).toEqual([])
  const incoming = five.map((index) => connection(index, { outgoing: false }))
  expect(decide(situation({ live: incoming, candidates: waiting })).dial).toEqual([idOf(9)])
})

test('the oldest makes room for one who waits', () => {
  const live = five.map((index) => connection(index, { since: NOW - index * HOUR }))
  const { dial, close } = decide(situation({ live, candidates: [friend(9)] }))
  expect(dial).toEqual([])
  expect(close).toEqual([{ id: idOf(5), reason: 'we made room for another peer' }])
})

test('nobody is dialled whom no network leads to', () => {
  const candidates = [friend(1), friend(2)]
  const reaches = ({ id }: Candidate) => id === idOf(2)
  expect(decide(situation({ candidates, reaches })).dial).toEqual([idOf(2)])
})

test.each([
  ['net:127.0.0.1:8008~shs:KEY', true],
  ['net:localhost:8008~shs:KEY', true],
  ['net:::1:8008~shs:KEY', true],
  ['net:192.0.2.1:8008~shs:KEY', false],
  ['net:192.0.2.1:8008~shs:KEY;ws://127.0.0.1:8989~shs:KEY', true],
  ['unix:/tmp/socket~noauth', true],
  ['127.0.0.1', false],
])('whether %s is on this machine: %s', (address, is) => {
  expect(isOnDevice(address)).toBe(is)
})

test('while nobody can be reached, one dial a minute', () => {
  const candidates = five.map((index) => friend(index))
  const doubt = { candidates, failuresInRow: 6 }
  expect(decide(situation({ ...doubt, dialledAt: NOW - 60_000 })).dial).toHaveLength(1)
  expect(decide(situation({ ...doubt, dialledAt: NOW - 59_999 })).dial).toHaveLength(0)
  expect(decide(situation({ ...doubt, live: [connection(9)] })).dial).toHaveLength(4)
})

test('whatever the situation: places are kept, nobody live is dialled, only live ones are closed', () => {
  const group = fc.constantFrom(...GROUPS)
  const candidate = fc.record({
    index: fc.nat(40),
    group,
    retryAt: fc.integer({ min: NOW - HOUR, max: NOW + HOUR }),
    syncedAt: fc.option(fc.integer({ min: 0, max: NOW })),
  })
  const live = fc.record({
    index: fc.nat(40),
    group,
    outgoing: fc.boolean(),
    state: fc.constantFrom('connected' as const, 'connecting' as const),
    since: fc.integer({ min: NOW - HOUR, max: NOW }),
    pinned: fc.boolean(),
  })
  const unique = { selector: (one: { index: number }) => one.index }
  fc.assert(
    fc.property(
      fc.uniqueArray(candidate, unique),
      fc.uniqueArray(live, unique),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (candidates, lives, random) => {
        const now = situation({
          random: () => random,
          candidates: candidates.map(({ index, ...rest }) => friend(index, rest)),
          live: lives.map(({ index, ...rest }) => connection(index, rest)),
        })
        const { dial, close, nextMs } = decide(now)
        expect(decide(now)).toEqual({ dial, close, nextMs })
        const liveIds = now.live.map(({ id }) => id)
        for (const id of dial) expect(liveIds).not.toContain(id)
        for (const { id } of close) expect(liveIds).toContain(id)
        for (const one of GROUPS) {
          const taken = now.live.filter((it) => it.group === one && it.outgoing).length
          const added = [...now.candidates].filter((it) => it.group === one && dial.includes(it.id))
          if (added.length > 0) expect(taken + added.length).toBeLessThanOrEqual(QUOTAS[one])
        }
        expect(nextMs).toBeGreaterThanOrEqual(1000)
        expect(nextMs).toBeLessThanOrEqual(GOSSIP_TIMES.tickMs)
      },
    ),
  )
})
