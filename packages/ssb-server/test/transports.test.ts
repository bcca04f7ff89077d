import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '@scuttlebot/ssb-client'
import { requireConfig } from '@scuttlebot/ssb-config'
import { generate, type Keys } from '@scuttlebot/ssb-keys'
import { loadSync } from '@scuttlebot/ssb-keys/file'
import { afterEach, describe, expect, test } from 'vitest'
import { publicPlaces } from '../src/places.ts'
import { type Running, World } from './world.ts'

const worlds: World[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.end()))
})
const newWorld = (): World => {
  const world = new World()
  worlds.push(world)
  return world
}

/** A server that is told where to listen by a file. */
async function configured(value: object, ...argv: string[]): Promise<[World, Running]> {
  const world = newWorld()
  mkdirSync(join(world.home, '.ssb'))
  writeFileSync(join(world.home, '.ssb', 'config'), `// comment\n${JSON.stringify(value)}`)
  return [world, await world.startBare(...argv)]
}

async function json<T>(world: World, ...argv: string[]): Promise<T> {
  const { code, out, err } = await world.sbot(['--json', ...argv])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as T
}

const addresses = async (world: World, scope: string): Promise<string[]> =>
  ((await json<string | null>(world, 'address', scope)) ?? '').split(';').filter(Boolean)

async function whoAnswers(address: string, keys: Keys): Promise<string> {
  const { config } = requireConfig({ home: '/nowhere' })
  const client = await connect({ config, remote: address, keys })
  try {
    return JSON.stringify(await client.mux.call(['manifest'], [])) === '{}' ? '' : client.id
  } finally {
    await client.close()
  }
}

const device = { scope: 'device', transform: 'shs', port: 0 }

describe('connections.incoming of a classic file, in a started server', () => {
  test('net and ws on both families of addresses, and the socket', async () => {
    const places = [
      { ...device, host: '127.0.0.1' },
      { ...device, host: '::1' },
    ]
    const [world, { id }] = await configured({
      connections: { incoming: { net: places, ws: places, unix: [{ transform: 'noauth' }] } },
    })
    const all = await addresses(world, 'device')
    expect(all.map((address) => address.replace(/:\d+~.*/, ''))).toEqual([
      'net:127.0.0.1',
      'net:::1',
      'ws://127.0.0.1',
      'ws://[::1]',
      expect.stringMatching(/^unix:.*\/socket~noauth:/),
    ])
    const stranger = generate()
    for (const address of all.slice(0, 4)) expect(await whoAnswers(address, stranger)).toBe(id)
    expect(await addresses(world, 'local')).toEqual([])
    expect(await addresses(world, 'public')).toEqual([])
  })

  test('alternatives: the first that answers is taken', async () => {
    const [world, { id }] = await configured({
      connections: { incoming: { ws: [{ ...device, host: '127.0.0.1' }], unix: [{}] } },
    })
    const [ws = ''] = await addresses(world, 'device')
    const key = id.slice(1, -8)
    const dead = `net:127.0.0.1:1~shs:${key};tunnel:x:y~shs:${key}`
    expect(await whoAnswers(`${dead};${ws}`, generate())).toBe(id)
    const other = newWorld()
    await other.start()
    await json(other, 'gossip.connect', `${dead};${ws}`)
    const peers = await json<{ state?: string }[]>(other, 'gossip.peers')
    expect(peers.filter(({ state }) => state === 'connected')).toHaveLength(1)
  })

  test('what is announced is apart from where it listens', async () => {
    const net = {
      scope: ['device', 'public'],
      host: '127.0.0.1',
      port: 0,
      external: 'pub.example.org',
    }
    const ws = { ...net, external: ['wss://pub.example.org', 'ws.example.org:81'] }
    const [world, { id, port }] = await configured({
      connections: {
        incoming: {
          net: [net],
          ws: [ws],
          onion: [{ external: 'abc.onion', port: 8010 }],
          unix: [{}],
        },
      },
    })
    const shs = `~shs:${id.slice(1, -8)}`
    expect(await addresses(world, 'public')).toEqual([
      `net:pub.example.org:${port}${shs}`,
      `wss://pub.example.org:443${shs}`,
      `ws://ws.example.org:81${shs}`,
      `onion:abc.onion:8010${shs}`,
    ])
    expect(await addresses(world, 'local')).toEqual([])
  })
})

