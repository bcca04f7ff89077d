import { verify } from '@scuttlebot/ssb-crypto'
import type { SignatureJob, Verifier } from './types.ts'

/** Signatures between two pauses: some 5 ms, so that other work gets its turn. */
const SLICE = 100

type Later = (callback: () => void) => unknown
const { setImmediate: immediate, setTimeout: timeout } = globalThis as {
  readonly setImmediate?: Later
  readonly setTimeout: Later
}
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    ;(immediate ?? timeout)(resolve)
  })

/** Check a slice of jobs, here and now. */
function verifySlice(jobs: readonly SignatureJob[], start: number, end: number): boolean[] {
  const answers: boolean[] = []
  for (let i = start; i < end; i++) {
    const job = jobs[i] as SignatureJob
    answers.push(verify(job.signature, job.message, job.publicKey))
  }
  return answers
}

/** Check signatures on this thread, with pauses in large batches. The verifier that is used when none is given. */
export function inlineVerifier(): Verifier {
  return {
    verify(batch) {
      if (batch.length <= SLICE) return verifySlice(batch, 0, batch.length)
      return (async () => {
        const answers: boolean[] = []
        for (let start = 0; start < batch.length; start += SLICE) {
          if (start > 0) await pause()
          answers.push(...verifySlice(batch, start, Math.min(start + SLICE, batch.length)))
        }
        return answers
      })()
    },
  }
}
