// Invites between started servers: what each failure is told as, over which transports they work, and what their
// guests may do.

import { fromBase64 } from '@scuttlebot/ssb-encode'
import { readCode } from '@scuttlebot/ssb-invite'
import { generate, keyPairOf } from '@scuttlebot/ssb-keys'
import { createFace, type PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { dial, type SecureConnection } from '@scuttlebot/ssb-net/secure'
import { keyOfFeedId } from '@scuttlebot/ssb-ref'
import { afterEach, describe, expect, test } from 'vitest'
import { type Running, World } from './world.ts'

const worlds: World[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.end()))
})

type Server = Running & { readonly world: World }

async function start(...argv: string[]): Promise<Server> {
  const world = new World()
  worlds.push(world)
  return { ...(await world.start('--allowPrivate', ...argv)), world }
}

async function json<T>({ world }: Server, ...argv: string[]): Promise<T> {
  const { code, out, err } = await world.sbot(['--json', ...argv])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as T
}

/** What somebody is told whose invite does not work; codes are in the words. */
async function failure({ world }: Server, code: string): Promise<string> {
  const { code: exit, err } = await world.sbot(['invite.accept', code])
  expect(exit).toBe(1)
  return err.trim()
}

const OTHER_NETWORK = Buffer.alloc(32, 5).toString('base64')

describe('an invite that does not work says why', () => {
  test('nobody is there', async () => {
    const [pub, user] = [await start(), await start()]
    const code = await json<string>(pub, 'invite.create')
    await pub.stop()
    expect(await failure(user, code)).toMatch(/^could not connect to server: 127\.0\.0\.1 port/)
  }, 20_000)

  test('another network, another server, not SSB at all', async () => {
    const [pub, user] = [await start('--ws.port', '0'), await start('--caps.shs', OTHER_NETWORK)]
    const code = await json<string>(pub, 'invite.create')
    expect(await failure(user, code)).toContain('it is in another network')
    const friend = await start()
    const other = code.replace(/@.*?\.ed25519/, generate().id)
    expect(await failure(friend, other)).toContain('not the one that the invite names')
    const address = await json<string>(pub, 'address', 'device')
    const http = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(address)?.[1] ?? ''
    expect(await failure(friend, code.replace(`:${pub.port}:`, `:${http}:`))).toMatch(
      /hung up at our first word|no server of this network/,
    )
  }, 20_000)

  test('used up, revoked, and not allowed', async () => {
    const [pub, user, late] = [await start(), await start(), await start()]
    const code = await json<string>(pub, 'invite.create', '1')
    const kept = await json<string>(pub, 'invite.create', '5')
    await json(user, 'invite.accept', code)
    const usedUp = 'The invite has been used as often as it may be, or has expired.'
    expect(await failure(late, code)).toBe(usedUp)
    await json(pub, 'publish', '--type', 'contact', '--contact', late.id, '--blocking')
    expect(await failure(late, kept)).toBe('The server does not let this feed use the invite.')
    for (const { id } of await json<{ id: string }[]>(pub, 'invite.list'))
      await json(pub, 'invite.revoke', id)
    expect(await failure(late, kept)).toBe(usedUp)
  }, 20_000)

  test('following already is no failure: what is missing is done, and no more', async () => {
    const [pub, user] = [await start(), await start()]
    await json(pub, 'publish', '--type', 'contact', '--contact', user.id, '--following')
    const code = await json<string>(pub, 'invite.create', '1')
    type Published = { value: { content: { type: string } } }[]
    const published = await json<Published>(user, 'invite.accept', code)
    expect(published.map(({ value }) => value.content.type)).toEqual(['contact', 'pub'])
    expect(await json(user, 'invite.accept', code)).toEqual([])
    // the invite was not used for it
    expect(await json(pub, 'invite.list')).toMatchObject([{ used: 0, total: 1 }])
  }, 20_000)
})

