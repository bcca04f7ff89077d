import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { Bounds } from '../src/bounds.ts'
import { decodeStand, EbtState, readItem } from '../src/index.ts'

const feedId = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId
const names: Record<string, FeedId> = {
  alice: feedId('A'),
  bob: feedId('B'),
  carol: feedId('C'),
  cat: feedId('D'),
  dave: feedId('E'),
}
const of = (name: string): FeedId => names[name] as FeedId
const nameOf = (id: string): string => Object.keys(names).find((name) => names[name] === id) ?? id

/** Nodes of the real machine on wires that deliver one item at a time, writing down what crosses. */
class Net {
  readonly log: string[] = []
  readonly nodes = new Map<string, Node>()
  now = 0

  node(name: string, follows: string[], has: Record<string, number>): Node {
    const node = new Node(this, name, follows, has)
    this.nodes.set(name, node)
    return node
  }

  /** Let items cross until nothing is due. */
  run(): string[] {
    const before = this.log.length
    for (let busy = true; busy; ) {
      busy = false
      for (const node of this.nodes.values())
        for (const peer of node.links) {
          const output = node.state.take(of(peer), 1)
          if (output === null) continue
          busy = true
          const other = this.nodes.get(peer) as Node
          if (output.kind === 'note') {
            const plain = Object.fromEntries(
              Object.entries(output.note).map(([id, n]) => [nameOf(id), n]),
            )
            this.log.push(`${node.name}→${peer} ${JSON.stringify(plain)}`)
            const item = readItem(output.note, 1000)
            if (item.kind === 'note') other.state.note(of(node.name), item.stands, this.now)
          } else {
            this.log.push(`${node.name}→${peer} ${nameOf(output.feed)}:${output.from}`)
            other.receive(node.name, output.feed, output.from)
          }
        }
    }
    return this.log.slice(before)
  }
}

class Node {
  readonly state: EbtState
  readonly links = new Set<string>()
  readonly stored = new Map<string, ReadonlyMap<FeedId, number>>()
  readonly has: Map<FeedId, number>

  readonly net: Net
  readonly name: string

  constructor(net: Net, name: string, follows: string[], has: Record<string, number>) {
    this.net = net
    this.name = name
    this.state = new EbtState({ serves: () => true, knows: () => true })
    this.has = new Map(Object.entries(has).map(([feed, n]) => [of(feed), n]))
    for (const [feed, n] of this.has) this.state.appended(feed, n, 0)
    for (const feed of follows) this.state.want(of(feed), true, 0)
  }

  dial(peer: string): void {
    for (const [from, to, dialled] of [
      [this, this.net.nodes.get(peer) as Node, true],
      [this.net.nodes.get(peer) as Node, this, false],
    ] as const) {
      from.links.add(to.name)
      from.state.connect(of(to.name), dialled, from.stored.get(to.name) ?? new Map(), this.net.now)
    }
  }

  hangUp(peer: string): void {
    for (const [from, to] of [
      [this, this.net.nodes.get(peer) as Node],
      [this.net.nodes.get(peer) as Node, this],
    ] as const) {
      from.links.delete(to.name)
      const clock = from.state.disconnect(of(to.name), this.net.now)
      if (clock !== null) from.stored.set(to.name, new Map(clock))
    }
  }

  publish(feed: string = this.name): void {
    const id = of(feed)
    this.has.set(id, (this.has.get(id) ?? 0) + 1)
    this.state.appended(id, this.has.get(id) ?? 0, this.net.now)
  }

  receive(peer: string, feed: FeedId, sequence: number): void {
    if (!this.state.message(of(peer), feed, sequence, this.net.now)) return
    if (sequence !== (this.has.get(feed) ?? 0) + 1) return
    this.has.set(feed, sequence)
    this.state.appended(feed, sequence, this.net.now)
  }
}

