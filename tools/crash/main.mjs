// node tools/crash/main.mjs [--points 100] [--seed TEXT] [--only TEXT] [--jobs 2]
// The store dies at many moments, in several ways; each time it is opened again and looked at from end to end.
// --points counts the moments at which a process is killed, over all scenarios; the others follow it. The seed is
// printed. Each scenario runs in a process of its own, --jobs of them at once.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from '../lib/arguments.mjs'
import { table } from '../lib/table.mjs'
import { runBlobs } from './blobs.mjs'
import { runFaults } from './faults.mjs'
import { runKills, SCENARIOS } from './kill.mjs'
import { runPower } from './power.mjs'
import { runRollback } from './rollback.mjs'
import { runServer } from './server.mjs'
import { runSyncs } from './syncs.mjs'

const { values: flags } = parseArgs(
  {
    options: {
      points: { type: 'string', default: '100' },
      seed: { type: 'string', default: String(Date.now()) },
      only: { type: 'string', default: '' },
      jobs: { type: 'string', default: '2' },
      // What a child runs.
      scenario: { type: 'string' },
    },
  },
  ['points', 'jobs'],
)
const [points, jobs] = [Number(flags.points), Number(flags.jobs)]
for (const [name, number] of Object.entries({ points, jobs }))
  if (!Number.isInteger(number) || number < 1) {
    console.error(`--${name} is a positive whole number, not ${flags[name]}`)
    process.exit(2)
  }
const { seed } = flags

/** Points of each scenario that starts a process. */
const share = Math.ceil(points / (SCENARIOS.length + 2))
/** Databases in memory that lose power, three times each. */
const databases = Math.ceil(points / 6)
/** @type {[name: string, run: () => Promise<any>][]} */
const runs = [
  ['kill: the server, publish and import', () => runServer({ points: share, seed })],
  ...SCENARIOS.map((scenario) => [
    scenario.name,
    () => runKills(scenario, { points: share, seed }),
  ]),
  ['kill: blobs', () => runBlobs({ points: share, seed })],
  ['power: what was not synced is forgotten', () => runPower({ points: databases, seed })],
  [
    'power: the log is in files, of which one is synced',
    () => runPower({ points: databases, seed, isInFiles: true }),
  ],
  ['power: a database that lies is found out', () => runPower({ points: 10, seed, isLying: true })],
  ['rollback: publishing locks', () => runRollback({ points: share, seed })],
  ['fault: each write fails in turn', runFaults],
  ['syncs', runSyncs],
]

if (flags.scenario !== undefined) {
  const [, run] = runs.find(([name]) => name === flags.scenario) ?? []
  process.send?.(await run().catch((error) => ({ points: 1, failures: [error.stack] })))
  process.disconnect()
} else await runAll()

/** Run one scenario in a process of its own. */
function outcomeOf(name) {
  const argv = ['--points', flags.points, '--seed', seed, '--scenario', name]
  const child = fork(fileURLToPath(import.meta.url), argv)
  return new Promise((resolve) => {
    child.once('message', resolve)
    child.once('exit', (code, signal) =>
      resolve({ points: 1, failures: [`the scenario ended with ${signal ?? code}`] }),
    )
  })
}

async function runAll() {
  console.log(`seed ${seed}`)
  const failures = []
  let passed = 0
  const begin = performance.now()
  const names = runs.map(([name]) => name).filter((name) => name.includes(flags.only))
  const rows = new Map()
  const waiting = [...names]
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const start = performance.now()
      const outcome = await outcomeOf(name)
      const bad = new Set(outcome.failures.map((text) => text.split(':')[0])).size
      passed += outcome.points - bad
      for (const failure of outcome.failures) failures.push(`${name}: ${failure}`)
      rows.set(name, [
        name,
        outcome.points - bad,
        bad,
        outcome.acknowledged ?? '',
        outcome.openMs === undefined ? '' : outcome.openMs.toFixed(1),
        ((performance.now() - start) / 1000).toFixed(1),
        outcome.note ?? '',
      ])
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  const sorted = names.map((name) => rows.get(name))
  console.log(
    table(['scenario', 'passed', 'failed', 'acknowledged', 'slowest open, ms', 's', ''], sorted),
  )
  for (const failure of failures.slice(0, 30)) console.log(`FAILED ${failure}`)
  if (failures.length > 30) console.log(`… and ${failures.length - 30} more`)
  const failed = sorted.reduce((sum, row) => sum + row[2], 0)
  console.log(
    `${passed} passed, ${failed} failed, in ${((performance.now() - begin) / 1000).toFixed(0)} s`,
  )
  process.exitCode = failed > 0 ? 1 : 0
}
