// node tools/clients/main.mjs [methods|conn|http|cli|table …] [--over net,unix,ws]
// npm's ssb-client and the command line, on ssb-server 16 and on ours: the same calls must have the same answers.

import { createReport, Unmet } from '../interop/report.mjs'
import { parseArgs } from '../lib/arguments.mjs'
import { enterNetns } from '../lib/netns.mjs'
import { cliScenario } from './cli.mjs'
import { connScenario } from './conn.mjs'
import { httpScenario } from './http.mjs'
import { methodsScenario } from './methods.mjs'
import { installReference } from './servers.mjs'
import { writePage } from './table.mjs'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    over: { type: 'string', default: 'net,unix,ws' },
  },
})

/** Name → what it does. */
const scenarios = {
  methods: (report) => methodsScenario(report, { over: flags.over.split(',') }),
  conn: connScenario,
  http: httpScenario,
  cli: cliScenario,
}

if (positionals.includes('table')) {
  writePage()
  process.exit(0)
}
const wanted = positionals.length > 0 ? positionals : Object.keys(scenarios)
const unknown = wanted.find((name) => !Object.hasOwn(scenarios, name))
if (unknown !== undefined) {
  console.error(`no scenario ${unknown}: there are ${Object.keys(scenarios).join(', ')}`)
  process.exit(2)
}
installReference()
await enterNetns()

const failures = []
let made = 0
for (const name of wanted) {
  const report = createReport(name)
  try {
    await scenarios[name](report)
  } catch (error) {
    if (!(error instanceof Unmet)) {
      report.check('the scenario runs to its end', false, error.message)
      console.error(error)
    }
  }
  made += report.made
  failures.push(...report.failures)
}
console.log(
  failures.length === 0
    ? `clients: all ${made} checks passed`
    : `clients: ${failures.length} of ${made} checks failed\n${failures.map((text) => `- ${text}`).join('\n')}`,
)
process.exit(failures.length === 0 ? 0 : 1)