const first = (): { net: Net; alice: Node; bob: Node } => {
  const net = new Net()
  const alice = net.node('alice', ['alice', 'bob', 'carol'], { alice: 3, carol: 1 })
  const bob = net.node('bob', ['alice', 'bob', 'carol', 'dave'], { bob: 2, carol: 3, dave: 1 })
  alice.dial('bob')
  return { net, alice, bob }
}

const FIRST_CONTACT = [
  'bob→alice {"alice":0,"bob":4,"carol":6,"dave":2}',
  'alice→bob alice:1',
  'alice→bob alice:2',
  'alice→bob alice:3',
  'alice→bob {"alice":6,"bob":0,"carol":2,"dave":-1}',
  'bob→alice bob:1',
  'bob→alice carol:2',
  'bob→alice bob:2',
  'bob→alice carol:3',
]

test('first contact, then a live message: as the reference does', () => {
  const { net, bob } = first()
  expect(net.run()).toEqual(FIRST_CONTACT)
  bob.publish()
  expect(net.run()).toEqual(['bob→alice bob:3'])
})

test('reconnects: full clocks once more, then nothing, as with the reference', () => {
  const { net, alice } = first()
  net.run()
  alice.hangUp('bob')
  alice.dial('bob')
  // What was sent, but not told of in a note, is repeated once.
  expect(net.run()).toEqual([
    'bob→alice {"bob":4,"carol":6}',
    'alice→bob {"alice":6,"bob":5,"carol":7}',
    'bob→alice {"alice":7}',
  ])
  alice.hangUp('bob')
  alice.dial('bob')
  expect(net.run()).toEqual(['bob→alice {}', 'alice→bob {}'])
  alice.hangUp('bob')
  alice.publish()
  alice.dial('bob')
  expect(net.run()).toEqual([
    'bob→alice {}',
    'alice→bob {"alice":8}',
    'bob→alice {"alice":6}',
    'alice→bob alice:4',
  ])
})

test('between two of ours an acknowledgement makes the first reconnect silent', () => {
  const { net, alice, bob } = first()
  net.run()
  alice.state.acknowledge(of('bob'))
  bob.state.acknowledge(of('alice'))
  expect(net.run()).toEqual(['alice→bob {"bob":4,"carol":6}', 'bob→alice {"alice":6}'])
  alice.state.acknowledge(of('bob'))
  expect(net.run()).toEqual([])
  alice.hangUp('bob')
  alice.dial('bob')
  expect(net.run()).toEqual(['bob→alice {}', 'alice→bob {}'])
})

test('three peers: a feed comes from one at a time, and from whoever is ahead', () => {
  const net = new Net()
  const follows = ['carol']
  const alice = net.node('alice', follows, {})
  net.node('bob', follows, { carol: 3 })
  const cat = net.node('cat', follows, { carol: 3 })
  alice.dial('bob')
  alice.dial('cat')
  const log = net.run()
  expect(log).toContain('alice→bob {"carol":0}')
  expect(log.filter((line) => /^cat→alice carol:/.test(line))).toEqual([])
  cat.publish('carol')
  expect(net.run()).toEqual([
    'cat→alice {"carol":9}',
    'alice→bob {"carol":7}',
    'alice→cat {"carol":6}',
    'cat→alice carol:4',
    'alice→bob carol:4',
  ])
})

