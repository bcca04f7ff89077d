import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileInvites } from '../src/files.ts'
import { memoryInvites, readCode } from '../src/index.ts'
import { dialError, useError } from '../src/reasons.ts'
import { fault, idOf, owner, settle, World } from './world.ts'

const stranger = idOf(50)

describe('making', () => {
  test('a code in the legacy form, after dialling ourselves', async () => {
    const world = new World()
    const pub = world.server(1)
    const code = await pub.create(3)
    expect(code).toMatch(/^host1\.example:8008:@.{44}\.ed25519~.{44}$/)
    expect(world.dials).toHaveLength(1)
    expect(await pub.host.call(owner, ['invite', 'list'])).toMatchObject([
      { total: 3, used: 0, note: null, expires: null, feeds: [] },
    ])
    // the seed is nowhere in what is kept
    expect(JSON.stringify(await pub.host.call(owner, ['invite', 'list']))).not.toContain(
      code.slice(-44),
    )
  })

  test('a modern code leads to a WebSocket, for one use', async () => {
    const world = new World()
    const ws = `ws://host1.example:8989~shs:${idOf(1).slice(1, -8)}`
    const pub = world.server(1, { addresses: { public: [ws] } })
    const code = await pub.create({ uses: 7, modern: true, unchecked: true })
    expect(code.startsWith(`${ws}:`)).toBe(true)
    expect(await pub.host.call(owner, ['invite', 'list'])).toMatchObject([{ total: 1 }])
    await expect(world.server(2).create({ modern: true })).rejects.toThrow('this server has none')
  })

  test('a code to an onion service', async () => {
    const onion = `onion:abc.onion:8008~shs:${idOf(1).slice(1, -8)}`
    const pub = new World().server(1, { addresses: { public: [onion] } })
    const code = await pub.create({ unchecked: true })
    expect(code).toMatch(/^abc\.onion:8008:@/)
    expect(readCode(code)?.remote).toBe(onion)
  })

  const local = { public: [], local: [`net:192.168.1.2:8008~shs:${idOf(1).slice(1, -8)}`] }

  test.each([
    ['nothing is known', { addresses: { public: [] } }, {}, 'no address available for creating'],
    ['only a private address is', { addresses: local }, {}, 'no address available for creating'],
    [
      'a private host is given',
      { addresses: local },
      { external: '10.0.0.1' },
      'no public ip address',
    ],
    ['the host is none', {}, { external: 'a b' }, 'Could not parse host portion'],
    ['no uses', {}, 0, 'uses must be'],
    ['half a use', {}, 1.5, 'uses must be'],
    ['too many uses', {}, 100_001, 'uses must be'],
    ['no number', {}, 'x', 'uses must be'],
    ['a long note', {}, { note: 'x'.repeat(501) }, 'note must be'],
    ['no time', {}, { hours: 0 }, 'hours must be'],
    ['a list', {}, true, 'options are'],
  ])('is refused when %s', async (_name, server, options, text) => {
    await expect(new World().server(1, server).create(options)).rejects.toThrow(text)
  })

  test('private addresses on request, and a host given by hand', async () => {
    const world = new World()
    expect(await world.server(1, { addresses: local, allowPrivate: true }).create()).toMatch(
      /^192\.168\.1\.2:8008:/,
    )
    expect(await world.server(2, { addresses: local }).create({ external: 'a.example' })).toMatch(
      /^a\.example:8008:/,
    )
  })

  test('is refused when we cannot reach ourselves, unless told not to try', async () => {
    const world = new World()
    world.faults.set('host1.example', fault('SSB_NET_UNREACHABLE', 'it timed out'))
    const pub = world.server(1)
    await expect(pub.create()).rejects.toMatchObject({
      message: expect.stringContaining('could not reach itself at net:host1.example:8008'),
    })
    expect(await pub.host.call(owner, ['invite', 'list'])).toEqual([])
    expect(await pub.create({ unchecked: true })).toContain('host1.example')
  })
})

