import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { backend, isReducedScalar, isWeakSignPoint } from '@scuttlebot/ssb-crypto'
import { HEAD_BYTES, LaidJob, layJob } from './laid-job.ts'
import type { SignatureJob, Verifier } from './types.ts'
import { inlineVerifier } from './verifier.ts'

// A batch goes over as one block of memory that changes hands, and comes back with a byte for each job in front, to be
// used again: fresh memory would cost as much as filling it.
//
//   block  verdicts (1 each) · jobs
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
/** Memory is asked for in pieces of this size. */
const BLOCK_BYTES = 64 * 1024
/** Blocks that wait for use, and how large they may be. */
const BLOCKS_MAX = 8
const BLOCK_BYTES_MAX = 1024 * 1024
/** A part of a batch: `jobs[from, to)`. */
interface Share {
  readonly jobs: readonly SignatureJob[]
  readonly from: number
  readonly to: number
}

interface Task extends Share {
  readonly done: (answers: Promise<boolean[]> | boolean[]) => void
}

interface Hand {
  readonly worker: Worker
  readonly tasks: Map<number, Task>
  load: number
}

interface Answer {
  readonly id: number
  readonly block: ArrayBuffer
}

const isSendable = (job: SignatureJob): boolean => {
  if (job instanceof LaidJob && (job.bytes[95] as number) < 0x10)
    return !isWeakSignPoint(job.bytes) && !isWeakSignPoint(job.bytes, 32)
  const { publicKey, signature } = job
  return (
    publicKey.length === 32 &&
    signature.length === 64 &&
    isReducedScalar(signature) &&
    !isWeakSignPoint(publicKey) &&
    !isWeakSignPoint(signature)
  )
}

/** Blocks for batches, used again and again. */
class Blocks {
  readonly #free: ArrayBuffer[] = []

  take(size: number): ArrayBuffer {
    const found = this.#free.findIndex((block) => block.byteLength >= size)
    if (found >= 0) return this.#free.splice(found, 1)[0] as ArrayBuffer
    return new ArrayBuffer(Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES)
  }

  give(block: ArrayBuffer): void {
    if (block.byteLength > BLOCK_BYTES_MAX) return
    this.#free.push(block)
    // The oldest goes: sizes that are asked for now stay.
    if (this.#free.length > BLOCKS_MAX) this.#free.shift()
  }
}

const sizeOf = (job: SignatureJob): number =>
  job instanceof LaidJob ? job.bytes.length : HEAD_BYTES + job.message.length

function pack({ jobs, from, to }: Share, blocks: Blocks): ArrayBuffer {
  let size = to - from
  for (let i = from; i < to; i++) size += sizeOf(jobs[i] as SignatureJob)
  const block = blocks.take(size)
  const bytes = new Uint8Array(block)
  let at = to - from
  for (let i = from; i < to; i++) {
    const job = jobs[i] as SignatureJob
    if (job instanceof LaidJob) bytes.set(job.bytes, at)
    else layJob(job, bytes, at)
    at += sizeOf(job)
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
  const blocks = new Blocks()
  let deaths = 0
  let nextId = 1
  let closing = false

  const drop = (hand: Hand): void => {
    if (!hands.delete(hand)) return
    deaths++
    for (const { jobs, from, to, done } of hand.tasks.values())
      done(inline.verify(jobs.slice(from, to)))
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
    worker.on('message', ({ id, block }: Answer) => {
      const task = hand.tasks.get(id)
      if (task === undefined) return
      hand.tasks.delete(id)
      const count = task.to - task.from
      hand.load -= count
      if (hand.tasks.size === 0) worker.unref()
      const verdicts = new Uint8Array(block, 0, count)
      const answers: boolean[] = []
      for (let i = 0; i < count; i++) answers.push(verdicts[i] === 1)
      task.done(answers)
      blocks.give(block)
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

  const give = (share: Share): Promise<boolean[]> => {
    const hand = leastBusy()
    if (hand === undefined)
      return Promise.resolve(inline.verify(share.jobs.slice(share.from, share.to)))
    return new Promise((done) => {
      const id = nextId++
      const block = pack(share, blocks)
      const count = share.to - share.from
      hand.tasks.set(id, { ...share, done })
      hand.load += count
      hand.worker.ref()
      hand.worker.postMessage({ id, count, block }, [block])
    })
  }

  refill()

  return {
    get size(): number {
      return hands.size
    },

    async verify(batch) {
      const sendable = batch.every(isSendable) ? null : batch.map(isSendable)
      const jobs = sendable === null ? batch : batch.filter((_, i) => sendable[i])
      refill()
      // Every hand gets a part, also when all are busy: with few batches on the way, a hand that was given one whole
      // would have nothing to do while the next one is read.
      const parts = Math.max(1, Math.min(hands.size, Math.floor(jobs.length / JOBS_MIN)))
      const size = Math.ceil(jobs.length / parts)
      const given: Promise<boolean[]>[] = []
      for (let from = 0; from < jobs.length; from += size)
        given.push(give({ jobs, from, to: Math.min(from + size, jobs.length) }))
      const answers: boolean[] = []
      for (const part of await Promise.all(given)) for (const answer of part) answers.push(answer)
      if (sendable === null) return answers
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
