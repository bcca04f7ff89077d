import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { createHost, type Host, type Nothing, type Plugin } from '@scuttlebot/ssb-plugin'
import { type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import { feedIdFromKey } from '@scuttlebot/ssb-ref'
import { afterEach, describe, expect, test } from 'vitest'
import {
  broadcastOf,
  formatPlain,
  type LanInterface,
  type LanOptions,
  type LanSockets,
  lan,
  routesOf,
  type Sender,
} from '../src/index.ts'
import { udpSockets } from '../src/udp.ts'

const networkKey = new Uint8Array(32).fill(9)
const owner = { peer: null, rights: ['owner'] }

interface Listener {
  readonly ip: string
  readonly port: number
  packet(bytes: Uint8Array, from: Sender): void
  error(error: Error): void
}

/** A network of one subnet in memory: what goes to a broadcast address comes to everybody. */
class Subnet {
  readonly clock: ManualClock = manualClock()
  readonly listeners = new Set<Listener>()
  readonly sent: { from: string; to: string; port: number; bytes: number }[] = []
  isBroken = false

  sockets(ip: string): LanSockets {
    return {
      interfaces: () => [
        { family: 'IPv4', address: '127.0.0.1', netmask: '255.0.0.0', internal: true },
        { family: 'IPv4', address: ip, netmask: '255.255.255.0', internal: false },
        { family: 'IPv6', address: 'fe80::1', netmask: 'ffff::', internal: false },
      ],
      open: async (port, on) => {
        if (this.isBroken) throw new Error('the port is taken')
        const listener = { ip, port, ...on }
        this.listeners.add(listener)
        return {
          send: (bytes, target, to, via) => {
            this.sent.push({ from: via, to: target, port: to, bytes: bytes.length })
            this.deliver(bytes, { address: via, port: 5000 }, to)
          },
          close: () => void this.listeners.delete(listener),
        }
      },
    }
  }

  deliver(bytes: Uint8Array, from: Sender, port: number): void {
    for (const listener of [...this.listeners])
      if (listener.port === port) listener.packet(bytes, from)
  }

  host(byte: number, options: Partial<LanOptions> = {}): Running {
    const keys = signKeyPair(new Uint8Array(32).fill(byte))
    const id = feedIdFromKey(toBase64(keys.publicKey))
    const ip = `192.168.1.${byte}`
    const address = `net:${ip}:8008~shs:${id.slice(1, -8)}`
    const staged: string[] = []
    const plugin = (name: string, api: object): Plugin<string, object, Nothing> => ({
      name,
      needs: {},
      manifest: {},
      setup: () => ({ api, handlers: {} }),
    })
    const stage = (text: string, { type, verified }: Record<string, unknown>): boolean => {
      if (text.length > 1000) throw new RangeError('the address is too long')
      staged.push(`${type} ${verified} ${text}`)
      return true
    }
    const host = createHost({
      keys: { id, sign: (bytes) => sign(bytes, keys.secretKey) },
      clock: this.clock,
      plugins: [
        plugin('net', { addresses: () => [`net:10.0.0.1:8008~shs:${id.slice(1, -8)}`, address] }),
        plugin('gossip', { stage }),
        lan({ sockets: this.sockets(ip), networkKey, ...options }),
      ] as never,
    }) as unknown as Running['host']
    running.push(host)
    return { host, address, staged }
  }
}

interface Running {
  readonly host: Host<readonly Plugin<'lan', never, never, never>[]>
  readonly address: string
  readonly staged: string[]
}

const running: Running['host'][] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()))
})

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

