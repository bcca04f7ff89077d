import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { backend, isReducedScalar, isWeakSignPoint } from '@scuttlebot/ssb-crypto'
import type { SignatureJob, Verifier } from './types.ts'
import { inlineVerifier } from './verifier.ts'

// A batch goes over as one block of memory that changes hands, and comes back as one byte per job:
//
//   job    public key (32) · signature (64) · length (4, little-endian) · message
//
// libsodium's verdict is the workers'; what ssb-crypto checks in front of it is checked here, so that a job that
// fails there is never sent. A worker that dies is replaced a few times, and what it had is checked on this thread.

/** What a pool may be told. */
export interface PoolOptions {
  /** Threads, 1 to 64; as many as there are cores by default, but at most 4. */
  readonly workers?: number | undefined
}

/** A verifier on worker threads. Idle workers do not keep the process alive. */
export interface Pool extends Verifier {
  /** How many workers are alive. */
  readonly size: number
  /** End the workers. Batches under way are answered; later ones are checked on the calling thread. */
  close(): Promise<void>
}

const WORKERS_MAX = 64
const WORKERS_DEFAULT_MAX = 4
/** Fewer jobs than this are not worth another thread's attention. */
const JOBS_MIN = 8
/** Workers that may die before no more are started: then something is wrong with all of them. */
const DEATHS_MAX = 8
/** Of a job: everything before its message. */
export const HEAD_BYTES: number = 32 + 64 + 4

interface Task {
  readonly jobs: readonly SignatureJob[]
  readonly done: (answers: Promise<boolean[]> | boolean[]) => void
}

interface Hand {
  readonly worker: Worker
  readonly tasks: Map<number, Task>
  load: number
}

interface Answer {
  readonly id: number
  readonly answers: Uint8Array
}

const isSendable = ({ publicKey, signature }: SignatureJob): boolean =>
  publicKey.length === 32 &&
  signature.length === 64 &&
  isReducedScalar(signature) &&
  !isWeakSignPoint(publicKey) &&
  !isWeakSignPoint(signature)

function pack(jobs: readonly SignatureJob[]): ArrayBuffer {
  let size = 0
  for (const { message } of jobs) size += HEAD_BYTES + message.length
  const block = new ArrayBuffer(size)
  const bytes = new Uint8Array(block)
  const view = new DataView(block)
  let at = 0
  for (const { publicKey, signature, message } of jobs) {
    bytes.set(publicKey, at)
    bytes.set(signature, at + 32)
    view.setUint32(at + 96, message.length, true)
    bytes.set(message, at + HEAD_BYTES)
    at += HEAD_BYTES + message.length
  }
  return block
}

/** Where ssb-crypto stands, whose libsodium the workers load: only it knows which one is installed. */
function cryptoPath(): string {
  return createRequire(import.meta.url).resolve('@scuttlebot/ssb-crypto/package.json')
}

/** A pool whose workers run this code. Separate so that tests can bring workers that die. */
export function createPoolOf(code: string, options: PoolOptions): Pool {
  const wanted = options.workers ?? Math.min(availableParallelism(), WORKERS_DEFAULT_MAX)
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > WORKERS_MAX)
    throw new RangeError(`workers must be a whole number from 1 to ${WORKERS_MAX}, got ${wanted}`)
  const inline = inlineVerifier()
  const hands = new Set<Hand>()
  let deaths = 0
  let nextId = 1
  let closing = false

  const drop = (hand: Hand): void => {
    if (!hands.delete(hand)) return
    deaths++
    for (const { jobs, done } of hand.tasks.values()) done(inline.verify(jobs))
    hand.tasks.clear()
    void hand.worker.terminate()
  }

  const start = (): void => {
    let worker: Worker
    try {
      const workerData = { crypto: cryptoPath(), wasm: backend() === 'libsodium-wasm' }
      worker = new Worker(code, { eval: true, workerData, execArgv: [], name: 'ssb-validate' })
    } catch {
      deaths = DEATHS_MAX
      return
    }
    const hand: Hand = { worker, tasks: new Map(), load: 0 }
    worker.unref()
    worker.on('message', ({ id, answers }: Answer) => {
      const task = hand.tasks.get(id)
      if (task === undefined) return
      hand.tasks.delete(id)
      hand.load -= task.jobs.length
      if (hand.tasks.size === 0) worker.unref()
      task.done(Array.from(answers, (answer) => answer === 1))
    })
    worker.on('error', () => drop(hand))
    worker.on('messageerror', () => drop(hand))
    worker.on('exit', () => drop(hand))
    hands.add(hand)
  }

  const refill = (): void => {
    while (!closing && hands.size < wanted && deaths < DEATHS_MAX) start()
  }

  const leastBusy = (): Hand | undefined => {
    let best: Hand | undefined
    for (const hand of hands) if (best === undefined || hand.load < best.load) best = hand
    return best
  }

  const give = (jobs: readonly SignatureJob[]): Promise<boolean[]> => {
    const hand = leastBusy()
    if (hand === undefined) return Promise.resolve(inline.verify(jobs))
    return new Promise((done) => {
      const id = nextId++
      const block = pack(jobs)
      hand.tasks.set(id, { jobs, done })
      hand.load += jobs.length
      hand.worker.ref()
      hand.worker.postMessage({ id, count: jobs.length, block }, [block])
    })
  }

  refill()

  return {
    get size(): number {
      return hands.size
    },

    async verify(batch) {
      const sendable = batch.map(isSendable)
      const jobs = batch.filter((_, i) => sendable[i])
      refill()
      const parts = Math.max(1, Math.min(hands.size, Math.floor(jobs.length / JOBS_MIN)))
      const size = Math.ceil(jobs.length / parts)
      const given: Promise<boolean[]>[] = []
      for (let at = 0; at < jobs.length; at += size) given.push(give(jobs.slice(at, at + size)))
      const answers = (await Promise.all(given)).flat()
      let next = 0
      return sendable.map((sent) => sent && answers[next++] === true)
    },

    async close() {
      closing = true
      const alive = [...hands]
      await Promise.all(
        alive.map(async (hand) => {
          drop(hand)
          await hand.worker.terminate()
        }),
      )
    },
  }
}
