// From a publish on one server to the message on a live stream of a connected one.

import { startOurs } from '../interop/ours.mjs'
import { load } from '../lib/packages.mjs'
import { median } from './measure.mjs'

/** What the better of the reference stacks needs from publish to readable, in milliseconds (measured apart). */
const REFERENCE_MS = 4.7

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const { connect } = await load('ssb-client')
  const count = (quick ? 20 : 100) * runs
  const [a, b] = [await startOurs({ name: 'a' }), await startOurs({ name: 'b' })]
  const open = (server) => connect({ remote: server.address, keys: server.keys, id: server.id })
  try {
    await a.follow(b.id)
    await b.follow(a.id)
    await b.connect(a.address)
    await b.waitClock(await a.clock())
    const [writer, reader] = [await open(a), await open(b)]
    const arrived = new Map()
    const waiting = new Map()
    const stream = reader.remote.createHistoryStream({ id: a.id, seq: 2, live: true, keys: true })
    const reading = (async () => {
      for await (const { key } of stream) {
        arrived.set(key, performance.now())
        waiting.get(key)?.()
      }
    })().catch(() => {})
    const all = []
    const publish = []
    for (let n = 0; n < count; n++) {
      const start = performance.now()
      const { key } = await writer.remote.publish({ type: 'post', text: `latency ${n}` })
      publish.push(performance.now() - start)
      if (!arrived.has(key)) await new Promise((resolve) => waiting.set(key, resolve))
      all.push(arrived.get(key) - start)
    }
    await writer.close()
    await reader.close()
    await reading
    const sorted = [...all].sort((x, y) => x - y)
    const at = (share) => sorted[Math.floor(sorted.length * share)].toFixed(2)
    return {
      ratio: median(all) / REFERENCE_MS,
      unit: `of ${REFERENCE_MS} ms, the reference's median`,
      head: ['what', 'median ms', 'p95', 'largest'],
      rows: [
        ['publish to readable elsewhere', at(0.5), at(0.95), sorted.at(-1).toFixed(2)],
        [
          'publish answered (durable)',
          median(publish).toFixed(2),
          [...publish].sort((x, y) => x - y)[Math.floor(count * 0.95)].toFixed(2),
          Math.max(...publish).toFixed(2),
        ],
      ],
      notes: [
        `${count} messages, each after the one before had arrived; durable publish and both RPC hops included.`,
      ],
    }
  } finally {
    await a.close()
    await b.close()
  }
}
