// Starts the other process of a benchmark.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('server.mjs', import.meta.url))

/**
 * @param {'ours' | 'reference' | 'plain'} kind
 * @param {{ noDelay?: boolean, frameBytes?: number }} [options]
 */
export async function start(kind, { noDelay = false, frameBytes } = {}) {
  const child = fork(file, [kind], { env: { ...process.env, NODELAY: noDelay ? '1' : '0' } })
  const told = await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error(`the ${kind} server has ended`)))
  })
  const module = await import(new URL(`${kind}.mjs`, import.meta.url).href)
  return { ...module.client(told, frameBytes), module, stop: () => child.kill() }
}
