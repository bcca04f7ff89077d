import { connect as connectSocket, type Socket } from 'node:net'
import { auth, randomBytes } from '@scuttlebot/ssb-crypto'
import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import { createClient } from '@scuttlebot/ssb-shs'
import { connect as shake } from '@scuttlebot/ssb-shs/stream'
import { afterEach, describe, expect, test } from 'vitest'
import { dial as dialTcp } from '../src/tcp.ts'
import { identity, networkKey, type Running, start, stopAll, until } from './helpers.ts'

const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await stopAll()
})

/** A bare socket to a server, and what it got from there. */
async function raw(
  server: Running,
): Promise<{ socket: Socket; got: () => number; closed: () => boolean }> {
  const socket = connectSocket({ host: '127.0.0.1', port: server.port })
  sockets.push(socket)
  let bytes = 0
  let isClosed = false
  socket.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, got: () => bytes, closed: () => isClosed }
}

async function works(server: Running, byte = 99): Promise<void> {
  const friend = await start(byte)
  const peer = await friend.api.connect(server.address)
  expect(await peer.mux.call(['echo'], ['alive'])).toBe('alive')
}

const handshakeOf = (server: Running) =>
  createClient({ networkKey, keys: identity(50).keys, serverKey: server.keys.publicKey })

/** A peer that is through the handshake and then says what it likes. */
async function insider(server: Running) {
  const { wire } = await dialTcp({ host: '127.0.0.1', port: server.port })
  const { keys } = identity(51)
  const channel = await shake({ wire, networkKey, keys, serverKey: server.keys.publicKey })
  let isClosed = false
  channel.onClose = () => {
    isClosed = true
  }
  return { wire, channel, closed: () => isClosed }
}

describe('before the handshake', () => {
  test('random bytes are met with silence and a closed socket', async () => {
    const server = await start(1)
    for (const length of [64, 65, 1000, 100_000]) {
      const { socket, got, closed } = await raw(server)
      socket.write(randomBytes(length))
      await until(closed)
      expect(got()).toBe(0)
    }
    expect(server.events).toEqual([])
    await works(server)
  })

  test('a point of low order is met with silence', async () => {
    const server = await start(1)
    const { socket, got, closed } = await raw(server)
    const point = new Uint8Array(32)
    socket.write(new Uint8Array([...auth(point, networkKey), ...point]))
    await until(closed)
    expect(got()).toBe(0)
  })

  test('bytes after a failed handshake change nothing', async () => {
    const server = await start(1)
    const { socket, got, closed } = await raw(server)
    socket.write(handshakeOf(server).start() as Uint8Array)
    await until(() => got() === 64)
    for (let at = 0; at < 20; at += 1) socket.write(randomBytes(5000))
    await until(closed)
    expect(got()).toBe(64)
    await works(server)
  })

  test('dribbled bytes run into one deadline, at each step', async () => {
    const clock = manualClock()
    const server = await start(1, { clock })
    const before = clock.pending
    const first = await raw(server)
    const second = await raw(server)
    const challenge = handshakeOf(server).start() as Uint8Array
    second.socket.write(challenge)
    await until(() => second.got() === 64)
    await until(() => server.api.stats().halfOpen === 2)
    for (let at = 0; at < 14; at += 1) {
      first.socket.write(challenge.subarray(at, at + 1))
      second.socket.write(new Uint8Array([at]))
      clock.advance(1000)
    }
    clock.advance(999)
    expect(server.api.stats().halfOpen).toBe(2)
    clock.advance(1)
    await until(() => first.closed() && second.closed())
    expect(server.api.stats()).toMatchObject({ halfOpen: 0, connections: 0 })
    expect(clock.pending).toBe(before)
    await works(server)
  })

  test('a server that never answers runs into the deadline of the dialler', async () => {
    const clock = manualClock()
    const mute = await start(1, { limits: { halfOpenMax: 1000 } })
    const client = await start(2, { clock })
    mute.host.hooks.authorize.add(0, () => new Promise(() => undefined))
    const connecting = client.api.connect(mute.address)
    const failure = expect(connecting).rejects.toMatchObject({ code: 'SSB_NET_TIMEOUT' })
    await until(() => mute.api.stats().halfOpen === 1)
    clock.advance(15_000)
    await failure
    expect(client.api.stats().connections).toBe(0)
  })

  test('200 half-open sockets are bounded, and an honest peer gets through', async () => {
    const server = await start(1, { limits: { halfOpenMax: 20 } })
    const many = await Promise.all(Array.from({ length: 200 }, () => raw(server)))
    await until(() => many.filter(({ closed }) => closed()).length === 180)
    expect(server.api.stats()).toMatchObject({ halfOpen: 20, connections: 20, evicted: 180 })
    await works(server)
    for (const { socket } of many) socket.destroy()
    await until(() => server.api.stats().halfOpen === 0)
  })
})

