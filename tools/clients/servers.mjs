// The two servers that are compared, each with an owner's client over any transport.
import { fork, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientPackages, connectClient } from '../interop/client.mjs'
import { ensureInstalled } from '../lib/install.mjs'
import { root } from '../lib/packages.mjs'
import { freePort, listening } from '../peers/peers.mjs'

const REFERENCE = 'peers/ssb-plugins'
const driver = fileURLToPath(new URL('reference.cjs', import.meta.url))
/** The executable of this repository. */
export const bin = join(root, 'packages/ssb-server/dist/bin.js')
/** The executable of the reference. */
export const referenceBin = () => join(ensureInstalled(REFERENCE), 'node_modules/ssb-server/bin.js')

/** Install what is compared with: outside the namespace, where the network is. */
export function installReference() {
  for (const folder of [REFERENCE, 'peers/ssb-client', 'peers/ssb-db2']) ensureInstalled(folder)
}

/**
 * @typedef {object} Server
 * @property {string} id
 * @property {string} path data folder
 * @property {string} home home folder
 * @property {number} port
 * @property {number} wsPort
 * @property {any} keys
 * @property {(transport: string) => string} address of `net`, `unix` or `ws`
 * @property {(transport?: string) => Promise<import('../interop/client.mjs').Client>} connect as its owner
 * @property {() => string} said what it printed last
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<Server>} */
async function launch(name, start) {
  const home = mkdtempSync(join(tmpdir(), `scuttlebot-${name}-`))
  const path = join(home, '.ssb')
  const port = await freePort()
  const wsPort = await freePort()
  let noise = ''
  const child = start({ home, path, port, wsPort })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      noise = (noise + text).slice(-8000)
    })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const isAlive = () => child.exitCode === null && child.signalCode === null
  try {
    await listening(port, isAlive)
    await listening(wsPort, isAlive)
  } catch (error) {
    throw new Error(`${name}: ${error.message}; it said: ${noise}`)
  }
  const keys = clientPackages().ssbKeys.loadSync(join(path, 'secret'))
  const key = keys.public.replace(/\.ed25519$/, '')
  const address = (transport) =>
    ({
      net: `net:127.0.0.1:${port}~shs:${key}`,
      ws: `ws://127.0.0.1:${wsPort}~shs:${key}`,
      unix: `unix:${join(path, 'socket')}~noauth:${key}`,
    })[transport]
  return {
    id: keys.id,
    keys,
    home,
    path,
    port,
    wsPort,
    address,
    connect: (transport = 'net') => connectClient({ keys, address: address(transport) }),
    said: () => noise,
    async close() {
      child.kill('SIGTERM')
      const timer = setTimeout(end, 5000)
      await ended
      clearTimeout(timer)
      process.removeListener('exit', end)
      rmSync(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** ssb-server 16 with the plugins of desktop clients. */
export const startReference = () =>
  launch('reference', (options) =>
    fork(driver, [JSON.stringify({ ...options, home: ensureInstalled(REFERENCE) })], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, HOME: options.home },
    }),
  )

/** Our server by its public command. */
export function startOurs() {
  if (!existsSync(bin)) throw new Error('packages/ssb-server is not built')
  return launch('ours', ({ home, path, port, wsPort }) =>
    spawn(
      process.execPath,
      [
        bin,
        'start',
        ...['--path', path, '--host', '127.0.0.1', '--port', String(port)],
        ...['--ws.host', '127.0.0.1', '--ws.port', String(wsPort), '--allowPrivate'],
      ],
      {
        env: { ...process.env, HOME: home, XDG_STATE_HOME: join(home, 'state') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ),
  )
}
