// node tools/crash/child.mjs JSON: live in a folder until the parent kills this process.
// Every acknowledgement is on the pipe before anything else happens: one line each, see `say`.
import { readdirSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { identity, makeStore } from './store.mjs'

const { openDisk, openMarks } = await load('ssb-feed-store/disk')
const { folder, state, seed, life, data, work, version, isNew, writeBufferBytes } = JSON.parse(
  process.argv[2],
)
const random = createRandom(`${seed}/${life}`)
const own = identity(seed)

function say(...words) {
  const line = Buffer.from(`${words.join(' ')}\n`)
  for (let at = 0; at < line.length; )
    try {
      at += writeSync(1, line, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
}

/** After each sync, say how much of the database's write-ahead log is on the disk for certain. */
function witnessed(database) {
  const logs = join(folder, 'store')
  const files = () =>
    readdirSync(logs)
      .filter((name) => name.endsWith('.log'))
      .sort()
  return {
    ...database,
    get status() {
      return database.status
    },
    async batch(operations, options) {
      await database.batch(operations, options)
      if (!options.sync) return
      const file = files().at(-1)
      say('synced', file, statSync(join(logs, file)).size)
    },
    async flush() {
      const sizes = files().map((name) => [
        name,
        statSync(join(logs, name), { throwIfNoEntry: false })?.size,
      ])
      await database.flush()
      for (const [name, size] of sizes) if (size !== undefined) say('synced', name, size)
    },
  }
}

say('born', process.pid)
const store = makeStore(witnessed(openDisk(folder, { writeBufferBytes })), own, {
  version,
  marks: openMarks(folder, own.id, join(state, 'ssb')),
  isNew,
})
const { api } = store
api.appended.on((batch) => {
  for (const { author, feedSequence, key } of batch)
    if (author === own.id) say('offered', feedSequence, key)
})
await store.open()
say('open')

const pause = () => new Promise((resolve) => setImmediate(resolve))

async function publishForever() {
  for (let n = 0; ; n++) {
    const text = 'x'.repeat(random.below(random.below(8) === 0 ? 6000 : 400))
    const message = await api.publish({ type: random.pick(['post', 'vote']), text, life, n })
    say('published', message.value.sequence, message.key)
    if (random.below(4) === 0) await pause()
  }
}

async function ingest() {
  const lines = readFileSync(data, 'utf8').trimEnd().split('\n')
  let from = 0
  while (from < lines.length) {
    // A few callers at once, as peers are.
    const calls = []
    for (let n = 1 + random.below(4); n > 0 && from < lines.length; n--) {
      const to = Math.min(lines.length, from + 1 + random.below(120))
      const batch = lines.slice(from, to).map((line) => Buffer.from(line))
      const range = [from, to]
      calls.push(
        api.add(batch).then((verdicts) => {
          const bad = verdicts.find(({ ok, code }) => !ok && code !== 'SSB_STORE_KNOWN')
          if (bad) say('refused', JSON.stringify(bad.reason))
          else say('added', ...range)
        }),
      )
      from = to
    }
    await Promise.all(calls)
    if (random.below(4) === 0) await pause()
  }
}

async function deleteForever() {
  for (;;) {
    const heads = [...api.heads()]
    await pause()
    if (heads.length === 0) continue
    const [author, head] = random.pick(heads)
    if (author !== own.id && random.below(20) === 0) {
      say('deleting', author)
      await api.eraseFeed(author)
      // Perhaps more than that: what was there when it began.
      say('erased', author, head.sequence)
      continue
    }
    const message = await api.atFeed(author, 1 + random.below(head.sequence))
    if (message === null) continue
    say('deleting', author, message.feedSequence)
    await api.del(message.key)
    say('deleted', author, message.feedSequence)
  }
}

const jobs = []
if (work.includes('delete')) jobs.push(deleteForever())
if (work.includes('publish'))
  for (let n = 1 + random.below(8); n > 0; n--) jobs.push(publishForever())
if (work.includes('ingest')) jobs.push(ingest())
if (work.includes('index')) jobs.push(api.indexed())
await Promise.all(jobs)
say('idle')
// Stay until the end comes.
setInterval(() => {}, 1 << 30)
