import { createReadStream } from 'node:fs'
import type { Client } from '@scuttlebot/ssb-client'
import { parseJson, utf8 } from '@scuttlebot/ssb-encode'
import { CliError, isOfFile, unreadable, usage } from './errors.ts'
import { type Io, type Line, linesOf } from './io.ts'
import { isFlag } from './lex.ts'
import { findMethod } from './method.ts'

/** What the server says of one message of `addBatch`. */
export type AddVerdict =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly code: string; readonly reason: string }

/** How an import went. */
interface ImportReport {
  read: number
  added: number
  /** Already there. */
  known: number
  /** Refused ones by reason, with the first lines of each. */
  readonly refused: Map<string, { count: number; readonly lines: number[] }>
}

/** Messages in one call, and calls on the way: the server checks one batch while the next is read. */
const BATCH_MESSAGES = 500
const BATCH_BYTES = 512 * 1024
const BATCHES_OPEN = 4
/** Reasons and lines shown; a file with ten thousand broken lines needs no ten thousand sentences. */
const REASONS_SHOWN = 20
const LINES_SHOWN = 5
/** Reasons are server text: cut and counted under this many heads. */
const REASONS_KEPT = 1_000
const REASON_CHARS_MAX = 200
const PROGRESS_MS = 250

const KNOWN = 'SSB_STORE_KNOWN'

