// One server in a process of its own, which tells its parent about its heap. Argument: a folder.
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { load } from '../lib/packages.mjs'

const [home] = process.argv.slice(2)
const { requireConfig } = await load('ssb-config')
const { createServer, openFolder } = await load('ssb-server')
const { ready } = await load('ssb-crypto')
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

await ready
const path = join(home, 'data')
const flags = [
  { key: 'path', value: path },
  { key: 'port', value: '0' },
  { key: 'host', value: '127.0.0.1' },
  { key: 'gossip.local', value: 'false' },
  // all peers come from one address here
  { key: 'limits.handshakesPerSecond', value: '1000' },
]
const { config } = requireConfig({ home, flags })
const server = createServer({ config, ...openFolder(path) })
await server.start()

const rejections = []
process.on('unhandledRejection', (error) => rejections.push(String(error?.stack ?? error)))
process.on('uncaughtException', (error) => rejections.push(String(error?.stack ?? error)))

const jobs = {
  async heap() {
    // what finalizers and turns under way still hold is no growth
    for (let n = 0; n < 3; n += 1) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    collect()
    const { heapUsed, external, rss } = process.memoryUsage()
    const { peers, connections } = server.plugins.net.stats()
    const { position } = server.plugins.store
    return { heap: heapUsed + external, external, rss, peers, connections, position, rejections }
  },
  async stop() {
    const before = performance.now()
    await server.stop()
    return { ms: performance.now() - before, rejections }
  },
  call: (_, path_, ...args) => server.call({ peer: server.id, rights: ['owner'] }, path_, ...args),
}
process.on('message', async ({ id, job, args }) => {
  try {
    process.send({ id, result: await jobs[job](null, ...args) })
  } catch (error) {
    process.send({ id, error: String(error?.message ?? error) })
  }
})
process.on('disconnect', () => process.exit())
process.send({ id: 0, result: { id: server.id, address: server.plugins.net.addresses()[0] } })
