// A reference server in a process of its own, driven over IPC.
//
// Started by peers.mjs as `node peer.cjs OPTIONS`, where OPTIONS is JSON: {stack, home, path, port, wsPort, seed, hops, ebt, caps}.
// It binds 127.0.0.1 only and leaves out the plugins for LAN discovery, websockets, onion and unix sockets.
// A request is {id, command, args}; the answer {id, result} or {id, error}.
'use strict'
const crypto = require('node:crypto')
const fs = require('node:fs')
const { createRequire } = require('node:module')
const sockets = require('node:net')
const path = require('node:path')

const options = JSON.parse(process.argv[2])
const bring = createRequire(path.join(options.home, 'package.json'))
const ssbKeys = bring('ssb-keys')
const pull = bring('pull-stream')
const caps = options.caps ?? bring('ssb-caps')
const isDb2 = options.stack === 'db2'

/** Bytes over TCP: of closed connections, and the open ones. */
const traffic = { open: new Set(), received: 0, sent: 0 }
function watch(socket) {
  if (traffic.open.has(socket)) return
  traffic.open.add(socket)
  socket.once('close', () => {
    traffic.open.delete(socket)
    traffic.received += socket.bytesRead
    traffic.sent += socket.bytesWritten
  })
}
const { connect } = sockets.Socket.prototype
sockets.Socket.prototype.connect = function (...args) {
  watch(this)
  return connect.apply(this, args)
}
const { emit } = sockets.Server.prototype
sockets.Server.prototype.emit = function (event, ...args) {
  if (event === 'connection') watch(args[0])
  return emit.call(this, event, ...args)
}

const PLUGINS = {
  ss: [
    'ssb-db',
    'ssb-private1',
    'ssb-no-auth',
    'ssb-master',
    'ssb-gossip',
    'ssb-replicate',
    'ssb-friends',
    'ssb-blobs',
    'ssb-invite',
    'ssb-logging',
    'ssb-query',
    'ssb-links',
    'ssb-ebt',
    'ssb-ooo',
  ],
  db2: [
    'ssb-master',
    'ssb-db2',
    'ssb-db2/compat/db',
    'ssb-db2/compat/feedstate',
    'ssb-db2/compat/history-stream',
    'ssb-db2/compat/ebt',
    'ssb-ebt',
    'ssb-friends',
    'ssb-replication-scheduler',
    'ssb-conn',
    'ssb-blobs',
  ],
}

/** What stays out of a server that is to speak createHistoryStream only. */
const EBT = new Set(['ssb-ebt', 'ssb-replication-scheduler'])

fs.mkdirSync(options.path, { recursive: true })
const keys = ssbKeys.generate(
  'ed25519',
  crypto.createHash('sha256').update(String(options.seed)).digest(),
)
const net = {
  scope: ['device', 'private'],
  host: '127.0.0.1',
  port: options.port,
  transform: 'shs',
}
const create = bring('secret-stack')({
  caps: isDb2 ? caps : { shs: Buffer.from(caps.shs, 'base64') },
})
for (const name of PLUGINS[options.stack])
  if (options.ebt !== false || !EBT.has(name)) create.use(bring(name))
if (options.wsPort) create.use(bring('ssb-ws'))
const ws = options.wsPort ? [{ ...net, port: options.wsPort }] : []
const shs = [{ transform: 'shs' }]
const ssb = create({
  path: options.path,
  keys,
  caps,
  host: '127.0.0.1',
  port: options.port,
  connections: {
    incoming: { net: [net], ...(ws.length > 0 ? { ws } : {}) },
    outgoing: { net: shs, ...(ws.length > 0 ? { ws: shs } : {}) },
  },
  ...(ws.length > 0 ? { ws: { port: options.wsPort } } : {}),
  timeout: 0,
  timers: { connection: 0, reconnect: 5000, ping: 300_000, handshake: 5000 },
  friends: { dunbar: 150, hops: options.hops ?? 2 },
  gossip: { connections: 3, pub: false, local: false, autostart: false },
  conn: { autostart: false, firewall: { rejectBlocked: true, rejectUnknown: false } },
  logging: { level: 'error' },
  // With the fallback on, createHistoryStream starts only after EBT has failed.
  replicate: { fallback: options.ebt !== false },
  blobs: { max: 5 * 1024 * 1024, sympathy: 3, pushy: 3 },
  // Everything here is on loopback, invites too.
  allowPrivate: true,
})