describe('accepting', () => {
  test('both follow each other, the address is published and remembered', async () => {
    const world = new World()
    const [pub, user] = [world.server(1), world.server(2)]
    const code = await pub.create({ note: 'a friend' })
    const published = await user.accept(`"${code}"`)
    expect(published).toHaveLength(2)
    expect(pub.published).toEqual([
      { type: 'contact', contact: user.id, following: true, pub: true, note: 'a friend' },
    ])
    const address = { host: 'host1.example', port: 8008, key: pub.id }
    expect(JSON.stringify(user.published)).toBe(
      JSON.stringify([
        { type: 'contact', following: true, autofollow: true, contact: pub.id },
        { type: 'pub', address },
      ]),
    )
    expect(user.added).toEqual([`invite ${readCode(code)?.remote}`])
  })

  test('again and again is the same as once', async () => {
    const world = new World()
    const [pub, user] = [world.server(1), world.server(2)]
    const code = await pub.create(2)
    const both = await Promise.all([user.accept(code), user.accept(code)])
    expect(both[0]).toBe(both[1])
    expect(await user.accept(code)).toEqual([])
    expect([pub.published.length, user.published.length]).toEqual([1, 2])
    // and when the code is used up
    const single = await pub.create()
    const other = world.server(3)
    await other.accept(single)
    expect(await other.accept(single)).toEqual([])
    expect(other.published).toHaveLength(2)
  })

  test('by one more than may is refused', async () => {
    const world = new World()
    const pub = world.server(1)
    const code = await pub.create(2)
    await world.server(2).accept(code)
    await world.server(3).accept(code)
    await expect(world.server(4).accept(code)).rejects.toMatchObject({
      message: 'The invite has been used as often as it may be, or has expired.',
    })
    expect(pub.published).toHaveLength(2)
  })

  test('at the same time takes no more than there are uses', async () => {
    const world = new World()
    const pub = world.server(1)
    const code = await pub.create(3)
    const users = Array.from({ length: 10 }, (_, index) => world.server(10 + index))
    const results = await Promise.allSettled(users.map((user) => user.accept(code)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(pub.published).toHaveLength(3)
  })

  test.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('%i ms after its end: accepted %s', async (after, isAccepted) => {
    const world = new World()
    const pub = world.server(1)
    const code = await pub.create({ hours: 1 })
    world.clock.advance(3_600_000 + after)
    const accepting = world.server(2).accept(code)
    if (isAccepted) expect(await accepting).toHaveLength(2)
    else await expect(accepting).rejects.toThrow('has expired')
  })

  test('a revoked one is refused', async () => {
    const world = new World()
    const pub = world.server(1)
    const code = await pub.create()
    const [record] = (await pub.host.call(owner, ['invite', 'list'])) as { id: string }[]
    expect(await pub.host.call(owner, ['invite', 'revoke'], record?.id)).toBe(true)
    expect(await pub.host.call(owner, ['invite', 'revoke'], record?.id)).toBe(false)
    await expect(world.server(2).accept(code)).rejects.toThrow('used as often')
  })

  test.each([
    ['SSB_NET_UNREACHABLE', 'SSB_INVITE_UNREACHABLE', 'could not connect to server: x', 3],
    ['SSB_NET_TIMEOUT', 'SSB_INVITE_UNREACHABLE', 'could not connect to server: x', 3],
    ['SSB_NET_HANDSHAKE', 'SSB_INVITE_WRONG_NETWORK', 'it is in another network', 1],
    ['SSB_SHS_CHALLENGE_INVALID', 'SSB_INVITE_WRONG_NETWORK', 'belongs to another network', 1],
    ['SSB_SHS_NOT_ACCEPTED', 'SSB_INVITE_WRONG_SERVER', 'not the one that the invite names', 1],
    ['SSB_SHS_ACCEPT_INVALID', 'SSB_INVITE_WRONG_SERVER', 'not the one that the invite names', 1],
    ['SSB_NET_ADDRESS', 'SSB_INVITE_CODE', 'a kind of connection', 1],
  ])('a dial that fails with %s', async (code, expected, text, dials) => {
    const world = new World()
    const pub = world.server(1)
    const invite = await pub.create({ unchecked: true })
    const inner = fault(code, 'x')
    const outer = Object.assign(new Error('y', { cause: inner }), { code: 'SSB_NET_HANDSHAKE' })
    world.faults.set('host1.example', code.startsWith('SSB_SHS') ? outer : inner)
    const api = world.server(2).host.plugins.invite as unknown as {
      accept(code: string): Promise<unknown>
    }
    const accepting = api.accept(invite)
    const failed = expect(accepting).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(text),
    })
    for (let turn = 0; turn < 3; turn += 1) {
      await settle()
      world.clock.advance(1000)
    }
    await failed
    expect(world.dials).toHaveLength(dials)
  })

  test('of several ways that fail, the one that says most is told', () => {
    const of = (...codes: string[]): string => {
      const errors = codes.map((code) =>
        Object.assign(new Error('x', { cause: fault(code, 'y') }), { code: 'SSB_NET_HANDSHAKE' }),
      )
      const all = new Error('all', { cause: new AggregateError(errors) })
      return dialError(Object.assign(all, { code: 'SSB_NET_UNREACHABLE' })).code
    }
    expect(of('SSB_SHS_HUNG_UP', 'SSB_SHS_NOT_ACCEPTED')).toBe('SSB_INVITE_WRONG_SERVER')
    expect(of('SSB_SHS_HUNG_UP')).toBe('SSB_INVITE_WRONG_NETWORK')
    expect(dialError(new Error('x')).code).toBe('SSB_INVITE_UNREACHABLE')
    expect(dialError(null).code).toBe('SSB_INVITE_UNREACHABLE')
  })

  test.each([
    ['already following', 'SSB_INVITE_ALREADY_FOLLOWING'],
    ['invite has expired', 'SSB_INVITE_USED_UP'],
    ['method:invite,use is not in list of allowed methods', 'SSB_INVITE_USED_UP'],
    ['roomdb: invite not found', 'SSB_INVITE_USED_UP'],
    ['this feed is not allowed to use the invite', 'SSB_INVITE_NOT_ALLOWED'],
    ['the disk is full', 'SSB_INVITE_FAILED'],
  ])('a server that answers %j', (text, code) => {
    expect(useError(new Error(text)).code).toBe(code)
  })

  test.each([
    ['nonsense', 'ssb-invite failed to parse invite nonsense'],
    [{ invite: 5 }, 'ssb-invite failed to parse invite {"invite":5}'],
    [undefined, 'ssb-invite failed to parse invite undefined'],
  ])('%j is refused', async (code, text) => {
    await expect(new World().server(1).accept(code)).rejects.toThrow(text)
  })

  test('our own invite is refused', async () => {
    const pub = new World().server(1)
    await expect(pub.accept(await pub.create())).rejects.toThrow('to this very server')
  })
})

