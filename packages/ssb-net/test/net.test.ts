import type { Peer } from '@scuttlebot/ssb-plugin'
import { createHost } from '@scuttlebot/ssb-plugin'
import { afterEach, describe, expect, test } from 'vitest'
import { net } from '../src/index.ts'
import { identity, networkKey, start, stopAll, until } from './helpers.ts'

afterEach(stopAll)

test('two servers shake hands and call each other over one connection', async () => {
  const alice = await start(1)
  const bob = await start(2)
  const toBob = await alice.api.connect(bob.address)
  await until(() => bob.api.peers().length === 1)
  const toAlice = bob.api.peer(alice.id)
  expect(toBob).toMatchObject({ id: bob.id, outgoing: true, address: bob.address })
  expect(toAlice).toMatchObject({ id: alice.id, outgoing: false, roles: ['anonymous'] })
  expect(await toBob.mux.call(['echo'], [{ deep: ['ü', 1] }])).toEqual({ deep: ['ü', 1] })
  expect(await toAlice?.mux.call(['echo'], ['back'])).toBe('back')
  expect(await toBob.mux.call(['caller'], [])).toEqual({ peer: alice.id, roles: ['anonymous'] })
  const items: unknown[] = []
  for await (const item of toBob.mux.source(['count'], [3, 4])) items.push(item)
  expect(items).toEqual(['0:xx', '1:xx', '2:xx'])
  expect(toBob.stats.bytesOut).toBeGreaterThan(100)
  await until(() => toBob.stats.bytesOut === toAlice?.stats.bytesIn, 'all bytes to arrive')
  expect(await alice.api.connect(bob.address)).toBe(toBob)
  expect(alice.events).toEqual(['+out'])
  expect(bob.events).toEqual(['+in'])
})

test('a large reply crosses whole, in both directions at once', async () => {
  const alice = await start(1)
  const bob = await start(2)
  const toBob = await alice.api.connect(bob.address)
  await until(() => bob.api.peers().length === 1)
  const big = async (peer: Peer | null): Promise<number[]> => {
    const lengths: number[] = []
    for await (const item of peer?.mux.source(['count'], [3, 900_000]) ?? [])
      lengths.push(String(item).length)
    return lengths
  }
  const back = big(bob.api.peer(alice.id))
  expect(await big(toBob)).toEqual([900_000, 900_000, 900_000])
  expect(await back).toEqual([900_000, 900_000, 900_000])
})

describe('closing', () => {
  test('is clean on both sides, and told once', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const toBob = await alice.api.connect(bob.address)
    await until(() => bob.api.peers().length === 1)
    const toAlice = bob.api.peer(alice.id)
    const pending = expect(toBob.mux.call(['swallowed'], [])).rejects.toThrow()
    await toBob.close('enough')
    await pending
    expect(await toBob.mux.closed).toBe(null)
    expect(await toAlice?.mux.closed).toBe(null)
    expect(toBob.signal.aborted).toBe(true)
    expect(alice.events).toEqual(['+out', '-out enough'])
    await until(() => bob.events.length === 2)
    expect(bob.events).toEqual(['+in', '-in the other side closed it'])
    expect(alice.api.stats().connections).toBe(0)
    await until(() => bob.api.stats().connections === 0)
  })

  test('disconnect tells whether there was somebody', async () => {
    const alice = await start(1)
    const bob = await start(2)
    await alice.api.connect(bob.address)
    expect(await alice.api.disconnect(bob.id)).toBe(true)
    expect(await alice.api.disconnect(bob.id)).toBe(false)
    const again = await alice.api.connect(bob.address)
    expect(await again.mux.call(['echo'], [1])).toBe(1)
  })

  test('stopping closes peers and listeners, and later dials are refused', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const toBob = await alice.api.connect(bob.address)
    await bob.host.stop()
    expect(await toBob.mux.closed).toBe(null)
    await expect(alice.api.connect(bob.address)).rejects.toMatchObject({
      code: 'SSB_NET_UNREACHABLE',
    })
    await expect(bob.api.connect(alice.address)).rejects.toMatchObject({ code: 'SSB_NET_STOPPED' })
  })

  test('open streams of the peer end', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const toBob = await alice.api.connect(bob.address)
    const never = (async function* () {
      yield 1
      await new Promise(() => undefined)
    })()
    const mirror = toBob.mux.duplex(['mirror'], [], never)[Symbol.asyncIterator]()
    expect(await mirror.next()).toEqual({ value: 1, done: false })
    const after = expect(mirror.next()).rejects.toMatchObject({ code: 'SSB_MUXRPC_CLOSED' })
    await bob.api.disconnect(alice.id)
    await after
  })
})

