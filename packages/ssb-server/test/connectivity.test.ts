import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Running, World } from './world.ts'

const worlds: World[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.end()))
})

async function server(...argv: string[]): Promise<[World, Running]> {
  const world = new World()
  worlds.push(world)
  return [world, await world.start(...argv)]
}

const address = ({ id, port }: Running): string =>
  `net:127.0.0.1:${port}~shs:${id.slice(1).replace('.ed25519', '')}`

/** What a command prints, read as JSON. */
async function json<T>(world: World, ...argv: string[]): Promise<T> {
  const { code, out, err } = await world.sbot(['--json', ...argv])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as T
}

/** Ask until the answer is right; bounded by the test's own time. */
async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
  }
}

test('an invite joins two servers, once, over the command line', async () => {
  const [pub, pubServer] = await server('--allowPrivate')
  const [user, userServer] = await server()
  const code = await json<string>(pub, 'invite.create', '1')
  expect(code).toContain(`:${pubServer.port}:${pubServer.id}~`)

  const published = await json<{ value: { content: object } }[]>(user, 'invite.accept', code)
  const reached = { host: '127.0.0.1', port: Number(pubServer.port), key: pubServer.id }
  expect(published.map(({ value }) => value.content)).toEqual([
    { type: 'contact', following: true, autofollow: true, contact: pubServer.id },
    { type: 'pub', address: reached },
  ])
  expect(await json(pub, 'friends.hops')).toEqual({ [pubServer.id]: 0, [userServer.id]: 1 })
  expect(await json(user, 'friends.hops')).toMatchObject({ [userServer.id]: 0, [pubServer.id]: 1 })

  // both replicate over the connection that follows
  await eventually(
    () => json<Record<string, number>>(user, 'getVectorClock'),
    (clock) => (clock[pubServer.id] ?? 0) >= 1,
  )
  expect(await json(user, 'invite.accept', code)).toEqual([])
  const [third] = await server()
  const refused = await third.sbot(['invite.accept', code])
  expect(refused.code).not.toBe(0)
  expect(refused.err).toContain('The invite has been used as often as it may be')
  const broken = await third.sbot(['invite.accept', 'nonsense'])
  expect(broken.err).toContain('ssb-invite failed to parse invite nonsense')
}, 20_000)

test('without a public address no invite is made', async () => {
  const [world] = await server()
  const { code, err } = await world.sbot(['invite.create', '1'])
  expect(code).not.toBe(0)
  expect(err).toContain('no address available for creating an invite')
})

test('a peer is dialled again after a restart, from the book, and its history is told', async () => {
  const [a, serverA] = await server()
  const [b, serverB] = await server()
  await json(b, 'gossip.connect', address(serverA))
  const history = await json<{ text: string }[]>(b, 'gossip.history', serverA.id)
  expect(history.map(({ text }) => text)).toEqual([`We connected to ${address(serverA)}.`])
  await serverB.stop()
  expect(existsSync(join(b.path, 'peers.json'))).toBe(true)
  await b.start()
  type Peer = { key: string; state?: string; client: boolean }
  const peers = await eventually(
    () => json<Peer[]>(a, 'gossip.peers'),
    (all) => all.some(({ state }) => state === 'connected'),
  )
  expect(peers).toMatchObject([{ key: serverB.id, client: true }])
}, 20_000)

test('a ban ends the connection and keeps the peer out until it is lifted', async () => {
  const [a, serverA] = await server()
  const [b, serverB] = await server('--offline')
  await json(b, 'gossip.connect', address(serverA))
  await json(a, 'gossip.ban', serverB.id, '--reason', 'noise')
  type Peers = { state?: string }[]
  await eventually(
    () => json<Peers>(b, 'gossip.peers'),
    (all) => all.every(({ state }) => state === undefined),
  )
  expect((await b.sbot(['gossip.connect', address(serverA)])).code).not.toBe(0)
  expect(await json(a, 'gossip.bans')).toMatchObject([{ id: serverB.id, reason: 'noise' }])
  expect(await json(a, 'gossip.unban', serverB.id)).toBe(true)
  await json(b, 'gossip.connect', address(serverA))
}, 20_000)

test('nothing is announced by a server that only this machine can reach', async () => {
  const [world] = await server()
  expect(await json(world, 'status')).toMatchObject({ lan: { on: false, sent: 0 } })
})
