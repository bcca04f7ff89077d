// Reading a store: a full scan of parsed messages against bare JSON.parse of the same bytes, first pages by each index,
// random gets, counts, rebuilding all indexes, and opening.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFile } from '../generate/generate.mjs'
import { load } from '../lib/packages.mjs'
import { median, rate, rateOf, spread } from './measure.mjs'

const crypto = await load('ssb-crypto')
await crypto.ready
const { generate, keyPairOf } = await load('ssb-keys')
const { createStore } = await load('ssb-feed-store')
const { openDisk } = await load('ssb-feed-store/disk')
const query = await load('ssb-query')

const GETS = 5000
const PAGES = 100
const PAGE = 50
/** Messages that the baseline parses. */
const PARSED = 100_000

const milliseconds = async (call) => {
  const start = process.hrtime.bigint()
  await call()
  return Number(process.hrtime.bigint() - start) / 1e6
}

function makeStore(folder, keys) {
  const { secretKey } = keyPairOf(keys)
  // Reading is measured here, so signatures are taken for good.
  const verifier = { verify: (jobs) => jobs.map(() => true) }
  const sign = (bytes) => crypto.sign(bytes, secretKey)
  const store = createStore({
    database: openDisk(folder),
    id: keys.id,
    sign,
    now: Date.now,
    verifier,
  })
  const indexes = query.defineIndexes(store.api)
  return { store, api: store.api, queries: query.createQueries(store.api, indexes) }
}

async function fill({ api }, file) {
  const bytes = readFileSync(file)
  let batch = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    batch.push(new Uint8Array(bytes.subarray(at, end)))
    at = end + 1
    if (batch.length < 1000 && at < bytes.length) continue
    await api.add(batch)
    batch = []
  }
}

/** What is asked for, over the messages that are there. */
function questions(messages) {
  const { and, author, everything, linksTo, thread, type } = query
  const reply = messages.find(({ value }) => typeof value.content.root === 'string').value.content
  const feed = messages[0].author
  return {
    'newest first': everything(),
    author: author(feed),
    type: type('post'),
    'author and type': and(author(feed), type('post')),
    'link target': linksTo('root', reply.root),
    'any link': linksTo(null, feed),
    thread: thread(reply.root),
  }
}

async function firstPage(queries, condition) {
  const found = []
  for await (const message of queries.query(condition, { limit: PAGE })) found.push(message.value)
  return found
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick, feeds = 100 }) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-query-'))
  const keys = generate()
  const file = dataFile({ feeds, messages: quick ? 100 : 1000 })
  try {
    const first = makeStore(folder, keys)
    await first.store.open()
    await fill(first, file)
    await first.store.close()
    const figures = { parse: [], scan: [], ratio: [], gets: [], count: [], open: [] }
    const cold = new Map()
    const warm = new Map()
    const note = (map, name, time) => map.set(name, [...(map.get(name) ?? []), time])
    let total = 0
    for (let n = 0; n < runs; n++) {
      const reading = makeStore(folder, keys)
      figures.open.push(await milliseconds(() => reading.store.open()))
      const { api, queries } = reading
      const sample = []
      for await (const list of api.log({ limit: 2000 })) sample.push(...list)
      for (const [name, condition] of Object.entries(questions(sample))) {
        note(cold, name, await milliseconds(() => firstPage(queries, condition)))
        const all = await milliseconds(async () => {
          for (let i = 0; i < PAGES; i++) await firstPage(queries, condition)
        })
        note(warm, name, all / PAGES)
      }
      total = api.position + 1
      const texts = []
      for await (const list of api.log({ limit: PARSED }))
        for (const { bytes } of list) texts.push(Buffer.from(bytes))
      const bare = () =>
        rate(texts.length, () => {
          for (const text of texts) JSON.parse(text.toString())
        })
      const before = bare()
      const scan = await rateOf(total, async () => {
        let seen = 0
        for await (const list of api.log()) for (const { value } of list) if (value.author) seen++
        if (seen !== total) throw new Error(`the scan saw ${seen} of ${total} messages`)
      })
      const parse = (before + bare()) / 2
      figures.parse.push(parse)
      figures.scan.push(scan)
      figures.ratio.push(scan / parse)
      const ids = Array.from({ length: GETS }, (_, i) => (i * 7919 * 31) % total)
      const names = (await api.read(ids)).map(({ key }) => key)
      figures.gets.push(
        await rateOf(GETS, async () => {
          for (const name of names) if ((await api.get(name)) === null) throw new Error('not there')
        }),
      )
      figures.count.push(await milliseconds(() => queries.count(query.type('post'))))
      await reading.store.close()
    }
    const rebuilt = makeStore(folder, keys)
    rebuilt.api.defineIndex({ name: 'extra', version: 1, map: (m, emit) => emit(m.value.hash) })
    await rebuilt.store.open()
    const extra = await milliseconds(() => rebuilt.api.indexed())
    await rebuilt.store.close()
    return {
      ratio: median(figures.ratio),
      unit: 'of bare JSON.parse, full scan of parsed messages',
      head: ['what', 'figure', 'ratio'],
      rows: [
        ['JSON.parse alone, messages/s', spread(figures.parse), '1'],
        ['full scan, parsed, messages/s', spread(figures.scan), spread(figures.ratio, 3)],
        ['random gets/s', spread(figures.gets), ''],
        ['opening, ms', spread(figures.open, 1), ''],
        ['count of a type, ms', spread(figures.count, 2), ''],
        ['one more index, ms', extra.toFixed(0), ''],
        ...[...warm].map(([name, list]) => [
          `first ${PAGE} by ${name}, ms warm (first time)`,
          spread(list, 2),
          median(cold.get(name)).toFixed(1),
        ]),
      ],
      notes: [`${total} messages in ${feeds} feeds, on disk.`],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
