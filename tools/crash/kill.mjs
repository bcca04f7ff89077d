// SIGKILL at random moments, and, with `power`, the write-ahead log cut where a loss of power may cut it.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { dataFile } from '../generate/generate.mjs'
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { createDeletions, createPromises, inspect } from './inspect.mjs'
import { identity, makeStore } from './store.mjs'

const { openDisk, openMarks } = await load('ssb-feed-store/disk')
const { messageId } = await load('ssb-keys')
const { encode } = await load('ssb-encode')

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url))
/** A folder dies this often before the next one is begun. */
const LIVES_MAX = 8
/** "At once": far above what it takes, far below what reading the log through would. */
const OPEN_MS_MAX = 2000

/** @typedef {{ name: string, work: string[], power?: boolean, small?: boolean }} Scenario */
/** @typedef {{ points: number, failures: string[], acknowledged: number, openMs: number, note?: string }} Outcome */

/** @type {Scenario[]} */
export const SCENARIOS = [
  { name: 'kill: publish', work: ['publish'] },
  { name: 'kill: ingest', work: ['ingest'] },
  { name: 'kill: publish and ingest', work: ['publish', 'ingest'] },
  {
    name: 'kill: with small files, so that they are compacted',
    work: ['publish', 'ingest'],
    small: true,
  },
  { name: 'kill: index catch-up, and publish', work: ['index', 'publish'] },
  { name: 'kill: delete, publish and ingest', work: ['delete', 'publish', 'ingest'] },
  { name: 'power: torn log on disk, publish and ingest', work: ['publish', 'ingest'], power: true },
  {
    name: 'power: torn logs on disk, with small files',
    work: ['publish', 'ingest'],
    power: true,
    small: true,
  },
]

/** Files of the write-ahead log in their order. */
const walOf = (folder) => {
  try {
    return readdirSync(join(folder, 'store'))
      .filter((name) => name.endsWith('.log'))
      .sort()
  } catch {
    return []
  }
}
const sizesOf = (folder) =>
  new Map(walOf(folder).map((name) => [name, statSync(join(folder, 'store', name)).size]))

/** When to kill: some time after the start, or so many lines or milliseconds after opening. */
function moment(random) {
  switch (random.below(5)) {
    case 0:
      return { bornMs: random.below(80) }
    case 1:
    case 2:
      return { lines: random.below(300) }
    default:
      return { openMs: random.below(400) }
  }
}

/** Run a child until its moment has come. */
async function live(facts, when) {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(facts)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000)
  })
  const ended = new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  const kill = () => child.kill('SIGKILL')
  const timers = [setTimeout(kill, 20_000)]
  const lines = []
  let countdown = Number.POSITIVE_INFINITY
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line.split(' '))
    if (line.startsWith('born') && when.bornMs !== undefined)
      timers.push(setTimeout(kill, when.bornMs))
    if (line === 'open') {
      if (when.openMs !== undefined) timers.push(setTimeout(kill, when.openMs))
      countdown = when.lines ?? countdown
    }
    if (line === 'idle' || countdown-- <= 0) kill()
  }
  const { code, signal } = await ended
  for (const timer of timers) clearTimeout(timer)
  const problem = signal === 'SIGKILL' ? null : `the child ended by itself (${code}): ${said}`
  return { lines, problem }
}

/** Of each file forget what was written after its last sync, or the end of it, in the order of writing. */
function losePower(folder, before, lines, random) {
  const certain = new Map(before)
  for (const [word, name, size] of lines) if (word === 'synced') certain.set(name, Number(size))
  let lost = 0
  for (const name of walOf(folder)) {
    const file = join(folder, 'store', name)
    const { size } = statSync(file)
    const open = Math.max(0, size - (certain.get(name) ?? 0))
    const kept = [0, Math.max(0, open - 1 - random.below(64)), random.below(open + 1)][
      random.below(3)
    ]
    if (kept < open) truncateSync(file, size - open + kept)
    lost += open - kept
  }
  return lost
}

/**
 * Run one scenario.
 *
 * @param {Scenario} scenario
 * @param {{ points: number, seed: string }} options
 * @returns {Promise<Outcome>}
 */