test('a deliverer that falls silent is relieved; one that leaves is replaced at once', () => {
  const net = new Net()
  const alice = net.node('alice', ['carol'], {})
  const bob = net.node('bob', ['carol'], { carol: 3 })
  net.node('cat', ['carol'], { carol: 3 })
  alice.dial('bob')
  alice.dial('cat')
  // Notes cross, but bob sends nothing.
  const take = bob.state.take.bind(bob.state)
  bob.state.take = (peer, max) => {
    const output = take(peer, max)
    return output?.kind === 'messages' ? null : output
  }
  net.run()
  expect(alice.has.get(of('carol'))).toBeUndefined()
  alice.state.tick(2999, 3000)
  expect(net.run()).toEqual([])
  alice.state.tick(3000, 3000, (peer) => peer === of('bob'))
  expect(net.run()).toEqual([])
  alice.state.tick(3000, 3000)
  expect(net.run()).toContain('cat→alice carol:3')

  const other = net.node('dave', ['carol'], {})
  bob.state.take = take
  other.dial('bob')
  other.dial('cat')
  net.nodes.get('bob')?.state.take(of('dave'), 1)
  other.hangUp('bob')
  net.run()
  expect(other.has.get(of('carol'))).toBe(3)
})

test('unwanted, blocked and forked feeds are refused with −1, and come back', () => {
  const { net, alice, bob } = first()
  net.run()
  alice.state.want(of('bob'), false, 1)
  expect(net.run()).toEqual(['alice→bob {"bob":-1}'])
  bob.publish()
  expect(net.run()).toEqual([])
  alice.state.want(of('bob'), true, 2)
  // It asks nobody who said that he does not have it; bob still claims 2.
  net.run()
  bob.publish()
  expect(net.run()).not.toEqual([])
  expect(alice.has.get(of('bob'))).toBe(4)
  alice.state.forked(of('bob'), of('carol'), 3)
  expect(net.run()).toEqual(['alice→bob {"carol":-1}'])
  bob.publish('carol')
  expect(net.run()).toEqual([])
  expect(alice.state.status(of('bob'), of('carol'))).toMatchObject({ forked: true, rx: false })
})

test('the policy is asked again when it changes', () => {
  const net = new Net()
  const blocked = new Set<FeedId>()
  const alice = new EbtState({
    serves: (peer) => !blocked.has(peer),
    knows: () => true,
  })
  alice.want(of('alice'), true, 0)
  alice.appended(of('alice'), 1, 0)
  alice.connect(of('bob'), false, new Map(), 0)
  expect(alice.take(of('bob'), 1)).toEqual({ kind: 'note', note: { [of('alice')]: 2 } })
  alice.note(of('bob'), [[of('alice'), decodeStand(0)]], 0)
  blocked.add(of('bob'))
  expect(alice.take(of('bob'), 1)).toBeNull()
  alice.reconsider(of('bob'), null, 0)
  expect(alice.take(of('bob'), 1)).toEqual({ kind: 'note', note: { [of('alice')]: -1 } })
  blocked.clear()
  alice.reconsider(null, of('alice'), 0)
  // What bob asked for before is not forgotten.
  expect(alice.take(of('bob'), 1)).toMatchObject({ kind: 'messages', from: 1, to: 1 })
  expect(alice.take(of('bob'), 1)).toEqual({ kind: 'note', note: { [of('alice')]: 2 } })
  expect(net.log).toEqual([])
})

test('a stranger gets an empty first note, and only what it asks for and may have', () => {
  const state = new EbtState({
    serves: (_peer, feed) => feed !== of('carol'),
    knows: () => false,
  })
  for (const name of ['alice', 'bob', 'carol']) {
    state.want(of(name), true, 0)
    state.appended(of(name), 5, 0)
  }
  state.connect(of('dave'), false, new Map(), 0)
  expect(state.take(of('dave'), 10)).toEqual({ kind: 'note', note: {} })
  state.appended(of('bob'), 6, 0)
  expect(state.take(of('dave'), 10)).toBeNull()
  const stands = [
    [of('alice'), decodeStand(0)],
    [of('carol'), decodeStand(0)],
    [of('dave'), decodeStand(4)],
  ] as const
  state.note(of('dave'), stands, 0)
  expect(state.take(of('dave'), 10)).toEqual({
    kind: 'messages',
    feed: of('alice'),
    from: 1,
    to: 5,
  })
  expect(state.take(of('dave'), 10)).toEqual({
    kind: 'note',
    note: { [of('alice')]: 11, [of('carol')]: -1, [of('dave')]: -1 },
  })
  // Kept for a while: of those that were refused, only that it named them.
  const kept = new Map([
    [of('alice'), 0],
    [of('carol'), -2],
    [of('dave'), -2],
  ])
  expect(state.disconnect(of('dave'), 0)).toEqual(kept)
  // What it was refused it hears of when we want it, and from whom we do not know it.
  state.want(of('dave'), true, 1)
  state.connect(of('dave'), false, kept, 1)
  expect(state.take(of('dave'), 10)).toEqual({
    kind: 'note',
    note: { [of('alice')]: 10, [of('dave')]: 0 },
  })
})

