import type { FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Differences } from '../src/differences.ts'
import { EbtState } from '../src/index.ts'
import type { Stand } from '../src/note.ts'

const feedId = (n: number): FeedId =>
  `@${String.fromCharCode(65 + n).repeat(42)}A=.ed25519` as FeedId
const FEEDS = [0, 1, 2, 3].map(feedId)
const PEERS = [1, 2].map(feedId)

const anyFeed = fc.constantFrom(...FEEDS)
const anyPeer = fc.constantFrom(...PEERS)

describe('differences', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), feed: anyFeed }),
    fc.record({ kind: fc.constant('want' as const), feed: anyFeed }),
    fc.record({ kind: fc.constant('compare' as const), peer: fc.nat(2) }),
    fc.record({ kind: fc.constant('leave' as const), peer: fc.nat(2), feed: anyFeed }),
  )

  test('what changed is all that differs, whatever happens and however little is remembered', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.integer({ min: 1, max: 9 }),
        (steps, max) => {
          const clock = new Map<FeedId, number>()
          const wanted = new Set<FeedId>()
          const differences = new Differences((feed) => clock.get(feed) ?? 0, wanted, max)
          const stored: Map<FeedId, number>[] = [new Map(), new Map(), new Map()]
          for (const each of steps) {
            if (each.kind === 'append') {
              clock.set(each.feed, (clock.get(each.feed) ?? 0) + 1)
              if (wanted.has(each.feed)) differences.changed(each.feed)
            } else if (each.kind === 'want') {
              if (!wanted.delete(each.feed)) wanted.add(each.feed)
              differences.changed(each.feed)
            } else if (each.kind === 'compare') differences.compare(stored[each.peer] ?? new Map())
            else {
              const before = stored[each.peer] ?? new Map()
              const after = new Map(before).set(each.feed, clock.get(each.feed) ?? 0)
              differences.left({ stored: before, feeds: new Map([[each.feed, null]]) }, after)
              stored[each.peer] = after
            }
            for (const one of stored) {
              const found = [...differences.candidates(one)].filter((feed) => wanted.has(feed))
              const differing = (feed: FeedId): boolean => differences.differs(one, feed)
              expect(found.filter(differing).toSorted()).toEqual(
                [...wanted].filter(differing).toSorted(),
              )
            }
          }
        },
      ),
    )
  })

  test('a peer that has what we have is not looked at feed by feed', () => {
    const wanted = new Set(FEEDS)
    const differences = new Differences(() => 7, wanted)
    const stored = new Map(FEEDS.map((feed) => [feed, 7]))
    expect([...differences.candidates(stored)]).toEqual(FEEDS)
    differences.compare(stored)
    expect([...differences.candidates(stored)]).toEqual([])
  })

  test('of a peer that has told us little, no more is kept than what it has told us', () => {
    const wanted = new Set(FEEDS)
    const differences = new Differences(() => 7, wanted)
    const stored = new Map([[feedId(0), 7]])
    differences.compare(stored)
    expect(differences.candidates(stored)).toBe(wanted)
    const half = new Map([0, 1].map((n) => [feedId(n), 7]))
    differences.compare(half)
    expect([...differences.candidates(half)]).toEqual([2, 3].map(feedId))
  })
})

describe('a first note', () => {
  const stand = fc.record<Stand>({
    sequence: fc.integer({ min: -1, max: 4 }),
    receive: fc.boolean(),
  })
  const event = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), feed: anyFeed }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('want' as const), feed: anyFeed, on: fc.boolean() }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('connect' as const),
        peer: anyPeer,
        dialled: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), peer: anyPeer }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('note' as const),
        peer: anyPeer,
        stands: fc.array(fc.tuple(anyFeed, stand), { maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('message' as const),
        peer: anyPeer,
        feed: anyFeed,
        sequence: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('distrust' as const), peer: anyPeer }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('block' as const), feed: anyFeed }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('prepare' as const), peer: anyPeer }) },
  )

  test('of a machine that remembers what differs is that of one that looks at every feed', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120, size: 'max' }), (events) => {
        const run = (remembers: boolean): string[] => {
          const blocked = new Set<FeedId>()
          const state = new EbtState({
            serves: (_, feed) => !blocked.has(feed),
            knows: (peer) => peer !== PEERS[1],
          })
          const stored = new Map<FeedId, ReadonlyMap<FeedId, number>>()
          const has = new Map<FeedId, number>()
          const told: string[] = []
          for (const each of events) {
            if (each.kind === 'append') {
              has.set(each.feed, (has.get(each.feed) ?? 0) + 1)
              state.appended(each.feed, has.get(each.feed) ?? 0, 0)
            } else if (each.kind === 'want') state.want(each.feed, each.on, 0)
            else if (each.kind === 'connect')
              state.connect(each.peer, each.dialled, stored.get(each.peer) ?? new Map(), 0)
            else if (each.kind === 'leave') {
              const clock = state.disconnect(each.peer, 0)
              if (clock !== null) stored.set(each.peer, remembers ? clock : new Map(clock))
            } else if (each.kind === 'note') state.note(each.peer, each.stands, 0)
            else if (each.kind === 'message') state.message(each.peer, each.feed, each.sequence, 0)
            else if (each.kind === 'distrust') state.distrust(each.peer)
            else if (each.kind === 'block') {
              if (!blocked.delete(each.feed)) blocked.add(each.feed)
              state.reconsider(null, each.feed, 0)
            } else if (remembers) state.prepare(stored.get(each.peer) ?? new Map())
            for (const peer of PEERS)
              for (let out = state.take(peer, 2); out !== null; out = state.take(peer, 2))
                told.push(
                  `${peer} ${out.kind === 'note' ? JSON.stringify(Object.entries(out.note).toSorted()) : JSON.stringify(out)}`,
                )
          }
          return told
        }
        expect(run(true)).toEqual(run(false))
      }),
      { numRuns: 1000 },
    )
  })
})
