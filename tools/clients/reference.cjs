// ssb-server 16 with the plugins of desktop clients, on net, unix and ws.
//
// Started by nodes.mjs as `node reference.cjs OPTIONS`, where OPTIONS is JSON: {home, path, port, wsPort}.
// It makes its own key in `path`, and tells `{ready, id}` over IPC.
'use strict'
const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')

const options = JSON.parse(process.argv[2])
const bring = createRequire(path.join(options.home, 'package.json'))
const caps = bring('ssb-caps')
// What the executable of ssb-server 16 loads, in its order, without LAN discovery and onion.
const PLUGINS = [
  'ssb-db',
  'ssb-private1',
  'ssb-unix-socket',
  'ssb-no-auth',
  'ssb-plugins',
  'ssb-master',
  'ssb-gossip',
  'ssb-replicate',
  'ssb-friends',
  'ssb-blobs',
  'ssb-invite',
  'ssb-logging',
  'ssb-query',
  'ssb-links',
  'ssb-ws',
  'ssb-ebt',
  // And what Patchwork, Patchbay and Oasis add to it.
  'ssb-backlinks',
  'ssb-private',
  'ssb-about',
  'ssb-names',
  'ssb-search',
  'ssb-tangle',
]

fs.mkdirSync(options.path, { recursive: true })
const keys = bring('ssb-keys').loadOrCreateSync(path.join(options.path, 'secret'))
const create = bring('secret-stack')({ caps: { shs: Buffer.from(caps.shs, 'base64') } })
for (const name of PLUGINS) create.use(bring(name))
const local = { scope: ['device', 'local', 'private'], host: '127.0.0.1' }
const ssb = create({
  path: options.path,
  keys,
  caps,
  host: '127.0.0.1',
  port: options.port,
  ws: { port: options.wsPort },
  connections: {
    incoming: {
      net: [{ ...local, port: options.port, transform: 'shs' }],
      ws: [{ ...local, port: options.wsPort, transform: 'shs' }],
      unix: [{ scope: 'device', transform: 'noauth' }],
    },
    outgoing: { net: [{ transform: 'shs' }] },
  },
  timeout: 0,
  timers: { connection: 0, reconnect: 5000, ping: 300_000, handshake: 5000 },
  friends: { dunbar: 150, hops: 2 },
  gossip: { connections: 3, pub: false, local: false, global: false, autostart: false },
  logging: { level: 'error' },
  blobs: { max: 5 * 1024 * 1024, sympathy: 3, pushy: 3 },
  allowPrivate: true,
})
fs.writeFileSync(
  path.join(options.path, 'manifest.json'),
  JSON.stringify(ssb.getManifest(), null, 2),
)
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true, id: keys.id })
