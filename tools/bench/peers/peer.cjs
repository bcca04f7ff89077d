// A reference database in a process of its own: node peer.cjs {stack, home, path, port}. The answer to each request
// {command, args} holds the milliseconds that it took, measured here.
'use strict'
const crypto = require('node:crypto')
const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')

const options = JSON.parse(process.argv[2])
const isDb2 = options.stack === 'db2'
const bring = createRequire(path.join(options.home, 'package.json'))
const ssbKeys = bring('ssb-keys')
const pull = bring('pull-stream')
const caps = bring('ssb-caps')
const keys = ssbKeys.generate('ed25519', crypto.createHash('sha256').update('bench').digest())

const promise = (call) =>
  new Promise((resolve, reject) =>
    call((error, value) => (error && error !== true ? reject(error) : resolve(value))),
  )
const collect = (source) => promise((done) => pull(source, pull.collect(done)))

function create() {
  const stack = bring('secret-stack')({
    caps: isDb2 ? caps : { shs: Buffer.from(caps.shs, 'base64') },
  })
  for (const name of isDb2 ? ['ssb-db2'] : ['ssb-db', 'ssb-query', 'ssb-links'])
    stack.use(bring(name))
  const net = { scope: 'device', host: '127.0.0.1', port: options.port, transform: 'shs' }
  return stack({
    path: options.path,
    keys,
    caps,
    connections: { incoming: { net: [net] }, outgoing: { net: [{ transform: 'shs' }] } },
    logging: { level: 'error' },
  })
}

let ssb = null

/** Until all that has been written is in the indexes that exist. */
async function indexed() {
  if (isDb2)
    return await Promise.all(
      ['base', 'keys'].map((name) => promise((done) => ssb.db.onDrain(name, done))),
    )
  for (;;) {
    const { sync, since } = ssb.status().sync
    if (sync && since >= 0) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The messages of a file, a thousand under way: as the callers of each stack are told to. */
async function ingest({ file }) {
  const values = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line))
  const start = process.hrtime.bigint()
  for (let at = 0; at < values.length; at += 1000) {
    const part = values.slice(at, at + 1000)
    if (!isDb2) await Promise.all(part.map((value) => promise((done) => ssb.add(value, done))))
    else {
      const feeds = new Map()
      for (const value of part) feeds.set(value.author, [...(feeds.get(value.author) ?? []), value])
      await Promise.all(
        [...feeds.values()].map((feed) => promise((done) => ssb.db.addBatch(feed, done))),
      )
    }
  }
  const added = process.hrtime.bigint()
  await indexed()
  return {
    added: Number(added - start) / 1e6,
    indexed: Number(process.hrtime.bigint() - start) / 1e6,
  }
}

const publish = (content) =>
  promise((done) =>
    isDb2
      ? ssb.db.create({ keys, content, feedFormat: 'classic' }, done)
      : ssb.publish(content, done),
  )

/** The first page of fifty, newest first. */
function page({ kind, author, root }) {
  if (isDb2) {
    const {
      and,
      where,
      type,
      author: by,
      hasRoot,
      descending,
      paginate,
      toPromise,
    } = bring('ssb-db2/operators')
    const wanted = {
      newest: [],
      type: [where(type('post'))],
      author: [where(by(author))],
      both: [where(and(by(author), type('post')))],
      link: [where(hasRoot(root))],
    }[kind]
    return ssb.db
      .query(...wanted, descending(), paginate(50), toPromise())
      .then(({ results }) => results)
  }
  const common = { reverse: true, limit: 50 }
  const filter = { value: { author, content: { type: 'post' } } }
  return collect(
    {
      newest: () => ssb.createLogStream(common),
      type: () => ssb.messagesByType({ type: 'post', ...common }),
      author: () => ssb.createUserStream({ id: author, ...common }),
      both: () => ssb.query.read({ query: [{ $filter: filter }], ...common }),
      link: () => ssb.links({ dest: root, rel: 'root', values: true, ...common }),
    }[kind](),
  )
}

/** Every message as an object. */
async function scan() {
  let count = 0
  if (!isDb2) {
    await promise((done) =>
      pull(
        ssb.createLogStream(),
        pull.drain(({ value }) => {
          if (value.author) count++
        }, done),
      ),
    )
    return count
  }
  const bipf = bring('bipf')
  await new Promise((resolve) =>
    ssb.db
      .getLog()
      .stream({ gt: -1 })
      .pipe({
        paused: false,
        write({ value }) {
          if (bipf.decode(value, 0).value.author) count++
        },
        end: resolve,
      }),
  )
  return count
}

const get = (id) => promise((done) => (isDb2 ? ssb.db.get(id, done) : ssb.get(id, done)))

const commands = {
  async open() {
    ssb = create()
    await (isDb2
      ? promise((done) => ssb.db.onDrain('base', done))
      : promise((done) => ssb.getVectorClock(done)))
  },
  ingest,
  async publish({ count, lanes }) {
    let next = 0
    const text = 'A message of the usual length, for the benchmark. '.repeat(8)
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        while (next < count) await publish({ type: 'post', text: `${next++} ${text}` })
      }),
    )
  },
  settle: indexed,
  page: async (args) => (await page(args)).length,
  async pages({ times, ...args }) {
    for (let n = 0; n < times; n++) await page(args)
  },
  scan,
  async gets({ ids }) {
    let next = 0
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        while (next < ids.length) await get(ids[next++])
      }),
    )
  },
  close: () => promise((done) => ssb.close(true, () => done())),
}

process.on('message', async ({ command, args }) => {
  try {
    const start = process.hrtime.bigint()
    const result = await commands[command](args ?? {})
    process.send({ ms: Number(process.hrtime.bigint() - start) / 1e6, result: result ?? null })
  } catch (error) {
    process.send({ error: String(error?.stack ?? error?.message ?? error) })
  }
})
process.on('disconnect', () => process.exit(0))
process.send({ ready: true })