describe('in a subnet', () => {
  test('two find each other, in both forms, and hear nothing of themselves', async () => {
    const net = new Subnet()
    const [a, b] = [net.host(1), net.host(2)]
    await a.host.start()
    await b.host.start()
    net.clock.advance(2000)
    expect([...new Set(a.staged)].sort()).toEqual([
      `lan false ${b.address}`,
      `lan true ${b.address}`,
    ])
    expect([...new Set(b.staged)].sort()).toEqual([
      `lan false ${a.address}`,
      `lan true ${a.address}`,
    ])
  })

  test('one short packet for each interface, to its subnet and to all, every two seconds', async () => {
    const net = new Subnet()
    await net.host(1).host.start()
    const plain = { from: '192.168.1.1', port: 8008, bytes: 69 }
    const sealed = { from: '192.168.1.1', port: 26_830, bytes: 163 }
    const round = ['192.168.1.255', '255.255.255.255'].flatMap((to) => [
      { ...plain, to },
      { ...sealed, to },
    ])
    expect(net.sent).toEqual(round)
    net.clock.advance(1999)
    expect(net.sent).toHaveLength(4)
    net.clock.advance(1)
    expect(net.sent).toEqual([...round, ...round])
  })

  test('nothing plain is sent or read when that is switched off', async () => {
    const net = new Subnet()
    const [a, b] = [net.host(1, { legacy: false }), net.host(2)]
    await a.host.start()
    await b.host.start()
    net.clock.advance(2000)
    expect(new Set(a.staged)).toEqual(new Set([`lan true ${b.address}`]))
    expect(net.sent.some(({ from, port }) => from.endsWith('.1') && port === 8008)).toBe(false)
  })

  test('starts and stops on request, and is silent in between', async () => {
    const net = new Subnet()
    const { host } = net.host(1, { autostart: false })
    await host.start()
    net.clock.advance(10_000)
    expect([net.sent.length, net.listeners.size, net.clock.pending]).toEqual([0, 0, 0])
    await host.call(owner, ['lan', 'start'])
    await host.call(owner, ['lan', 'start'])
    await settle()
    expect(net.listeners.size).toBe(2)
    await host.call(owner, ['lan', 'stop'])
    const { length } = net.sent
    net.clock.advance(10_000)
    expect([net.sent.length, net.listeners.size, net.clock.pending]).toEqual([length, 0, 0])
    // stopped before it was open
    await host.call(owner, ['lan', 'start'])
    await host.call(owner, ['lan', 'stop'])
    await settle()
    expect([net.listeners.size, net.clock.pending]).toEqual([0, 0])
  })

  test('tells of announcements over the wire', async () => {
    const net = new Subnet()
    const [a, b] = [net.host(1), net.host(2)]
    await a.host.start()
    const peers = (await a.host.call(owner, ['lan', 'discoveredPeers'])) as AsyncIterable<unknown>
    const reading = (async () => {
      for await (const peer of peers) return peer
      return null
    })()
    await settle()
    await b.host.start()
    expect(await reading).toEqual({ address: b.address, verified: false })
  })

  test('a socket that breaks is opened again after a while, also when that fails at first', async () => {
    const net = new Subnet()
    const { host } = net.host(1)
    await host.start()
    for (const listener of [...net.listeners]) listener.error(new Error('the network is down'))
    expect(net.listeners.size).toBe(0)
    net.isBroken = true
    net.clock.advance(10_000)
    await settle()
    expect(net.listeners.size).toBe(0)
    net.isBroken = false
    net.clock.advance(10_000)
    await settle()
    expect(net.listeners.size).toBe(2)
  })
})

