// node tools/vectors/main.mjs --dir DIR [--backend native|wasm|both] [--only TEXT] [--verbose]
// Every asset of DIR that concerns a package of ours, case by case, against the built packages.
// A missing asset fails. A vector that is wrong counts as passed when we give the right answer and the case says why.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from '../lib/arguments.mjs'
import { load } from '../lib/packages.mjs'
import { table } from '../lib/table.mjs'
import { assets as boxes } from './assets/boxes.mjs'
import { elsewhere } from './assets/elsewhere.mjs'
import { assets as encoding } from './assets/encoding.mjs'
import { assets as ids } from './assets/ids.mjs'
import { assets as keys } from './assets/keys.mjs'
import { assets as messages } from './assets/messages.mjs'
import { assets as wire } from './assets/wire.mjs'

/** @typedef {{ name: string, ok: boolean, detail?: string, wrong?: string }} Outcome `wrong`: why the vector is */
/** @typedef {{ file: string, packages: string, run: (read: (file: string) => string, readBytes: (file: string) => Buffer) => AsyncGenerator<Outcome> | Generator<Outcome> }} Asset */

const { values: flags } = parseArgs({
  options: {
    dir: { type: 'string' },
    backend: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
})
if (!flags.dir || !existsSync(flags.dir)) {
  console.error('usage: npm run vectors -- --dir FOLDER [--backend native|wasm]')
  process.exit(2)
}

/** Each backend gets a process of its own: it is chosen when ssb-crypto is loaded. */
if (flags.backend === 'both') {
  const runs = ['native', 'wasm'].map(
    (backend) =>
      spawnSync(
        process.execPath,
        [fileURLToPath(import.meta.url), ...process.argv.slice(2), '--backend', backend],
        { stdio: 'inherit' },
      ).status,
  )
  process.exit(runs.every((status) => status === 0) ? 0 : 1)
}
const BACKENDS = { native: 'sodium-native', wasm: 'libsodium-wasm' }
if (!Object.hasOwn(BACKENDS, flags.backend)) {
  console.error(`--backend is native, wasm or both, not ${flags.backend}`)
  process.exit(2)
}
process.env.SSB_CRYPTO_BACKEND = flags.backend
const crypto = await load('ssb-crypto')
await crypto.ready
if (crypto.backend() !== BACKENDS[flags.backend]) {
  console.error(`${BACKENDS[flags.backend]} does not load here (got ${crypto.backend()})`)
  process.exit(1)
}

/** Run one asset; an exception is one more failure. */
async function judge(asset) {
  const tally = { passed: 0, total: 0, wrong: [], failures: [] }
  try {
    const readBytes = (file) => readFileSync(join(flags.dir, file))
    const read = (file) => readBytes(file).toString()
    for await (const { name, ok, detail, wrong } of asset.run(read, readBytes)) {
      tally.total++
      if (ok) tally.passed++
      else tally.failures.push(`${name}${detail ? `: ${detail}` : ''}`)
      if (ok && wrong) tally.wrong.push({ name, wrong })
    }
    if (tally.total === 0) tally.failures.push('no case was run')
  } catch (error) {
    tally.total++
    tally.failures.push(
      error instanceof Error ? String(error.stack).split('\n', 3).join(' ') : String(error),
    )
  }
  return tally
}

const all = [...ids, ...encoding, ...boxes, ...keys, ...messages, ...wire]
const rows = []
const failures = []
const wrong = new Map()
let passed = 0
let total = 0
for (const asset of all.filter(({ file }) => file.includes(flags.only))) {
  const missing = !existsSync(join(flags.dir, asset.file))
  const tally = missing
    ? { passed: 0, total: 1, wrong: [], failures: ['the asset is missing'] }
    : await judge(asset)
  passed += tally.passed
  total += tally.total
  rows.push([
    asset.file,
    asset.packages,
    `${tally.passed}/${tally.total}`,
    tally.failures.length > 0
      ? 'FAILED'
      : tally.wrong.length > 0
        ? `${tally.wrong.length} corrected`
        : '',
  ])
  for (const failure of tally.failures) failures.push(`${asset.file}: ${failure}`)
  for (const { name, wrong: why } of tally.wrong) {
    const names = wrong.get(`${asset.file}: ${why}`) ?? []
    wrong.set(`${asset.file}: ${why}`, [...names, name])
  }
}

console.log(`Backend: ${crypto.backend()}`)
console.log(table(['asset', 'packages', 'passed', ''], rows))
if (wrong.size > 0) {
  console.log('\nVectors that are wrong, and why:')
  for (const [why, names] of wrong)
    console.log(`- ${why}${flags.verbose ? ` (${names.join(', ')})` : ` (${names.length})`}`)
}
const known = new Set([...all.map(({ file }) => file.split('/')[0]), ...Object.keys(elsewhere)])
const stray = readdirSync(flags.dir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !known.has(entry.name))
  .map((entry) => entry.name)
console.log('\nNot for these packages:')
for (const [folder, why] of Object.entries(elsewhere)) console.log(`- ${folder}: ${why}`)
if (stray.length > 0) failures.push(`no row for the folders ${stray.join(', ')}`)
if (failures.length > 0) {
  console.log('\nFailed:')
  const shown = flags.verbose ? failures : failures.slice(0, 40)
  for (const failure of shown) console.log(`- ${failure}`)
  if (shown.length < failures.length) console.log(`… and ${failures.length - shown.length} more`)
}
console.log(`\n${passed}/${total} on ${crypto.backend()}`)
process.exitCode = failures.length > 0 ? 1 : 0
