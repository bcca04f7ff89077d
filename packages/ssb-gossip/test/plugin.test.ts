import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileBook } from '../src/files.ts'
import { type GossipChange, memoryStorage } from '../src/index.ts'
import { addressOf, friendsOf, idOf, Net, owner, settle } from './helpers.ts'

type Source = AsyncIterable<unknown> & AsyncIterator<unknown>

test('friends and seeds are dialled without being asked, strangers in graph order', async () => {
  const net = new Net()
  const [a, b, c] = [
    net.host(1, { seeds: [addressOf(2)] }, friendsOf({ [idOf(3)]: 1 })),
    net.host(2),
    net.host(3),
  ]
  await Promise.all([b.start(), c.start()])
  await a.start()
  await a.call(owner, ['conn', 'remember'], addressOf(3), { type: 'pub' })
  await net.advance(1000, 100)
  expect(net.dialled.sort()).toEqual([addressOf(2), addressOf(3)])
  const peers = (await a.call(owner, ['gossip', 'peers'])) as { key: string; state: string }[]
  expect(peers.map(({ state }) => state)).toEqual(['connected', 'connected'])
  await Promise.all([a.stop(), b.stop(), c.stop()])
})

test('a lost connection is dialled again soon, a dead peer later and later', async () => {
  const net = new Net()
  const [a, b] = [net.host(1, { seeds: [addressOf(2)] }), net.host(2)]
  await Promise.all([a.start(), b.start()])
  await net.advance(120_000)
  expect(net.dialled).toHaveLength(1)
  net.cut(idOf(2))
  await net.advance(10_000)
  expect(net.dialled).toHaveLength(2)
  net.reachable.delete(idOf(2))
  net.cut(idOf(2))
  await net.advance(24 * 3_600_000, 60_000)
  expect(net.dialled.length).toBeLessThanOrEqual(2 + 5)
  const history = (await a.call(owner, ['gossip', 'history'], idOf(2))) as { text: string }[]
  expect(history.map(({ text }) => text).slice(0, 5)).toEqual([
    `We connected to ${addressOf(2)}.`,
    'The connection ended after 1 min 59 s: the connection was cut.',
    `We connected to ${addressOf(2)}.`,
    expect.stringMatching(/^The connection ended after \d s: the connection was cut\.$/),
    `We could not connect to ${addressOf(2)}: nobody answers.`,
  ])
  await a.stop()
})

test('events without a pause do not put dialling off', async () => {
  const net = new Net()
  const a = net.host(1)
  await a.start()
  for (let index = 2; index < 40; index += 1) {
    await a.call(owner, ['gossip', 'add'], addressOf(index), 'manual')
    await net.advance(50, 50)
  }
  expect(net.dialled.length).toBeGreaterThan(0)
  await a.stop()
})

test('pauses survive a restart', async () => {
  const net = new Net()
  const storage = memoryStorage()
  const a = net.host(1, { seeds: [addressOf(2)], storage })
  await a.start()
  await net.advance(2000, 100)
  expect(net.dialled).toHaveLength(1)
  await a.stop()
  const again = net.host(1, { seeds: [addressOf(2)], storage })
  await again.start()
  await net.advance(7 * 60_000, 10_000)
  expect(net.dialled).toHaveLength(1)
  await net.advance(4 * 60_000, 10_000)
  expect(net.dialled).toHaveLength(2)
  await again.stop()
})

test('waking up dials friends at once; what was open is opened anew', async () => {
  const net = new Net()
  const a = net.host(1, {}, friendsOf({ [idOf(2)]: 1, [idOf(3)]: 1 }))
  const b = net.host(2)
  await Promise.all([a.start(), b.start()])
  await a.call(owner, ['conn', 'remember'], addressOf(2))
  await a.call(owner, ['conn', 'remember'], addressOf(3))
  await net.advance(2000, 100)
  expect(net.dialled.sort()).toEqual([addressOf(2), addressOf(3)])
  // timers that stood still: one long jump, then what was due
  const { clock } = net
  const jump = 6 * 60_000
  const now = clock.now
  clock.now = () => now() + jump
  await net.advance(130_000, 1000)
  expect(net.dialled.slice(2).sort()).toEqual([addressOf(2), addressOf(3)])
  const history = (await a.call(owner, ['gossip', 'history'], idOf(2))) as { text: string }[]
  expect(history.some(({ text }) => text.endsWith(': closed.') || text.includes('slept'))).toBe(
    true,
  )
  await Promise.all([a.stop(), b.stop()])
})

