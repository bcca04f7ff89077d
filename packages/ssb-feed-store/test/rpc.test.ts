import { toBase64 } from '@scuttlebot/ssb-encode'
import { generate, unbox, unboxKey } from '@scuttlebot/ssb-keys'
import { Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { createHost, type Host } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { feedStore, privateUnboxer } from '../src/index.ts'
import { storeManifest } from '../src/rpc.ts'
import { memory, run, ticking, writer } from './make.ts'

const owner = { peer: null, rights: ['owner'] }
const me = writer(1)
const a = writer(2)
const messages = run(a, 5)
const plugins = (): readonly [ReturnType<typeof feedStore>] => [feedStore({ database: memory() })]
let host: Host<ReturnType<typeof plugins>>

beforeEach(async () => {
  host = createHost({
    keys: me,
    plugins: plugins(),
    clock: { now: ticking(), setTimeout: () => () => {} },
  })
  await host.start()
})
afterEach(() => host.stop())

function plain(x: unknown): unknown {
  return x instanceof JsonBytes ? JSON.parse(new TextDecoder().decode(x.bytes)) : x
}
const call = async (name: string, ...args: unknown[]): Promise<unknown> =>
  plain(await host.call(owner, [name], ...args))

const callIn = async (...args: [string, string, ...unknown[]]): Promise<unknown> =>
  host.call(owner, args.slice(0, 2) as string[], ...args.slice(2))

async function items(name: string, ...args: unknown[]): Promise<unknown[]> {
  const list: unknown[] = []
  const source = (await host.call(owner, [name], ...args)) as AsyncIterable<unknown>
  for await (const item of source)
    list.push(...(item instanceof Batch ? item.items : [item]).map(plain))
  return list
}

test('publish answers key, value and receive time', async () => {
  const made = (await call('publish', { type: 'post', text: 'hello' })) as { key: string }
  expect(made).toMatchObject({
    value: { author: me.id, sequence: 1, content: { type: 'post', text: 'hello' } },
    timestamp: expect.any(Number),
  })
  expect(Object.keys(made)).toEqual(['key', 'value', 'timestamp'])
  expect(await call('get', { id: made.key, meta: true })).toEqual(made)
})

test('add answers the message, or the text of ssb-validate with its fatal mark', async () => {
  const [one, two, three] = messages
  expect(await call('add', one?.value)).toMatchObject({ key: one?.key, value: one?.value })
  await expect(call('add', three?.value)).rejects.toMatchObject({
    message: expect.stringContaining('invalid message: expected sequence 2 but got:3in state:{'),
    fatal: false,
  })
  await expect(call('add', { ...two?.value, previous: three?.key })).rejects.toMatchObject({
    message: `invalid message: expected different previous message, on feed:${a.id}`,
    fatal: true,
  })
})

test('get takes an id, options, a link, and a log position', async () => {
  await host.plugins.store.add(messages.map(({ bytes }) => bytes))
  const third = messages[2]
  expect(await call('get', third?.key)).toEqual(third?.value)
  expect(await call('get', { id: third?.key })).toEqual(third?.value)
  expect(await call('get', { id: third?.key, private: true })).toEqual(third?.value)
  expect(await call('get', 2)).toEqual(third?.value)
  expect(await call('get', 0)).toEqual(messages[0]?.value)
  const missing = `%${'A'.repeat(43)}=.sha256`
  await expect(call('get', missing)).rejects.toMatchObject({
    name: 'NotFoundError',
    message: `Key not found in database [${missing}]`,
  })
  for (const bad of ['nonsense', {}, null, undefined, { id: 5 }, [], true])
    await expect(call('get', bad)).rejects.toMatchObject({
      name: 'TypeError',
      message: 'Param 0 must by of type object',
    })
})

test('private content comes back boxed, unless it is asked for and can be opened', async () => {
  const made = (await call('publish', 'AAAA.box')) as { key: string; value: unknown }
  expect(await call('get', made.key)).toMatchObject({ content: 'AAAA.box' })
  expect(await call('get', { id: made.key, private: true })).toMatchObject({ content: 'AAAA.box' })
  host.plugins.store.addUnboxer((text, author) =>
    text === 'AAAA.box' && author === me.id
      ? { content: { type: 'post', text: 'secret' }, unbox: 'KEY' }
      : null,
  )
  expect(await call('get', made.key)).toMatchObject({ content: 'AAAA.box' })
  expect(await call('get', { id: made.key, private: true })).toMatchObject({
    content: { type: 'post', text: 'secret' },
    meta: { private: true, original: { content: 'AAAA.box' }, unbox: 'KEY' },
    private: true,
    cyphertext: 'AAAA.box',
    unbox: 'KEY',
  })
})

test('content with recipients is boxed, and opened by who was named or has the key', async () => {
  const keys = generate('ed25519', new Uint8Array(32).fill(9))
  const content = { type: 'post', text: 'psst', recps: [keys.id, { link: me.id }] }
  const made = (await call('publish', content)) as { key: string; value: { content: string } }
  expect(made.value.content).toMatch(/^[A-Za-z0-9+/=]+\.box$/)
  const recipients = [...content.recps]
  expect(unbox(made.value.content, keys)).toEqual({ ...content, recps: recipients })
  const key = toBase64(unboxKey(made.value.content, keys) ?? new Uint8Array())
  const opened = { content, private: true, unbox: key }
  expect(await call('get', { id: made.key, unbox: key })).toMatchObject(opened)
  expect(await call('get', `${made.key}?unbox=${key}`)).toMatchObject(opened)
  expect(await call('get', `${made.key}?unbox=AAAA`)).toMatchObject({ content: made.value.content })
  expect(await call('get', { id: made.key, private: true })).toEqual(made.value)
  const remove = host.plugins.store.addUnboxer(privateUnboxer(keys))
  expect(await call('get', { id: made.key, private: true })).toMatchObject(opened)
  remove()
  host.plugins.store.addUnboxer(privateUnboxer(generate('ed25519', new Uint8Array(32).fill(8))))
  expect(await call('get', { id: made.key, private: true })).toEqual(made.value)
  const many = { type: 'post', recps: Array.from({ length: 8 }, () => me.id) }
  await expect(call('publish', many)).rejects.toMatchObject({
    message: 'max recipients is:7 found:8',
  })
})

test('heads are told in each of the classic ways', async () => {
  await host.plugins.store.add(messages.map(({ bytes }) => bytes))
  const last = messages[4]
  expect(await call('getLatest', a.id)).toEqual({ key: last?.key, value: last?.value })
  expect(await call('getLatest', me.id)).toBe(undefined)
  await expect(call('getLatest', 'x')).rejects.toMatchObject({
    message: 'Param 0 must by of type feedId',
  })
  expect(await call('latestSequence', a.id)).toBe(5)
  await expect(call('latestSequence', me.id)).rejects.toMatchObject({
    message: `not found:${me.id}`,
  })
  expect(await call('getFeedState', a.id)).toEqual({ id: last?.key, sequence: 5 })
  expect(await call('getFeedState', me.id)).toEqual({ id: null, sequence: 0 })
  expect(await call('getVectorClock')).toEqual({ [a.id]: 5 })
  expect(await items('latest')).toEqual([{ id: a.id, sequence: 5, ts: last?.value.timestamp }])
})

test('createSequenceStream begins with the position and tells of each growth', async () => {
  const source = (await host.call(owner, ['createSequenceStream'])) as AsyncIterable<number>
  const seen: number[] = []
  for await (const position of source) {
    seen.push(position)
    if (seen.length === 3) break
    await call('publish', { type: 'post' })
  }
  expect(seen).toEqual([-1, 0, 1])
})

test('status and progress tell how far the indexes are, and of the own feed', async () => {
  expect(await call('progress')).toMatchObject({ indexes: { start: 0, current: 0, target: 0 } })
  await host.plugins.store.add(messages.map(({ bytes }) => bytes))
  host.plugins.store.defineIndex({ name: 'x', version: 1, map: () => {} })
  await host.plugins.store.indexed()
  expect(await call('progress')).toMatchObject({ indexes: { start: 0, current: 5, target: 5 } })
  expect(await call('status')).toMatchObject({
    sync: { since: 4, plugins: { x: 4 }, sync: true },
    feed: { id: me.id, sequence: 0, locked: [] },
  })
})

test('del deletes messages and feeds, and nothing else', async () => {
  await host.plugins.store.add(messages.map(({ bytes }) => bytes))
  expect(await call('del', messages[1]?.key)).toBe(undefined)
  await expect(call('get', messages[1]?.key)).rejects.toMatchObject({ name: 'NotFoundError' })
  expect(await call('del', a.id)).toEqual([0, 2, 3, 4].map((i) => messages[i]?.key))
  await expect(call('del', 'x')).rejects.toThrow('deletion target must be a message or feed')
})

test('the size of a feed is counted while it is short, and guessed by some of its messages then', async () => {
  await host.plugins.store.add(messages.map(({ bytes }) => bytes))
  for (let n = 0; n < 40; n++) await call('publish', { type: 'post', text: 'x'.repeat(100) })
  const bytesOf = async (feed: FeedId, count: number): Promise<number> => {
    let bytes = 0
    for (let sequence = 1; sequence <= count; sequence++) {
      const found = await host.plugins.store.atFeed(feed, sequence)
      if (found !== null) bytes += host.plugins.store.kvt(found).length
    }
    return bytes
  }
  const sizes = (await callIn('feed', 'sizes', [
    a.id,
    me.id,
    `@${'A'.repeat(43)}=.ed25519`,
  ])) as Record<string, { readonly bytes: number }>
  expect(sizes[a.id]).toEqual({ messages: 5, bytes: await bytesOf(a.id, 5), isEstimate: false })
  expect(sizes[me.id]).toMatchObject({ messages: 40, isEstimate: true })
  const real = await bytesOf(me.id as FeedId, 40)
  expect(Math.abs((sizes[me.id]?.bytes ?? 0) - real)).toBeLessThan(0.02 * real)
  expect(Object.keys(sizes)).toHaveLength(2)
  for (const wrong of [undefined, [7], Array(101).fill(a.id)])
    await expect(callIn('feed', 'sizes', wrong)).rejects.toThrow('at most 100 feeds')
})

test('publishing is unlocked only by who says so', async () => {
  host.plugins.store.lockPublishing('because')
  await expect(call('publish', { type: 'post' })).rejects.toThrow('because')
  await expect(callIn('feed', 'unlock')).rejects.toThrow('--i-accept-a-fork')
  await callIn('feed', 'unlock', { 'i-accept-a-fork': true })
  expect(await callIn('feed', 'status')).toMatchObject({ locked: [] })
  expect(await call('publish', { type: 'post' })).toMatchObject({ value: { sequence: 1 } })
})

test('strangers may call nothing of it', async () => {
  for (const name of ['publish', 'add', 'get', 'getVectorClock', 'createWriteStream'])
    await expect(
      host.call({ peer: a.id, rights: ['anonymous'] }, [name], {}),
    ).rejects.toMatchObject({ message: `method:${name} is not in list of allowed methods` })
})

test('getAtSequence takes a feed and a sequence, in both forms', async () => {
  for (const { value } of messages.slice(0, 2)) await call('add', value)
  const second = await call('get', { id: messages[1]?.key, meta: true })
  expect(await call('getAtSequence', [a.id, 2])).toEqual(second)
  expect(await call('getAtSequence', `${a.id}:2`)).toEqual(second)
  await expect(call('getAtSequence', [a.id, 3])).rejects.toMatchObject({ name: 'NotFoundError' })
  for (const bad of [undefined, a.id, [a.id], ['x', 1], `${a.id}:x`])
    await expect(call('getAtSequence', bad)).rejects.toThrow('Param 0 must be [feedId, sequence]')
})

test('rebuild answers when all indexes are there again', async () => {
  await call('publish', { type: 'post', text: 'one' })
  expect(await call('rebuild')).toBe(undefined)
  expect(host.plugins.store.indexes().every(({ current }) => current)).toBe(true)
})

test('strangers may call none of it', async () => {
  const stranger = { peer: a.id, rights: ['anonymous'] }
  for (const name of Object.keys(storeManifest))
    if (name !== 'feed')
      await expect(host.call(stranger, [name]), name).rejects.toThrow('is not in list of allowed')
  for (const name of ['status', 'unlock', 'forks'])
    await expect(host.call(stranger, ['feed', name]), name).rejects.toThrow('not in list of')
})

test('a listener that throws on a message is logged', async () => {
  await host.stop()
  const logged: unknown[] = []
  const silent = (): void => undefined
  const log = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (...a: unknown[]) => logged.push(a),
  }
  host = createHost({ keys: me, plugins: plugins(), log: () => log as never })
  await host.start()
  host.plugins.store.appended.on(() => {
    throw new TypeError('not expected')
  })
  await call('publish', { type: 'post', text: 'hello' })
  expect(logged).toEqual([['a listener threw', { error: 'TypeError: not expected' }]])
})
