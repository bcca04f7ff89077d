// Two servers that have everything of each other connect again: what it costs to find that out.
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dataFile } from '../generate/generate.mjs'
import { startOurs, until } from '../interop/ours.mjs'
import { median, spread } from './measure.mjs'

/** Bytes each way that a reconnect may cost; the ratio is a share of them. */
const BYTES_MAX = 1024
/** No bytes for so long counts as quiet, and is not part of the time. */
const QUIET_MS = 1500
const SETUP_MS = 300_000
/** Calls under way at once, and messages of one. */
const AT_ONCE = 500

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A way to a port that counts what goes over it. */
async function countingWay(port) {
  const count = { up: 0, down: 0, first: 0, last: 0 }
  const sockets = new Set()
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1')
    for (const [one, other, way] of [
      [from, to, 'up'],
      [to, from, 'down'],
    ]) {
      one.setNoDelay(true)
      sockets.add(one)
      one.on('data', (chunk) => {
        count[way] += chunk.length
        count.last = performance.now()
        count.first ||= count.last
        other.write(chunk)
      })
      one.on('end', () => other.end())
      one.on('error', () => other.destroy())
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    count,
    port: server.address().port,
    reset: () => Object.assign(count, { up: 0, down: 0, first: 0, last: 0 }),
    hangUp() {
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    close: () => server.close(),
  }
}

/** Many at once, so that they share writes to the disk. */
async function followAll(server, ids) {
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await Promise.all(ids.slice(at, at + AT_ONCE).map((feed) => server.follow(feed)))
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick, feeds = quick ? 500 : 5000 }) {
  const file = dataFile({ feeds, messages: 1 })
  const ids = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).author)
  const [a, b] = [await startOurs({ name: 'a' }), await startOurs({ name: 'b' })]
  const figures = { up: [], down: [], ms: [] }
  const rows = []
  let way
  try {
    await followAll(a, [...ids, b.id])
    await followAll(b, [...ids, a.id])
    const values = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(JSON.parse)
    for (let at = 0; at < values.length; at += AT_ONCE)
      await b.call('addBatch', values.slice(at, at + AT_ONCE))
    way = await countingWay(Number(/:(\d+)~/.exec(b.address)[1]))
    const address = b.address.replace(/:\d+~/, `:${way.port}~`)
    const quiet = async () => {
      for (let last = -1; last !== way.count.last; ) {
        last = way.count.last
        await pause(QUIET_MS)
      }
    }
    const measure = async (what, kept) => {
      way.reset()
      await a.connect(address)
      await quiet()
      const { up, down, first, last } = way.count
      rows.push([what, String(up), String(down), (last - first).toFixed(1)])
      if (kept) {
        figures.up.push(up)
        figures.down.push(down)
        figures.ms.push(last - first)
      }
      way.hangUp()
      // Both have noticed, and stored what they know of each other.
      await pause(500)
    }
    await measure('first connection', false)
    const clock = await b.clock()
    await until('everything', SETUP_MS, async () => {
      const have = await a.clock()
      return Object.keys(clock).every((feed) => have[feed] === clock[feed])
    })
    for (let n = 1; n <= runs; n++) await measure(`reconnect ${n}`, true)
    for (const server of [a, b]) {
      await server.stop()
      await server.restart()
      await measure(`after a restart of ${server.name}`, true)
    }
    for (const server of [a, b]) await server.stop()
    for (const server of [a, b]) await server.restart()
    await measure('after a restart of both', true)
  } finally {
    way?.close()
    await a.close()
    await b.close()
  }
  const most = Math.max(...figures.up, ...figures.down)
  return {
    ratio: most / BYTES_MAX,
    unit: `of ${BYTES_MAX} bytes, the most that a reconnect sent in one direction`,
    head: ['connection', 'bytes out', 'bytes back', 'ms to quiet'],
    rows: [
      ...rows,
      [
        'median of reconnects',
        spread(figures.up),
        spread(figures.down),
        median(figures.ms).toFixed(1),
      ],
    ],
    notes: [`${feeds} feeds that both follow and have; handshake, ping and all included.`],
  }
}