export async function runKills({ name, work, power = false, small = false }, { points, seed }) {
  const data = dataFile({ feeds: 20, messages: 60, seed: 'crash' })
  const lines = readFileSync(data, 'utf8').trimEnd().split('\n')
  const values = lines.map((line) => JSON.parse(line))
  const ids = values.map((value) => messageId(encode(value)))
  const random = createRandom(`${seed}/${name}`)
  const outcome = { points, failures: [], acknowledged: 0, openMs: 0, note: '' }
  let bytes = 0
  let mended = 0
  const isCatchUp = work.includes('index')
  let world = null

  const begin = async (point) => {
    const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-crash-'))
    const own = identity(`${seed}/${name}/${point}`)
    world = {
      seed: `${seed}/${name}/${point}`,
      folder,
      state: mkdtempSync(join(tmpdir(), 'scuttlebot-state-')),
      own,
      deletions: createDeletions(),
      promises: createPromises(own.id),
      added: new Set(),
      lives: 0,
    }
    if (!isCatchUp) return
    const store = makeStore(openDisk(folder), own, { indexed: false })
    await store.open()
    await store.api.add(lines.map((line) => Buffer.from(line)))
    await store.close()
  }
  const end = () => {
    if (world === null) return
    outcome.acknowledged += world.promises.acknowledged + world.added.size
    for (const path of [world.folder, world.state]) rmSync(path, { recursive: true, force: true })
    world = null
  }

  const die = async () => {
    const { folder, state, own, promises, deletions, added } = world
    const version = isCatchUp ? world.lives : 1
    const before = sizesOf(folder)
    const { lines: said, problem } = await live(
      {
        folder,
        state,
        seed: world.seed,
        isNew: true,
        life: world.lives,
        data,
        work,
        version,
        ...(small && { writeBufferBytes: 128 << 10 }),
      },
      moment(random),
    )
    const problems = problem === null ? [] : [problem]
    for (const [word, ...facts] of said) {
      if (word === 'offered') promises.note(Number(facts[0]), facts[1])
      if (word === 'published') promises.acknowledge(Number(facts[0]), facts[1])
      if (word === 'deleting') deletions.ask(...facts)
      if (word === 'deleted') deletions.answer(...facts)
      if (word === 'erased') deletions.answerAll(facts[0], Number(facts[1]))
      if (word === 'refused') problems.push(`a good message was refused: ${facts.join(' ')}`)
      // Foreign messages are not synced: they can be fetched again.
      if (word === 'added' && !power)
        for (let n = Number(facts[0]); n < Number(facts[1]); n++) added.add(n)
    }
    if (power) bytes += losePower(folder, before, said, random)
    const disk = openDisk(folder)
    const store = makeStore(disk, own, {
      version,
      marks: openMarks(folder, own.id, join(state, 'ssb')),
    })
    const start = performance.now()
    const cpu = process.cpuUsage()
    await store.open()
    outcome.openMs = Math.max(outcome.openMs, performance.now() - start)
    // Of the processor: the machine may have been busy with other things meanwhile.
    const { user, system } = process.cpuUsage(cpu)
    const workMs = (user + system) / 1000
    if (workMs > OPEN_MS_MAX) problems.push(`opening took ${Math.round(workMs)} ms of work`)
    // A crash is not a rolled-back disk: the mark never runs ahead of the log.
    if (store.api.publishLocked !== null) problems.push(`locked: ${store.api.publishLocked}`)
    const { isGone } = deletions
    mended += store.mended.length > 0 ? 1 : 0
    if (!power && store.mended.length > 0) problems.push(`mended: ${store.mended[0]}`)
    const isCurrent = !isCatchUp && store.mended.length === 0
    const found = await inspect(store, disk, { isCurrent, isGone })
    problems.push(...found.problems, ...promises.check(found.chains, isGone))
    if (!power) problems.push(...deletions.check(found.chains))
    const keys = new Set(found.messages.map(({ key }) => key))
    const missing = [...added].filter((n) => {
      const { author, sequence } = values[n]
      return !keys.has(ids[n]) && !isGone(author, sequence)
    })
    if (missing.length > 0) problems.push(`${missing.length} acknowledged messages are missing`)
    // It goes on, and what follows begins on the disk for certain.
    const next = await store.api.publish({ type: 'post', text: 'after' })
    promises.acknowledge(next.value.sequence, next.key)
    await store.close()
    const report = await store.fsck()
    for (const { text } of report.problems.slice(0, 2)) problems.push(`fsck: ${text}`)
    return { problems, isFull: store.api.position > 0.9 * lines.length && !isCatchUp }
  }

  for (let point = 0; point < points; point++) {
    if (world === null) await begin(point)
    world.lives++
    let over = world.lives >= LIVES_MAX
    try {
      const { problems, isFull } = await die()
      over ||= isFull || problems.length > 0
      for (const problem of problems) outcome.failures.push(`point ${point}: ${problem}`)
    } catch (error) {
      over = true
      outcome.failures.push(`point ${point}: ${error.stack}`)
    }
    if (over) end()
  }
  end()
  if (power) outcome.note = `${bytes} bytes were lost, ${mended} logs had gaps`
  return outcome
}