test('switches, offline and conn.stop keep from dialling; dialling by hand still works', async () => {
  const net = new Net()
  const [a, b] = [net.host(1, { autostart: false, seeds: [addressOf(2)] }), net.host(2)]
  await Promise.all([a.start(), b.start()])
  await net.advance(120_000)
  expect(net.dialled).toEqual([])
  expect(await a.call(owner, ['gossip', 'disable'], 'seed')).toBe('disabled gossip type seed')
  await a.call(owner, ['conn', 'start'])
  await net.advance(120_000)
  expect(net.dialled).toEqual([])
  await expect(a.call(owner, ['gossip', 'enable'], 'x')).rejects.toThrow('no gossip type')
  expect(await a.call(owner, ['gossip', 'enable'])).toBe('enabled gossip type global')
  expect(await a.call(owner, ['gossip', 'connect'], idOf(2))).toBe(true)
  expect(net.dialled).toEqual([addressOf(2)])
  expect(await a.call(owner, ['gossip', 'disconnect'], addressOf(2))).toBe(true)
  await Promise.all([a.stop(), b.stop()])
})

test('gossip: add, get, remove and changes, in the shapes of the classic servers', async () => {
  const net = new Net()
  const a = net.host(1, { autostart: false })
  await a.start()
  const changes = (await a.call(owner, ['gossip', 'changes'])) as AsyncIterable<GossipChange>
  const told: GossipChange[] = []
  const reading = (async () => {
    for await (const change of changes) if (told.push(change) === 2) break
  })()
  await settle()
  const address = `host2.example:8008:${idOf(2)}`
  const added = await a.call(owner, ['gossip', 'add'], address, 'pub')
  expect(added).toEqual({
    address: addressOf(2),
    key: idOf(2),
    host: 'host2.example',
    port: 8008,
    source: 'pub',
    announcers: 1,
    duration: null,
    stateChange: net.clock.now(),
    failure: 0,
    client: false,
    ping: { rtt: null, skew: null },
  })
  expect(await a.call(owner, ['gossip', 'get'], idOf(2))).toEqual(added)
  expect(await a.call(owner, ['gossip', 'get'], idOf(3))).toBeUndefined()
  await expect(a.call(owner, ['gossip', 'get'], 5)).rejects.toThrow('must provide id:5')
  await expect(a.call(owner, ['gossip', 'add'], 'x')).rejects.toThrow('not a valid address:"x"')
  expect(await a.call(owner, ['gossip', 'add'], addressOf(1))).toBeUndefined()
  await a.call(owner, ['gossip', 'remove'], { key: idOf(2) })
  expect(await a.call(owner, ['gossip', 'peers'])).toEqual([])
  await reading
  expect(told.map(({ type, source }) => [type, source])).toEqual([
    ['discover', 'pub'],
    ['remove', undefined],
  ])
  await a.stop()
})

