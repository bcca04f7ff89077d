// npm run sim -- [--seeds N] [--from SEED] [--seed SEED [--trace]]
// Servers of the real plugins, with virtual time, network and disks, through whatever a seed has in store for them. Each
// seed is a world of its own: a failing one comes out the same every time.
import { parseArgs } from '../lib/arguments.mjs'
import { Scenario } from './scenario.mjs'

const { values } = parseArgs(
  {
    options: {
      seeds: { type: 'string', default: '300' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
    },
  },
  ['seeds'],
)
const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const begin = performance.now()
const total = { nodes: 0, messages: 0, events: 0, compared: 0 }
let failed = 0
for (let seed = first; seed < first + count; seed++) {
  const trace = values.trace ? (line) => console.log(`  ${line}`) : null
  let result
  try {
    result = await new Scenario(seed, { trace }).run()
  } catch (error) {
    result = { problems: [error.stack], nodes: 0, messages: 0, events: 0, compared: 0 }
  }
  total.nodes += result.nodes
  total.messages += result.messages
  total.events += result.events
  total.compared += result.compared
  if (result.problems.length === 0) continue
  failed++
  console.log(`seed ${seed} fails; again with: npm run sim -- --seed ${seed} --trace`)
  for (const problem of result.problems) console.log(`  ${problem}`)
}
const seconds = (performance.now() - begin) / 1000
console.log(
  `${count - failed} of ${count} seeds passed: ${total.nodes} nodes, ${total.messages} messages, ${total.events} events, ${total.compared} copies compared in ${seconds.toFixed(1)} s`,
)
process.exit(failed > 0 ? 1 : 0)
