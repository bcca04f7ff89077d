import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { backend, isReducedScalar, isWeakSignPoint } from '@scuttlebot/ssb-crypto'
import { LaidJob } from './laid-job.ts'
import { Ticket } from './ticket.ts'
import type { SignatureJob, Verifier } from './types.ts'
import { inlineVerifier } from './verifier.ts'

// A batch is a ticket of which every worker takes jobs until there are none left, so that all of them end together
// whatever else the machine gives its cores to. The one that does the last job says so.
//
// libsodium's verdict is the workers'; what ssb-crypto checks in front of it is checked here, so that a job that
// fails there is never sent. A worker that dies is replaced a few times, and what is not done of its tickets is
// checked on this thread.

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

interface Task {
  readonly id: number
  readonly jobs: readonly SignatureJob[]
  readonly ticket: Ticket
  readonly hands: readonly Hand[]
  readonly done: (answers: Promise<boolean[]> | boolean[]) => void
}

interface Hand {
  readonly worker: Worker
  readonly tasks: Set<Task>
}

const isSendable = (job: SignatureJob): boolean => {
  if (job instanceof LaidJob && (job.memory[job.at + 95] as number) < 0x10)
    return !isWeakSignPoint(job.memory, job.at) && !isWeakSignPoint(job.memory, job.at + 32)
  const { publicKey, signature } = job
  return (
    publicKey.length === 32 &&
    signature.length === 64 &&
    isReducedScalar(signature) &&
    !isWeakSignPoint(publicKey) &&
    !isWeakSignPoint(signature)
  )
}

/** A pool whose workers run this code. Separate so that tests can bring workers that die. */
export function createPoolOf(code: string, options: PoolOptions): Pool {
  const wanted = options.workers ?? Math.min(availableParallelism(), WORKERS_DEFAULT_MAX)
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > WORKERS_MAX)
    throw new RangeError(`workers must be a whole number from 1 to ${WORKERS_MAX}, got ${wanted}`)
  const inline = inlineVerifier()
  const hands = new Set<Hand>()
  const tasks = new Map<number, Task>()
  let deaths = 0
  let nextId = 1
  let closing = false

  const finish = (task: Task, answers: Promise<boolean[]> | boolean[]): void => {
    tasks.delete(task.id)
    for (const hand of task.hands) {
      hand.tasks.delete(task)
      if (hand.tasks.size === 0) hand.worker.unref()
    }
    task.done(answers)
  }

  /** What workers have not answered is checked here: again, where one is about to. */
  const rescue = async ({ ticket, jobs }: Task): Promise<boolean[]> => {
    const open = ticket.open()
    const answers = await inline.verify(open.map((i) => jobs[i] as SignatureJob))
    const all = ticket.answers()
    for (let n = 0; n < open.length; n++) all[open[n] as number] = answers[n] as boolean
    return all
  }

  const drop = (hand: Hand): void => {
    if (!hands.delete(hand)) return
    deaths++
    for (const task of [...hand.tasks]) finish(task, rescue(task))
    void hand.worker.terminate()
  }

  const start = (): void => {
    let worker: Worker
    try {
      const workerData = { from: import.meta.url, backend: backend() }
      worker = new Worker(code, { eval: true, workerData, execArgv: [], name: 'ssb-validate' })
    } catch {
      deaths = DEATHS_MAX
      return
    }
    const hand: Hand = { worker, tasks: new Set() }
    worker.on('message', (id: number) => {
      const task = tasks.get(id)
      if (task !== undefined) finish(task, task.ticket.answers())
    })
    worker.on('error', () => drop(hand))
    worker.on('messageerror', () => drop(hand))
    worker.on('exit', () => drop(hand))
    // Not before: to listen for messages keeps the process alive again.
    worker.unref()
    hands.add(hand)
  }

  const refill = (): void => {
    while (!closing && hands.size < wanted && deaths < DEATHS_MAX) start()
  }

  /** So many workers, those with the least to do. */
  const leastBusy = (count: number): readonly Hand[] => {
    if (count >= hands.size) return [...hands]
    return [...hands].toSorted((a, b) => a.tasks.size - b.tasks.size).slice(0, count)
  }

  const give = (jobs: readonly SignatureJob[]): Promise<boolean[]> | boolean[] => {
    const chosen = leastBusy(Math.max(1, Math.floor(jobs.length / JOBS_MIN)))
    if (chosen.length === 0) return inline.verify(jobs)
    return new Promise((done) => {
      const ticket = new Ticket(jobs)
      const task: Task = { id: nextId++, jobs, ticket, hands: chosen, done }
      tasks.set(task.id, task)
      const message = { id: task.id, board: ticket.board, pieces: ticket.pieces }
      for (const hand of chosen) {
        hand.tasks.add(task)
        hand.worker.ref()
        hand.worker.postMessage(message)
      }
    })
  }

  refill()

  return {
    sharesMemory: true,

    get size(): number {
      return hands.size
    },

    async verify(batch) {
      if (batch.length === 0) return []
      refill()
      if (batch.every(isSendable)) return give(batch)
      const sendable = batch.map(isSendable)
      const answers = await give(batch.filter((_, i) => sendable[i]))
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