test('a peer may speak of so many feeds and no more', () => {
  const bounds = new Bounds(3)
  const state = new EbtState({ serves: () => true, knows: () => true }, bounds)
  state.connect(of('bob'), false, new Map(), 0)
  state.take(of('bob'), 1)
  const many = ['A', 'B', 'C', 'D', 'E'].map((l) => [feedId(l), decodeStand(2)] as const)
  state.note(of('bob'), many, 0)
  const output = state.take(of('bob'), 1)
  expect(output?.kind === 'note' && Object.keys(output.note)).toHaveLength(3)
  expect([state.feedsMost, bounds.refused]).toEqual([3, 2])
})

test('all strangers together may speak of so many feeds, until some of them leave', () => {
  const bounds = new Bounds(100, 100, 4, 1)
  const rules = { serves: () => true, knows: (peer: FeedId) => peer === of('alice') }
  const state = new EbtState(rules, bounds)
  const many = ['A', 'B', 'C'].map((l) => [feedId(l), decodeStand(2)] as const)
  const speak = (peer: FeedId): void => {
    state.connect(peer, false, new Map(), 0)
    state.note(peer, many, 0)
  }
  speak(of('bob'))
  speak(of('dave'))
  speak(of('alice'))
  expect(bounds.refused).toBe(2)
  // nobody can take from another what everybody has
  speak(of('carol'))
  expect(bounds.refused).toBe(4)
  state.disconnect(of('carol'), 0)
  state.disconnect(of('bob'), 0)
  state.note(of('dave'), many, 0)
  expect(bounds.refused).toBe(4)
  // whoever speaks anew does not count twice
  for (let n = 0; n < 10; n++) speak(of('dave'))
  expect(bounds.refused).toBe(4)
})

test('of a feed that is withheld nothing is sent, until it is not any more', () => {
  let isWithheld = true
  const rules = { serves: () => true, knows: () => true, withholds: () => isWithheld }
  const state = new EbtState(rules)
  state.appended(of('alice'), 3, 0)
  state.want(of('alice'), true, 0)
  state.connect(of('bob'), false, new Map(), 0)
  // its stand is told, and more of it is asked for
  const first = state.take(of('bob'), 10)
  expect(first).toEqual({ kind: 'note', note: { [of('alice')]: 6 } })
  state.note(of('bob'), [[of('alice'), decodeStand(2)]], 0)
  expect(state.take(of('bob'), 10)).toBe(null)
  isWithheld = false
  state.reconsider(null, of('alice'), 1)
  expect(state.take(of('bob'), 10)).toMatchObject({ kind: 'messages', from: 2, to: 3 })
})

test('a peer that lost data is believed', () => {
  const { net, alice } = first()
  net.run()
  alice.state.note(of('bob'), [[of('alice'), decodeStand(2)]], 1)
  expect(alice.state.take(of('bob'), 10)).toEqual({
    kind: 'messages',
    feed: of('alice'),
    from: 2,
    to: 3,
  })
})

