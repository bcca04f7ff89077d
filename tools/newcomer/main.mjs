// node tools/newcomer/main.mjs
// The path of a newcomer: every command of README.md's "Five minutes", as it stands there, with an empty HOME. The
// first block starts the servers; the others are one script, which ends at the first command that fails.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const TITLE = '## Five minutes'
const START_MS = 180_000

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [, section] = readme.split(TITLE)
if (section === undefined) throw new Error(`README.md has no "${TITLE}"`)
const blocks = [...section.split('\n## ')[0].matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, text]) => text,
)
const [servers, ...steps] = blocks

const home = mkdtempSync(join(tmpdir(), 'scuttlebot-newcomer-'))
const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, 'state') }
const children = []
const end = () => {
  for (const child of children)
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // gone already
    }
}
process.on('exit', end)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/** Run a line until it has printed that it listens. */
function listening(line) {
  const child = spawn('bash', ['-c', line], { cwd: root, env, detached: true })
  children.push(child)
  let said = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer of ${line}: ${said}`)), START_MS)
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said += text
        if (!said.includes('Ctrl-C stops the server')) return
        clearTimeout(timer)
        resolve()
      })
    child.once('exit', (code) => reject(new Error(`${line} ended with ${code}: ${said}`)))
  })
}

/** Run the steps as one script; every command is shown with what it printed. */
function script(text) {
  const child = spawn('bash', ['-c', `set -euo pipefail\n${text}`], { cwd: root, env })
  children.push(child)
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      out += chunk
      process.stdout.write(chunk)
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })))
}

/** What must be seen in the output, in order. */
const SIGNS = [
  ['the post arrives', '"text": "hello, Bob"'],
  ['the picture arrives', 'a picture, say'],
  ['the private message is read', '"text": "for your eyes"'],
  ['the feed is explained', '"reason"'],
]

const begin = performance.now()
for (const line of servers.trim().split('\n')) await listening(line)
console.log(`both servers listen after ${((performance.now() - begin) / 1000).toFixed(1)} s`)
const { code, out } = await script(steps.join('\n'))
const seen = SIGNS.map(([what, sign]) => [what, out.lastIndexOf(sign)])
let isFine = code === 0
if (code !== 0) console.error(`a command failed: exit code ${code}`)
for (const [what, at] of seen) {
  console.log(`  ${at >= 0 ? 'ok    ' : 'FAILED'} ${what}`)
  isFine &&= at >= 0
}
console.log(`${((performance.now() - begin) / 1000).toFixed(1)} s in all`)
const gone = children.map((child) =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('close', resolve))
    : undefined,
)
end()
await Promise.all(gone)
rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
process.exit(isFine ? 0 : 1)