describe('making one', () => {
  test('is refused with a sentence when nobody could reach us', async () => {
    const world = new World()
    worlds.push(world)
    const server = await world.start('--external', 'unreachable.invalid')
    const { code, err } = await world.sbot(['invite.create'])
    expect(code).toBe(1)
    expect(err).toContain('This server could not reach itself at net:unreachable.invalid:')
    const made = await world.sbot(['invite.create', '--unchecked', '--uses', '2'])
    expect(made.out).toContain(`unreachable.invalid:${server.port}:${server.id}~`)
  })

  test('for WebSockets, and accepting it', async () => {
    const [pub, user] = [await start('--ws.port', '0'), await start()]
    const code = await json<string>(pub, 'invite.create', '--modern')
    expect(code).toMatch(/^ws:\/\/127\.0\.0\.1:\d+~shs:.{44}:.{44}$/)
    const published = await json<{ value: { content: object } }[]>(user, 'invite.accept', code)
    const remote = code.slice(0, -45)
    expect(published.map(({ value }) => value.content)).toEqual([
      { type: 'contact', following: true, autofollow: true, contact: pub.id },
      { type: 'pub', address: remote },
    ])
    expect(await json(pub, 'friends.hops')).toMatchObject({ [user.id]: 1 })
  }, 20_000)
})

/** Every method of a manifest, as path and kind. */
function methodsOf(tree: PlainManifest, path: readonly string[] = []): [string[], string][] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[[...path, name], value] as [string[], string]]
      : methodsOf(value as PlainManifest, [...path, name]),
  )
}

/** What calling a method comes to: the words of the refusal, or `null`. */
async function refusal(
  { mux }: SecureConnection,
  path: readonly string[],
  kind: string,
): Promise<string | null> {
  const nothing = (async function* () {})()
  try {
    if (kind === 'source') await mux.source(path, [])[Symbol.asyncIterator]().next()
    else if (kind === 'duplex') await mux.duplex(path, [], nothing)[Symbol.asyncIterator]().next()
    else if (kind === 'sink') await mux.sink(path, [], nothing)
    else await mux.call(path, [])
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

describe('who may call what, over the wire', () => {
  const NOT_ALLOWED = /^method:[\w,]+ is not in list of allowed methods$/
  const networkKey = fromBase64('1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=') as Uint8Array

  async function enter(address: string): Promise<SecureConnection> {
    const face = createFace({ manifest: {}, handlers: {}, peer: null, roles: [] })
    return await dial({ address, keys: keyPairOf(generate()), networkKey, face })
  }

  /** The methods that are not refused; those of `streams` are not asked, as they may have nothing to say for long. */
  async function allowed(
    server: Server,
    address: string,
    streams: readonly string[] = [],
  ): Promise<string[]> {
    const manifest = await json<PlainManifest>(server, 'manifest')
    const connection = await enter(address)
    const open: string[] = []
    for (const [path, kind] of methodsOf(manifest)) {
      if (streams.includes(path.join('.'))) continue
      const words = await refusal(connection, path, kind)
      if (words === null || !NOT_ALLOWED.test(words)) open.push(path.join('.'))
      else expect(words).toBe(`method:${path.join(',')} is not in list of allowed methods`)
    }
    await connection.close()
    return open.toSorted()
  }

  test('a guest: its invite and the address, and nothing else of the whole manifest', async () => {
    const server = await start()
    const code = await json<string>(server, 'invite.create', '5')
    const { address } = readCode(code) ?? { address: '' }
    expect(await allowed(server, address)).toEqual(['getAddress', 'invite.use'])
  }, 30_000)

  test('a stranger: what the sheet lists for strangers, with its wordings', async () => {
    const server = await start()
    const address = `net:127.0.0.1:${server.port}~shs:${keyOfFeedId(server.id as `@${string}.ed25519`)}`
    const streams = ['blobs.changes', 'blobs.createWants', 'ebt.replicate', 'gossip.ping']
    const open = await allowed(server, address, streams)
    // ssb-server 15 and 16, and the db2 stack, seen by calling everything as a stranger
    const known = [
      ...['manifest', 'createHistoryStream', 'gossip.ping', 'conn.ping', 'ooo.stream'],
      ...['blobs.has', 'blobs.get', 'blobs.getSlice', 'blobs.changes', 'blobs.createWants'],
      ...['ebt.replicate', 'ebt.replicateFormat', 'ebt.clock', 'tunnel.connect', 'tunnel.ping'],
    ]
    expect(open.filter((name) => !known.includes(name))).toEqual([])
    for (const name of ['manifest', 'createHistoryStream', 'blobs.has', 'blobs.getSlice'])
      expect(open).toContain(name)
    // what is not there is refused in the same words, which peers look for
    const stranger = await enter(address)
    for (const path of [['tunnel', 'isRoom'], ['nothing'], ['__proto__'], ['room', 'metadata']])
      expect(await refusal(stranger, path, 'async')).toBe(
        `method:${path.join(',')} is not in list of allowed methods`,
      )
    await stranger.close()
  }, 30_000)
})