describe('who may come in', () => {
  test('another network may not', async () => {
    const alice = await start(1, { networkKey: new Uint8Array(32) })
    const bob = await start(2)
    await expect(alice.api.connect(bob.address)).rejects.toMatchObject({
      code: 'SSB_NET_HANDSHAKE',
      cause: { code: 'SSB_SHS_HUNG_UP' },
    })
    expect(bob.api.peers()).toEqual([])
    await until(() => bob.api.stats().connections === 0)
  })

  test('one who dials another key may not', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const wrong = bob.address.replace(/shs:.*/, `shs:${identity(9).id.slice(1, 45)}`)
    await expect(alice.api.connect(wrong)).rejects.toMatchObject({ code: 'SSB_NET_HANDSHAKE' })
    expect(bob.events).toEqual([])
  })

  test('one whom the policy forbids may not, in either direction', async () => {
    const { id } = identity(1)
    const alice = await start(1)
    const bob = await start(2, {
      prepare: (host) =>
        void host.policy.add('connect', 'test', 0, (_us, peer) =>
          peer === id ? { allow: false, reason: 'blocked' } : undefined,
        ),
    })
    await expect(alice.api.connect(bob.address)).rejects.toMatchObject({
      code: 'SSB_NET_HANDSHAKE',
    })
    await expect(bob.api.connect(alice.address)).rejects.toMatchObject({
      code: 'SSB_NET_FORBIDDEN',
      message: 'blocked',
    })
    expect(alice.api.stats().connections).toBe(0)
  })

  test('one who is blocked while hands are shaken does not get in, in either direction', async () => {
    for (const dialler of ['alice', 'bob']) {
      const [alice, bob] = [await start(1), await start(2)]
      let asked = 0
      alice.host.policy.add('connect', 'test', 0, () => {
        asked += 1
        return asked > 1 ? { allow: false, reason: 'blocked just now' } : undefined
      })
      if (dialler === 'alice')
        await expect(alice.api.connect(bob.address)).rejects.toMatchObject({
          code: 'SSB_NET_FORBIDDEN',
          message: 'blocked just now',
        })
      else {
        const peer = await bob.api.connect(alice.address).catch(() => null)
        await peer?.mux.closed
      }
      expect(alice.api.peers()).toEqual([])
      await until(() => alice.api.stats().connections === 0)
      await stopAll()
    }
  })

  test('one who is blocked while connected goes, and others stay', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const carol = await start(3)
    await alice.api.connect(bob.address)
    const toCarol = await alice.api.connect(carol.address)
    alice.host.policy.add('connect', 'test', 0, (_us, peer) =>
      peer === bob.id ? { allow: false, reason: 'you have blocked this peer' } : undefined,
    )
    await until(() => bob.events.length === 2)
    expect(alice.events).toEqual(['+out', '+out', '-out you have blocked this peer'])
    expect(alice.api.peers()).toEqual([toCarol])
    expect(await toCarol.mux.call(['echo'], [1])).toBe(1)
  })

  test('the authorize hook refuses, makes owners, or gives permissions', async () => {
    const asked: unknown[] = []
    const bob = await start(2, {
      prepare: (host) =>
        void host.hooks.authorize.add(0, (request) => {
          asked.push(request)
          if (request.peer === identity(1).id) return { allow: false, reason: 'no' }
          if (request.peer === identity(3).id) return { allow: true, roles: ['owner'] }
          if (request.peer === identity(5).id) throw new Error('broken')
          return { allow: true, permissions: { allow: ['echo'], deny: null } }
        }),
    })
    const alice = await start(1)
    await expect(alice.api.connect(bob.address)).rejects.toThrow('hung up')
    expect(asked).toEqual([{ peer: alice.id, transport: 'net', host: '127.0.0.1' }])
    const carol = await (await start(3)).api.connect(bob.address)
    expect(await carol.mux.call(['secret'], [])).toBe('for the owner')
    const dave = await (await start(4)).api.connect(bob.address)
    expect(await dave.mux.call(['echo'], [1])).toBe(1)
    await expect(dave.mux.call(['caller'], [])).rejects.toThrow(
      'method:caller is not in list of allowed methods',
    )
    const eve = await start(5)
    await expect(eve.api.connect(bob.address)).rejects.toThrow('hung up')
  })

  test('strangers, and whoever we dial, get the anonymous methods only', async () => {
    const alice = await start(1)
    const bob = await start(2, {
      prepare: (host) =>
        void host.hooks.authorize.add(0, () => ({ allow: true, roles: ['owner'] })),
    })
    await alice.api.connect(bob.address)
    await until(() => bob.api.peers().length === 1)
    const refusal = 'method:secret is not in list of allowed methods'
    await expect(bob.api.peer(alice.id)?.mux.call(['secret'], [])).rejects.toThrow(refusal)
    const carol = await start(3)
    const toAlice = await carol.api.connect(alice.address)
    await expect(toAlice.mux.call(['secret'], [])).rejects.toThrow(refusal)
  })
})

