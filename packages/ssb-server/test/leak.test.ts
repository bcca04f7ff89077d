// Private text reaches nobody but the owner: every method of the manifest, called as everybody, in every way that its
// help tells of, over TCP, WebSockets and HTTP. What was private is in none of the bytes, the logs and the errors.
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { requireConfig } from '@scuttlebot/ssb-config'
import { sign } from '@scuttlebot/ssb-crypto'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { box, generate, type Keys, keyPairOf, unboxKey } from '@scuttlebot/ssb-keys'
import type { MethodHelp } from '@scuttlebot/ssb-muxrpc'
import type { Log } from '@scuttlebot/ssb-plugin'
import {
  type Content,
  createMessage,
  type FeedState,
  type Verified,
} from '@scuttlebot/ssb-validate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createServer, type Server } from '../src/index.ts'
import { type Known, waysOf } from './options.ts'
import { type MethodName, Tap } from './tap.ts'

const CANARY = 'CanaryOfPrivateText7e1f'
const LINK = `%${Buffer.from(`${CANARY}########`).subarray(0, 32).toString('base64').padEnd(44, '=')}.sha256`

/** The canary in the forms that it might come in: text, hex, base64 at any offset, JSON of bytes, UTF-16. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  const shifted = [0, 1, 2].map((n) => {
    const encoded = Buffer.concat([Buffer.alloc(n), bytes]).toString('base64')
    return encoded.slice(n === 0 ? 0 : 4, -4)
  })
  const wide = Buffer.from(text, 'utf16le').toString('latin1')
  return [text, bytes.toString('hex'), wide, [...bytes].join(','), ...shifted]
}

/** Calls that are open together. */
const AT_ONCE = 24
/** Calls of a connection: a stranger that makes more in a row is slowed down. */
const CALLS_MAX = 900

const path = mkdtempSync(`${tmpdir()}/ssb-leak-`)
const owner = generate()
const friend = generate()
const guest = generate()
const listed = generate()
const heads = new Map<string, FeedState>()
const logged: string[] = []
let server: Server
let known: Known
let methods: readonly MethodName[]
/** What must not be seen: the canary's forms, and what opens each message. */
const forbidden: string[] = [...formsOf(CANARY), owner.private.slice(0, 40)]
const boxedTexts: string[] = []
const taps: Tap[] = []

const level =
  (plugin: string) =>
  (text: string, facts?: object): void => {
    logged.push(`${plugin} ${text} ${JSON.stringify(facts ?? {})}`)
  }
const log = (plugin: string): Log => {
  const write = level(plugin)
  return { debug: write, info: write, warn: write, error: write }
}

/** A message of somebody else's feed. */
function by(keys: Keys, content: Content): Verified {
  const made = createMessage({
    state: heads.get(keys.id) ?? null,
    author: keys.id,
    sign: (bytes) => sign(bytes, keyPairOf(keys).secretKey),
    content,
    timestamp: Date.now(),
  })
  if (!made.ok) throw new Error(made.reason)
  const { key, value } = made.message
  heads.set(keys.id, { id: key, sequence: value.sequence, timestamp: value.timestamp })
  return made.message
}

/** Contents whose every part is a canary. */
const secrets = (n: number): readonly { readonly type: string }[] => [
  { type: 'post', text: `${CANARY} ${n}`, root: LINK, branch: [LINK] } as { type: string },
  { type: CANARY, vote: { link: LINK, value: 1, expression: CANARY } } as { type: string },
  { type: 'about', about: owner.id, name: CANARY, channel: CANARY } as { type: string },
  { type: 'contact', contact: guest.id, following: true, note: CANARY } as { type: string },
]

