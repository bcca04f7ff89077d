/**
 * Check signatures on worker threads. Needs Node.
 *
 * @packageDocumentation
 */
import { HEAD_BYTES } from './laid-job.ts'
import { createPoolOf, type Pool, type PoolOptions } from './pool-hands.ts'
import { ANSWERED, BAD, COUNT, GOOD, PLACES, TAKEN } from './ticket.ts'

export type { Pool, PoolOptions } from './pool-hands.ts'

/** Jobs that a worker takes at once: of one at a time, taking would be a cost; of many, others would wait at the end. */
const AT_ONCE = 4
/** How far workers stand back behind the thread that asks, in steps of the system's priorities. */
const NICE = 5
/** Room for a job of the largest message that is usual, in words of four bytes. */
const LOCAL_WORDS = (HEAD_BYTES + 8192) / 4

/** The worker, as text: Node 20 loads no TypeScript, and a file beside this one would move when this is bundled. */
const WORKER = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')
const { createRequire } = require('node:module')
const { pathToFileURL } = require('node:url')
const choose = async () => {
  // only ssb-crypto knows which libsodium is installed
  const path = createRequire(workerData.from).resolve('@scuttlebot/ssb-crypto/backends')
  const { unguardedVerify } = await import(pathToFileURL(path))
  try { return await unguardedVerify(workerData.backend) } catch { return unguardedVerify('libsodium-wasm') }
}
const chosen = choose()
// The thread that asks has a whole server to answer for, so it goes first. Elsewhere this is a matter of all threads.
if (process.platform === 'linux') {
  const { getPriority, setPriority } = require('node:os')
  try { setPriority(Math.min(getPriority() + ${NICE}, 19)) } catch {}
}
// One job, copied here from shared memory, which not every binding of libsodium takes. Nothing is made per job.
const local = new Int32Array(${LOCAL_WORDS})
const bytes = new Uint8Array(local.buffer)
const key = bytes.subarray(0, 32)
const signature = bytes.subarray(32, 96)
const messages = []
const check = (verify, piece, at) => {
  const length = piece[(at >> 2) + 24]
  const words = (${HEAD_BYTES} + length + 3) >> 2
  if (words > local.length) {
    const large = new Uint8Array(new Int32Array(piece.subarray(at >> 2, (at >> 2) + words)).buffer)
    return verify(large.subarray(32, 96), large.subarray(${HEAD_BYTES}, ${HEAD_BYTES} + length), large.subarray(0, 32))
  }
  for (let i = 0, from = at >> 2; i < words; i++) local[i] = piece[from + i]
  const message = messages[length] ??= bytes.subarray(${HEAD_BYTES}, ${HEAD_BYTES} + length)
  return verify(signature, message, key)
}
parentPort.on('message', async ({ id, board, pieces }) => {
  const verify = await chosen
  const words = new Int32Array(board, 0, (board.byteLength >> 2))
  const count = words[${COUNT}]
  const answers = new Uint8Array(board, 4 * (${PLACES} + 2 * count), count)
  const memory = pieces.map((piece) => new Int32Array(piece))
  for (;;) {
    const from = Atomics.add(words, ${TAKEN}, ${AT_ONCE})
    if (from >= count) return
    const to = Math.min(from + ${AT_ONCE}, count)
    for (let i = from; i < to; i++) {
      const place = ${PLACES} + 2 * i
      let good = false
      try { good = check(verify, memory[words[place]], words[place + 1]) } catch {}
      answers[i] = good ? ${GOOD} : ${BAD}
    }
    const before = Atomics.add(words, ${ANSWERED}, to - from)
    if (before + to - from === count) parentPort.postMessage(id)
  }
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