describe('the short keys, in a started server', () => {
  test('ws.port, ws.host, external', async () => {
    const [world, { id, port }] = await configured(
      { host: '127.0.0.1', ws: { port: 0, host: '::1' }, external: ['pub.example.org:8011'] },
      '--port',
      '0',
    )
    const [net, ws = ''] = await addresses(world, 'device')
    expect(net).toContain(`net:127.0.0.1:${port}~`)
    expect(ws).toMatch(/^ws:\/\/\[::1\]:\d+~/)
    expect(await whoAnswers(ws, generate())).toBe(id)
    const [first, second] = await addresses(world, 'public')
    expect(first).toBe(`net:pub.example.org:8011~shs:${id.slice(1, -8)}`)
    expect(second).toMatch(/^ws:\/\/pub\.example\.org:\d+~/)
  })

  test('a key that is not there stops the start with a sentence', async () => {
    const world = newWorld()
    const { code, err } = await world.sbot([
      'start',
      ...['--local-only', '--port', '0', '--ws.port', '0'],
      ...['--ws.key', 'key.pem', '--ws.cert', 'cert.pem'],
    ])
    expect(code).toBe(1)
    expect(err).toContain(`${join(world.path, 'key.pem')} and`)
    expect(err).toContain('cannot be used as key and certificate')
  })

  test('connections.outgoing forbids what it does not name', async () => {
    const [world, { id }] = await configured(
      { connections: { outgoing: { onion: [{ transform: 'shs' }] } } },
      ...['--local-only', '--port', '0'],
    )
    const other = newWorld()
    const { port } = await other.start()
    const key = loadSync(join(other.path, 'secret')).public.slice(0, 44)
    const refused = await world.sbot(['gossip.connect', `net:127.0.0.1:${port}~shs:${key}`])
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('no address that we can dial')
    expect(id).toMatch(/^@/)
  })
})

describe('a transport without a key', () => {
  test('is for the socket alone', async () => {
    const world = newWorld()
    mkdirSync(join(world.home, '.ssb'))
    for (const transport of ['net', 'ws']) {
      const entry = { ...device, host: '127.0.0.1', transform: 'noauth' }
      const value = { connections: { incoming: { [transport]: [entry] } } }
      writeFileSync(join(world.home, '.ssb', 'config'), JSON.stringify(value))
      const { code, err } = await world.sbot(['start'])
      expect(code).toBe(1)
      expect(err).toContain('connections without a key are for the unix socket')
    }
  })
})

test('public places of a machine', () => {
  const place = { transport: 'net', port: 8008, transform: 'shs', external: [] } as const
  const found = (host: string, scope: readonly ('public' | 'local')[] = ['public']): string[] =>
    publicPlaces(
      { ...place, host, scope },
      {
        lo: [at('127.0.0.1', 'IPv4', true), at('::1', 'IPv6', true)],
        eth0: [at('10.0.0.2', 'IPv4'), at('9.9.9.9', 'IPv4'), at('2001:db8::1', 'IPv6')],
        tun: [at('fe80::1', 'IPv6'), at('fd00::1', 'IPv6'), at('100.64.0.1', 'IPv4')],
      },
    ).map(({ host: own }) => own)
  expect(found('::')).toEqual(['9.9.9.9', '2001:db8::1'])
  expect(found('0.0.0.0')).toEqual(['9.9.9.9'])
  expect(found('::', ['local'])).toEqual([])
  expect(found('9.9.9.9')).toEqual(['9.9.9.9'])
  expect(found('127.0.0.1')).toEqual([])
  expect(found('localhost')).toEqual([])
})

function at(address: string, family: 'IPv4' | 'IPv6', internal = false) {
  const common = { address, internal, netmask: '', mac: '', cidr: null }
  return family === 'IPv4' ? { ...common, family } : { ...common, family, scopeid: 0 }
}
