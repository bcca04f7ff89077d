// The whole server, killed while clients publish and import over its socket; then it starts again on the same folder.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFile } from '../generate/generate.mjs'
import { load, root } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { createPromises, inspect } from './inspect.mjs'
import { makeStore } from './store.mjs'

const { openDisk, openMarks } = await load('ssb-feed-store/disk')
const { keyPairOf } = await load('ssb-keys')
const { loadSync } = await load('ssb-keys/file')
const { connect } = await load('ssb-client')

const BIN = join(root, 'packages/ssb-server/dist/bin.js')
const LIVES_MAX = 6
const START_MS_MAX = 60_000

/** Start the server; resolves when it listens. */
async function start({ path, state }) {
  const child = spawn(
    process.execPath,
    [BIN, 'start', '--path', path, '--host', '127.0.0.1', '--port', '0'],
    {
      env: { ...process.env, HOME: state, XDG_STATE_HOME: state },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let said = ''
  const listening = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-2000)
        if (/^listening/m.test(said)) resolve(true)
      })
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX)
  const isUp = await Promise.race([listening, ended.then(() => false)])
  clearTimeout(timer)
  if (!isUp) throw new Error(`the server does not start: ${said}`)
  return {
    kill: () => child.kill('SIGKILL'),
    ended,
  }
}

/** Publish and import until the server is gone. */
async function work(client, { values, promises, added, random, problems }) {
  const { remote } = client
  const publishes = async () => {
    for (let n = 0; ; n++) {
      const { key, value } = await remote.publish({
        type: 'post',
        text: 'x'.repeat(random.below(500)),
        n,
      })
      promises.acknowledge(value.sequence, key)
    }
  }
  const imports = async () => {
    for (let from = 0; from < values.length; ) {
      const to = Math.min(values.length, from + 1 + random.below(100))
      const verdicts = await remote.addBatch(values.slice(from, to))
      for (const [n, { ok, code, key }] of verdicts.entries())
        if (ok) added.add(key)
        else if (code !== 'SSB_STORE_KNOWN')
          problems.push(`message ${from + n} was refused with ${code}`)
      from = to
    }
  }
  await Promise.allSettled([publishes(), publishes(), publishes(), imports(), client.closed])
}

/**
 * @param {{ points: number, seed: string }} options
 * @returns {Promise<import('./kill.mjs').Outcome>}
 */
export async function runServer({ points, seed }) {
  const values = readFileSync(dataFile({ feeds: 20, messages: 60, seed: 'crash' }), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const random = createRandom(`${seed}/server`)
  const outcome = { points, failures: [], acknowledged: 0, openMs: 0 }
  let world = null
  const end = () => {
    if (world === null) return
    outcome.acknowledged += (world.promises?.acknowledged ?? 0) + world.added.size
    rmSync(world.home, { recursive: true, force: true })
    world = null
  }
  const die = async () => {
    const { path, state, added } = world
    const problems = []
    const server = await start(world)
    let timer
    try {
      const keys = loadSync(join(path, 'secret'))
      world.own ??= { id: keys.id, pair: keyPairOf(keys) }
      world.promises ??= createPromises(keys.id)
      const client = await connect({ path })
      timer = setTimeout(server.kill, random.below(800))
      await work(client, { values, promises: world.promises, added, random, problems })
    } finally {
      clearTimeout(timer)
      server.kill()
      await server.ended
    }
    const { own, promises } = world
    const disk = openDisk(path)
    const store = makeStore(disk, own, { marks: openMarks(path, own.id, join(state, 'ssb')) })
    const begin = performance.now()
    await store.open()
    outcome.openMs = Math.max(outcome.openMs, performance.now() - begin)
    if (store.api.publishLocked !== null) problems.push(`locked: ${store.api.publishLocked}`)
    const found = await inspect(store, disk)
    problems.push(...found.problems, ...promises.check(found.chains))
    const keys = new Set(found.messages.map(({ key }) => key))
    const missing = [...added].filter((key) => !keys.has(key))
    if (missing.length > 0) problems.push(`${missing.length} acknowledged messages are missing`)
    await store.close()
    return problems
  }
  for (let point = 0; point < points; point++) {
    if (world === null) {
      const home = mkdtempSync(join(tmpdir(), 'scuttlebot-crash-'))
      world = {
        home,
        path: join(home, 'data'),
        state: join(home, 'state'),
        added: new Set(),
        lives: 0,
      }
    }
    world.lives++
    let over = world.lives >= LIVES_MAX
    try {
      const problems = await die()
      over ||= problems.length > 0
      for (const problem of problems) outcome.failures.push(`point ${point}: ${problem}`)
    } catch (error) {
      over = true
      outcome.failures.push(`point ${point}: ${error.stack}`)
    }
    if (over) end()
  }
  end()
  return outcome
}
