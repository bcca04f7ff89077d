import { createHost, type Event, event, type Plugin } from '@scuttlebot/ssb-plugin'
import { type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { type FriendsApi, friends } from '../src/index.ts'
import type { FriendsMessage, FriendsStore } from '../src/needs.ts'

const id = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId
const [ME, B, C, D] = [id('A'), id('B'), id('C'), id('D')]
const owner = { peer: null, rights: ['owner'] }

interface World {
  readonly host: {
    call(caller: object, path: readonly string[], ...args: readonly unknown[]): Promise<unknown>
    readonly policy: import('@scuttlebot/ssb-plugin').Policy
    stop(): Promise<void>
  }
  readonly friends: FriendsApi
  readonly clock: ManualClock
  /** Append a message; text stands for boxed content that only we can open. */
  say(author: FeedId, content: unknown): void
  contact(author: FeedId, contact: FeedId, facts: object): void
}

/** A host whose store holds `log` already. */
async function make(log: readonly (readonly [FeedId, unknown])[] = []): Promise<World> {
  const appended: Event<[batch: readonly FriendsMessage[]]> = event()
  const messages: FriendsMessage[] = []
  const terms: number[] = []
  let map: Parameters<FriendsStore['defineIndex']>[0]['map'] = () => undefined
  const append = (author: FeedId, content: unknown): FriendsMessage => {
    const message = { sequence: messages.length, author, value: { content } }
    messages.push(message)
    map(message, () => void terms.push(message.sequence))
    return message
  }
  const store: FriendsStore = {
    appended,
    publish: async (content) => {
      const boxed = 'recps' in content ? JSON.stringify(content) : content
      appended.emit([append(ME, boxed)])
      return { value: { content } }
    },
    defineIndex(definition) {
      map = definition.map
      for (const [author, content] of log) append(author, content)
      return {
        state: () => ({ current: true }),
        read: (_, __, { gt = -1 } = {}) => {
          let blocks = [terms.filter((sequence) => sequence > gt)]
          return {
            next: async () => blocks.shift() ?? null,
            close: async () => {
              blocks = []
            },
          }
        },
      }
    },
    indexed: async () => undefined,
    read: async (sequences) => sequences.map((sequence) => messages[sequence] as FriendsMessage),
    opened: ({ value: { content } }) => ({ content: JSON.parse(String(content)) }),
  }
  const plain: Plugin<'store', FriendsStore> = {
    name: 'store',
    needs: {},
    manifest: {},
    setup: () => ({ api: store, handlers: {} }),
  }
  const clock = manualClock()
  const host = createHost({
    keys: { id: ME, sign: () => new Uint8Array(64) },
    clock,
    plugins: [plain, friends({ hops: 2 })],
  })
  await host.start()
  const say = (author: FeedId, content: unknown): void => appended.emit([append(author, content)])
  return {
    host,
    friends: host.plugins.friends,
    clock,
    say,
    contact: (author, contact, facts) => say(author, { type: 'contact', contact, ...facts }),
  }
}

const call = (world: World, method: string, ...args: unknown[]): Promise<unknown> =>
  world.host.call(owner, ['friends', method], ...args)

test('the graph of the log is there after the start, and grows with it', async () => {
  const world = await make([
    [ME, { type: 'contact', contact: B, following: true }],
    [ME, { type: 'post', text: 'no contact' }],
    [B, { type: 'contact', contact: C, following: true }],
  ])
  expect(Object.fromEntries(world.friends.hops())).toEqual({ [ME]: 0, [B]: 1, [C]: 2 })
  const changes: unknown[] = []
  world.friends.changed.on((map) => changes.push(Object.fromEntries(map)))
  world.contact(B, C, { following: false })
  world.contact(B, D, { blocking: true })
  expect(changes).toEqual([{ [C]: null }, { [D]: -2 }])
  expect(await call(world, 'isFollowing', { source: ME, dest: B })).toBe(true)
  expect(await call(world, 'isBlocking', { source: B, dest: D, details: true })).toEqual({
    response: true,
    private: false,
  })
  expect(await call(world, 'hops')).toEqual({ [ME]: 0, [B]: 1, [D]: -2 })
  expect(await call(world, 'graph')).toEqual({ [ME]: { [B]: 1 }, [B]: { [C]: -2, [D]: -1 } })
})

test('what we say in private counts, and wins over what we say in public', async () => {
  const boxed = JSON.stringify({ type: 'contact', contact: C, blocking: true })
  const world = await make([[ME, boxed]])
  expect(world.friends.isBlocking(ME, C)).toBe(true)
  world.contact(ME, C, { following: true })
  expect(world.friends.isBlocking(ME, C)).toBe(true)
  await call(world, 'block', B, { recps: [ME] })
  expect(await call(world, 'isBlocking', { source: ME, dest: B, details: true })).toEqual({
    response: true,
    private: true,
  })
  // Of others only what everybody can read.
  world.say(B, JSON.stringify({ type: 'contact', contact: D, blocking: true }))
  expect(world.friends.isBlocking(B, D)).toBe(false)
})

test('the policy follows the graph, with its reasons', async () => {
  const world = await make()
  const { policy } = world.host
  const ask = (
    kind: 'connect' | 'replicate' | 'serve' | 'show',
    from: FeedId,
    to: FeedId,
  ): unknown[] => {
    const { allow, reason } = policy.ask(kind, from, to)
    return [allow, reason]
  }
  expect(ask('replicate', ME, B)).toEqual([false, 'it is more than 2 hops away'])
  const told: unknown[] = []
  policy.changed.on((kind, feed) => told.push([kind, feed]))
  world.contact(ME, B, { following: true })
  expect(told).toEqual([[null, B]])
  expect(ask('replicate', ME, B)).toEqual([true, 'you follow it'])
  world.contact(B, C, { blocking: true })
  expect(ask('serve', C, B)).toEqual([false, 'the author of the feed blocks that peer'])
  expect(ask('serve', D, B)).toEqual([true, 'public feeds are served'])
  world.contact(ME, B, { blocking: true })
  for (const kind of ['connect', 'replicate', 'show'] as const)
    expect(ask(kind, ME, B)).toEqual([false, 'you block it'])
  expect(ask('serve', B, D)).toEqual([false, 'you block that peer'])
  world.contact(ME, B, { blocking: false })
  expect(ask('connect', ME, B)[0]).toBe(true)
  expect(ask('replicate', ME, B)).toEqual([false, 'you unfollowed it'])
})

test('live streams tell what changes, until their reader leaves', async () => {
  const world = await make([[ME, { type: 'contact', contact: B, following: true }]])
  const hops = (await call(world, 'hopStream', { live: true, old: true })) as AsyncIterable<unknown>
  const heard: unknown[] = []
  const reading = (async () => {
    for await (const item of hops) {
      heard.push(item)
      if (heard.length === 3) break
    }
  })()
  await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  world.contact(ME, C, { following: true })
  world.contact(ME, B, { following: false })
  await reading
  expect(heard).toEqual([{ [ME]: 0, [B]: 1 }, { [C]: 1 }, { [B]: -2 }])
})

test('the old graph comes in parts when asked to: together they are the graph', async () => {
  const world = await make()
  for (const to of [B, C, D]) world.contact(ME, to, { following: true })
  world.contact(B, C, { blocking: true })
  world.contact(C, D, { following: true })
  const partsOf = async (part?: number): Promise<unknown[]> => {
    const options = { live: false, ...(part === undefined ? {} : { part }) }
    const items: unknown[] = []
    for await (const item of (await call(world, 'graphStream', options)) as AsyncIterable<unknown>)
      items.push(item)
    return items
  }
  const whole = { [ME]: { [B]: 1, [C]: 1, [D]: 1 }, [B]: { [C]: -1 }, [C]: { [D]: 1 } }
  expect(await partsOf()).toEqual([whole])
  expect(await partsOf(5)).toEqual([whole])
  expect(await partsOf(2)).toEqual([
    { [ME]: { [B]: 1, [C]: 1 } },
    { [ME]: { [D]: 1 }, [B]: { [C]: -1 } },
    { [C]: { [D]: 1 } },
  ])
  for (const wrong of [0, -1, 1.5, '2', null])
    await expect(partsOf(wrong as number)).rejects.toMatchObject({ code: 'SSB_FRIENDS_PART' })
})

test('the status counts whom we follow, and not ourselves', async () => {
  const world = await make([[B, { type: 'contact', contact: C, following: true }]])
  const friends = async (): Promise<unknown> =>
    ((await world.host.call(owner, ['status'])) as { readonly friends: unknown }).friends
  expect(await friends()).toEqual({ follows: 0 })
  for (const to of [ME, B, C]) world.contact(ME, to, { following: true })
  world.contact(ME, D, { blocking: true })
  expect(await friends()).toEqual({ follows: 2 })
})

test('follow and block publish what the field publishes', async () => {
  const world = await make()
  expect(await call(world, 'follow', B)).toEqual({
    value: { content: { type: 'contact', contact: B, following: true } },
  })
  expect(await call(world, 'block', B, { state: false, reason: 'sorry' })).toEqual({
    value: { content: { type: 'contact', contact: B, blocking: false, reason: 'sorry' } },
  })
  await expect(call(world, 'follow', 'x')).rejects.toThrow('follow() requires a feedId, got x')
})

test('100,000 edges: another one costs what it changes', async () => {
  const world = await make()
  const feed = (n: number): FeedId => `@${String(n).padStart(42, 'A')}A=.ed25519` as FeedId
  for (let n = 0; n < 1000; n++) world.contact(ME, feed(n), { following: true })
  for (let n = 0; n < 100_000; n++)
    world.contact(feed(n % 1000), feed(Math.floor(n / 100)), { following: true })
  let asked = 0
  world.host.policy.changed.on(() => asked++)
  world.contact(feed(5), feed(5000), { following: true })
  expect(asked).toBe(1)
  world.contact(feed(6), feed(5000), { following: true })
  expect(asked).toBe(1)
})
