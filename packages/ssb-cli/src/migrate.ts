import type { Config } from '@scuttlebot/ssb-config'
import { usage } from './errors.ts'
import type { Io } from './io.ts'
import { isFlag } from './lex.ts'
import { safeLine } from './safe.ts'

/** How far a migration is. */
export type MigrateStep =
  | { readonly what: 'blobs'; readonly count: number; readonly bytes: number }
  | {
      readonly what: 'messages'
      /** Bytes of the old log, and the place in it. */
      readonly total: number
      readonly offset: number
      readonly read: number
      readonly added: number
      readonly known: number
      readonly refused: number
    }

/** What `sbot migrate` asks for. */
export interface MigrateRequest {
  /** Its `path` is the folder that the messages go to. */
  readonly config: Config
  /** The folder of the old server; `null`: the same one. */
  readonly from: string | null
  /** Called after each step. */
  progress(step: MigrateStep): void
  readonly signal?: AbortSignal
}

/** What became of it. */
export interface MigrateOutcome {
  readonly from: string
  readonly to: string
  readonly id: string
  /** False when it was interrupted. */
  readonly isFinished: boolean
  readonly read: number
  readonly added: number
  /** There already, from an earlier run. */
  readonly known: number
  readonly refused: number
  readonly deleted: number
  /** Bytes at the end of an old log that are no whole record. */
  readonly tornBytes: number
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  /** Where every refused message is listed. */
  readonly refusedFile: string | null
  /** Blobs that the old server was still offering to its peers, taken over now; `null`: its list cannot be read. */
  readonly pushes: number | null
  /** Last message of the own feed. */
  readonly own: { readonly sequence: number; readonly key: string } | null
}

const PROGRESS_MS = 250
const REASONS_SHOWN = 10
const MIB = 1 << 20

/**
 * The folder named on the line of `sbot migrate [FOLDER]`, and what is left of the line.
 *
 * @throws CliError for a second word
 */
export function migrateArguments(rest: readonly string[]): {
  readonly from: string | null
  readonly rest: readonly string[]
} {
  const [first, ...more] = rest
  if (first === undefined || isFlag(first)) return { from: null, rest }
  if (first === '') throw usage('migrate needs the name of a folder, or nothing.')
  return { from: first, rest: more }
}

/** `sbot migrate`: 0 when everything was taken over, 2 when some messages were refused. */
export async function runMigrate(
  migrate: (request: MigrateRequest) => Promise<MigrateOutcome>,
  wanted: Pick<MigrateRequest, 'config' | 'from'>,
  io: Io,
  json: boolean,
): Promise<number> {
  const started = io.now()
  let shownAt = 0
  const progress = (step: MigrateStep): void => {
    const now = io.now()
    if (!io.errIsTTY || now - shownAt < PROGRESS_MS) return
    shownAt = now
    io.err(`\r${stepText(step)}\u001b[K`)
  }
  const clear = (): void => void (io.errIsTTY && io.err('\r\u001b[K'))
  let outcome: MigrateOutcome
  try {
    outcome = await migrate({ ...wanted, progress, signal: io.signal })
  } finally {
    clear()
  }
  const seconds = (io.now() - started) / 1000
  if (json) await io.out(`${JSON.stringify({ ...outcome, seconds })}\n`)
  else await io.out(summaryOf(outcome, seconds))
  if (!outcome.isFinished) return 130
  return outcome.refused === 0 ? 0 : 2
}

function stepText(step: MigrateStep): string {
  if (step.what === 'blobs') return `${step.count} blobs copied, ${mib(step.bytes)}`
  const percent = Math.floor((100 * step.offset) / Math.max(1, step.total))
  return `${percent} %: ${step.read} messages read, ${step.added} added, ${step.known} known, ${step.refused} refused`
}

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`

function summaryOf(outcome: MigrateOutcome, seconds: number): string {
  const { from, to, read, added, known, refused, deleted, tornBytes, own, reasons } = outcome
  const shown = [...reasons].sort((a, b) => b.count - a.count).slice(0, REASONS_SHOWN)
  const lines = [
    `${read} messages read: ${added} added, ${known} known already, ${refused} refused (${seconds.toFixed(1)} s)`,
    ...shown.map(({ reason, count }) => `  ${count} × ${safeLine(reason)}`),
    ...(reasons.length > shown.length
      ? [`  and ${reasons.length - shown.length} more reasons`]
      : []),
    ...(outcome.refusedFile === null ? [] : [`every refused one is in ${outcome.refusedFile}`]),
    ...(deleted > 0 ? [`${deleted} had been deleted by the old server`] : []),
    ...(tornBytes > 0 ? [`the last ${tornBytes} bytes are no whole message: left out`] : []),
  ]
  if (outcome.pushes === null)
    lines.push('its list of blobs that were still pushed cannot be read: see "sbot blobs.push"')
  else if (outcome.pushes > 0) lines.push(`${outcome.pushes} blobs go on being pushed to peers`)
  if (!outcome.isFinished)
    return [...lines, 'Not finished: run it again, and it goes on from there.', ''].join('\n')
  return [
    ...lines,
    own === null
      ? `${outcome.id} has published nothing yet`
      : `${outcome.id} goes on after its message ${own.sequence}`,
    from === to
      ? 'The old database is untouched beside the new one. Do not start the old server here again: it would fork the feed.'
      : `${from} is untouched. Do not start the old server there again: it would fork the feed.`,
    '',
  ].join('\n')
}
