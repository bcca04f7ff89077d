// Async calls over handshake and TCP between two processes: one at a time, and 100 in flight.
import { median, rateOf, spread } from './measure.mjs'
import { start } from './wire/start.mjs'

const VALUE = 'x'.repeat(30)
/** Bytes of a call of `echo` with that value on the wire: box header, packet header, body. */
const FRAME_BYTES = 34 + 9 + JSON.stringify({ name: ['echo'], args: [VALUE], type: 'async' }).length

const oneByOne = (connection, count) =>
  rateOf(count, async () => {
    for (let n = 0; n < count; n += 1) await connection.call(VALUE)
  })
const inFlight = (connection, count) =>
  rateOf(count, async () => {
    let left = count
    const worker = async () => {
      while (left-- > 0) await connection.call(VALUE)
    }
    await Promise.all(Array.from({ length: 100 }, worker))
  })

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const count = quick ? 2000 : 10_000
  const servers = {
    plain: await start('plain', { frameBytes: FRAME_BYTES }),
    shipped: await start('reference'),
    ours: await start('ours'),
    noDelay: await start('reference', { noDelay: true }),
  }
  const open = {}
  for (const name of Object.keys(servers)) {
    // from here on this process's sockets of the reference are without the delay as well
    if (name === 'noDelay') servers.noDelay.module.forceNoDelay()
    open[name] = await servers[name].open()
    if (name === 'shipped') open.shippedRate = await oneByOne(open.shipped, quick ? 12 : 30)
  }
  const figures = { plain: [], ours: [], ours100: [], noDelay: [], noDelay100: [] }
  for (let n = -1; n < runs; n += 1) {
    const got = {
      plain: await oneByOne(open.plain, count),
      ours: await oneByOne(open.ours, count),
      ours100: await inFlight(open.ours, count * 3),
      noDelay: await oneByOne(open.noDelay, count),
      noDelay100: await inFlight(open.noDelay, count * 3),
    }
    // the first round warms up
    if (n >= 0) for (const [name, rate] of Object.entries(got)) figures[name].push(rate)
  }
  for (const server of Object.values(servers)) server.stop()
  const of = (a, b) => median(figures[a].map((rate, at) => rate / figures[b][at]))
  const ratio = of('ours', 'plain')
  const shipped = median(figures.ours) / open.shippedRate
  return {
    ratio,
    unit: 'of an echo of such frames over plain TCP, one call at a time (wanted: 0.6)',
    head: ['calls/s', 'figure', 'ours are', 'wanted'],
    rows: [
      ['ours, one at a time', spread(figures.ours), '1', ''],
      ['plain TCP echo', spread(figures.plain), `${ratio.toFixed(2)} ×`, '0.6 ×'],
      ['reference as shipped', open.shippedRate.toFixed(1), `${shipped.toFixed(0)} ×`, '400 ×'],
      [
        'reference with TCP_NODELAY',
        spread(figures.noDelay),
        `${of('ours', 'noDelay').toFixed(2)} ×`,
        '',
      ],
      ['ours, 100 in flight', spread(figures.ours100), '1', ''],
      [
        'reference with TCP_NODELAY, 100 in flight',
        spread(figures.noDelay100),
        `${of('ours100', 'noDelay100').toFixed(2)} ×`,
        '2 ×',
      ],
    ],
  }
}
