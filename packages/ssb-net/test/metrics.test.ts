import { STRANGER_LIMITS } from '@scuttlebot/ssb-muxrpc'
import { afterEach, expect, test } from 'vitest'
import { dial } from '../src/secure.ts'
import { identity, networkKey, type Running, start, stopAll, until } from './helpers.ts'

afterEach(stopAll)

function figure(server: Running, name: string): number | undefined {
  return server.host.metrics().find((metric) => metric.name === name)?.value
}

const stranger = (server: Running, byte = 9) =>
  dial({ address: server.address, keys: identity(byte).keys, networkKey })

test('each bound has a figure, and a gauge tells its bound', async () => {
  const server = await start(1, { limits: { connectionsMax: 5, halfOpenMax: 3, perAddressMax: 2 } })
  const limits = Object.fromEntries(
    server.host.metrics().map(({ name, limit }) => [name, limit] as const),
  )
  expect(limits).toMatchObject({
    net_connections: 5,
    net_half_open: 3,
    net_address_connections_most: 2,
    net_stranger_queued_bytes: 32 << 20,
  })
  await stranger(server)
  expect(figure(server, 'net_connections')).toBe(1)
  expect(figure(server, 'net_peers')).toBe(1)
})

test('bytes of peers are counted, those of the owner are not', async () => {
  const server = await start(1)
  const connection = await stranger(server)
  await connection.mux.call(['echo'], ['x'.repeat(5_000)])
  const before = figure(server, 'net_received_bytes_total') ?? 0
  expect(before).toBeGreaterThan(5_000)
  expect(figure(server, 'net_sent_bytes_total')).toBeGreaterThan(5_000)
  await connection.close()
  expect(figure(server, 'net_received_bytes_total')).toBeGreaterThanOrEqual(before)
})

test('connections of one address are bounded, and counted', async () => {
  const server = await start(1, { limits: { perAddressMax: 1, countLoopback: true } })
  await stranger(server)
  await expect(stranger(server, 10)).rejects.toMatchObject({ code: 'SSB_NET_HANDSHAKE' })
  expect(figure(server, 'net_address_connections_most')).toBe(1)
  expect(figure(server, 'net_refused_per_address_total')).toBe(1)
})

test.each([
  [63, 0],
  [64, 0],
  [65, 1],
])('of frames of at most 64 bytes, one of %i ends %i connections', async (bytes, ended) => {
  const server = await start(1, { muxLimits: { stranger: { bodyBytesMax: 64 } } })
  const { mux } = await stranger(server)
  const empty = JSON.stringify({ name: ['echo'], args: [''], type: 'async' }).length
  const text = 'x'.repeat(bytes - empty)
  if (ended === 0) expect(await mux.call(['echo'], [text])).toBe(text)
  else await expect(mux.call(['echo'], [text])).rejects.toThrow()
  await until(() => figure(server, 'net_frames_too_large_total') === ended)
})

test('streams of one peer are bounded, and those refused are counted', async () => {
  const server = await start(1, { muxLimits: { stranger: { streamsMax: 2 } } })
  const { mux } = await stranger(server)
  async function* never(): AsyncGenerator<never> {
    await new Promise(() => undefined)
  }
  const open = () => mux.duplex(['mirror'], [], never())[Symbol.asyncIterator]().next()
  const opened = [open(), open()]
  const refused = open()
  await expect(refused).rejects.toThrow('too many open streams')
  expect(figure(server, 'net_peer_streams_most')).toBe(2)
  expect(figure(server, 'net_limited_total')).toBe(1)
  expect(STRANGER_LIMITS.streamsMax).toBe(256)
  const ended = Promise.allSettled(opened)
  await stopAll()
  await ended
})
