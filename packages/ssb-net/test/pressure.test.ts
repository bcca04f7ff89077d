import { connect as shake } from '@scuttlebot/ssb-shs/stream'
import { afterEach, expect, test } from 'vitest'
import { dial as dialTcp } from '../src/tcp.ts'
import { identity, networkKey, start, stopAll, until } from './helpers.ts'

afterEach(stopAll)

const ITEM_BYTES = 10_000
const ITEMS = 20_000 // 200 MB, far more than all buffers between the two

/** Wait until a number has not changed for some turns of the event loop and some real bytes' time. */
async function standsStill(value: () => number): Promise<number> {
  let last = -1
  for (let still = 0; still < 200; ) {
    await new Promise((resolve) => setImmediate(resolve))
    if (value() === last) still += 1
    else still = 0
    last = value()
  }
  return last
}

test('a reader that does not read the socket stops the source, not the server', async () => {
  const server = await start(1)
  const { wire } = await dialTcp({ host: '127.0.0.1', port: server.port })
  const { keys } = identity(51)
  const channel = await shake({ wire, networkKey, keys, serverKey: server.keys.publicKey })
  await until(() => server.api.peers().length === 1)
  const body = Buffer.from(
    JSON.stringify({ name: ['count'], args: [ITEMS, ITEM_BYTES], type: 'source' }),
  )
  const header = new Uint8Array([10, 0, 0, body.length >> 8, body.length & 255, 0, 0, 0, 1])
  channel.write([header, body])
  await until(() => server.counters.yielded > 0)
  const stopped = await standsStill(() => server.counters.yielded)
  expect(stopped).toBeLessThan(ITEMS / 2)
  const other = await start(2)
  const peer = await other.api.connect(server.address)
  expect(await peer.mux.call(['echo'], ['alive'])).toBe('alive')
  let bytes = 0
  channel.onData = (chunk) => {
    bytes += chunk.length
  }
  channel.resume()
  await until(() => bytes > ITEM_BYTES * (stopped + 100), 'the source to go on')
  expect(server.counters.yielded).toBeGreaterThan(stopped)
  channel.destroy()
})

test('a consumer that is slow makes us stop reading the socket, and reading goes on with it', async () => {
  const server = await start(1)
  const client = await start(2)
  const peer = await client.api.connect(server.address)
  const source = peer.mux.source(['count'], [4000, ITEM_BYTES])[Symbol.asyncIterator]()
  expect((await source.next()).done).toBe(false)
  const before = await standsStill(() => peer.mux.stats.queuedIn)
  expect(before).toBeLessThan(3 * 1024 * 1024)
  let items = 1
  for (let next = await source.next(); !next.done; next = await source.next()) items += 1
  expect(items).toBe(4000)
  expect(peer.mux.stats.queuedIn).toBe(0)
})