describe('limits at the door', () => {
  test('connections in total: the value itself is allowed, one more is not', async () => {
    const server = await start(1, { limits: { connectionsMax: 2 } })
    await works(server, 90)
    await works(server, 91)
    const third = await start(92)
    await expect(third.api.connect(server.address)).rejects.toMatchObject({
      code: 'SSB_NET_HANDSHAKE',
    })
    await expect(server.api.connect(third.address)).rejects.toMatchObject({ code: 'SSB_NET_FULL' })
    expect(server.api.stats()).toMatchObject({ connections: 2, refusedTotal: 2 })
    await server.api.disconnect(identity(90).id)
    await until(() => server.api.stats().connections === 1)
    await third.api.connect(server.address)
  })

  test('connections from one address', async () => {
    const server = await start(1, { limits: { perAddressMax: 2, countLoopback: true } })
    const first = await raw(server)
    await raw(server)
    await until(() => server.api.stats().connections === 2)
    const third = await raw(server)
    await until(third.closed)
    expect(server.api.stats()).toMatchObject({ connections: 2, refusedPerAddress: 1 })
    first.socket.destroy()
    await until(() => server.api.stats().connections === 1)
    await works(server)
  })

  test('half-open connections make room for new ones even when all places are taken', async () => {
    const server = await start(1, { limits: { connectionsMax: 3 } })
    await Promise.all([raw(server), raw(server), raw(server)])
    await until(() => server.api.stats().halfOpen === 3)
    await works(server)
    expect(server.api.stats()).toMatchObject({ connections: 3, halfOpen: 2, evicted: 1 })
  })
})

