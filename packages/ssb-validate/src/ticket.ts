import { LaidJob, laidSize, layJob } from './laid-job.ts'
import type { SignatureJob } from './types.ts'

// A batch in memory that threads share. The jobs lie in pieces of memory; the board says where, and is where workers
// take jobs and answer. A board is used once: a worker that comes late finds no job left on it, and so never looks at
// pieces that are used for something else by then.
//
//   board   jobs taken (4) · jobs answered (4) · count (4) · for each job piece (4) and place in it (4)
//           · for each job an answer (1)

/** Places on a board, in words of four bytes. */
export const TAKEN = 0
export const ANSWERED = 1
export const COUNT = 2
export const PLACES = 3

/** Answers. Zero: none yet. */
export const GOOD = 1
export const BAD = 2

const isShared = (job: SignatureJob): job is LaidJob =>
  job instanceof LaidJob && job.memory.buffer instanceof SharedArrayBuffer

/** A batch as it goes to workers. */
export class Ticket {
  readonly board: SharedArrayBuffer
  readonly pieces: readonly SharedArrayBuffer[]
  readonly #answers: Uint8Array

  /** Jobs that do not lie in shared memory are copied there. */
  constructor(jobs: readonly SignatureJob[]) {
    const { length } = jobs
    this.board = new SharedArrayBuffer(4 * (PLACES + 2 * length) + length)
    this.#answers = new Uint8Array(this.board, 4 * (PLACES + 2 * length))
    const words = new Int32Array(this.board, 0, PLACES + 2 * length)
    words[COUNT] = length
    const pieces: SharedArrayBuffer[] = []
    const copies = copiesFor(jobs)
    let copyAt = 0
    let at = PLACES
    for (let i = 0; i < length; i++) {
      const job = jobs[i] as SignatureJob
      let laid: LaidJob
      if (isShared(job)) laid = job
      else {
        laid = layJob(job, copies, copyAt)
        copyAt += laidSize(laid.length)
      }
      const memory = laid.memory.buffer as SharedArrayBuffer
      let piece = pieces.lastIndexOf(memory)
      if (piece < 0) piece = pieces.push(memory) - 1
      words[at++] = piece
      words[at++] = laid.at
    }
    this.pieces = pieces
  }

  /** Which jobs have no answer yet. */
  open(): number[] {
    const open: number[] = []
    for (let i = 0; i < this.#answers.length; i++) if (this.#answers[i] === 0) open.push(i)
    return open
  }

  /** One for each job; false where there is none yet. */
  answers(): boolean[] {
    const answers: boolean[] = []
    for (let i = 0; i < this.#answers.length; i++) answers.push(this.#answers[i] === GOOD)
    return answers
  }
}

function copiesFor(jobs: readonly SignatureJob[]): Uint8Array {
  let size = 0
  for (const job of jobs) if (!isShared(job)) size += laidSize(job.message.length)
  return new Uint8Array(new SharedArrayBuffer(size))
}
