import type { FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contactEdge, type Edge, Graph, HopTree, hopsFrom } from '../src/index.ts'

const feed = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId
const [me, a, b, c, d, e, f] = [...'mabcdef'].map(feed) as [
  FeedId,
  FeedId,
  FeedId,
  FeedId,
  FeedId,
  FeedId,
  FeedId,
]

const graphOf = (edges: readonly (readonly [FeedId, FeedId, Edge])[]): Graph => {
  const graph = new Graph()
  for (const [from, to, edge] of edges) graph.set('public', from, to, edge)
  return graph
}
const plain = (hops: ReadonlyMap<FeedId, number>): Record<string, number> =>
  Object.fromEntries([...hops].map(([id, n]) => [id.charAt(1), n]))

// me → a → b → c → d, maximum 3: the examples of the protocol sheet.
const chain = [
  [me, a, 1],
  [a, b, 1],
  [b, c, 1],
  [c, d, 1],
] as const

describe('hops as the field counts them', () => {
  test.each([
    ['a chain', [], { m: 0, a: 1, b: 2, c: 3 }],
    ['I block c', [[me, c, -1]], { m: 0, a: 1, b: 2, c: -1 }],
    ['I unfollow a', [[me, a, -2]], { m: 0, a: -2 }],
    ['a friend blocks e', [[a, e, -1]], { m: 0, a: 1, b: 2, c: 3, e: -2 }],
    [
      'a friend blocks e, another follows e',
      [
        [a, e, -1],
        [me, f, 1],
        [f, e, 1],
      ],
      { m: 0, a: 1, f: 1, b: 2, e: 2, c: 3 },
    ],
    ['others block me', [[a, me, -1]], { m: 0, a: 1, b: 2, c: 3 }],
  ] as [string, [FeedId, FeedId, Edge][], Record<string, number>][])('%s', (_name, more, hops) => {
    const graph = graphOf([...chain, ...more])
    expect(plain(hopsFrom(graph, me, 3))).toEqual(hops)
  })

  test('maximum 0 is the root alone', () => {
    expect(plain(hopsFrom(graphOf(chain), me, 0))).toEqual({ m: 0 })
  })

  test('reverse: who reaches me', () => {
    expect(plain(hopsFrom(graphOf(chain), c, 2, true))).toEqual({ c: 0, b: 1, a: 2 })
  })
})

test('a private statement wins over a public one, in either order', () => {
  const graph = graphOf([[me, a, 1]])
  expect(graph.set('private', me, a, -1)).toMatchObject({ before: 1, after: -1 })
  expect(graph.set('public', me, a, 1)).toBeNull()
  expect(graph.edge(me, a)).toBe(-1)
  expect(graph.isPrivate(me, a)).toBe(true)
  expect(graph.set('private', me, a, null)).toMatchObject({ before: -1, after: 1 })
  expect(graph.size).toBe(1)
})

test.each([
  [{ type: 'contact', contact: a, following: true }, 1],
  [{ type: 'contact', contact: a, following: 1 }, -2],
  [{ type: 'contact', contact: a, following: false }, -2],
  [{ type: 'contact', contact: a, blocking: true }, -1],
  [{ type: 'contact', contact: a, blocking: false }, -2],
  [{ type: 'contact', contact: a, flagged: { reason: 'spam' } }, -1],
  [{ type: 'contact', contact: a, following: true, blocking: true }, -1],
  [{ type: 'contact', contact: 'nobody' }, null],
  [{ type: 'contact' }, null],
  [{ type: 'post', contact: a, following: true }, null],
  ['text.box', null],
  [null, null],
  [undefined, null],
  [[], null],
])('contact content %j', (content, edge) => {
  expect(contactEdge(content)?.edge ?? null).toBe(edge)
})

test('edge by edge gives the same as all at once, with the changes told exactly', () => {
  const feeds = [me, a, b, c, d, e, f]
  const change = fc.tuple(
    fc.constantFrom(...feeds),
    fc.constantFrom(...feeds),
    fc.constantFrom<Edge | null>(1, 1, 1, -1, -2, null),
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.nat(4), (changes, max) => {
      const graph = new Graph()
      const tree = new HopTree(graph, me, max)
      const told = new Map<FeedId, number>(tree.hops)
      for (const [from, to, edge] of changes) {
        const changed = graph.set('public', from, to, edge)
        if (changed === null) continue
        for (const [id, hops] of tree.update(changed)) {
          expect(told.get(id) ?? null).not.toBe(hops)
          if (hops === null) told.delete(id)
          else told.set(id, hops)
        }
        const truth = plain(hopsFrom(graph, me, max))
        expect(plain(tree.hops)).toEqual(truth)
        expect(plain(told)).toEqual(truth)
      }
    }),
    { numRuns: 500 },
  )
})

test('any content at all is read without a throw', () => {
  fc.assert(fc.property(fc.anything(), (content) => void contactEdge(content)))
})
