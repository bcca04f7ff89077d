// node tools/hostile/main.mjs [--short] [--lenient] [--case TEXT]
// Start the built server on loopback, attack it over real sockets, and see that it bears it. After each case:
//   - the process is alive, has said nothing of an error that nobody met, and answers its owner
//   - its memory has stayed below what it has when idle + 200 MB
//   - a well-behaved peer beside the attacker has had at least half of the rate that it has alone just before and after,
//     in the time that the machine left to it and to the server. Other work of the machine can look like an attack all
//     the same, so a case that seems to have starved it is tried once more, and that is told; with --lenient its share
//     fails nothing.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from '../lib/arguments.mjs'
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { table } from '../lib/table.mjs'
import { blobCases } from './cases/blobs.mjs'
import { frameCases } from './cases/frames.mjs'
import { handshakeCases } from './cases/handshake.mjs'
import { methodCases, ownerCases } from './cases/methods.mjs'
import { streamCases } from './cases/streams.mjs'
import { startTime } from './machine.mjs'
import { sleep, startServer, until, within } from './server.mjs'

const { randomBytes, ready, signKeyPair } = await load('ssb-crypto')
const { toBase64 } = await load('ssb-encode')
const { feedIdFromKey } = await load('ssb-ref')
const MEMORY_MAX = 200 * 1024 * 1024
const SHARE_MIN = 0.5
const HANDSHAKE_MS = 2000
const MESSAGES = 2000
const CASE_TIMEOUT_MS = 120_000
const TRIES = 2

const { values: flags } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    lenient: { type: 'boolean', default: false },
    case: { type: 'string' },
  },
})
const ALONE_MS = flags.short ? 400 : 500
const ATTACK_MS = flags.short ? 1000 : 2500

/** The well-behaved peer, whom the owner follows: how many messages it has got so far. */
async function startNeighbour(server, owner) {
  const seed = randomBytes(32)
  const contact = feedIdFromKey(toBase64(signKeyPair(seed).publicKey))
  await owner.mux.call(['publish'], [{ type: 'contact', contact, following: true }])
  const file = fileURLToPath(new URL('neighbour.mjs', import.meta.url))
  const child = fork(file, [
    server.address,
    server.id,
    Buffer.from(server.networkKey).toString('hex'),
    Buffer.from(seed).toString('hex'),
  ])
  const state = { messages: 0, failures: 0, last: '' }
  child.on('message', (now) => Object.assign(state, now))
  child.on('exit', (code, signal) => {
    state.failures += 1
    state.last = `its process ended with ${signal ?? code}`
  })
  await until('the well-behaved peer to get messages', 10_000, () => state.messages > MESSAGES)
  /** Messages per second from now until `work` is done. */
  const rateDuring = async (work) => {
    const [messages, time] = [state.messages, startTime([server.pid, child.pid])]
    await work()
    return ((state.messages - messages) * 1000) / time()
  }
  /** What it is at, and what the server knows of it: for a peer that gets nothing. */
  const told = async () => {
    const history = await owner.mux.call(['gossip', 'history'], [contact]).catch(String)
    const events = Array.isArray(history) ? history.slice(-4).map(({ text }) => text) : [history]
    return `${state.doing}, ${state.messages} messages, ${JSON.stringify(state.mux)}; ${events.join(' ')}`
  }
  return { state, rateDuring, told, stop: () => child.kill() }
}

/** Run `work`; the most memory that the server has had meanwhile. */
async function memoryDuring(server, work) {
  let most = server.memory()
  const timer = setInterval(() => {
    most = Math.max(most, server.memory())
  }, 25)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return Math.max(most, server.memory())
}

