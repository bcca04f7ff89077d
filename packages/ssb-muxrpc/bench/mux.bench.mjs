// How fast two connections are in memory, without sockets and boxes.
// Run after a build: node packages/ssb-muxrpc/bench/mux.bench.mjs
import { Batch, createFace, createMux, JsonBytes } from '../dist/index.js'

const text = new TextEncoder()
const item = new JsonBytes(text.encode(JSON.stringify({ text: 'x'.repeat(789) })))
const SEQUENTIAL = 50_000
const CALLS = 400_000
const ITEMS = 1_000_000

const handlers = {
  echo: (_call, value) => value,
  later: async (_call, value) => value,
  items: async function* (_call, count) {
    for (let at = 0; at < count; at++) yield item
  },
  batches: async function* (_call, count) {
    for (let at = 0; at < count; at += 100) yield new Batch(Array(100).fill(item))
  },
}
const manifest = {
  echo: { kind: 'async' },
  later: { kind: 'async' },
  items: { kind: 'source' },
  batches: { kind: 'source' },
}

function pair() {
  const face = createFace({ manifest, handlers, peer: null, roles: ['owner'] })
  const a = createMux({ face, peer: null, write: (chunks) => give(chunks, () => b) })
  const b = createMux({ face, peer: null, write: (chunks) => give(chunks, () => a) })
  return a
}
function give(chunks, to) {
  queueMicrotask(() => {
    for (const chunk of chunks) to().receive(chunk)
  })
  return true
}

async function measure(name, count, run) {
  const start = performance.now()
  await run()
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`${name}: ${Math.round(count / seconds).toLocaleString('en')} per second\n`)
}

const mux = pair()
for (const method of ['echo', 'later', 'echo', 'later'])
  await measure(`async ${method}, 100 in flight`, CALLS, () => {
    let sent = 0
    const caller = async () => {
      while (sent++ < CALLS) await mux.call([method], [{ id: sent }])
    }
    return Promise.all(Array.from({ length: 100 }, caller))
  })
await measure('async echo, one after another', SEQUENTIAL, async () => {
  for (let at = 0; at < SEQUENTIAL; at++) await mux.call(['echo'], [{ id: at }])
})
for (const method of ['items', 'batches'])
  for (const raw of [true, false])
    await measure(
      `source of 800 bytes, ${method}${raw ? ', raw' : ', parsed'}`,
      ITEMS,
      async () => {
        let got = 0
        for await (const batch of mux.source([method], [ITEMS], { raw }).batches())
          got += batch.length
        if (got !== ITEMS) throw new Error(`${got} items`)
      },
    )
