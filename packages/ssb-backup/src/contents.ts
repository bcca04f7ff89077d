import { concat, parseJson, utf8 } from '@scuttlebot/ssb-encode'
import { BackupError } from './errors.ts'

/** What a backup holds, entry by entry; the mark comes before the messages. */
export type BackupEntry =
  /** A file of the data folder: `secret`, `config`, the peer book … */
  | { readonly file: string; readonly text: string }
  /** The end of the own feed. */
  | { readonly mark: { readonly sequence: number; readonly id: string | null } }
  /** Hops of the feeds around, as they were. */
  | { readonly graph: Readonly<Record<string, number>> }
  /** A message of the own feed, in order. */
  | { readonly message: unknown }

const NEWLINE = 0x0a
/** A message has 8 KiB; peer books are larger. */
const LINE_BYTES_MAX = 16 * 1024 * 1024

/** Entries as lines of JSON. */
export async function* writeEntries(
  entries: AsyncIterable<BackupEntry>,
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) yield utf8(`${JSON.stringify(entry)}\n`)
}

/**
 * The entries in lines of JSON. Entries of kinds that are not known are passed over.
 *
 * @throws {@link BackupError} `SSB_BACKUP_DAMAGED` for what is no JSON
 */
export async function* readEntries(plain: AsyncIterable<Uint8Array>): AsyncGenerator<BackupEntry> {
  let waiting: Uint8Array = new Uint8Array()
  for await (const bytes of plain) {
    waiting = waiting.length === 0 ? bytes : concat([waiting, bytes])
    let start = 0
    for (let end = waiting.indexOf(NEWLINE); end >= 0; end = waiting.indexOf(NEWLINE, start)) {
      const entry = entryIn(waiting.subarray(start, end))
      start = end + 1
      if (entry !== null) yield entry
    }
    waiting = waiting.slice(start)
    if (waiting.length > LINE_BYTES_MAX) throw unreadable()
  }
  if (waiting.length > 0) throw unreadable()
}

const unreadable = (): BackupError =>
  new BackupError('SSB_BACKUP_DAMAGED', 'What is in the backup cannot be read.')

function entryIn(line: Uint8Array): BackupEntry | null {
  const parsed = parseJson(line)
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) throw unreadable()
  const { file, text, mark, graph, message } = parsed.value as Readonly<Record<string, unknown>>
  if (typeof file === 'string' && typeof text === 'string') return { file, text }
  if (message !== undefined) return { message }
  if (typeof graph === 'object' && graph !== null) return { graph: graph as Record<string, number> }
  const { sequence, id } = (mark ?? {}) as { sequence?: unknown; id?: unknown }
  if (!Number.isSafeInteger(sequence)) return null
  return { mark: { sequence: sequence as number, id: typeof id === 'string' ? id : null } }
}
