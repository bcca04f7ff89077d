// Our store in a process of its own, with the commands of peer.cjs.
import { readFileSync } from 'node:fs'
import { load } from '../../lib/packages.mjs'

const { path } = JSON.parse(process.argv[2])
const crypto = await load('ssb-crypto')
await crypto.ready
const { createStore } = await load('ssb-feed-store')
const { openDisk } = await load('ssb-feed-store/disk')
const { createPool } = await load('ssb-validate/pool')
const { keyPairOf, generate } = await load('ssb-keys')
const { and, author, createQueries, defineIndexes, everything, linksTo, type } =
  await load('ssb-query')

const keys = generate('ed25519', new Uint8Array(32).fill(7))
const { secretKey } = keyPairOf(keys)
let store = null
let queries = null
let pool = null

const conditionOf = {
  newest: () => everything(),
  type: () => type('post'),
  author: (of) => author(of.author),
  both: (of) => and(author(of.author), type('post')),
  link: (of) => linksTo('root', of.root),
}

async function page({ kind, ...of }) {
  const found = []
  for await (const { value } of queries.query(conditionOf[kind](of), { limit: 50 }))
    found.push(value)
  return found
}

const commands = {
  async open() {
    pool = createPool({ workers: 2 })
    store = createStore({
      database: openDisk(path),
      id: keys.id,
      sign: (bytes) => crypto.sign(bytes, secretKey),
      now: Date.now,
      verifier: pool,
      isNew: true,
    })
    queries = createQueries(store.api, defineIndexes(store.api))
    await store.open()
  },
  async ingest({ file }) {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    const values = lines.map((line) => Buffer.from(line))
    const start = process.hrtime.bigint()
    const open = []
    for (let at = 0; at < values.length; at += 500) {
      if (open.length === 4) await open.shift()
      open.push(store.api.add(values.slice(at, at + 500)))
    }
    await Promise.all(open)
    const added = process.hrtime.bigint()
    await store.api.indexed()
    return {
      added: Number(added - start) / 1e6,
      indexed: Number(process.hrtime.bigint() - start) / 1e6,
    }
  },
  async publish({ count, lanes }) {
    let next = 0
    const text = 'A message of the usual length, for the benchmark. '.repeat(8)
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        while (next < count) await store.api.publish({ type: 'post', text: `${next++} ${text}` })
      }),
    )
  },
  settle: () => store.api.indexed(),
  page: async (args) => (await page(args)).length,
  async pages({ times, ...args }) {
    for (let n = 0; n < times; n++) await page(args)
  },
  async scan() {
    let count = 0
    for await (const batch of store.api.log())
      for (const { value } of batch) count += value.author ? 1 : 0
    return count
  },
  async gets({ ids }) {
    let next = 0
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        while (next < ids.length) (await store.api.get(ids[next++])).value.author
      }),
    )
  },
  async close() {
    await store.close()
    await pool.close()
  },
}

process.on('message', async ({ command, args }) => {
  try {
    const start = process.hrtime.bigint()
    const result = await commands[command](args ?? {})
    process.send({ ms: Number(process.hrtime.bigint() - start) / 1e6, result: result ?? null })
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) })
  }
})
process.on('disconnect', () => process.exit(0))
process.send({ ready: true })
