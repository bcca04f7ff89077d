import { createServer, Socket } from 'node:net'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { createFace } from '@scuttlebot/ssb-muxrpc'
import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import { accept as acceptHandshake } from '@scuttlebot/ssb-shs/stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { accept, dial, targetsOf } from '../src/secure.ts'
import { dial as dialTcp, listen } from '../src/tcp.ts'
import { identity, networkKey, start, stopAll, until } from './helpers.ts'

afterEach(stopAll)

const me = identity(60)
const client = { keys: me.keys, networkKey }

describe('dial', () => {
  test('reaches a server, and offers what it is told to', async () => {
    const server = await start(1)
    const face = createFace({
      manifest: { ping: { kind: 'async', allow: ['anonymous'] } },
      handlers: { ping: () => 'pong' },
      peer: server.id,
      roles: ['anonymous'],
    })
    const connection = await dial({ ...client, address: server.address, face })
    await until(() => server.api.peers().length === 1)
    expect(await server.api.peer(me.id)?.mux.call(['ping'], [])).toBe('pong')
    expect(await connection.mux.call(['echo'], [1])).toBe(1)
    await connection.close()
    await until(() => server.events.length === 2)
    expect(server.events[1]).toBe('-in the other side closed it')
  })

  test('what is said in one turn is one write of the socket: boxes of headers and bodies together', async () => {
    const server = await start(1)
    const connection = await dial({ ...client, address: server.address })
    const writes = vi.spyOn(Socket.prototype, 'write')
    try {
      const calls = Array.from({ length: 20 }, (_, n) => connection.mux.call(['echo'], [n]))
      expect(await Promise.all(calls)).toHaveLength(20)
      // the calls, and the answers
      expect(writes).toHaveBeenCalledTimes(2)
    } finally {
      writes.mockRestore()
    }
    await connection.close()
  })

  test('offers nothing by default', async () => {
    const server = await start(1)
    const connection = await dial({ ...client, address: server.address })
    await until(() => server.api.peers().length === 1)
    const call = server.api.peer(me.id)?.mux.call(['manifest'], [])
    await expect(call).rejects.toMatchObject({ remote: true })
    await connection.close()
  })

  test('with a seed in the address comes as the guest that the seed is', async () => {
    const server = await start(1)
    const seed = new Uint8Array(32).fill(77)
    const address = `${server.address}:${toBase64(seed)}`
    const connection = await dial({ ...client, address })
    expect(await connection.mux.call(['caller'], [])).toMatchObject({ peer: identity(77).id })
    expect(connection.address).toBe(server.address)
    await connection.close()
  })

  test('says what is wrong with each alternative', async () => {
    const gone = await start(1)
    await gone.host.stop()
    const address = `${gone.address};${gone.address.replace('127.0.0.1', 'localhost')}`
    await expect(dial({ ...client, address })).rejects.toMatchObject({
      code: 'SSB_NET_UNREACHABLE',
      message: expect.stringContaining('localhost'),
      cause: expect.any(AggregateError),
    })
    await expect(dial({ ...client, address: 'x'.repeat(500) })).rejects.toMatchObject({
      code: 'SSB_NET_ADDRESS',
      message: expect.stringMatching(/x{80}…$/),
    })
    const port = gone.address.replace(String(gone.port), '65536')
    await expect(dial({ ...client, address: port })).rejects.toMatchObject({
      code: expect.stringMatching(/^SSB_NET_(UNREACHABLE|ADDRESS)$/),
    })
  })

  test('can be given up, before, while it waits, and not after', async () => {
    const server = await start(1)
    server.host.hooks.authorize.add(0, () => new Promise(() => undefined))
    const given = new AbortController()
    const dialling = dial({ ...client, address: server.address, signal: given.signal })
    const failure = expect(dialling).rejects.toMatchObject({ code: 'SSB_NET_STOPPED' })
    await until(() => server.api.stats().halfOpen === 1)
    given.abort()
    await failure
    const early = dial({ ...client, address: server.address, signal: given.signal })
    await expect(early).rejects.toMatchObject({ code: 'SSB_NET_STOPPED' })
    const other = await start(2)
    const late = new AbortController()
    const connection = await dial({ ...client, address: other.address, signal: late.signal })
    late.abort()
    expect(await connection.mux.call(['echo'], [1])).toBe(1)
    await connection.close()
  })

  test('has one deadline for a server that only listens', async () => {
    const clock = manualClock()
    const arrived: Socket[] = []
    const mute = createServer((socket) => void arrived.push(socket))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const place = mute.address()
    const port = typeof place === 'object' ? place?.port : 0
    const address = `net:127.0.0.1:${port}~shs:${identity(1).id.slice(1, 45)}`
    const dialling = dial({ ...client, address, clock, handshakeMs: 1000 })
    const failure = expect(dialling).rejects.toMatchObject({ code: 'SSB_NET_TIMEOUT' })
    await until(() => arrived.length === 1)
    clock.advance(1000)
    await failure
    expect(clock.pending).toBe(0)
    for (const socket of arrived) socket.destroy()
    await new Promise((resolve) => mute.close(resolve))
  })
})

