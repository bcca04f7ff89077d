// node tools/bench/main.mjs NAME [--json] [--runs N] [--quick] [--feeds N] [--peers N]
// Each benchmark is a file beside this one. It measures its own baseline in the same run, and what counts is the ratio.
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from '../lib/arguments.mjs'
import { table } from '../lib/table.mjs'

/**
 * @typedef {object} Report
 * @property {number} ratio the figure that the benchmark is for
 * @property {string} unit what the ratio is of
 * @property {readonly string[]} head of the table
 * @property {readonly (readonly (string | number)[])[]} rows
 * @property {readonly string[]} [notes]
 */

const { values: flags, positionals } = parseArgs(
  {
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      // For those benchmarks that have feeds or peers; each has its own default.
      feeds: { type: 'string' },
      peers: { type: 'string' },
    },
  },
  ['runs', 'feeds', 'peers'],
)
const here = new URL('.', import.meta.url)
const names = readdirSync(here)
  .filter((file) => file.endsWith('.mjs') && !['main.mjs', 'measure.mjs'].includes(file))
  .filter((file) => !file.endsWith('.worker.mjs'))
  .map((file) => file.slice(0, -4))
const [name] = positionals
if (!names.includes(name)) {
  console.error(
    `usage: npm run bench -- ${names.join('|')} [--json] [--runs N] [--quick] [--feeds N] [--peers N]`,
  )
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const runs = Number(flags.runs ?? (flags.quick ? 2 : 5))
const { run } = await import(new URL(`${name}.mjs`, here).href)
/** @type {Report} */
const {
  ratio,
  unit,
  head,
  rows,
  notes = [],
} = await run({
  runs,
  quick: flags.quick,
  ...(flags.feeds ? { feeds: Number(flags.feeds) } : {}),
  ...(flags.peers ? { peers: Number(flags.peers) } : {}),
})
if (flags.json)
  console.log(JSON.stringify({ name, ratio: Math.round(ratio * 1000) / 1000, unit, runs }))
else {
  console.log(`${name}: ${ratio.toFixed(3)} ${unit}, median of ${runs} runs`)
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`,
  )
  console.log(table(head, rows))
  for (const note of notes) console.log(`\n${note}`)
}
process.exit(0)