describe('guests', () => {
  test('may use the invite and ask for the address, and nothing else', async () => {
    const world = new World()
    const pub = world.server(1)
    const guest = await world.guest(readCode(await pub.create(9))?.address ?? '')
    for (const path of [
      ['whoami'],
      ['manifest'],
      ['invite', 'create'],
      ['invite', 'list'],
      ['invite'],
    ])
      await expect(guest.mux.call(path, [])).rejects.toThrow(
        `method:${path.join(',')} is not in list of allowed methods`,
      )
    await expect(guest.mux.call(['invite', 'use'], [{}])).rejects.toThrow(
      'feed to follow is missing',
    )
    await expect(guest.mux.call(['invite', 'use'], [])).rejects.toThrow('feed to follow is missing')
    await expect(guest.mux.call(['invite', 'use'], [{ feed: pub.id }])).rejects.toThrow(
      'not allowed',
    )
    await guest.mux.call(['invite', 'use'], [{ feed: stranger }])
    await expect(guest.mux.call(['invite', 'use'], [{ feed: stranger }])).rejects.toThrow(
      'already following',
    )
  })

  test('of a used-up invite are strangers', async () => {
    const world = new World()
    const pub = world.server(1)
    const address = readCode(await pub.create())?.address ?? ''
    const early = await world.guest(address)
    await early.mux.call(['invite', 'use'], [{ feed: stranger }])
    await expect(early.mux.call(['invite', 'use'], [{ feed: idOf(51) }])).rejects.toThrow(
      'invite has expired',
    )
    const late = await world.guest(address)
    expect(late.allowed).toBe(false)
    await expect(late.mux.call(['invite', 'use'], [{ feed: idOf(51) }])).rejects.toThrow(
      'method:invite,use is not in list of allowed methods',
    )
  })

  test('whom the policy forbids are not followed', async () => {
    const world = new World()
    const pub = world.server(1)
    pub.host.policy.add('connect', 'test', 1, (_from, to) =>
      to === stranger ? { allow: false, reason: 'blocked' } : undefined,
    )
    const guest = await world.guest(readCode(await pub.create())?.address ?? '')
    await expect(guest.mux.call(['invite', 'use'], [{ feed: stranger }])).rejects.toThrow(
      'not allowed',
    )
    expect(pub.published).toEqual([])
  })

  test('a use that could not be published is given back', async () => {
    const world = new World()
    const pub = world.server(1, { isBroken: true })
    const guest = await world.guest(readCode(await pub.create())?.address ?? '')
    await expect(guest.mux.call(['invite', 'use'], [{ feed: stranger }])).rejects.toThrow(
      'disk is full',
    )
    expect(await pub.host.call(owner, ['invite', 'list'])).toMatchObject([{ used: 0, feeds: [] }])
  })

  test('the owner is no guest', async () => {
    const pub = new World().server(1)
    await expect(pub.host.call(owner, ['invite', 'use'], { feed: stranger })).rejects.toThrow(
      'for the guests of an invite',
    )
  })
})

describe('between runs', () => {
  test('uses are counted on', async () => {
    const storage = memoryInvites()
    const before = new World()
    const code = await before.server(1, { storage }).create(2)
    await before.server(2).accept(code)
    const after = new World()
    const pub = after.server(1, { storage })
    await pub.host.start()
    await after.server(3).accept(code)
    await expect(after.server(4).accept(code)).rejects.toThrow('used as often')
    await pub.host.stop()
  })

  test('a file: for the owner alone, and a broken one fails the start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ssb-invite-'))
    try {
      const storage = fileInvites(folder)
      expect(await storage.load()).toBeNull()
      const world = new World()
      const code = await world.server(1, { storage }).create()
      const file = join(folder, 'invites.json')
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await readFile(file, 'utf8')).not.toContain(code.slice(-44))
      await writeFile(file, '{broken')
      await expect(storage.load()).rejects.toThrow(SyntaxError)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