async function addSecrets(n: number): Promise<void> {
  for (const content of secrets(n)) {
    const made = await server.plugins.private.publish(content, [friend.id])
    const text = box(content, [owner, friend])
    const added = await server.plugins.store.add([by(friend, text).bytes])
    expect(added.map(({ ok }) => ok)).toEqual([true])
    for (const one of [made.value.content as string, text]) {
      boxedTexts.push(one)
      forbidden.push(Buffer.from(unboxKey(one, owner) ?? []).toString('base64'))
    }
  }
  await server.plugins.private.settled()
}

function methodsOf(tree: object, parents: readonly string[] = []): MethodName[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [{ path: [...parents, name], kind: value }]
      : methodsOf(value as object, [...parents, name]),
  )
}

beforeAll(async () => {
  const flags = [
    { key: 'path', value: path },
    { key: 'port', value: '0' },
    { key: 'ws.port', value: '0' },
    { key: 'local-only', value: true },
  ]
  const { config } = requireConfig({ home: path, flags })
  server = createServer({ config, keys: owner, log, isNew: true })
  await server.start()
  server.hooks.authorize.add(0, ({ peer }) => {
    if (peer === guest.id) return { allow: true, roles: ['guest'] }
    const allow = ['manifest', 'createHistoryStream', 'ebt', 'blobs.get', 'gossip.ping', 'query']
    return peer === listed.id ? { allow: true, permissions: { allow, deny: ['query'] } } : undefined
  })
  const { store } = server.plugins
  await store.publish({ type: 'contact', contact: friend.id, following: true })
  await store.add([by(friend, { type: 'contact', contact: owner.id, following: true }).bytes])
  for (let n = 0; n < 3; n++) await addSecrets(n)
  const messages: string[] = []
  for await (const batch of store.log()) messages.push(...batch.map(({ key }) => key))
  const clock = Object.fromEntries([owner.id, friend.id].map((id) => [id, 0]))
  known = {
    feeds: [owner.id, friend.id],
    // Nothing of the canary: errors may name what they were asked for.
    messages: [messages.at(-1) ?? ''],
    types: ['post'],
    texts: [boxedTexts[0] ?? ''],
    clock,
  }
  methods = methodsOf(server.manifest())
})

afterAll(async () => {
  for (const tap of taps) await tap.close()
  await server.stop()
  rmSync(path, { recursive: true, force: true })
})

/** How a server is reached: both ways to the same methods. */
type Transport = 'net' | 'ws'

/** Where the server listens, as TCP port or URL. */
function placeOf(transport: Transport): number | string {
  const addresses = server.plugins.net.addresses(['device']).join(';')
  const found = transport === 'net' ? /net:127\.0\.0\.1:(\d+)/ : /(ws:\/\/127\.0\.0\.1:\d+)/
  const place = found.exec(addresses)?.[1] ?? ''
  return transport === 'net' ? Number(place) : place
}

async function tapAs(keys: Keys, transport: Transport): Promise<Tap> {
  const { config } = requireConfig({ home: path, flags: [] })
  const tap = await Tap.open({
    place: placeOf(transport),
    keys: keyPairOf(keys),
    networkKey: fromBase64(config.caps.shs) as Uint8Array,
    serverKey: keyPairOf(owner).publicKey,
  })
  taps.push(tap)
  return tap
}

/** Head and body of an answer over HTTP. */
function httpAnswer(url: string, method: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(String(placeOf('ws')))
    const options = { host, port, path: url, method, agent: false }
    const asked = request(options, (response) => {
      const chunks: Uint8Array[] = [Buffer.from(JSON.stringify(response.rawHeaders))]
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')))
    })
    asked.on('error', reject).end(body)
  })
}

const seen = (text: string): readonly string[] => forbidden.filter((one) => text.includes(one))
const helpOf = async (): Promise<Readonly<Record<string, MethodHelp>>> =>
  (await server.call({ peer: null, rights: ['owner'] }, ['help'])) as Record<string, MethodHelp>

const TRANSPORTS = ['net', 'ws'] as const