describe('after the handshake', () => {
  const bodies: readonly [string, Uint8Array][] = [
    ['a frame of 4 GiB', new Uint8Array([10, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1])],
    ['a frame just over the limit', new Uint8Array([2, 0, 0x10, 0, 1, 0, 0, 0, 1])],
    ['a body of type 3', new Uint8Array([3, 0, 0, 0, 1, 0, 0, 0, 1, 0])],
    ['malformed JSON', new Uint8Array([2, 0, 0, 0, 1, 0, 0, 0, 1, 0x7b])],
  ]
  for (const [name, frame] of bodies) {
    test(`${name} ends that connection only`, async () => {
      const server = await start(1)
      const { channel, closed } = await insider(server)
      await until(() => server.api.peers().length === 1)
      channel.resume()
      channel.write([frame])
      await until(closed)
      await until(() => server.api.peers().length === 0)
      expect(server.events).toHaveLength(2)
      await works(server)
    })
  }

  test('forged box-stream bytes end it with a reason', async () => {
    const server = await start(1)
    const { wire, closed, channel } = await insider(server)
    await until(() => server.api.peers().length === 1)
    channel.resume()
    wire.write(randomBytes(5000))
    await until(closed)
    await until(() => server.events.length === 2)
    expect(server.events[1]).toBe('-in a header of the box stream does not authenticate')
  })

  test('an end between packets is clean, an end inside a frame or a box is not', async () => {
    const server = await start(1)
    const whole = new Uint8Array([2, 0, 0, 0, 4, 0, 0, 0, 1, ...Buffer.from('null')])
    const ends: [(of: Awaited<ReturnType<typeof insider>>) => void, string][] = [
      [({ wire }) => wire.end(), 'the other side closed it'],
      [({ channel }) => channel.end(), 'the other side closed it'],
      [
        ({ channel, wire }) => {
          channel.write([whole])
          wire.end()
        },
        'the other side closed it',
      ],
      [
        ({ channel, wire }) => {
          channel.write([new Uint8Array(9)])
          wire.end()
        },
        'the other side closed it',
      ],
      [
        ({ channel, wire }) => {
          channel.write([whole.subarray(0, 11)])
          wire.end()
        },
        'the transport ended in the middle of a packet',
      ],
      [
        ({ wire }) => {
          wire.write(new Uint8Array(20))
          wire.end()
        },
        'the connection ended inside a packet',
      ],
    ]
    for (const [act, reason] of ends) {
      const end = await insider(server)
      await until(() => server.api.peers().length === 1)
      end.channel.resume()
      act(end)
      await until(() => server.api.peers().length === 0)
      expect(server.events.at(-1)).toBe(`-in ${reason}`)
    }
    await until(() => server.api.stats().connections === 0)
  })

  test('a peer that answers no goodbye is dropped after a while', async () => {
    const clock = manualClock()
    const server = await start(1, { clock })
    const { wire, closed } = await insider(server)
    await until(() => server.api.peers().length === 1)
    wire.pause()
    const closing = server.api.disconnect(identity(51).id)
    await until(() => server.api.peers().length === 0)
    clock.advance(2000)
    expect(await closing).toBe(true)
    expect(server.api.stats().connections).toBe(0)
    wire.resume()
    await until(closed)
  })

  test('silence is ended after ten minutes, and talk puts it off', async () => {
    const clock = manualClock()
    const server = await start(1, { clock })
    const friend = await start(2)
    const peer = await friend.api.connect(server.address)
    await until(() => server.api.peers().length === 1)
    clock.advance(599_999)
    expect(await peer.mux.call(['echo'], [1])).toBe(1)
    clock.advance(599_999)
    expect(server.api.peers().length).toBe(1)
    clock.advance(1)
    await peer.mux.closed
    expect(server.events).toEqual(['+in', '-in nothing was said for too long'])
  })

  test('silence without end, where it is allowed', async () => {
    const clock = manualClock()
    const server = await start(1, { clock, times: { inactivityMs: Number.POSITIVE_INFINITY } })
    const friend = await start(2)
    const peer = await friend.api.connect(server.address)
    await until(() => server.api.peers().length === 1)
    for (let at = 0; at < 5; at += 1) clock.advance(0x7fff_ffff)
    expect(await peer.mux.call(['echo'], [1])).toBe(1)
  })

  test('peers that come and go leave nothing behind', async () => {
    const clock = manualClock()
    const server = await start(1, { clock })
    const before = clock.pending
    const friends = await Promise.all([2, 3, 4, 5].map((byte) => start(byte)))
    await Promise.all(
      friends.map(async (friend, index) => {
        for (let round = 0; round < 25; round += 1) {
          const peer = await friend.api.connect(server.address)
          expect(await peer.mux.call(['echo'], [round])).toBe(round)
          if ((round + index) % 3 === 0) await server.api.disconnect(friend.id)
          else await peer.close()
          await peer.mux.closed
        }
      }),
    )
    await until(() => server.api.stats().connections === 0)
    await until(() => server.events.length === 200)
    expect(server.api.peers()).toEqual([])
    expect(clock.pending).toBe(before)
    await until(() => friends.every((friend) => friend.api.stats().connections === 0))
  })
})
