// Our server through its public command, as a stranger would start it.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../lib/packages.mjs'
import { addressOf, freePort, listening } from '../peers/peers.mjs'
import { clientPackages, connectClient } from './client.mjs'

const bin = join(root, 'packages/ssb-server/dist/bin.js')

/** Ask until a condition holds, again after some milliseconds: who is asked has to answer. */
export async function until(what, timeout, holds, again = 25) {
  const deadline = Date.now() + timeout
  for (;;) {
    if (await holds()) return
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, again))
  }
}

/** A home folder for one user, whose server has its data in `data`. */
export const newHome = () => mkdtempSync(join(tmpdir(), 'scuttlebot-ours-'))

/**
 * Start our server, in a new folder unless a home is given.
 *
 * @param {{ name?: string, flags?: readonly string[], env?: Record<string, string>, home?: string }} [options] further
 *   global options, variables of its environment, and an existing home
 */
export async function startOurs({ name = 'ours', flags = [], env = {}, home = newHome() } = {}) {
  if (!existsSync(bin)) throw new Error('packages/ssb-server is not built')
  const path = join(home, 'data')
  const port = await freePort()
  const { ssbKeys } = clientPackages()
  let child
  let client
  let noise = ''

  const launch = async () => {
    child = spawn(
      process.execPath,
      [bin, 'start', '--path', path, '--host', '127.0.0.1', '--port', String(port), ...flags],
      {
        // A home of its own: the marks and locks of the identity live in the user's state folder.
        env: { ...process.env, ...env, HOME: home, XDG_STATE_HOME: join(home, 'state') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        noise = (noise + text).slice(-4000)
      })
    const life = child
    // Nothing outlives the script, however that ends.
    const end = () => life.kill('SIGKILL')
    process.once('exit', end)
    life.once('exit', () => process.removeListener('exit', end))
    try {
      await listening(port, () => life.exitCode === null && life.signalCode === null)
      const keys = ssbKeys.loadSync(join(path, 'secret'))
      client = await connectClient({ keys, address: addressOf(port, keys.id) })
      return keys
    } catch (error) {
      throw new Error(`${error.message}; it said: ${noise}`)
    }
  }
  const ended = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve()
      else child.once('exit', resolve)
    })

  const keys = await launch()
  const clock = () => client.call('getVectorClock')
  return {
    name,
    keys,
    id: keys.id,
    path,
    address: addressOf(port, keys.id),
    get pid() {
      return child.pid
    },
    get client() {
      return client
    },
    get output() {
      return noise
    },
    call: (method, ...args) => client.call(method, ...args),
    collect: (method, ...args) => client.collect(method, ...args),
    clock,
    /** Store bytes as a blob, as the reference client does it; its id. */
    addBlob: (bytes) => client.addBlob(bytes),
    publish: (content) => client.call('publish', content),
    /** A feed as it goes to peers, with its ids. */
    history: (feed) => client.collect('createHistoryStream', { id: feed, keys: true, live: false }),
    follow: (feed, state = true) =>
      client.call('publish', { type: 'contact', contact: feed, following: state }),
    block: (feed, state = true) =>
      client.call('publish', { type: 'contact', contact: feed, blocking: state }),
    waitClock: (wanted, timeout = 30_000, again) =>
      until(
        `the clock ${JSON.stringify(wanted).slice(0, 200)}`,
        timeout,
        async () => {
          const have = await clock()
          return Object.entries(wanted).every(([id, sequence]) => (have[id] ?? 0) >= sequence)
        },
        again,
      ),
    connect: (address) => client.call('gossip.connect', address),
    /** Stop as a user would; the exit code. */
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended()
      clearTimeout(timer)
      return child.exitCode
    },
    async kill() {
      child.kill('SIGKILL')
      await ended()
    },
    restart: launch,
    async close() {
      const code = await this.stop()
      rmSync(home, { recursive: true, force: true, maxRetries: 3 })
      return code
    },
  }
}