describe('addresses', () => {
  test('alternatives are tried in order, the next when one fails', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const closed = await start(3)
    await closed.host.stop()
    const dead = bob.address.replace(String(bob.port), String(closed.port))
    const peer = await alice.api.connect(`ws://x~shs:y;${dead};${bob.address}`)
    expect(peer.address).toBe(bob.address)
    await expect(
      alice.api.connect(`${dead.replace(/shs:.*/, `shs:${identity(9).id.slice(1, 45)}`)}`),
    ).rejects.toMatchObject({ code: 'SSB_NET_UNREACHABLE' })
  })

  test('the older form is read', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const peer = await alice.api.connect(`127.0.0.1:${bob.port}:${bob.id}`)
    expect(peer.id).toBe(bob.id)
  })

  test('what cannot be dialled is said at once', async () => {
    const alice = await start(1)
    for (const bad of ['', 'nonsense', 'ws://host:1~shs:x', 'unix:/tmp/x~noauth', 'net:a:1~shs:b'])
      await expect(alice.api.connect(bad)).rejects.toMatchObject({ code: 'SSB_NET_ADDRESS' })
    await expect(alice.api.connect(7 as unknown as string)).rejects.toMatchObject({
      code: 'SSB_NET_ADDRESS',
    })
    await expect(alice.api.connect(alice.address)).rejects.toMatchObject({ code: 'SSB_NET_SELF' })
  })

  test('by scope, and over RPC for the owner', async () => {
    const listen = [
      { transport: 'net', port: 0, external: ['example.org', '2001:db8::1'], externalPort: 9 },
    ] as const
    const alice = await start(1, { listen })
    const key = alice.id.slice(1, 45)
    const device = `net:127.0.0.1:${alice.port}~shs:${key}`
    const outside = [`net:example.org:9~shs:${key}`, `net:2001:db8::1:9~shs:${key}`]
    expect(alice.api.addresses()).toEqual([device])
    expect(alice.api.addresses('local')).toEqual([])
    expect(alice.api.addresses('public')).toEqual(outside)
    expect(alice.api.addresses(['public', 'private', 'device'])).toEqual([...outside, device])
    const owner = { peer: null, rights: ['owner'] }
    const call =
      (...path: string[]) =>
      (...args: unknown[]) =>
        alice.host.call(owner, path, ...args)
    expect(await call('address')()).toBe(device)
    expect(await call('getAddress')('public')).toBe(outside.join(';'))
    expect(await call('multiserver', 'address')('local')).toBe(null)
    expect(await call('multiserver', 'address')('nowhere')).toBe(null)
    expect(await call('multiserver', 'parse')(`${outside[1]};bt:x~shs:y`)).toEqual([
      [
        { name: 'net', host: '2001:db8::1', port: 9 },
        { name: 'shs', key: { type: 'Buffer', data: [...alice.keys.publicKey] } },
      ],
    ])
    expect(await call('multiserver', 'parse')('?')).toEqual([])
    const stranger = { peer: identity(9).id, rights: ['anonymous'] }
    await expect(alice.host.call(stranger, ['address'])).rejects.toThrow('not in list of allowed')
  })

  test('there are none without a listener', async () => {
    const alice = await start(1, { listen: [] })
    expect(alice.api.addresses(['device', 'local', 'public'])).toEqual([])
  })

  test('a port that is taken stops the start with a typed error', async () => {
    const alice = await start(1)
    const { keys, id } = identity(2)
    const host = createHost({
      keys: { id, sign: () => new Uint8Array(64) },
      plugins: [net({ keys, networkKey, listen: [{ transport: 'net', port: alice.port }] })],
    })
    await host.start()
    expect(host.report().failed['net']).toMatch(/cannot listen on 127.0.0.1 port \d+/)
    await host.stop()
  })

  test('IPv6 on loopback', async () => {
    const bob = await start(2, { listen: [{ transport: 'net', host: '::1', port: 0 }] })
    expect(bob.address).toMatch(/^net:::1:\d+~shs:/)
    const alice = await start(1)
    const peer = await alice.api.connect(bob.address)
    expect(await peer.mux.call(['echo'], ['six'])).toBe('six')
    await until(() => bob.api.peers().length === 1)
    expect(bob.api.peers()[0]?.address).toMatch(/^net:::1:\d+~shs:/)
  })
})

test('status tells of the network', async () => {
  const alice = await start(1)
  const bob = await start(2)
  await alice.api.connect(bob.address)
  const status = await alice.host.call({ peer: null, rights: ['owner'] }, ['status'])
  expect(status).toMatchObject({
    net: { peers: 1, clients: 0, connections: 1, halfOpen: 0, addresses: [alice.address] },
  })
})
