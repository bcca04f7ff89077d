/**
 * Check signatures on worker threads. Needs Node.
 *
 * @packageDocumentation
 */
import { HEAD_BYTES } from './laid-job.ts'
import { createPoolOf, type Pool, type PoolOptions } from './pool-hands.ts'

export type { Pool, PoolOptions } from './pool-hands.ts'

/** The worker, as text: Node 20 loads no TypeScript, and a file beside this one would move when this is bundled. */
const WORKER = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')
const { createRequire } = require('node:module')
const load = createRequire(workerData.crypto)
const native = () => {
  const sodium = load('sodium-universal')
  return (signature, message, key) => sodium.crypto_sign_verify_detached(signature, message, key)
}
const wasm = async () => {
  const sodium = load('libsodium-wrappers-sumo')
  await sodium.ready
  return (signature, message, key) => sodium.crypto_sign_verify_detached(signature, message, key)
}
const choose = async () => {
  if (workerData.wasm) return wasm()
  try { return native() } catch { return wasm() }
}
const chosen = choose()
parentPort.on('message', async ({ id, count, block }) => {
  const verify = await chosen
  const answers = new Uint8Array(block, 0, count)
  const view = new DataView(block)
  let at = count
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at + 96, true)
    const key = new Uint8Array(block, at, 32)
    const signature = new Uint8Array(block, at + 32, 64)
    const message = new Uint8Array(block, at + ${HEAD_BYTES}, length)
    try { answers[i] = verify(signature, message, key) ? 1 : 0 } catch { answers[i] = 0 }
    at += ${HEAD_BYTES} + length
  }
  parentPort.postMessage({ id, block }, [block])
})
`

/**
 * Start a pool.
 *
 * @throws RangeError when `workers` is out of range
 */
export function createPool(options: PoolOptions = {}): Pool {
  return createPoolOf(WORKER, options)
}