interface Entry {
  readonly line: number
  readonly value: unknown
  /** The id that the file claims, when it has one. */
  readonly key: string | null
  readonly bytes: number
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A line as a message, or why it is none. */
function entryOf(line: Line): Entry | string {
  if (line.bytes === null) return 'longer than 1 MiB'
  const parsed = parseJson(line.bytes)
  if (!parsed.ok) return 'not JSON'
  if (!isRecord(parsed.value)) return 'not a message'
  const { key, author } = parsed.value
  const inner = author === undefined ? innerOf(parsed.value) : null
  return {
    line: line.number,
    value: inner ?? parsed.value,
    key: inner !== null && typeof key === 'string' ? key : null,
    bytes: line.bytes.length,
  }
}

/** The message in a wrapper: `{key, value}`, or `{key, input}` with the message's text as published test feeds have it. */
function innerOf(wrapper: Readonly<Record<string, unknown>>): unknown {
  const { value, input } = wrapper
  if (isRecord(value)) return value
  const parsed = typeof input === 'string' ? parseJson(utf8(input)) : null
  return parsed?.ok && isRecord(parsed.value) ? parsed.value : null
}

function refuse(report: ImportReport, reason: string, line: number): void {
  const cut = reason.slice(0, REASON_CHARS_MAX)
  const head = report.refused.has(cut) || report.refused.size < REASONS_KEPT ? cut : 'other reasons'
  const entry = report.refused.get(head) ?? { count: 0, lines: [] }
  entry.count++
  if (entry.lines.length < LINES_SHOWN) entry.lines.push(line)
  report.refused.set(head, entry)
}

function count(report: ImportReport, batch: readonly Entry[], answer: unknown): void {
  if (!Array.isArray(answer) || answer.length !== batch.length)
    throw new CliError('SSB_CLI_REMOTE', 'The server gave no verdict for some of the messages.')
  batch.forEach((entry, index) => {
    const verdict = answer[index] as Partial<Extract<AddVerdict, { ok: false }>> & {
      readonly key?: unknown
    }
    if (isRecord(verdict) && (verdict.ok as unknown) === true) {
      report.added++
      if (entry.key !== null && entry.key !== verdict.key)
        refuse(report, 'added, under another id than the one in the file', entry.line)
    } else if (verdict?.code === KNOWN) report.known++
    else refuse(report, String(verdict?.reason ?? 'refused'), entry.line)
  })
}

/** Send every line of `input` to the server, some batches at a time. */
async function importLines(
  client: Pick<Client<unknown>, 'mux'>,
  input: AsyncIterable<Uint8Array>,
  report: ImportReport,
  onBatch: (report: ImportReport) => void,
  signal: AbortSignal,
): Promise<void> {
  const open: Promise<void>[] = []
  let batch: Entry[] = []
  let bytes = 0
  const send = async (): Promise<void> => {
    const entries = batch
    batch = []
    bytes = 0
    if (entries.length === 0) return
    const sent = client.mux
      .call(['addBatch'], [entries.map((entry) => entry.value)])
      .then((answer) => {
        count(report, entries, answer)
        onBatch(report)
      })
    // Rejections are met when this batch is awaited below; until then they must not count as unhandled.
    sent.catch(() => undefined)
    open.push(sent)
    if (open.length >= BATCHES_OPEN) await open.shift()
  }
  for await (const line of linesOf(input)) {
    signal.throwIfAborted()
    report.read++
    const entry = entryOf(line)
    if (typeof entry === 'string') {
      refuse(report, entry, line.number)
      continue
    }
    batch.push(entry)
    bytes += entry.bytes
    if (batch.length >= BATCH_MESSAGES || bytes >= BATCH_BYTES) await send()
  }
  await send()
  await Promise.all(open)
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const refusedCount = (report: ImportReport): number =>
  [...report.refused.values()].reduce((sum, { count }) => sum + count, 0)

/** What happened, in a few lines. */
function summaryOf(report: ImportReport, seconds: number): string {
  const refused = refusedCount(report)
  const rate = seconds > 0 ? `, ${Math.round(report.read / seconds)}/s` : ''
  const head = `${plural(report.read, 'line')}: ${report.added} added, ${report.known} known already, ${refused} refused (${seconds.toFixed(1)} s${rate})`
  const reasons = [...report.refused].toSorted(([, a], [, b]) => b.count - a.count)
  const shown = reasons.slice(0, REASONS_SHOWN).map(([reason, { count, lines }]) => {
    const more = count > lines.length ? ', …' : ''
    return `  ${count} × ${reason} (line ${lines.join(', ')}${more})`
  })
  const rest = reasons.length - shown.length
  return [head, ...shown, ...(rest > 0 ? [`  and ${plural(rest, 'other reason')}`] : [])].join('\n')
}

/** Read the one argument of `import`. @throws {@link CliError} */
export function importFileOf(rest: readonly string[]): string {
  const [file, ...more] = rest
  if (file === undefined) throw usage('import needs the name of a file, or - for standard input.')
  const flag = rest.find(isFlag)
  if (flag !== undefined) throw usage(`import has no option ${flag}; options come before it.`)
  if (more.length > 0) throw usage('import takes one file.')
  return file
}

/** `sbot import FILE`: 0 when every line is in the store now, 2 when some were refused. */
export async function runImport(
  client: Client<unknown>,
  file: string,
  io: Io,
  json: boolean,
): Promise<number> {
  if (findMethod(client.manifest, 'addBatch') === null)
    throw new CliError('SSB_CLI_REMOTE', 'This server cannot import: it has no method addBatch.')
  const started = performance.now()
  let shownAt = 0
  const show = (report: ImportReport): void => {
    const now = performance.now()
    if (!io.errIsTTY || now - shownAt < PROGRESS_MS) return
    shownAt = now
    const refused = refusedCount(report)
    io.err(
      `\r${report.read} read, ${report.added} added, ${report.known} known, ${refused} refused`,
    )
  }
  const input = file === '-' ? io.stdin : createReadStream(file)
  const report: ImportReport = { read: 0, added: 0, known: 0, refused: new Map() }
  const clear = (): void => void (io.errIsTTY && io.err('\r\u001b[K'))
  try {
    await importLines(client, input, report, show, io.signal)
  } catch (error) {
    clear()
    if (report.read > 0)
      io.err(`Not finished: ${report.added} added. Importing again goes on from there.\n`)
    throw isOfFile(error) ? unreadable(file, error) : error
  }
  clear()
  const seconds = (performance.now() - started) / 1000
  if (json) {
    const refused = [...report.refused].map(([reason, entry]) => ({ reason, ...entry }))
    const { read, added, known } = report
    await io.out(`${JSON.stringify({ read, added, known, refused, seconds })}\n`)
  } else io.err(`${summaryOf(report, seconds)}\n`)
  return report.refused.size === 0 ? 0 : 2
}