/** Turn `call(callback)` into a promise. */
const promise = (call) =>
  new Promise((resolve, reject) =>
    call((error, value) => (error && error !== true ? reject(error) : resolve(value))),
  )

/** Everything a source gives. */
const collect = (source) => promise((done) => pull(source, pull.collect(done)))

const remotes = new Map()
ssb.on('rpc:connect', (rpc) => {
  remotes.set(rpc.id, rpc)
  rpc.once('closed', () => {
    if (remotes.get(rpc.id) === rpc) remotes.delete(rpc.id)
  })
})

/** The connection to a feed id that `connect` or the other side opened. */
function remote(id) {
  const rpc = remotes.get(id)
  if (!rpc) throw new Error(`not connected to ${id}`)
  return rpc
}

const clock = () => promise((done) => ssb.getVectorClock(done))

/** Add messages of other feeds, in order. */
async function add(values) {
  if (isDb2) {
    // One call takes the messages of one feed.
    const feeds = new Map()
    for (const value of values) {
      const feed = feeds.get(value.author)
      if (feed) feed.push(value)
      else feeds.set(value.author, [value])
    }
    for (const feed of feeds.values()) await promise((done) => ssb.db.addBatch(feed, done))
    return values.length
  }
  for (let at = 0; at < values.length; at += 500)
    await Promise.all(
      values.slice(at, at + 500).map((value) => promise((done) => ssb.add(value, done))),
    )
  return values.length
}

/** Publish one message; with recipients it is boxed for them (ssb-private1 goes by `recps` in the content). */
function publish(content, recps) {
  if (isDb2)
    return promise((done) =>
      ssb.db.create(
        {
          keys,
          content,
          feedFormat: 'classic',
          ...(recps ? { recps, encryptionFormat: 'box' } : {}),
        },
        done,
      ),
    )
  return promise((done) => ssb.publish(recps ? { ...content, recps } : content, done))
}