test('5,000 live feeds on a connection: a new message looks at no other feed', () => {
  let asked = 0
  const state = new EbtState({
    serves: () => {
      asked++
      return true
    },
    knows: () => true,
  })
  const feeds = Array.from({ length: 5000 }, (_, n) => {
    const text = String(n).padStart(42, 'A')
    return `@${text}A=.ed25519` as FeedId
  })
  for (const feed of feeds) {
    state.want(feed, true, 0)
    state.appended(feed, 1, 0)
  }
  state.connect(of('bob'), false, new Map(), 0)
  state.note(
    of('bob'),
    feeds.map((feed) => [feed, decodeStand(2)] as const),
    0,
  )
  while (state.take(of('bob'), 10) !== null);
  asked = 0
  state.appended(feeds[7] as FeedId, 2, 0)
  expect(state.take(of('bob'), 10)).toMatchObject({ feed: feeds[7], from: 2, to: 2 })
  expect(state.take(of('bob'), 10)).toBeNull()
  expect(asked).toBeLessThan(5)
})

test('a peer that delivers other feeds may keep one waiting for its turn, but not for ever', () => {
  const net = new Net()
  const alice = net.node('alice', ['carol', 'dave'], {})
  for (const peer of ['bob', 'cat']) {
    alice.state.connect(of(peer), false, new Map(), 0)
    alice.state.take(of(peer), 1)
    const stands = ['carol', 'dave'].map((feed) => [of(feed), decodeStand(200)] as const)
    alice.state.note(of(peer), stands, 0)
    alice.state.take(of(peer), 1)
  }
  let sequence = 0
  const deliver = (now: number): void => {
    alice.state.message(of('bob'), of('dave'), ++sequence, now)
    alice.state.appended(of('dave'), sequence, now)
    alice.state.tick(now, 3000)
  }
  for (let now = 2000; now < 30_000; now += 2000) deliver(now)
  expect(alice.state.take(of('cat'), 1)).toBeNull()
  deliver(30_000)
  expect(alice.state.take(of('cat'), 1)).toEqual({ kind: 'note', note: { [of('carol')]: 0 } })
  expect(alice.state.status(of('bob'), of('carol'))?.rx).toBe(false)
  expect(alice.state.status(of('bob'), of('dave'))?.rx).toBe(true)
})

test('a peer that may still believe that we refuse a feed hears of it in the next session', () => {
  const { net, alice, bob } = first()
  net.run()
  alice.state.want(of('bob'), false, 1)
  net.run()
  alice.state.want(of('bob'), true, 2)
  // The note that says so is lost with the connection.
  alice.state.take(of('bob'), 1)
  alice.hangUp('bob')
  expect(alice.stored.get('bob')?.has(of('bob'))).toBe(false)
  expect(bob.stored.get('alice')?.get(of('bob'))).toBe(-1)
  bob.publish()
  alice.dial('bob')
  net.run()
  expect(alice.has.get(of('bob'))).toBe(3)
})

test('a stranger hears of no news but of feeds that it has named', () => {
  const state = new EbtState({ serves: (_, feed) => feed !== of('carol'), knows: () => false })
  for (const feed of ['alice', 'carol', 'dave']) state.want(of(feed), true, 0)
  state.connect(of('bob'), false, new Map(), 0)
  expect(state.take(of('bob'), 1)).toEqual({ kind: 'note', note: {} })
  state.note(
    of('bob'),
    [
      [of('alice'), decodeStand(1)],
      [of('carol'), decodeStand(1)],
    ],
    0,
  )
  // That we do not exchange carol with it is all that it learns of her.
  expect(state.take(of('bob'), 1)).toMatchObject({ note: { [of('carol')]: -1 } })
  for (const feed of ['alice', 'carol', 'dave']) state.appended(of(feed), 1, 0)
  expect(state.take(of('bob'), 1)).toEqual({ kind: 'note', note: { [of('alice')]: 3 } })
  expect(state.take(of('bob'), 1)).toBeNull()
})

