// node tools/crash/blobs.mjs [--points 100] [--seed TEXT]
// SIGKILL while blobs are added, read and removed. Each time: what was acknowledged is whole, nothing unfinished is
// left after a restart, and what the server counts is what lies in the folder.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'

const { diskStorage } = await load('ssb-blobs/disk')
const { blobs } = await load('ssb-blobs')
const { createHost } = await load('ssb-plugin')
const CHILD = fileURLToPath(new URL('blobs-child.mjs', import.meta.url))
/** A folder dies this often before the next one is begun. */
const LIVES_MAX = 10
/** Blobs of unknown origin in a new folder: what may be collected. */
const FOUND = 40

const hashOf = (bytes) => createHash('sha256').update(bytes).digest()
const idOf = (hash) => `&${hash.toString('base64')}.sha256`

/** Every file of the layout, as it lies there. */
function filesOf(folder) {
  const found = new Map()
  const root = join(folder, 'sha256')
  for (const first of readdirSync(root))
    for (const rest of readdirSync(join(root, first)))
      found.set(idOf(Buffer.from(first + rest, 'hex')), readFileSync(join(root, first, rest)))
  return found
}

/** A folder of another server. */
function oldFolder(random) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-crash-blobs-'))
  for (let n = 0; n < FOUND; n++) {
    const bytes = Buffer.alloc(1 + random.below(100_000), `found ${n}`)
    const hex = hashOf(bytes).toString('hex')
    mkdirSync(join(folder, 'sha256', hex.slice(0, 2)), { recursive: true })
    writeFileSync(join(folder, 'sha256', hex.slice(0, 2), hex.slice(2)), bytes)
  }
  return folder
}

/** Run a child until its moment has come; what it said. */
async function live(facts, random) {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(facts)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let noise = ''
  child.stderr.on('data', (text) => {
    noise = (noise + text).slice(-2000)
  })
  const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)))
  const kill = () => child.kill('SIGKILL')
  const timers = [setTimeout(kill, 20_000)]
  let left = random.below(2) === 0 ? random.below(60) : Number.POSITIVE_INFINITY
  const lines = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line.split(' '))
    if (line === 'born' && random.below(6) === 0) timers.push(setTimeout(kill, random.below(60)))
    if (line.startsWith('open')) timers.push(setTimeout(kill, random.below(400)))
    if (left-- <= 0) kill()
  }
  const signal = await ended
  for (const timer of timers) clearTimeout(timer)
  return { lines, problem: signal === 'SIGKILL' ? null : `the child ended by itself: ${noise}` }
}

/** What must hold, from the acknowledgements of all lives. */
function note(promises, lines) {
  for (const [word, id] of lines) {
    if (word === 'added') promises.set(id, { pinned: false, pushed: false })
    if (word === 'pinned' && promises.has(id)) promises.get(id).pinned = true
    if (word === 'pushed' && promises.has(id)) promises.get(id).pushed = true
    if (word === 'removing') promises.delete(id)
  }
}

async function inspect(folder, promises) {
  const problems = []
  const files = filesOf(folder)
  for (const [id, bytes] of files)
    if (idOf(hashOf(bytes)) !== id) problems.push(`${id} is damaged: ${bytes.length} bytes`)
  for (const id of promises.keys()) if (!files.has(id)) problems.push(`${id} is gone`)
  const host = createHost({
    keys: { id: `@${'A'.repeat(43)}=.ed25519`, sign: () => new Uint8Array(64) },
    plugins: [blobs({ storage: diskStorage(folder) })],
  })
  await host.start()
  const api = host.plugins.blobs
  const status = await api.status()
  let bytes = 0
  for (const one of files.values()) bytes += one.length
  if (status.bytes !== bytes || status.blobs !== files.size)
    problems.push(`counts ${status.blobs}, ${status.bytes}; there are ${files.size}, ${bytes}`)
  const left = readdirSync(join(folder, 'tmp'))
  if (left.length > 0) problems.push(`left behind: ${left.join(', ')}`)
  for (const [id, { pinned, pushed }] of promises) {
    const { here, pushed: pushing } = await api.explain(id)
    if (here?.origin !== 'own') problems.push(`${id} is not ours any more`)
    if (pinned && !here?.pinned) problems.push(`${id} is not pinned any more`)
    if (pushed && pushing === undefined) problems.push(`${id} is not pushed any more`)
  }
  await host.stop()
  return problems
}

/**
 * Kill so often.
 *
 * @param {{ points: number, seed: string }} options
 * @returns {Promise<{ points: number, failures: string[], acknowledged: number }>}
 */
export async function runBlobs({ points, seed }) {
  const random = createRandom(`${seed}/blobs`)
  const outcome = { points, failures: [], acknowledged: 0 }
  for (let point = 0; point < points; ) {
    const folder = oldFolder(random)
    const promises = new Map()
    try {
      for (let life = 0; life < LIVES_MAX && point < points; life++, point++) {
        const { lines, problem } = await live({ folder, seed: `${seed}/${point}` }, random)
        note(promises, lines)
        const problems = problem === null ? [] : [problem]
        problems.push(...(await inspect(folder, promises)))
        for (const text of problems) outcome.failures.push(`point ${point}: ${text}`)
      }
      outcome.acknowledged += promises.size
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return outcome
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      points: { type: 'string', default: '100' },
      seed: { type: 'string', default: String(Date.now()) },
    },
  })
  console.log(`seed ${values.seed}`)
  const { failures, acknowledged } = await runBlobs({
    points: Number(values.points),
    seed: values.seed,
  })
  for (const failure of failures.slice(0, 30)) console.log(`FAILED ${failure}`)
  console.log(`${values.points} points, ${acknowledged} blobs kept, ${failures.length} failures`)
  process.exitCode = failures.length > 0 ? 1 : 0
}