async function runCase(attack, context, neighbour, idle) {
  const { server } = context
  const alone = () => neighbour.rateDuring(() => sleep(ALONE_MS))
  const before = await alone()
  const { failures } = neighbour.state
  let detail = ''
  let rate = 0
  let problem = null
  const memory = await memoryDuring(server, async () => {
    rate = await neighbour.rateDuring(async () => {
      try {
        const deadline = Date.now() + ATTACK_MS
        const work = attack.run({ ...context, deadline })
        detail = await within('the case', CASE_TIMEOUT_MS, work)
      } catch (error) {
        problem = error.message
      }
      // a short case says little about a rate
      await sleep(100)
    })
  })
  const after = await alone()
  const share = rate / ((before + after) / 2)
  let isStarved = false
  if (!server.isAlive()) problem = `the process has died: ${server.output.slice(-2000)}`
  else if (/unhandled|uncaught/i.test(server.output)) problem ??= `it said: ${server.output}`
  else if (memory > idle + MEMORY_MAX) problem ??= 'too much memory'
  else if (neighbour.state.failures > failures)
    problem ??= `the well-behaved peer was cut off: ${neighbour.state.last}`
  else if (!(share >= SHARE_MIN) && !attack.isOwner && !flags.lenient) {
    isStarved = problem === null
    problem ??= `the well-behaved peer was starved: ${before.toFixed(0)}, ${rate.toFixed(0)}, ${after.toFixed(0)} messages/s; ${await neighbour.told()}`
  }
  if (server.isAlive())
    try {
      await within('whoami', 5000, context.owner.mux.call(['whoami'], []))
    } catch (error) {
      problem ??= `the owner gets no answer: ${error.message}`
    }
  return { memory, share, problem, detail, isStarved }
}

/** A case, until it has not starved the well-behaved peer. */
async function tryCase(attack, context, neighbour, idle) {
  for (let tries = 1; ; tries += 1) {
    const result = await runCase(attack, context, neighbour, idle)
    if (!result.isStarved || tries === TRIES || !context.server.isAlive())
      return { ...result, tries }
    process.stderr.write(`again   ${attack.name}: ${result.problem}\n`)
  }
}

/** One case after another, on one server. */
async function runAll(cases) {
  const server = await startServer({
    flags: ['--timers.handshake', String(HANDSHAKE_MS), '--allowPrivate', 'true'],
  })
  let neighbour = null
  try {
    const owner = await server.owner()
    const content = { type: 'post', text: 'x'.repeat(400) }
    const publish = (n) => owner.mux.call(['publish'], [{ ...content, n }])
    for (let n = 0; n < MESSAGES; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_, at) => publish(n + at)))
    const manifest = await owner.mux.call(['manifest'], [])
    neighbour = await startNeighbour(server, owner)
    await sleep(2000)
    const idle = server.memory()
    const random = createRandom('hostile')
    const context = {
      server,
      owner,
      manifest,
      random,
      short: flags.short,
      handshakeMs: HANDSHAKE_MS,
    }
    const rows = []
    let failed = 0
    for (const one of cases) {
      const start = performance.now()
      const { memory, share, problem, detail, tries } = await tryCase(one, context, neighbour, idle)
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      const more = ((memory - idle) / 1024 / 1024).toFixed(0)
      const verdict = problem === null ? 'passed' : 'FAILED'
      if (problem !== null) failed += 1
      const told = problem === null ? detail : `${problem} (${detail})`
      rows.push([one.name, verdict, tries, Number(more), share.toFixed(2), Number(seconds), told])
      process.stderr.write(`${verdict}  ${one.name}${problem === null ? '' : `: ${problem}`}\n`)
      if (!server.isAlive()) break
    }
    const { ms, code } = await server.stop()
    const end = `idle: ${(idle / 1024 / 1024).toFixed(0)} MB; stopped in ${ms.toFixed(0)} ms, exit code ${code}`
    return { rows, failed: failed + cases.length - rows.length, ends: [end], isBroken: code !== 0 }
  } finally {
    neighbour?.stop()
    await server.stop()
  }
}

async function main() {
  // what the owner may do to its own server must not be counted against strangers
  const strangers = [...handshakeCases, ...frameCases, ...methodCases, ...streamCases, ...blobCases]
  const groups = [strangers, ownerCases]
    .map((cases) => cases.filter(({ name }) => name.includes(flags.case ?? '')))
    .filter((cases) => cases.length > 0)
  const results = []
  for (const cases of groups) results.push(await runAll(cases))
  console.log(
    '+ MB: most memory above what it is when idle; share: the rate of a well-behaved peer, of its rate alone\n',
  )
  const head = ['case', 'verdict', 'tries', '+ MB', 'share', 's', 'what happened']
  const rows = results.flatMap((result) => result.rows)
  console.log(table(head, rows))
  console.log(`\n${results.flatMap(({ ends }) => ends).join('\n')}`)
  const failed = results.reduce((sum, result) => sum + result.failed + Number(result.isBroken), 0)
  const count = groups.reduce((sum, cases) => sum + cases.length, 0)
  console.log(`${Math.max(0, count - failed)} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

await ready
process.exit(await main())
