// node tools/browser/main.mjs [--dir DIR] [--seconds 90] [--verbose]
// The ground packages in a browser: each is bundled alone, and must reach nothing of Node; then their portable tests
// and the vectors run in headless Chromium. With --dir the vectors that this repository may not hold run too.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from '../lib/arguments.mjs'
import { root } from '../lib/packages.mjs'
import { table } from '../lib/table.mjs'
import { bundlePackage, bundlePage, needsOfNode } from './bundle.mjs'
import { findChromium, openPage } from './chromium.mjs'

const PACKAGES = [
  'ssb-ref',
  'ssb-crypto',
  'ssb-encode',
  'ssb-private-box',
  'ssb-keys',
  'ssb-validate',
]
/** Tests that say nothing in a browser. */
const LEFT_OUT = {
  'ssb-crypto/test/agree.property.test.ts': 'compares two backends, and a browser has one',
  'ssb-encode/test/without-buffer.test.ts': 'takes Buffer away, which a browser does not have',
}
const GROUPS = ['ids', 'encoding', 'boxes', 'keys', 'messages']

const { values: flags } = parseArgs(
  {
    options: {
      dir: { type: 'string', default: join(root, 'vectors') },
      seconds: { type: 'string', default: '90' },
      verbose: { type: 'boolean', default: false },
    },
  },
  ['seconds'],
)
const failures = []
const start = Date.now()
findChromium()

// 1. Each package alone.
const sizes = []
for (const name of PACKAGES) {
  const { problems, bytes, gzipped } = await bundlePackage(name)
  for (const problem of problems) failures.push(`${name}: ${problem}`)
  const kib = (n) => (n / 1024).toFixed(1)
  sizes.push([name, kib(bytes), kib(gzipped), problems.length > 0 ? 'FAILED' : ''])
}
console.log(table(['bundle', 'KiB', 'gzipped', ''], sizes))

// 2. What is to run.
const plan = []
const leftOut = []
for (const name of PACKAGES) {
  const folder = join(root, 'packages', name, 'test')
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.test.ts'))) {
    const id = `${name}/test/${file}`
    const needs = LEFT_OUT[id] ? [LEFT_OUT[id]] : await needsOfNode(join(folder, file))
    if (needs.length > 0) leftOut.push([id, needs[0]])
    else plan.push({ kind: 'tests', name: id, packages: name, path: join(folder, file) })
  }
  if (!plan.some(({ packages }) => packages === name))
    failures.push(`${name}: none of its tests runs in a browser`)
}
const allVectors = resolve(flags.dir) !== join(root, 'vectors')
for (const group of GROUPS) {
  const path = join(root, 'tools/vectors/assets', `${group}.mjs`)
  const text = readFileSync(path, 'utf8')
  // Read as text: importing the cases would load the packages' Node half into this process.
  const assets = [...text.matchAll(/^ {4}file: '(.+)',\n {4}packages: '(.+)',/gm)]
  for (const [n, [, file, packages]] of assets.entries()) {
    const isNode = packages === 'ssb-keys' && file.startsWith('ssb-keyfile/')
    if (isNode) leftOut.push([file, 'key files are for Node'])
    else if (existsSync(join(flags.dir, file)))
      plan.push({ kind: 'vectors', name: file, packages, path, n })
    else if (allVectors) failures.push(`${file}: the asset is missing`)
    else leftOut.push([file, 'not in this repository, see --dir'])
  }
}
const source = plan.map(({ kind, name, packages, path, n }) => {
  const facts = `kind: '${kind}', name: '${name}', packages: '${packages}'`
  const module = `import(${JSON.stringify(path)})`
  return kind === 'tests'
    ? `{ ${facts}, load: () => ${module} }`
    : `{ ${facts}, load: async () => (await ${module}).assets[${n}].run(readFileSync, readFileSync) }`
})
const { problems, files } = await bundlePage(
  `import { readFileSync as read } from './page/node.mjs'
  const readFileSync = (file) => read('vectors/' + file, 'utf8')
  export const plan = [${source.join(',\n')}]`,
  PACKAGES,
)
failures.push(...problems)

// 3. Run it.
/** Files below folders, as base64 by relative path; of two with one path the first. */
function readAll(...folders) {
  const found = {}
  for (const folder of folders)
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && !/\.md$/.test(path))
        found[relative(folder, path)] ??= readFileSync(path).toString('base64')
    }
  return found
}
files.set(
  '/',
  '<!doctype html><meta charset="utf-8"><script type="module" src="/stdin.js"></script>',
)
files.set('/vectors.json', JSON.stringify(readAll(join(root, 'vectors'), flags.dir)))

const results = []
let finish
const done = new Promise((resolve) => {
  finish = resolve
})
const inbox = {
  '/result': (result) => results.push(result),
  '/error': (text) => failures.push(`the page: ${text}`),
  '/done': (globals) => finish(globals),
}
const TYPES = { '/': 'text/html', '/vectors.json': 'application/json' }
const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    let body = ''
    for await (const chunk of request) body += chunk
    inbox[request.url]?.(JSON.parse(body))
    response.end()
    return
  }
  const body = files.get(request.url)
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': TYPES[request.url] ?? 'text/javascript',
    // Isolated, so that it has shared memory.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  })
  response.end(body)
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const page = openPage(`http://127.0.0.1:${server.address().port}/`)
const timer = setTimeout(() => finish(null), Number(flags.seconds) * 1000)
const globals = await Promise.race([done, page.ended.then((said) => ({ said }))])
clearTimeout(timer)
await page.close()
server.closeAllConnections()
server.close()
if (globals === null)
  failures.push(`the page was not done after ${flags.seconds} s: ${page.said()}`)
else if (globals.said !== undefined) failures.push(`Chromium ended early: ${globals.said}`)
else
  for (const [name, type] of Object.entries(globals))
    if (type !== 'undefined')
      failures.push(`the page has a global ${name}, which a browser has not`)

// 4. Say what came of it.
console.log()
console.log(
  table(
    ['in Chromium', 'packages', 'passed', 'failed', 'ms'],
    results.map(({ name, packages, passed, failures: { length }, ms }) => [
      name,
      packages,
      passed,
      length,
      ms,
    ]),
  ),
)
console.log('\nNot run here:')
for (const [name, why] of leftOut) console.log(`- ${name}: ${why}`)
for (const { name, failures: list } of results)
  for (const failure of list) failures.push(`${name}: ${failure}`)
if (results.length < plan.length)
  failures.push(`${plan.length - results.length} of ${plan.length} files gave no result`)
if (failures.length > 0) {
  console.log('\nFailed:')
  const shown = flags.verbose ? failures : failures.slice(0, 20)
  for (const failure of shown) console.log(`- ${failure}`)
  if (shown.length < failures.length) console.log(`… and ${failures.length - shown.length} more`)
}
console.log()
for (const name of PACKAGES) {
  const own = results.filter(({ packages }) => packages.split(', ').includes(name))
  const passed = own.reduce((sum, result) => sum + result.passed, 0)
  const failed = own.reduce((sum, result) => sum + result.failures.length, 0)
  console.log(`${name}: ${passed} passed, ${failed} failed`)
}
const passed = results.reduce((sum, result) => sum + result.passed, 0)
console.log(
  `\n${passed} passed, ${failures.length} failed, in ${((Date.now() - start) / 1000).toFixed(1)} s`,
)
process.exitCode = failures.length > 0 ? 1 : 0