test('the watchdog looks at nothing when nobody has more', () => {
  let asked = 0
  const state = new EbtState({ serves: () => ++asked > 0, knows: () => true })
  state.want(of('alice'), true, 0)
  state.appended(of('alice'), 3, 0)
  state.connect(of('bob'), false, new Map(), 0)
  state.note(of('bob'), [[of('alice'), decodeStand(6)]], 0)
  asked = 0
  state.tick(10_000, 3000)
  expect(asked).toBe(0)
  state.note(of('bob'), [[of('alice'), decodeStand(8)]], 10_000)
  state.tick(20_000, 3000)
  expect(asked).toBeGreaterThan(0)
})

test('two that both had refused a feed find together again when both want it', () => {
  const { net, alice, bob } = first()
  net.run()
  for (const node of [alice, bob]) node.state.want(of('carol'), false, 1)
  net.run()
  for (const node of [alice, bob]) node.state.want(of('carol'), true, 2)
  net.run()
  bob.publish('carol')
  net.run()
  expect(alice.has.get(of('carol'))).toBe(4)
})

test('a peer that was relieved for its silence does not get the feed back by claiming it again', () => {
  const net = new Net()
  const alice = net.node('alice', ['carol'], {})
  const claims = (peer: string, sequence: number, now: number): void =>
    alice.state.note(of(peer), [[of('carol'), decodeStand(sequence * 2)]], now)
  const asked = (peer: string): boolean => alice.state.status(of(peer), of('carol'))?.rx ?? false
  for (const peer of ['bob', 'cat']) alice.state.connect(of(peer), false, new Map(), 0)
  claims('bob', 100, 0)
  claims('cat', 5, 0)
  expect([asked('bob'), asked('cat')]).toEqual([true, false])
  alice.state.tick(3000, 3000)
  expect([asked('bob'), asked('cat')]).toEqual([false, true])
  claims('bob', 100, 3001)
  expect([asked('bob'), asked('cat')]).toEqual([false, true])
  // All that cat has is here: whoever has more is given another try, and believed when it delivers.
  for (let sequence = 1; sequence <= 5; sequence++)
    alice.state.appended(of('carol'), sequence, 3002)
  alice.state.tick(6002, 3000)
  expect([asked('bob'), asked('cat')]).toEqual([true, false])
  alice.state.message(of('bob'), of('carol'), 6, 6003)
  alice.state.appended(of('carol'), 6, 6003)
  claims('cat', 7, 6004)
  alice.state.tick(9004, 3000)
  claims('bob', 101, 9005)
  expect(asked('bob')).toBe(false)
})

test('how long a peer has owed us a feed does not begin anew each time that it is asked', () => {
  const net = new Net()
  const alice = net.node('alice', ['carol'], {})
  const since = (peer: string): number =>
    alice.state.status(of(peer), of('carol'))?.owesSince ?? Number.NaN
  const claims = (peer: string, sequence: number, now: number): void =>
    alice.state.note(of(peer), [[of('carol'), decodeStand(sequence * 2)]], now)
  for (const peer of ['bob', 'cat']) alice.state.connect(of(peer), false, new Map(), 0)
  claims('bob', 5, 1000)
  for (let now = 4000; now <= 19_000; now += 3000) alice.state.tick(now, 3000)
  expect(since('bob')).toBe(1000)
  claims('cat', 5, 20_000)
  for (let now = 22_000; now <= 40_000; now += 3000) alice.state.tick(now, 3000)
  expect([since('bob'), since('cat')]).toEqual([1000, 22_000])
  alice.state.message(of('bob'), of('carol'), 1, 41_000)
  expect(since('bob')).toBe(41_000)
  // In step for an hour, then behind: that is news.
  for (let sequence = 1; sequence <= 5; sequence++)
    alice.state.appended(of('carol'), sequence, 42_000)
  claims('bob', 6, 3_600_000)
  expect(since('bob')).toBe(3_600_000)
})