/** Ask until a condition holds: the stacks tell nobody when a feed has arrived. */
async function until(what, timeout, holds) {
  const deadline = Date.now() + timeout
  for (;;) {
    const answer = await holds()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const commands = {
  whoami: () => ({ id: ssb.id, address: ssb.getAddress('device') }),
  publish: ({ content, recps }) => publish(content, recps),
  /**
   * Publish many in order; answers their ids. Each gets a millisecond of its own: the db2 stack serves
   * createHistoryStream in the order of claimed times, and messages of one millisecond in any order.
   */
  async publishAll({ contents }) {
    const ids = []
    for (const { content, recps } of contents) {
      const { key, value } = await publish(content, recps)
      ids.push(key)
      while (isDb2 && Date.now() <= value.timestamp) await new Promise((done) => setImmediate(done))
    }
    return ids
  },
  add: ({ values }) => add(values),
  addFile: ({ file }) =>
    add(
      fs
        .readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line)
        .map((line) => JSON.parse(line)),
    ),
  follow: ({ feed, state = true }) => publish({ type: 'contact', contact: feed, following: state }),
  block: ({ feed, state = true }) => publish({ type: 'contact', contact: feed, blocking: state }),
  hops: () => promise((done) => ssb.friends.hops(done)),
  clock,
  /** Wait until every feed of a clock is here, at least as far as it says. */
  waitClock: ({ clock: wanted, timeout = 30_000 }) =>
    until(`the clock ${JSON.stringify(wanted).slice(0, 200)}`, timeout, async () => {
      const have = await clock()
      return Object.entries(wanted).every(([id, sequence]) => (have[id] ?? 0) >= sequence)
    }),
  get: ({ id }) => promise((done) => ssb.get(id, done)),
  /** A feed from the own log: the values as they go to peers. */
  history: async ({ feed, sequence = 1 }) => {
    const found = await collect(
      ssb.createHistoryStream({ id: feed, seq: sequence, keys: true, live: false }),
    )
    return found.sort((a, b) => a.value.sequence - b.value.sequence)
  },
  /** Open the private messages of a feed with the own key. */
  async unbox({ value }) {
    return ssbKeys.unbox(value.content, keys) ?? null
  },
  /** A message as the owner's programs are given it: private content opened where it can be. */
  async opened({ id }) {
    if (isDb2) return { value: await promise((done) => ssb.db.get(id, done)) }
    return { value: await promise((done) => ssb.get({ id, private: true }, done)) }
  },
  connect: ({ address }) =>
    promise((done) => ssb.connect(address, (error, rpc) => done(error, rpc?.id))),
  /** Wait for a connection, whoever dials. */
  waitConnected: ({ feed, timeout = 10_000 }) =>
    until(`a connection to ${feed}`, timeout, () => remotes.has(feed)),
  waitClosed: ({ feed, timeout = 10_000 }) =>
    until(`the end of the connection to ${feed}`, timeout, () => !remotes.has(feed)),
  disconnect: ({ feed }) => promise((done) => remote(feed).close(true, () => done())),
  peers: () => [...remotes.keys()],
  /** A code; the ssb-server stack only. */
  inviteCreate: ({ options }) => promise((done) => ssb.invite.create(options, done)),
  /** The messages that came of it. */
  inviteAccept: ({ code }) => promise((done) => ssb.invite.accept(code, done)),
  /** Ask a connected peer for a feed; answers the items as they come. */
  remoteHistory: ({ feed, options: asked }) => {
    return collect(remote(feed).createHistoryStream(asked))
  },
  /** Fetch a feed from a connected peer over createHistoryStream into the own log; live when asked. */
  fetch: async ({ peer, feed, live = false }) => {
    const have = (await clock())[feed] ?? 0
    const source = remote(peer).createHistoryStream({ id: feed, seq: have + 1, keys: false, live })
    if (!live) {
      const values = await collect(source)
      if (values.length > 0) await add(values)
      return values.length
    }
    pull(
      source,
      pull.asyncMap((value, done) => ssb.add(value, done)),
      pull.drain(undefined, () => {}),
    )
    return 0
  },
  /** Add a file as a blob; answers its id. */
  blobAdd: ({ file }) =>
    promise((done) => pull(pull.once(fs.readFileSync(file)), ssb.blobs.add(done))),
  blobWant: ({ id }) => promise((done) => ssb.blobs.want(id, done)),
  blobPush: ({ id }) => promise((done) => ssb.blobs.push(id, done)),
  blobHas: ({ id }) => promise((done) => ssb.blobs.has(id, done)),
  /** Every blob that is here. */
  blobList: () => collect(ssb.blobs.ls()),
  /** Where they lie. */
  blobFolder: () => path.join(options.path, 'blobs'),
  /** Size and SHA-256 (hex) of a blob that is here. */
  async blobDigest({ id }) {
    const bytes = Buffer.concat(await collect(ssb.blobs.get(id)))
    return { size: bytes.length, hash: crypto.createHash('sha256').update(bytes).digest('hex') }
  },
  /** Call a source of a connected peer's blobs; answers size, SHA-256 and the sizes of the packets. */
  async remoteBlob({ peer, method, asked }) {
    const chunks = await collect(remote(peer).blobs[method](asked))
    const bytes = Buffer.concat(chunks)
    return {
      size: bytes.length,
      hash: crypto.createHash('sha256').update(bytes).digest('hex'),
      packets: chunks.map(({ length }) => length),
    }
  },
  remoteHas: ({ peer, id }) => promise((done) => remote(peer).blobs.has(id, done)),
  /** Bytes over all connections so far. */
  traffic: () => {
    const total = { received: traffic.received, sent: traffic.sent }
    for (const socket of traffic.open) {
      total.received += socket.bytesRead
      total.sent += socket.bytesWritten
    }
    return total
  },
  status: () => ({
    pid: process.pid,
    memory: process.memoryUsage.rss(),
    peers: [...remotes.keys()],
  }),
}

process.on('message', async ({ id, command, args }) => {
  if (command === 'close') {
    ssb.close(true, () => {})
    process.send({ id, result: true }, () => process.exit(0))
    return
  }
  try {
    if (!Object.hasOwn(commands, command)) throw new Error(`no command ${command}`)
    process.send({ id, result: (await commands[command](args ?? {})) ?? null })
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error?.message ?? error) })
  }
})
process.on('disconnect', () => process.exit(0))
if (ssb.conn) ssb.conn.start()
process.send({ ready: true, id: keys.id })
