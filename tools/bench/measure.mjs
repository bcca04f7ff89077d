// Small tools for benchmarks.
import { Session } from 'node:inspector/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../lib/packages.mjs'

/** The middle of some figures. */
export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** `median [smallest–largest]`. */
export const spread = (figures, digits = 0) =>
  `${median(figures).toFixed(digits)} [${Math.min(...figures).toFixed(digits)}–${Math.max(...figures).toFixed(digits)}]`

/**
 * How often a second something is done.
 *
 * @param {number} count how many the call does
 * @param {() => void} call
 * @returns {number}
 */
export function rate(count, call) {
  const start = process.hrtime.bigint()
  call()
  return count / (Number(process.hrtime.bigint() - start) / 1e9)
}

/** The same for a call that takes its time. */
export async function rateOf(count, call) {
  const start = process.hrtime.bigint()
  await call()
  return count / (Number(process.hrtime.bigint() - start) / 1e9)
}

/** What is not the call's: waiting, and the profiler's own. */
const PROFILER = new Set(['(idle)', '(program)', 'dispatch', 'post'])

/**
 * Where the time of a call goes on this thread: the functions that it is spent in, the most expensive first.
 *
 * @param {() => unknown} call
 * @param {number} most how many functions to tell
 * @returns {Promise<readonly { name: string, share: number }[]>} shares of the whole
 */
export async function profileOf(call, most = 12) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 100 })
  await session.post('Profiler.start')
  await call()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]))
  const spent = new Map()
  for (const [i, node] of profile.samples.entries()) {
    const name = names.get(node) || '(anonymous)'
    if (!PROFILER.has(name)) spent.set(name, (spent.get(name) ?? 0) + profile.timeDeltas[i])
  }
  const whole = [...spent.values()].reduce((sum, time) => sum + time, 0)
  return [...spent]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([name, time]) => ({ name, share: time / whole }))
}

/** libsodium without anything of ours round it: what the baselines are measured on. */
export const bareSodium = () =>
  createRequire(join(root, 'packages/ssb-crypto/package.json'))('sodium-native')

/**
 * What a bare signature check needs of a message.
 *
 * @param {any} value
 * @returns {{ signature: Buffer, message: Buffer, publicKey: Buffer }}
 */
export function signatureJob(value) {
  const { signature, ...unsigned } = value
  return {
    signature: Buffer.from(signature.slice(0, 88), 'base64'),
    message: Buffer.from(JSON.stringify(unsigned, null, 2)),
    publicKey: Buffer.from(value.author.slice(1, 45), 'base64'),
  }
}

/** Check prepared signatures one by one, as fast as libsodium goes. */
export function verifyAll(sodium, jobs) {
  for (const { signature, message, publicKey } of jobs)
    if (!sodium.crypto_sign_verify_detached(signature, message, publicKey))
      throw new Error('a generated message has a bad signature')
}
