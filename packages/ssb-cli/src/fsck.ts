import type { Config } from '@scuttlebot/ssb-config'
import { sentenceOf } from './errors.ts'
import type { Io } from './io.ts'
import { printResult } from './print.ts'
import { safeLine } from './safe.ts'

/** What a check of the store is to do. */
export interface FsckRequest {
  readonly config: Config
  /** Mend what can be mended. */
  readonly repair: boolean
  /** Check signatures, too. */
  readonly signatures: boolean
  /** Called now and then: log positions looked at, and log positions in all. */
  progress(done: number, total: number): void
}

/** What a check of the store has found and done. */
export interface FsckOutcome {
  /** Sound messages. */
  readonly messages: number
  readonly feeds: number
  /** Names of the indexes that were compared with the log. */
  readonly indexes: readonly string[]
  /** The first of them. */
  readonly problems: readonly { readonly what: string; readonly text: string }[]
  readonly problemCount: number
  /** What was repaired, in sentences. */
  readonly repaired: readonly string[]
}

/** Exit codes of `sbot fsck`. */
export const FSCK_EXIT = { clean: 0, found: 1, failed: 2, interrupted: 130 } as const

/** The options of `fsck` that are no settings. */
export const FSCK_SWITCHES = ['repair', 'signatures'] as const

const PROGRESS_MS = 250

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

/** Progress on standard error, when someone looks at it. */
function drawing(io: Io): { progress(done: number, total: number): void; clear(): void } {
  let last = 0
  let isDrawn = false
  return {
    progress(done, total) {
      const now = io.now()
      if (!io.errIsTTY || now - last < PROGRESS_MS) return
      last = now
      isDrawn = true
      io.err(`\rchecked ${done} of ${total} messages`)
    },
    clear() {
      if (isDrawn) io.err('\r\u001b[K')
    },
  }
}

function textOf(outcome: FsckOutcome, { repair, signatures }: FsckRequest): string {
  const { problems, problemCount, repaired, indexes } = outcome
  const more = problemCount - problems.length
  return [
    `checked ${counted(outcome.messages, 'message', 'messages')} of ${counted(outcome.feeds, 'feed', 'feeds')}, ${counted(indexes.length, 'index', 'indexes')}; signatures ${signatures ? 'too' : 'not (--signatures)'}`,
    ...problems.map(({ what, text }) => `  ${what}: ${safeLine(text)}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    problemCount === 0
      ? 'nothing is wrong'
      : `${counted(problemCount, 'thing is', 'things are')} wrong`,
    ...repaired.map((text) => `  repaired: ${safeLine(text)}`),
    ...(!repair && problems.some(({ what }) => what !== 'mark')
      ? ['sbot fsck --repair mends what can be mended; copy the data folder first']
      : []),
    '',
  ].join('\n')
}

/** `sbot fsck`: look through the store of a server that is not running. Gives the exit code. */
export async function runFsck(
  fsck: (request: FsckRequest) => Promise<FsckOutcome>,
  wanted: Omit<FsckRequest, 'progress'>,
  io: Io,
  format: { readonly json: boolean; readonly pretty: boolean },
): Promise<number> {
  const { progress, clear } = drawing(io)
  const request = { ...wanted, progress }
  let outcome: FsckOutcome
  try {
    outcome = await fsck(request)
  } catch (error) {
    clear()
    if (io.signal.aborted) return FSCK_EXIT.interrupted
    io.err(`${safeLine(sentenceOf(error))}\n`)
    return FSCK_EXIT.failed
  }
  clear()
  if (format.json) await printResult(io, outcome, format)
  else await io.out(textOf(outcome, request))
  return outcome.problemCount === 0 ? FSCK_EXIT.clean : FSCK_EXIT.found
}
