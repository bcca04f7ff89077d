import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@scuttlebot/ssb-client/browser'
import type { CoreRpc } from '@scuttlebot/ssb-plugin'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { WebRpc } from '../src/index.ts'
import { Pairing } from '../src/pairing.ts'
import { Sessions } from '../src/sessions.ts'
import {
  idOf,
  keyOf,
  keysOf,
  networkKey,
  owner,
  pairing,
  start,
  stopAll,
  tokenOf,
} from './world.ts'

afterEach(() => stopAll())

const dial = (port: number, byte: number) =>
  connect<CoreRpc & WebRpc>({
    url: `ws://localhost:${port}`,
    id: idOf(1),
    keys: keysOf(byte),
    networkKey,
    socket: (url) => new WebSocket(url, { origin: `http://localhost:${port}` }) as never,
  })

describe('a browser', () => {
  test('is paired by a link, once, and may then do what the owner may', async () => {
    const { host, port, ask } = await start()
    const token = tokenOf(host.plugins.web.link())
    const stranger = await dial(port, 2)
    await expect(stranger.remote.web.sessions()).rejects.toThrow()
    await stranger.close()
    const paired = await ask('/web/pair', pairing(token, keyOf(2)))
    expect(paired.status).toBe(200)
    expect(JSON.parse(paired.text)).toEqual({
      id: idOf(1),
      networkKey: 'AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=',
    })
    expect((await ask('/web/pair', pairing(token, keyOf(4)))).status).toBe(403)
    const client = await dial(port, 2)
    expect(await client.remote.whoami()).toEqual({ id: idOf(1) })
    expect(await client.remote.web.sessions()).toMatchObject([
      { id: idOf(2), name: 'Firefox on Linux', seen: expect.any(Number), from: '127.0.0.1' },
    ])
    expect(host.plugins.net.peers()).toEqual([])
    await client.close()
  })

  test('that is revoked is sent away, and comes back as a stranger', async () => {
    const { host, port, ask } = await start()
    await ask('/web/pair', pairing(tokenOf(host.plugins.web.link()), keyOf(2)))
    await ask('/web/pair', pairing(tokenOf(host.plugins.web.link()), keyOf(4)))
    const client = await dial(port, 2)
    const other = await dial(port, 4)
    expect(await other.remote.web.revoke(idOf(2))).toBe(true)
    await client.closed
    expect(await other.remote.web.revoke(idOf(2))).toBe(false)
    const again = await dial(port, 2)
    await expect(again.remote.web.sessions()).rejects.toThrow()
    await again.close()
    await other.close()
  })

  test('that has to give way to others is sent away', async () => {
    const { host, port, ask } = await start()
    const pair = (byte: number) =>
      ask('/web/pair', pairing(tokenOf(host.plugins.web.link()), keyOf(byte)))
    await pair(2)
    const client = await dial(port, 2)
    for (let byte = 100; byte < 164; byte++) expect((await pair(byte)).status).toBe(200)
    await client.closed
    expect(await host.call(owner, ['web', 'sessions'])).toHaveLength(64)
  })

  test('asks for a link for another one, which ends the one before', async () => {
    const { host, port, ask } = await start()
    const first = tokenOf(host.plugins.web.link())
    await ask('/web/pair', pairing(first, keyOf(2)))
    const client = await dial(port, 2)
    const second = tokenOf(host.plugins.web.link())
    const third = await client.remote.web.pair()
    expect(third.url).toMatch(/^http:\/\/localhost:\d+\/#pair=[\w-]{32}$/)
    expect((await ask('/web/pair', pairing(second, keyOf(4)))).status).toBe(403)
    expect((await ask('/web/pair', pairing(tokenOf(third.url), keyOf(4)))).status).toBe(200)
    await client.close()
  })

  test('is not kept out by a stranger who sends wrong links', async () => {
    const { host, ask } = await start()
    const token = tokenOf(host.plugins.web.link())
    const guesses = Array.from({ length: 100 }, (_, n) =>
      ask('/web/pair', pairing(`guess-${n}`, keyOf(4))),
    )
    for (const guess of await Promise.all(guesses)) expect(guess.status).toBe(403)
    expect((await ask('/web/pair', pairing(token, keyOf(2)))).status).toBe(200)
  })

  test.each([
    ['from a page of the web', { origin: 'https://evil.example' }, 403],
    ['from another port of this machine', { origin: 'http://localhost:1' }, 403],
    ['as a form would', { 'content-type': 'text/plain' }, 400],
    ['through a proxy', { 'x-forwarded-for': '203.0.113.1' }, 403],
    ['under another name', { Host: 'evil.example' }, 421],
  ])('cannot be paired %s', async (_, headers, status) => {
    const { host, ask } = await start()
    const token = tokenOf(host.plugins.web.link())
    const asked = pairing(token, keyOf(2))
    const found = await ask('/web/pair', { ...asked, headers: { ...asked.headers, ...headers } })
    expect(found.status).toBe(status)
    expect(await host.call(owner, ['web', 'sessions'])).toEqual([])
    expect((await ask('/web/pair', asked)).status).toBe(200)
  })

  test.each([
    ['no JSON', '{'],
    ['no object', '"text"'],
    ['no key', '{"token":"x"}'],
    ['a key that is none', '{"token":"x","key":"AAAA"}'],
    ['too long', `{"token":"${'x'.repeat(3_000)}"}`],
  ])('sends %s', async (_, body) => {
    const { ask } = await start()
    const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    const status = await ask('/web/pair', asked).then(
      (found) => found.status,
      () => 400,
    )
    expect(status).toBe(400)
  })

  test('has a name without anything that could be markup', async () => {
    const { host, ask } = await start()
    const name = '<img src=x onerror=alert(1)>'
    await ask('/web/pair', pairing(tokenOf(host.plugins.web.link()), keyOf(2), { name }))
    expect(await host.call(owner, ['web', 'sessions'])).toMatchObject([
      { name: 'img srcx onerroralert(1)' },
    ])
  })
})

describe('a token', () => {
  const clockOf = (time: { now: number }) => ({
    now: () => time.now,
    setTimeout: () => () => undefined,
  })
  let random = 0
  const bytes = (n: number): Uint8Array => new Uint8Array(n).fill(++random)

  test('lasts until its time is over', () => {
    const time = { now: 1_000 }
    const tokens = new Pairing(clockOf(time), bytes)
    const { token, until } = tokens.renew(500)
    expect(until).toBe(1_500)
    time.now = 1_501
    expect(tokens.redeem(token)).toBe(false)
    const next = tokens.renew(500)
    time.now = next.until
    expect(tokens.redeem(next.token)).toBe(true)
    expect(tokens.redeem(next.token)).toBe(false)
  })

  test('is taken after any number of wrong ones', () => {
    const tokens = new Pairing(clockOf({ now: 100_000 }), bytes)
    const { token } = tokens.renew(Number.POSITIVE_INFINITY)
    for (let n = 0; n < 1_000; n++) expect(tokens.redeem(`guess ${n}`)).toBe(false)
    expect(tokens.redeem(token.slice(1))).toBe(false)
    expect(tokens.redeem(token)).toBe(true)
  })
})

describe('the list of browsers', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  const folderOf = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'ssb-web-'))
    folders.push(folder)
    return folder
  }

  test('is kept for the owner alone, and read again', async () => {
    const folder = folderOf()
    const sessions = new Sessions(folder)
    await sessions.load()
    await sessions.add(idOf(2), 'a browser', 5)
    await sessions.seen(idOf(2), 7, '192.0.2.1')
    await sessions.close()
    expect(statSync(join(folder, 'sessions.json')).mode & 0o777).toBe(0o600)
    const again = new Sessions(folder)
    await again.load()
    expect(again.list()).toEqual([
      { id: idOf(2), name: 'a browser', since: 5, seen: 7, from: '192.0.2.1' },
    ])
    expect(await again.remove(idOf(2))).toBe(true)
    expect(JSON.parse(readFileSync(join(folder, 'sessions.json'), 'utf8'))).toEqual([])
  })

  test('is read as it was written before it told where they came from', async () => {
    const folder = folderOf()
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'sessions.json'),
      JSON.stringify([{ id: idOf(2), name: 'a browser', since: 5, seen: null }]),
    )
    const sessions = new Sessions(folder)
    expect(await sessions.load()).toBe(null)
    expect(sessions.list()).toMatchObject([{ id: idOf(2), seen: null, from: null }])
  })

  test.each(['', '{', '{}', 'null', '[null, 1, {"id":"@x"}]'])(
    'holds nobody where it is damaged, which is said and kept: %j',
    async (text) => {
      const folder = folderOf()
      writeFileSync(join(folder, 'sessions.json'), text)
      const sessions = new Sessions(folder)
      expect(await sessions.load()).toContain('damaged')
      expect(sessions.list()).toEqual([])
      await sessions.add(idOf(2), 'a browser', 5)
      expect(readFileSync(join(folder, 'sessions.json.damaged'), 'utf8')).toBe(text)
      expect(await new Sessions(folder).load()).toBe(null)
    },
  )

  test('is not written over where it cannot be read', async () => {
    const folder = folderOf()
    mkdirSync(join(folder, 'sessions.json'))
    const sessions = new Sessions(folder)
    expect(await sessions.load()).toContain('cannot be read')
    await expect(sessions.add(idOf(2), 'a browser', 5)).rejects.toThrow('cannot be read')
    expect(sessions.has(idOf(2))).toBe(false)
    expect(readdirSync(folder)).toEqual(['sessions.json'])
  })

  test('is no fault where there is none yet', async () => {
    expect(await new Sessions(join(folderOf(), 'web')).load()).toBe(null)
  })

  test('forgets the one that was unseen for the longest time', async () => {
    const sessions = new Sessions(null)
    for (let n = 1; n <= 64; n++) expect(await sessions.add(idOf(n), `browser ${n}`, n)).toBe(null)
    await sessions.seen(idOf(1), 1_000, null)
    expect(await sessions.add(idOf(65), 'one more', 65)).toBe(idOf(2))
    expect(sessions.list()).toHaveLength(64)
    expect([sessions.has(idOf(1)), sessions.has(idOf(2)), sessions.has(idOf(65))]).toEqual([
      true,
      false,
      true,
    ])
  })
})
