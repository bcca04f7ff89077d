// node tools/crash/main.mjs [--points 100] [--seed TEXT] [--only TEXT]
// The store dies at many moments, in several ways; each time it is opened again and looked at from end to end.
// --points counts the moments at which a process is killed, over all scenarios; the others follow it. The seed is printed.
import { parseArgs } from 'node:util'
import { table } from '../lib/table.mjs'
import { runFaults } from './faults.mjs'
import { runKills, SCENARIOS } from './kill.mjs'
import { runPower } from './power.mjs'
import { runRollback } from './rollback.mjs'
import { runServer } from './server.mjs'
import { runSyncs } from './syncs.mjs'

const { values: flags } = parseArgs({
  options: {
    points: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now()) },
    only: { type: 'string', default: '' },
  },
})
const points = Number(flags.points)
if (!Number.isInteger(points) || points < 1) {
  console.error(`--points is a positive whole number, not ${flags.points}`)
  process.exit(2)
}
const { seed } = flags
console.log(`seed ${seed}`)

/** Points of each scenario that starts a process. */
const share = Math.ceil(points / (SCENARIOS.length + 1))
/** @type {[name: string, run: () => Promise<any>][]} */
const runs = [
  ...SCENARIOS.map((scenario) => [
    scenario.name,
    () => runKills(scenario, { points: share, seed }),
  ]),
  ['kill: the server, publish and import', () => runServer({ points: share, seed })],
  ['power: what was not synced is forgotten', () => runPower({ points, seed })],
  ['power: a database that lies is found out', () => runPower({ points: 10, seed, isLying: true })],
  ['rollback: publishing locks', () => runRollback({ points: share, seed })],
  ['fault: each write fails in turn', runFaults],
  ['syncs', runSyncs],
]
const rows = []
const failures = []
let passed = 0
const begin = performance.now()
for (const [name, run] of runs.filter(([name]) => name.includes(flags.only))) {
  const start = performance.now()
  const outcome = await run().catch((error) => ({ points: 1, failures: [error.stack] }))
  const bad = new Set(outcome.failures.map((text) => text.split(':')[0])).size
  passed += outcome.points - bad
  for (const failure of outcome.failures) failures.push(`${name}: ${failure}`)
  rows.push([
    name,
    outcome.points - bad,
    bad,
    outcome.acknowledged ?? '',
    outcome.openMs === undefined ? '' : outcome.openMs.toFixed(1),
    ((performance.now() - start) / 1000).toFixed(1),
    outcome.note ?? '',
  ])
}
console.log(
  table(['scenario', 'passed', 'failed', 'acknowledged', 'slowest open, ms', 's', ''], rows),
)
for (const failure of failures.slice(0, 30)) console.log(`FAILED ${failure}`)
if (failures.length > 30) console.log(`… and ${failures.length - 30} more`)
const failed = rows.reduce((sum, row) => sum + row[2], 0)
console.log(
  `${passed} passed, ${failed} failed, in ${((performance.now() - begin) / 1000).toFixed(0)} s`,
)
process.exitCode = failed > 0 ? 1 : 0