test.each(TRANSPORTS)(
  'over %s the owner does see it: a leak would be noticed',
  async (transport) => {
    const tap = await tapAs(owner, transport)
    for await (const item of tap.mux.source(['private', 'read'], [])) expect(item).toBeDefined()
    expect(seen(tap.heard())).toContain(CANARY)
    expect(seen(tap.heard()).length).toBeGreaterThan(boxedTexts.length)
  },
)

const CALLERS = [
  ['a stranger', generate()],
  ['a friend', friend],
  ['a guest', guest],
  ['one with lists of permissions', listed],
] as const

test.each(
  TRANSPORTS.flatMap((transport) => CALLERS.map(([who, keys]) => [transport, who, keys] as const)),
)('over %s %s sees nothing of it, whatever is called', { timeout: 60_000 }, async (...facts) => {
  const [transport, , keys] = facts
  const help = await helpOf()
  const heard: string[] = []
  let tap = await tapAs(keys, transport)
  const leave = async (one: Tap): Promise<void> => {
    await one.mux.call(['manifest'], [])
    heard.push(one.heard())
    await one.close()
  }
  // First what goes on by itself while something private is published.
  for (const method of methods) tap.listen(method, [{ live: true, private: true, id: owner.id }])
  await tap.mux.call(['manifest'], [])
  await addSecrets(100)
  await leave(tap)
  tap = await tapAs(keys, transport)

  const allowed = new Set<string>()
  let calls = 0
  let tried = 0
  for (const method of methods) {
    const name = method.path.join('.')
    const ways = waysOf(help[name], known)
    for (let i = 0; i < ways.length; i += AT_ONCE) {
      const some = ways.slice(i, i + AT_ONCE)
      if (calls + some.length > CALLS_MAX) {
        await leave(tap)
        tap = await tapAs(keys, transport)
        calls = 0
      }
      calls += some.length
      tried += some.length
      const taken = await Promise.all(some.map((way) => tap.take(method, way)))
      if (taken.includes(true)) allowed.add(name)
    }
  }
  await leave(tap)
  expect(tried).toBeGreaterThan(methods.length * 10)
  expect([...allowed]).toContain('manifest')
  // It was served as it is stored, to all but guests, who may not ask for feeds.
  const all = heard.join('\n')
  expect(boxedTexts.some((one) => all.includes(one))).toBe(keys !== guest)
  expect(seen(all)).toEqual([])
  expect(seen(logged.join('\n'))).toEqual([])
})

test('over HTTP nothing of it comes, whatever is asked for', { timeout: 60_000 }, async () => {
  const help = await helpOf()
  const { feeds, messages, texts } = known
  const ids = [...feeds, ...messages, ...texts]
  const asked = new Set(['/', '/blobs/get/', '/blobs/ls', '/manifest.json'])
  for (const id of ids)
    for (const start of ['/', '/blobs/get/', '/get/', '/msg/']) {
      asked.add(start + encodeURIComponent(id))
      asked.add(
        `${start}${encodeURIComponent(id)}?unbox=${encodeURIComponent(forbidden.at(-1) ?? '')}`,
      )
    }
  for (const { path } of methods) {
    const ways = waysOf(help[path.join('.')], known).slice(0, 4)
    for (const way of ways)
      for (const name of [path.join('/'), path.join('.')])
        asked.add(`/${name}?${encodeURIComponent(JSON.stringify(way))}`)
  }
  const heard: string[] = []
  const urls = [...asked]
  for (let i = 0; i < urls.length; i += AT_ONCE)
    for (const method of ['GET', 'POST'])
      heard.push(
        ...(await Promise.all(
          urls.slice(i, i + AT_ONCE).map((url) => httpAnswer(url, method, JSON.stringify([known]))),
        )),
      )
  expect(heard.length).toBeGreaterThan(methods.length * 4)
  expect(seen(heard.join('\n'))).toEqual([])
  expect(seen(logged.join('\n'))).toEqual([])
})
