'use strict'
// Runs ssb-local and ssb-lan from npm in one secret-stack. Started as `node lan-neighbour.cjs OPTIONS`, where OPTIONS is
// JSON: {home, host}. Prints a line of JSON for its id, and one for each announcement that one of the two has heard.
const { createRequire } = require('node:module')
const path = require('node:path')

const { home, host } = JSON.parse(process.argv[2])
const bring = createRequire(path.join(home, 'package.json'))
const ssbKeys = bring('ssb-keys')
const caps = bring('ssb-caps')

const print = (facts) => process.stdout.write(`${JSON.stringify(facts)}\n`)
const keys = ssbKeys.generate()
const net = { scope: ['device', 'local', 'private'], host, port: 8008, transform: 'shs' }
const ssb = bring('secret-stack')({ caps })
  .use({
    name: 'gossip',
    version: '1.0.0',
    manifest: {},
    init: () => ({
      add: (address, source) => print({ by: 'ssb-local', address, source }),
      remove() {},
    }),
  })
  .use({ name: 'status', version: '1.0.0', manifest: {}, init: () => ({}) })
  .use({
    name: 'ssb-local-host',
    version: '1.0.0',
    manifest: {},
    init(server, config) {
      // ssb-lan signs with the keys of ssb-db, which is not here either
      server.keys = keys
      // ssb-local adds itself to the status of ssb-server, which is not here
      const status = () => ({})
      status.hook = () => {}
      bring('ssb-local').init(
        {
          id: server.id,
          gossip: server.gossip,
          status,
          getAddress: (scope) => server.getAddress(scope),
        },
        config,
      )
      return {}
    },
  })
  .use(bring('ssb-lan'))({
  keys,
  caps,
  port: 8008,
  connections: { incoming: { net: [net] }, outgoing: { net: [{ transform: 'shs' }] } },
  gossip: { local: true },
  lan: { legacy: true },
})

bring('pull-stream')(
  ssb.lan.discoveredPeers(),
  bring('pull-stream').drain(({ address, verified }) =>
    print({ by: 'ssb-lan', address, verified }),
  ),
)
ssb.lan.start()
print({ id: keys.id, address: ssb.getAddress('private') })
