// Reference servers as objects: each method is a command of peer.cjs.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from '../lib/install.mjs'

const driver = fileURLToPath(new URL('peer.cjs', import.meta.url))

/** The folder below tools/ that holds each stack's packages. */
const FOLDERS = { ss: 'peers/ssb-server', db2: 'peers/ssb-db2' }

/** How long a reference server may take to start, in milliseconds. */
const START_MS = 30_000

/** Install the stacks: outside the namespace, where the network is. */
export function installPeers() {
  for (const folder of [...Object.values(FOLDERS), 'peers/ssb-client']) ensureInstalled(folder)
}

/**
 * A free port on loopback.
 *
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/**
 * Resolve when something listens on a loopback port.
 *
 * @param {number} port
 * @param {() => boolean} alive whether it still may
 * @returns {Promise<void>}
 */
export async function listening(port, alive) {
  const deadline = Date.now() + START_MS
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('error', () => resolve(false))
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
    })
    if (open) return
    if (!alive()) throw new Error('the server ended before it listened')
    if (Date.now() > deadline) throw new Error('the server does not listen')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** A multiserver address on loopback. */
export const addressOf = (port, id) =>
  `net:127.0.0.1:${port}~shs:${id.slice(1).replace(/\.ed25519$/, '')}`

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} id
 * @property {string} address
 * @property {string} wsAddress where it listens for WebSockets, if it was told to
 * @property {number} pid
 * @property {(command: string, args?: object) => Promise<any>} call
 * @property {() => Promise<void>} stop ends the process, keeps the folder
 * @property {() => Promise<void>} close ends the process and removes its folder
 * @property {() => Promise<void>} kill SIGKILL, keeps the folder
 * @property {() => Promise<void>} restart starts it again in the same folder, on the same port
 */

/**
 * Start a reference server.
 *
 * @param {'ss' | 'db2'} stack
 * @param {{ seed?: string, hops?: number, ebt?: boolean, ws?: boolean }} [options] `ws`: WebSockets, too (`ss` only)
 * @returns {Promise<Peer>}
 */
export async function startPeer(
  stack,
  { seed = `${stack}-peer`, hops = 2, ebt = true, ws = false } = {},
) {
  const path = mkdtempSync(join(tmpdir(), `scuttlebot-${stack}-`))
  const port = await freePort()
  const home = ensureInstalled(FOLDERS[stack])
  const wsPort = ws ? await freePort() : null
  const settings = JSON.stringify({ stack, home, path, port, wsPort, seed, hops, ebt })
  let run = await launch(settings, port)
  const exited = () => run.exited
  const stop = async () => {
    await run.call('close').catch(() => {})
    const timer = setTimeout(() => run.signal('SIGKILL'), 3000)
    await exited()
    clearTimeout(timer)
  }
  return {
    name: `${stack}:${seed}`,
    id: run.id,
    address: addressOf(port, run.id),
    wsAddress: addressOf(wsPort, run.id).replace('net:', 'ws://'),
    get pid() {
      return run.pid
    },
    call: (command, args) => run.call(command, args),
    stop,
    async close() {
      await stop()
      rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    },
    async kill() {
      run.signal('SIGKILL')
      await exited()
    },
    async restart() {
      run = await launch(settings, port)
    },
  }
}

/** One life of a peer's process. */
async function launch(settings, port) {
  const child = fork(driver, [settings], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const waiting = new Map()
  let noise = ''
  let next = 1
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      noise = (noise + text).slice(-4000)
    })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the peer did not start in time')), START_MS)
    child.on('message', (message) => {
      if (message.ready) {
        clearTimeout(timer)
        resolve(message.id)
        return
      }
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.error !== undefined) call?.reject(new Error(message.error))
      else call?.resolve(message.result)
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      const error = new Error(`the peer ended (${signal ?? code}): ${noise}`)
      reject(error)
      for (const call of waiting.values()) call.reject(error)
      waiting.clear()
    })
  })
  const id = await ready
  await listening(port, () => child.connected)
  return {
    id,
    pid: child.pid,
    exited,
    signal: (signal) => child.kill(signal),
    call: (command, args) =>
      new Promise((resolve, reject) => {
        if (!child.connected) {
          reject(new Error('the peer has ended'))
          return
        }
        const number = next++
        waiting.set(number, { resolve, reject })
        child.send({ id: number, command, args })
      }),
  }
}
