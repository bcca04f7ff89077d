// node tools/soak/main.mjs [--seconds 60 | --minutes 20] [--peers 200]
// Two servers that follow each other and publish, and peers that come and go at one of them. Holds that
//   - the heap of that one, at rest and after a forced collection, is after the last third at most 5 % above what it was
//     after the first: at rest, as the connections that happen to be there would make more of a difference than a leak
//   - nothing was rejected or thrown that nobody met
//   - it stops in less than two seconds, with the peers connected
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from '../lib/arguments.mjs'
import { table } from '../lib/table.mjs'

const { values: flags } = parseArgs(
  {
    options: {
      seconds: { type: 'string', default: '60' },
      minutes: { type: 'string' },
      peers: { type: 'string', default: '200' },
    },
  },
  ['seconds', 'minutes', 'peers'],
)
const SECONDS = flags.minutes === undefined ? Number(flags.seconds) : Number(flags.minutes) * 60
const PEERS = Number(flags.peers)
/** A part of the time. */
const WARM_UP_MS = Math.min(60_000, SECONDS * 200)
const SAMPLES = 60
const GROWTH_MAX = 0.05
const STOP_MS_MAX = 2000
const REST_MS_MAX = 20_000
const REST_SAMPLES = 4
const NETWORK_KEY = Buffer.from('1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=', 'base64')

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const MB = 1024 * 1024

async function startServer() {
  const home = mkdtempSync(join(tmpdir(), 'scuttlebot-soak-'))
  const child = fork(file('server.mjs'), [home], {
    env: { ...process.env, HOME: home, XDG_STATE_HOME: join(home, 'state') },
  })
  const waiting = new Map()
  let last = 0
  const answer = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  child.on('message', ({ id, result, error }) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(result)
    else one?.reject(new Error(error))
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the server has ended with ${code}`))
  })
  const told = await answer(0)
  const ask = (job, ...args) => {
    last += 1
    child.send({ id: last, job, args })
    return answer(last)
  }
  return {
    ...told,
    ask,
    call: (path, ...args) => ask('call', path.split('.'), ...args),
    end() {
      child.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Have all peers go, and see what is left: the least of several, until it gets no less. */
async function atRest(server, peers) {
  peers.send('rest')
  const deadline = Date.now() + REST_MS_MAX
  let least = await server.ask('heap')
  for (let same = 0; same < REST_SAMPLES && Date.now() < deadline; ) {
    await sleep(200)
    const found = await server.ask('heap')
    // the friend stays
    const isQuiet = found.connections <= 1
    const isLess = found.heap < least.heap * 0.998 || least.connections > 1
    same = isLess || !isQuiet ? 0 : same + 1
    if (isLess || found.heap < least.heap) least = found
  }
  peers.send('go')
  return least
}

const median = (figures) => [...figures].sort((a, b) => a - b)[figures.length >> 1]

async function main() {
  const [server, friend] = [await startServer(), await startServer()]
  const peers = fork(file('peers.mjs'), [
    server.address,
    server.id,
    NETWORK_KEY.toString('hex'),
    String(PEERS),
  ])
  const state = { connections: 0, calls: 0, messages: 0, refused: 0 }
  peers.on('message', (now) => Object.assign(state, now))
  let isOver = false
  const publish = async ({ call }) => {
    for (let n = 0; !isOver; n += 1) {
      await call('publish', { type: 'post', text: `message ${n} ${'text '.repeat(60)}` })
      await sleep(100)
    }
  }
  try {
    const follow = (contact) => ({ type: 'contact', contact, following: true })
    await server.call('publish', follow(friend.id))
    await friend.call('publish', follow(server.id))
    await friend.call('gossip.connect', server.address)
    const publishing = Promise.all([publish(server), publish(friend)])
    await sleep(WARM_UP_MS)
    const samples = []
    const every = (SECONDS * 1000 - WARM_UP_MS) / SAMPLES
    const rests = []
    for (let n = 1; n <= SAMPLES; n += 1) {
      await sleep(every)
      samples.push(await server.ask('heap'))
      if (n % (SAMPLES / 3) === 0) rests.push(await atRest(server, peers))
    }
    isOver = true
    await publishing
    const third = Math.floor(SAMPLES / 3)
    const rows = ['first', 'second', 'last'].map((name, at) => {
      const part = samples.slice(at * third, (at + 1) * third)
      const heap = median(part.map((one) => one.heap)) / MB
      const rss = median(part.map((one) => one.rss)) / MB
      const connected = median(part.map((one) => one.connections))
      const rest = rests[at]
      const left = `${(rest.heap / MB).toFixed(2)} (${rest.connections} connections, ${(rest.external / MB).toFixed(1)} outside)`
      return [name, left, heap.toFixed(1), rss.toFixed(0), connected, part.at(-1).position + 1]
    })
    console.log(`${SECONDS} s, ${WARM_UP_MS / 1000} s of them to warm up\n`)
    console.log(
      table(['third', 'heap at rest MB', 'heap MB', 'RSS MB', 'connections', 'messages'], rows),
    )
    const growth = rests[2].heap / rests[0].heap - 1
    // the peers have come back, so that there is something to stop
    await sleep(2000)
    const { ms, rejections } = await server.ask('stop')
    const clocks = samples.at(-1).position
    const checks = [
      [`heap grows ${(growth * 100).toFixed(1)} % (at most 5 %)`, growth < GROWTH_MAX],
      [`${rejections.length} errors that nobody met (none)`, rejections.length === 0],
      [`stops in ${ms.toFixed(0)} ms (less than ${STOP_MS_MAX})`, ms < STOP_MS_MAX],
      [
        `${state.connections} connections of ${PEERS} peers, ${state.refused} refused`,
        state.connections > PEERS,
      ],
      [
        `${state.messages} messages served, ${clocks + 1} stored`,
        state.messages > 0 && clocks > SECONDS,
      ],
    ]
    console.log('')
    for (const [text, holds] of checks) console.log(`${holds ? 'passed' : 'FAILED'}  ${text}`)
    for (const text of rejections.slice(0, 3)) console.log(text)
    const failed = checks.filter(([, holds]) => !holds).length
    console.log(`${checks.length - failed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  } finally {
    peers.kill()
    server.end()
    friend.end()
  }
}

process.exit(await main())
