// node tools/pack/main.mjs [--node 20,22,24]
// Each package as it would be published: packed, installed from its archive into an empty project, imported at every
// entry, and its README's examples run, on each Node that we promise. Then what the server alone brings to a disk, and
// the executable of docs/PLUGINS.md beside it.
import { spawn, spawnSync } from 'node:child_process'
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
import ts from 'typescript'
import { parseArgs } from '../lib/arguments.mjs'
import { root } from '../lib/packages.mjs'
import { packages } from '../packages.mjs'

const { values: flags } = parseArgs({ options: { node: { type: 'string', default: '20,22,24' } } })
/** The server and all that it stands on are fewer packages than this, its own ones counted. */
const PACKAGES_LIMIT = 60
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

/** The `ts` fences of a README as one program: `expr // => value` is an assertion. */
function examplesOf(name) {
  const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')
  const imports = new Set()
  const bodies = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, body]) => {
    for (const [line] of body.matchAll(/^import [^\n]*$/gm)) imports.add(line)
    const code = body
      .replaceAll(/^import [^\n]*$/gm, '')
      .replaceAll(/^(?!const|let)(\S.*?)\s*\/\/ => (.*)$/gm, 'deepEqual($1, $2)')
    return `await (async () => {\n${code}\n})()`
  })
  const text = [
    "import { deepEqual } from 'node:assert'",
    ...imports,
    ...bodies,
    'process.exit(0)',
  ].join('\n')
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
  const { outputText } = ts.transpileModule(text, { compilerOptions: options })
  const targets = [...outputText.matchAll(/from '([^'.][^']*)'/g)].map(([, target]) => target)
  return { code: outputText, targets: targets.filter((target) => !target.startsWith('node:')) }
}

function install(folder, ...wanted) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  run(folder, 'npm', 'install', ...quiet, ...wanted)
}

/** An empty project with one package in it, scripts of dependencies not run. */
function project(name) {
  const folder = join(home, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  install(folder, ...withOurs(name).map((one) => files[one]))
  return folder
}

/** Install what the examples of a README import besides, and write them. */
function addExamples(name, folder) {
  const { code, targets } = examplesOf(name)
  const ours = targets
    .filter((target) => target.startsWith('@scuttlebot/'))
    .flatMap((target) => withOurs(target.split('/')[1]))
  const others = targets.filter((target) => !target.startsWith('@'))
  const has = new Set(withOurs(name))
  const more = [...new Set(ours)].filter((one) => !has.has(one)).map((one) => files[one])
  if (more.length + others.length > 0) install(folder, ...more, ...new Set(others))
  writeFileSync(join(folder, 'examples.mjs'), code)
}

/** The executable that docs/PLUGINS.md shows, started and asked. */
async function ownExecutable(folder) {
  const guide = readFileSync(join(root, 'docs/PLUGINS.md'), 'utf8')
  const [, program] = guide.match(/^```js my-sbot\n([\s\S]*?)^```$/m)
  writeFileSync(join(folder, 'my-sbot.mjs'), program)
  const place = ['--path', join(folder, 'data')]
  const env = { ...process.env, HOME: folder, XDG_STATE_HOME: join(folder, 'state') }
  const server = spawn('node', ['my-sbot.mjs', ...place, 'start', '--port', '0', '--local-only'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  for await (const chunk of server.stdout.setEncoding('utf8')) if (chunk.includes('Ctrl-C')) break
  const asked = ['my-sbot.mjs', ...place, '--json', 'activity.days', '3']
  const answer = spawnSync('node', asked, { cwd: folder, env, encoding: 'utf8' })
  server.kill('SIGTERM')
  await ended
  if (answer.stdout !== '[]\n') throw new Error(`it answered ${answer.stdout}${answer.stderr}`)
}

const failures = []
const versions = flags.node.split(',')
for (const name of packages) {
  const folder = project(name)
  const { publishConfig } = infoOf(name)
  const entries = Object.keys(publishConfig.exports).filter((entry) => !entry.endsWith('.json'))
  const lines = entries.map((entry) => `await import('@scuttlebot/${name}${entry.slice(1)}')`)
  writeFileSync(join(folder, 'all.mjs'), `${lines.join('\n')}\nprocess.exit(0)\n`)
  const scripts = ['all.mjs', 'examples.mjs']
  if (name === 'ssb-server') {
    const { bytes, count } = sizeOf(join(folder, 'node_modules'))
    const version = run(folder, 'node_modules/.bin/sbot', '--version').trim()
    console.log(`sbot ${version} installed: ${count} packages, ${(bytes / 2 ** 20).toFixed(1)} MiB`)
    if (count >= PACKAGES_LIMIT)
      failures.push(`${count} packages: fewer than ${PACKAGES_LIMIT} are promised`)
  }
  addExamples(name, folder)
  for (const version of versions)
    for (const script of scripts)
      try {
        run(folder, 'npx', '-y', `node@${version}`, script)
      } catch (error) {
        const text = error.message.split('\n').slice(0, 12).join(' ')
        failures.push(`${name}, ${script} on Node ${version}: ${text}`)
      }
  console.log(`  ${name}: ${entries.length} entries and the README on Node ${versions.join(', ')}`)
  if (name === 'ssb-server') {
    install(folder, files['ssb-activity'])
    await ownExecutable(folder).catch((error) => failures.push(`my-sbot: ${error.message}`))
    console.log('  the executable of docs/PLUGINS.md')
  }
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) console.error(`FAILED ${failure}`)
rmSync(home, { recursive: true, force: true })
process.exit(failures.length === 0 ? 0 : 1)