test('accept hands over a connection that is silent until it is started', async () => {
  const server = identity(1)
  const connections: Awaited<ReturnType<typeof accept>>['connection'][] = []
  let calls = 0
  const face = createFace({
    manifest: { hit: { kind: 'async', allow: ['anonymous'] } },
    handlers: {
      hit: () => {
        calls += 1
        return calls
      },
    },
    peer: me.id,
    roles: ['anonymous'],
  })
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      onArrival: (arrival) =>
        void accept({ keys: server.keys, networkKey, arrival, authorize: () => ({ face }) }).then(
          ({ connection }) => connections.push(connection),
        ),
    },
  )
  const address = `net:127.0.0.1:${listener.port}~shs:${server.id.slice(1, 45)}`
  const connection = await dial({ ...client, address })
  const hit = connection.mux.call(['hit'], [])
  await until(() => connections.length === 1)
  const [accepted] = connections as [(typeof connections)[0]]
  expect(accepted.id).toBe(me.id)
  expect(calls).toBe(0)
  accepted.start()
  expect(await hit).toBe(1)
  await listener.close()
  await connection.closed
  await accepted.closed
})

test('what a wire’s handler throws ends that socket only', async () => {
  const ends: string[] = []
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      onArrival: ({ wire }) => {
        wire.onData = () => {
          throw new Error('a bug')
        }
        wire.onError = (error) => void ends.push(error.message)
        wire.onClose = () => void ends.push('closed')
        wire.resume()
      },
    },
  )
  const { wire } = await dialTcp({ host: '127.0.0.1', port: listener.port })
  let isClosed = false
  wire.onClose = () => {
    isClosed = true
  }
  wire.resume()
  wire.write(new Uint8Array(1))
  await until(() => isClosed && ends.length === 2)
  expect(ends).toEqual(['a bug', 'closed'])
  expect(wire.write(new Uint8Array(1))).toBe(true)
  wire.end()
  wire.destroy()
  wire.resume()
  await listener.close()
})

test('what takes an arrival in may throw', async () => {
  const errors: string[] = []
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      onArrival: () => {
        throw new Error('a bug')
      },
      onError: (error) => void errors.push(error.message),
    },
  )
  const { wire } = await dialTcp({ host: '127.0.0.1', port: listener.port })
  const failing = acceptHandshake({ wire, ...client, authorize: () => true })
  await expect(failing).rejects.toMatchObject({ code: 'SSB_SHS_HUNG_UP' })
  expect(errors).toEqual(['a bug'])
  await listener.close()
})

test('targets of an address with everything in it', () => {
  const key = me.id.slice(1, 45)
  const text = `net:a:1~shs:${key};unix:/x:y~noauth:${key};net:fe80::1:2~shs:${key};ws://a~shs:${key}`
  expect(targetsOf(text)).toMatchObject([
    { transport: 'net', host: 'a', port: 1, id: me.id, seed: null },
    { transport: 'unix', path: '/x:y', id: me.id },
    { transport: 'net', host: 'fe80::1', port: 2, text: `net:fe80::1:2~shs:${key}` },
    { transport: 'ws', host: 'a', port: 80, url: 'ws://a/', text: `ws://a~shs:${key}` },
  ])
})
