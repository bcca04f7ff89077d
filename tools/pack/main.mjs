// node tools/pack/main.mjs [--node 20,22,24]
// Each package as it would be published: packed, installed from its archive into empty projects, imported at every
// entry, on each Node that we promise. Then what the server alone brings to a disk: packages and bytes.
import { spawnSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../lib/packages.mjs'
import { packages } from '../packages.mjs'

const { values: flags } = parseArgs({ options: { node: { type: 'string', default: '20,22,24' } } })
const PACKAGES_MAX = 60
const home = mkdtempSync(join(tmpdir(), 'scuttlebot-pack-'))
const archives = join(home, 'archives')
mkdirSync(archives)

/** Run a command; what it printed. */
function run(cwd, command, ...args) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.status === 0) return done.stdout
  throw new Error(`${command} ${args.join(' ')}: ${done.stdout}${done.stderr}`)
}

/** Every package below a folder of modules, with all bytes. */
function sizeOf(folder) {
  let bytes = 0
  let count = 0
  const walk = (path, depth) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) walk(inner, depth + 1)
      else {
        bytes += lstatSync(inner).size
        if (entry.name === 'package.json' && isPackage(inner)) count++
      }
    }
  }
  walk(folder, 0)
  return { bytes, count }
}

/** Whether a package.json is that of a package, not of a folder within one. */
function isPackage(file) {
  const { name, version } = JSON.parse(readFileSync(file, 'utf8'))
  return (
    name !== undefined &&
    version !== undefined &&
    file.endsWith(join('node_modules', name, 'package.json'))
  )
}

const infoOf = (name) =>
  JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
/** A package and everything of ours that it stands on. */
function withOurs(name, found = new Set()) {
  found.add(name)
  for (const other of Object.keys(infoOf(name).dependencies ?? {}))
    if (other.startsWith('@scuttlebot/')) {
      const inner = other.slice('@scuttlebot/'.length)
      if (!found.has(inner)) withOurs(inner, found)
    }
  return [...found]
}

const files = {}
for (const name of packages) {
  run(join(root, 'packages', name), 'pnpm', 'pack', '--pack-destination', archives)
  const { version } = infoOf(name)
  files[name] = join(archives, `scuttlebot-${name}-${version}.tgz`)
}
console.log(`${packages.length} packages packed`)

/** An empty project with one package in it, scripts of dependencies not run. */
function project(name) {
  const folder = join(home, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  const wanted = withOurs(name).map((one) => files[one])
  run(
    folder,
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...wanted,
  )
  return folder
}

const failures = []
const versions = flags.node.split(',')
for (const name of packages) {
  const folder = project(name)
  const { publishConfig } = infoOf(name)
  const entries = Object.keys(publishConfig.exports).filter((entry) => !entry.endsWith('.json'))
  const lines = entries.map((entry) => `await import('@scuttlebot/${name}${entry.slice(1)}')`)
  writeFileSync(join(folder, 'all.mjs'), `${lines.join('\n')}\nprocess.exit(0)\n`)
  for (const version of versions)
    try {
      run(folder, 'npx', '-y', `node@${version}`, 'all.mjs')
    } catch (error) {
      failures.push(
        `${name} on Node ${version}: ${error.message.split('\n').slice(0, 6).join(' ')}`,
      )
    }
  console.log(`  ${name}: ${entries.length} entries on Node ${versions.join(', ')}`)
  if (name !== 'ssb-server') rmSync(folder, { recursive: true, force: true })
}

const { bytes, count } = sizeOf(join(home, 'ssb-server', 'node_modules'))
const version = run(join(home, 'ssb-server'), 'node_modules/.bin/sbot', '--version').trim()
console.log(`sbot ${version} installed: ${count} packages, ${(bytes / 2 ** 20).toFixed(1)} MiB`)
if (count >= PACKAGES_MAX)
  failures.push(`${count} packages: there are to be fewer than ${PACKAGES_MAX}`)
for (const failure of failures) console.error(`FAILED ${failure}`)
rmSync(home, { recursive: true, force: true })
process.exit(failures.length === 0 ? 0 : 1)
