// node tools/suites/main.mjs [--json] [--verbose] [NAME …]
// The reference packages' own tests, run twice: on the reference, and with our built package in its place.
// The tests come out of the installed npm packages at run time and are not kept here.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from '../lib/arguments.mjs'
import { ensureInstalled } from '../lib/install.mjs'
import { entryFile } from '../lib/packages.mjs'
import { table } from '../lib/table.mjs'
import { suites } from './suites.mjs'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
/** A test file may not take longer, in milliseconds. */
const FILE_MS = 120_000

const home = ensureInstalled('suites')
// The suites write key files with the user's mask and read them back; ours refuses files that others may read.
process.umask(0o077)
const work = mkdtempSync(join(tmpdir(), 'scuttlebot-suites-'))

/** Lay a package out with its tests and everything that it may require. */
function layOut(side, name) {
  const folder = join(work, side, name)
  mkdirSync(join(work, side), { recursive: true })
  cpSync(join(home, 'node_modules', name), folder, {
    recursive: true,
    filter: (from) => !from.slice(home.length + name.length + 14).includes('node_modules'),
  })
  symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return folder
}

/** Run the test files of a folder; TAP says how many assertions held. */
function run(folder, { skip = [] }) {
  const tally = { passed: 0, total: 0, failures: [] }
  for (const file of readdirSync(join(folder, 'test')).sort()) {
    if (!file.endsWith('.js') || skip.includes(file)) continue
    const done = spawnSync(process.execPath, ['--no-deprecation', join('test', file)], {
      cwd: folder,
      encoding: 'utf8',
      timeout: FILE_MS,
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
      maxBuffer: 256 * 1024 * 1024,
    })
    const results = [...done.stdout.matchAll(/^(not ok|ok) \d+ ?(.*)$/gm)]
    for (const [, verdict, what] of results) {
      tally.total++
      if (verdict === 'ok') tally.passed++
      else tally.failures.push(`${file}: ${what}`)
    }
    // A file that breaks off has not run what stands after the break.
    if (done.status !== 0 && !results.some(([, verdict]) => verdict === 'not ok')) {
      tally.total++
      const reason = /^(?:\w*Error.*)$/m.exec(done.stderr)?.[0] ?? done.stderr.trim().slice(-300)
      tally.failures.push(`${file} broke off: ${reason || (done.error ?? done.signal)}`)
    }
  }
  return tally
}

const rows = []
let bad = false
try {
  for (const suite of suites.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  )) {
    const theirs = run(layOut('reference', suite.name), suite)
    const folder = layOut('ours', suite.name)
    let ours
    try {
      writeFileSync(join(folder, suite.main ?? 'index.js'), suite.face(entryFile))
      ours = run(folder, suite)
    } catch (error) {
      ours = { passed: 0, total: theirs.total, failures: [error.message] }
    }
    const known = suite.differences ?? {}
    const unlisted = ours.failures.filter(
      (failure) => !Object.keys(known).some((text) => failure.includes(text)),
    )
    const short = ours.total < theirs.total
    if (unlisted.length > 0 || short) bad = true
    rows.push({
      name: suite.name,
      ours,
      theirs,
      unlisted,
      listed: ours.failures.length - unlisted.length,
    })
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}

if (flags.json) console.log(JSON.stringify(rows))
else {
  console.log(
    table(
      ['suite', 'ours', 'reference', 'listed differences'],
      rows.map(({ name, ours, theirs, listed }) => [
        name,
        `${ours.passed}/${ours.total}`,
        `${theirs.passed}/${theirs.total}`,
        String(listed),
      ]),
    ),
  )
  for (const { name, ours, theirs, unlisted } of rows) {
    const suite = suites.find((one) => one.name === name)
    for (const [part, why] of Object.entries(suite.differences ?? {}))
      console.log(`- ${name}, on purpose: ${part}: ${why}`)
    for (const failure of unlisted.slice(0, flags.verbose ? undefined : 15))
      console.log(`- ${name}: ${failure}`)
    if (ours.total < theirs.total)
      console.log(`- ${name}: only ${ours.total} of ${theirs.total} assertions were reached`)
  }
}
process.exitCode = bad ? 1 : 0