describe('against strangers', () => {
  const key = toBase64(signKeyPair(new Uint8Array(32).fill(7)).publicKey)
  const from = { address: '192.168.1.99', port: 8008 }

  test.each([
    ['noise', 'noise', 0],
    ['a place in the private network', `net:10.9.8.7:8008~shs:${key}`, 1],
    ['where it was sent from', `net:192.168.1.99:8008~shs:${key}`, 1],
    ['a place far away', `net:93.184.216.34:8008~shs:${key}`, 0],
    ['a name that looks like a place nearby', `net:10.example.com:8008~shs:${key}`, 0],
    ['a place far away by another transport', `ws://example.com:8008~shs:${key}`, 0],
    ['ourselves', null, 0],
  ])('an unsigned packet that names %s: %s', async (_name, text, count) => {
    const net = new Subnet()
    const a = net.host(1)
    await a.host.start()
    net.deliver(formatPlain(text ?? a.address), from, 8008)
    expect(a.staged).toHaveLength(count)
  })

  test('of several places in an unsigned packet, those in the local network count', async () => {
    const net = new Subnet()
    const a = net.host(1)
    await a.host.start()
    const near = `net:10.9.8.7:8008~shs:${key}`
    const far = `net:example.com:8008~shs:${key};ws://example.com:8008~shs:${key}`
    net.deliver(utf8(`${near};${far}`), from, 8008)
    net.deliver(utf8(far), from, 8008)
    expect(a.staged).toEqual([`lan false ${near}`])
  })

  test.each([
    [14, 1],
    [15, 0],
    [21, 0],
  ])('%i alternatives, of which the peer book takes 1000 bytes: %i staged', async (n, count) => {
    const net = new Subnet()
    const a = net.host(1)
    await a.host.start()
    const one = `net:192.168.1.99:8008~shs:${key}`
    net.deliver(utf8(Array.from({ length: n }, () => one).join(';')), from, 8008)
    expect(a.staged).toHaveLength(count)
    net.deliver(utf8(one), from, 8008)
    expect(a.staged.at(-1)).toBe(`lan false ${one}`)
  })

  test('interfaces that cannot be listed interrupt the announcements and nothing else', async () => {
    const net = new Subnet()
    let forbidden = true
    const sockets = net.sockets('192.168.1.1')
    const { host } = net.host(1, {
      sockets: {
        ...sockets,
        interfaces: () => {
          if (forbidden) throw new Error('permission denied')
          return sockets.interfaces()
        },
      },
    })
    await host.start()
    expect(net.sent).toEqual([])
    forbidden = false
    net.clock.advance(10_000)
    await settle()
    expect(net.sent.length).toBeGreaterThan(0)
  })

  test.each([
    [200, 200],
    [201, 200],
    [5000, 200],
  ])('%i packets in a second: %i are read', async (sent, read) => {
    const net = new Subnet()
    const a = net.host(1)
    await a.host.start()
    const packet = utf8(`net:10.9.8.7:8008~shs:${key}`)
    net.clock.advance(1000)
    // our own announcement of this second is heard too, and counts
    const own = net.sent.length
    for (let index = own; index < sent; index += 1) net.deliver(packet, from, 8008)
    expect(a.staged.length).toBeLessThanOrEqual(read)
    expect(a.staged.length).toBeGreaterThanOrEqual(Math.min(sent, read) - own)
    net.clock.advance(1000)
    const before = a.staged.length
    net.deliver(packet, from, 8008)
    expect(a.staged.length).toBe(before + 1)
  })
})

test.each([
  ['192.168.1.2', '255.255.255.0', '192.168.1.255'],
  ['10.1.2.3', '255.0.0.0', '10.255.255.255'],
  ['172.16.5.4', '255.255.240.0', '172.16.15.255'],
  ['10.8.0.2', '255.255.255.255', null],
  ['10.8.0.2', 'ffff::', null],
  ['fe80::1', '255.255.255.0', null],
])('the broadcast address of %s with mask %s', (address, netmask, expected) => {
  expect(broadcastOf(address, netmask)).toBe(expected)
})

test('a route for each IPv4 interface, once', () => {
  const one = (address: string, rest: Partial<LanInterface> = {}): LanInterface => ({
    family: 'IPv4',
    address,
    netmask: '255.255.255.0',
    internal: false,
    ...rest,
  })
  const all = [
    one('192.168.1.2'),
    one('192.168.1.2'),
    one('10.8.0.2', { netmask: '255.255.255.255' }),
  ]
  expect(routesOf([...all, one('127.0.0.1', { internal: true })])).toEqual([
    { own: '192.168.1.2', targets: ['192.168.1.255', '255.255.255.255'] },
    { own: '10.8.0.2', targets: ['255.255.255.255'] },
  ])
})

test('real sockets, on loopback: a packet comes with its sender, and nothing after the end', async () => {
  const sockets = udpSockets()
  const got: [string, string][] = []
  let wake = (): void => undefined
  const heard = new Promise<void>((resolve) => {
    wake = resolve
  })
  // a port that is free now; two may share it, as programs on one machine do
  const port = 40_000 + (process.pid % 20_000)
  const on = {
    packet: (bytes: Uint8Array, { address }: Sender): void => {
      got.push([new TextDecoder().decode(bytes), address])
      wake()
    },
    error: (error: Error): void => {
      throw error
    },
  }
  const one = await sockets.open(port, on)
  const two = await sockets.open(port, on)
  two.send(utf8('hello'), '127.0.0.1', port, '127.0.0.1')
  await heard
  expect(got[0]).toEqual(['hello', '127.0.0.1'])
  expect(sockets.interfaces().some(({ internal }) => internal)).toBe(true)
  one.close()
  two.close()
  two.close()
  two.send(utf8('late'), '127.0.0.1', port, '127.0.0.1')
})