test('conn: whole states as streams, staging and the book', async () => {
  const net = new Net()
  const [a, b] = [net.host(1, { autostart: false }), net.host(2)]
  await Promise.all([a.start(), b.start()])
  const conn = (name: string, ...args: unknown[]): Promise<unknown> =>
    a.call(owner, ['conn', name], ...args)
  const peers = ((await conn('peers')) as AsyncIterable<unknown>)[Symbol.asyncIterator]() as Source
  const staged = ((await conn('stagedPeers')) as AsyncIterable<unknown>)[
    Symbol.asyncIterator
  ]() as Source
  expect((await peers.next()).value).toEqual([])
  expect((await staged.next()).value).toEqual([])
  expect(await conn('stage', addressOf(2), { type: 'lan', name: 'desk' })).toBe(true)
  expect(await conn('stage', addressOf(2), { type: 'lan' })).toBe(false)
  expect((await staged.next()).value).toEqual([
    [addressOf(2), expect.objectContaining({ type: 'lan', name: 'desk', key: idOf(2) })],
  ])
  await conn('connect', addressOf(2))
  expect((await peers.next()).value).toEqual([
    [
      addressOf(2),
      expect.objectContaining({ key: idOf(2), state: 'connected', inferredType: 'lan' }),
    ],
  ])
  expect(await conn('dbPeers')).toEqual([])
  await conn('remember', addressOf(2), { autoconnect: false, note: 'x' })
  expect(await conn('dbPeers')).toEqual([
    [addressOf(2), expect.objectContaining({ key: idOf(2), autoconnect: false, note: 'x' })],
  ])
  await conn('forget', addressOf(2))
  expect(await conn('dbPeers')).toEqual([])
  await Promise.all([a.stop(), b.stop()])
})

test('who breaks the protocol is banned in the end, visibly, and can be let in again', async () => {
  const net = new Net()
  const [a, b] = [net.host(1, { autostart: false, seeds: [addressOf(2)] }), net.host(2)]
  await Promise.all([a.start(), b.start()])
  await a.call(owner, ['gossip', 'connect'], idOf(2))
  for (let turn = 0; turn < 5; turn += 1) {
    expect(a.policy.ask('connect', idOf(1), idOf(2)).allow).toBe(true)
    net.reported.emit(idOf(2), 'protocol', 20)
  }
  expect(a.policy.ask('connect', idOf(1), idOf(2))).toEqual({
    allow: false,
    judge: 'bans',
    reason: 'it is banned for another 1 h: it broke the protocol',
  })
  expect(await a.call(owner, ['gossip', 'bans'])).toMatchObject([{ id: idOf(2), times: 1 }])
  const history = (await a.call(owner, ['gossip', 'history'], idOf(2))) as { text: string }[]
  expect(history.at(-1)?.text).toBe('We banned it for 1 h: it broke the protocol.')
  expect(await a.call(owner, ['gossip', 'unban'], idOf(2))).toBe(true)
  expect(a.policy.ask('connect', idOf(1), idOf(2)).allow).toBe(true)
  expect(
    await a.call(owner, ['gossip', 'ban'], idOf(2), { hours: 2, reason: 'noise' }),
  ).toMatchObject({
    reason: 'noise',
    until: net.clock.now() + 7_200_000,
  })
  await Promise.all([a.stop(), b.stop()])
})

test('the book in a folder: written beside and moved over, old files taken over and left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ssb-gossip-'))
  try {
    const old = JSON.stringify([{ host: 'host2.example', port: 8008, key: idOf(2), source: 'pub' }])
    await writeFile(join(folder, 'gossip.json'), old)
    const net = new Net()
    const a = net.host(1, { autostart: false, storage: fileBook(folder) })
    await a.start()
    expect(await a.call(owner, ['conn', 'dbPeers'])).toMatchObject([[addressOf(2), {}]])
    await a.call(owner, ['gossip', 'add'], addressOf(3))
    await a.stop()
    expect(await readFile(join(folder, 'gossip.json'), 'utf8')).toBe(old)
    const again = net.host(1, { autostart: false, storage: fileBook(folder) })
    await again.start()
    const kept = (await again.call(owner, ['conn', 'dbPeers'])) as [string][]
    expect(kept.map(([address]) => address)).toEqual([addressOf(2), addressOf(3)])
    await again.stop()
    await writeFile(join(folder, 'peers.json'), '{broken')
    const broken = net.host(1, { autostart: false, storage: fileBook(folder) })
    await broken.start()
    expect(await broken.call(owner, ['conn', 'dbPeers'])).toMatchObject([[addressOf(2), {}]])
    await broken.stop()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a book that cannot be read is not written over: it holds bans', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ssb-gossip-'))
  try {
    expect(await fileBook(folder).load()).toBe(null)
    await mkdir(join(folder, 'peers.json'))
    await expect(fileBook(folder).load()).rejects.toMatchObject({ code: 'EISDIR' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
