// Our built server, as its command starts it, in a temporary folder and on loopback.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, root } from '../lib/packages.mjs'

const bin = join(root, 'packages/ssb-server/dist/bin.js')
const START_MS = 20_000
const STOP_MS = 10_000

/** Wait until something holds, or fail with what was waited for. */
export async function until(what, timeoutMs, holds) {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await sleep(20)
  }
}

/** Milliseconds that pass. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Settle as `promise` does, or fail when that takes too long. */
export async function within(what, timeoutMs, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Resident memory of a process, bytes; 0 when it is gone. */
export function memoryOf(pid) {
  const file = `/proc/${pid}/status`
  if (existsSync(file))
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(stdout) * 1024
}

/**
 * Start a server; what it listens on is read from what it prints.
 *
 * @param {{ flags?: readonly string[] }} [options]
 */
export async function startServer({ flags = [] } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'scuttlebot-hostile-'))
  const path = join(home, 'data')
  let output = ''
  const args = ['start', '--path', path, '--host', '127.0.0.1', '--port', '0', ...flags]
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, HOME: home, XDG_STATE_HOME: join(home, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-20_000)
    })
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const addressIn = () => /net:[^\s;]*:(\d+)~shs:[A-Za-z0-9+/]{43}=/.exec(output)
  await until('the server to listen', START_MS, () => {
    if (!isAlive()) throw new Error(`the server does not start: ${output}`)
    return addressIn() !== null && /Ctrl-C/.test(output)
  })
  const [address, port] = addressIn()
  const { loadSync } = await load('ssb-keys/file')
  const { keyPairOf } = await load('ssb-keys')
  const keys = loadSync(join(path, 'secret'))
  const pair = keyPairOf(keys)
  const { fromBase64 } = await load('ssb-encode')
  const networkKey = fromBase64('1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=')
  const { dial } = await load('ssb-net/secure')
  return {
    pid: child.pid,
    id: keys.id,
    pair,
    path,
    networkKey,
    address,
    port: Number(port),
    isAlive,
    /** What it has said lately. */
    get output() {
      return output
    },
    memory: () => memoryOf(child.pid),
    /** A connection of the owner. */
    owner: () => dial({ address, keys: pair, networkKey }),
    /** Stop as a user would; milliseconds and exit code. */
    async stop() {
      const before = performance.now()
      if (isAlive()) {
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
        await new Promise((resolve) => child.once('exit', resolve))
        clearTimeout(timer)
      }
      const ms = performance.now() - before
      rmSync(home, { recursive: true, force: true, maxRetries: 3 })
      return { ms, code: child.exitCode, signal: child.signalCode }
    },
  }
}
