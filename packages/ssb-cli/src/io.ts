import { concat, parseJson, utf8Text } from '@scuttlebot/ssb-encode'
import { CliError } from './errors.ts'

/** Where a command reads and writes; a test puts its own in. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean | undefined }
  /** Resolves when the text has left us, so that a slow reader slows the stream down. */
  out(chunk: string | Uint8Array): Promise<void>
  err(text: string): void
  /** Whether someone looks at standard output: what strangers wrote is then made harmless. */
  readonly outIsTTY: boolean
  /** Whether colours are welcome there. */
  readonly isColourful: boolean
  /** Milliseconds since 1970. */
  now(): number
  /** Whether someone looks at standard error: progress is drawn only then. */
  readonly errIsTTY: boolean
  /** Ask the person at the terminal for a text that is not to be seen. Absent: nobody can be asked. */
  secret?(question: string): Promise<string>
  /** Aborted by Ctrl-C and the like. */
  readonly signal: AbortSignal
}

/** Standard input that is to be one value is read into memory up to this. */
const VALUE_BYTES_MAX = 16 * 1024 * 1024
/** A line of newline-delimited JSON is at most this long. */
const LINE_BYTES_MAX = 1024 * 1024
const NEWLINE = 0x0a

/** All of standard input as one JSON value. @throws {@link CliError} `SSB_CLI_INPUT` */
export async function readJsonInput(io: Io): Promise<unknown> {
  if (io.stdin.isTTY === true)
    throw new CliError(
      'SSB_CLI_INPUT',
      'Nothing is piped in: . and - stand for JSON on standard input.',
    )
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of io.stdin) {
    chunks.push(chunk)
    size += chunk.length
    if (size > VALUE_BYTES_MAX)
      throw new CliError('SSB_CLI_INPUT', 'Standard input is larger than 16 MiB.')
  }
  const parsed = parseJson(concat(chunks))
  if (!parsed.ok) throw new CliError('SSB_CLI_INPUT', 'Standard input is not JSON.')
  return parsed.value
}

/** One line of input, with its number from 1. */
export interface Line {
  readonly number: number
  /** Without the line end; `null` when it is longer than 1 MiB. */
  readonly bytes: Uint8Array | null
}

/** Cut bytes into lines; blank ones are left out. Lines that are too long are named, not kept. */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 0
  let pending: Uint8Array[] = []
  let size = 0
  const finish = (): Line | null => {
    number++
    const isLong = size > LINE_BYTES_MAX
    const bytes = isLong ? null : concat(pending)
    pending = []
    size = 0
    if (bytes !== null && utf8Text(bytes).trim() === '') return null
    return { number, bytes }
  }
  for await (const chunk of input) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end))
      size += end - start
      start = end + 1
      const line = finish()
      if (line !== null) yield line
    }
    const rest = chunk.subarray(start)
    size += rest.length
    if (size <= LINE_BYTES_MAX) pending.push(Uint8Array.from(rest))
    else pending = []
  }
  if (size > 0) {
    const line = finish()
    if (line !== null) yield line
  }
}

/** Lines as JSON values. @throws {@link CliError} `SSB_CLI_INPUT` naming the line. */
export async function* jsonLinesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const { number, bytes } of linesOf(input)) {
    const parsed = bytes === null ? ({ ok: false } as const) : parseJson(bytes)
    if (!parsed.ok)
      throw new CliError('SSB_CLI_INPUT', `Line ${number} of standard input is not JSON.`)
    yield parsed.value
  }
}
