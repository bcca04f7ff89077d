import type { OldMessage, OldRecord } from './source.ts'

/** What the new store says of one message. */
export type MigrateVerdict =
  | { readonly ok: true; readonly message: { readonly key: string } }
  | { readonly ok: false; readonly code: string; readonly reason: string }

/** What is needed of the new store. */
export interface MigrateStore {
  /** Judge and append messages of any feeds, in order; each has the old id and receive time beside it. */
  add(batch: readonly OldMessage[]): Promise<readonly MigrateVerdict[]>
}

/** One that was not taken over, and why. */
export interface Refusal {
  /** Where it is in the old log, in bytes. */
  readonly offset: number
  /** The id that the old server gave it, if it can be read. */
  readonly key: string | null
  readonly author: string | null
  readonly sequence: number | null
  readonly reason: string
}

/** How far a migration is. */
export interface MigrateProgress {
  /** Messages read. */
  readonly read: number
  readonly added: number
  /** In the new store already, from an earlier run. */
  readonly known: number
  readonly refused: number
  /** Deleted by the old server. */
  readonly deleted: number
  /** Position in the old log, in bytes. */
  readonly offset: number
}

/** The end of the own feed in the old log, taken over or not. */
export interface OwnEnd {
  readonly sequence: number
  readonly key: string
}

/** What {@link migrateLog} came to. */
export interface MigrateResult extends MigrateProgress {
  /** The last message of the own feed that the old log holds, whether it was taken over or not; `null`: none. */
  readonly own: OwnEnd | null
  /** Bytes at the log's end that are no whole record. */
  readonly tornBytes: number
}

/** Options of {@link migrateLog}. */
export interface MigrateOptions {
  readonly store: MigrateStore
  /** The own feed. */
  readonly id: string
  onRefusal?(refusal: Refusal): void
  onProgress?(progress: MigrateProgress): void
  /** Ends the run between two batches; what was added stays. */
  readonly signal?: AbortSignal
}

const BATCH_MESSAGES = 512
const BATCHES_OPEN = 3
const KNOWN = 'SSB_STORE_KNOWN'

/**
 * Put every message of an old log through full validation into the new store, in the log's order. Running it again
 * is harmless: what is there already is passed over, so that a run that was killed is finished by another one.
 */
export async function migrateLog(
  records: AsyncIterable<OldRecord>,
  { store, id, onRefusal, onProgress, signal }: MigrateOptions,
): Promise<MigrateResult> {
  const counts = { read: 0, added: 0, known: 0, refused: 0, deleted: 0, offset: 0 }
  let own: OwnEnd | null = null
  let tornBytes = 0
  let batch: OldMessage[] = []
  let open: Promise<void>[] = []

  const refuse = (offset: number, message: OldMessage | null, reason: string): void => {
    counts.refused++
    const { author, sequence } = partsOf(message?.value)
    onRefusal?.({ offset, key: message?.key ?? null, author, sequence, reason })
  }
  const settle = (messages: readonly OldMessage[], verdicts: readonly MigrateVerdict[]): void => {
    for (const [i, message] of messages.entries()) {
      const verdict = verdicts[i]
      if (verdict === undefined) throw new TypeError('the store gave no verdict')
      if (!verdict.ok) {
        if (verdict.code === KNOWN) counts.known++
        else refuse(message.offset, message, verdict.reason)
        continue
      }
      counts.added++
      if (verdict.message.key !== message.key)
        refuse(message.offset, message, `added under its true id, ${verdict.message.key}`)
    }
    counts.offset = Math.max(counts.offset, messages.at(-1)?.offset ?? 0)
    onProgress?.({ ...counts })
  }
  const send = async (): Promise<void> => {
    const messages = batch
    batch = []
    if (messages.length === 0) return
    const done = store.add(messages).then((verdicts) => settle(messages, verdicts))
    // Met when it is awaited below; until then it must not count as unhandled.
    done.catch(() => undefined)
    open.push(done)
    if (open.length >= BATCHES_OPEN) await open.shift()
  }

  for await (const record of records) {
    if (signal?.aborted) break
    if (record.kind === 'deleted') counts.deleted++
    else if (record.kind === 'torn') tornBytes = record.bytes
    else if (record.kind === 'unreadable') refuse(record.offset, null, record.reason)
    else {
      counts.read++
      const { author, sequence } = partsOf(record.value)
      if (author === id && sequence !== null && sequence > (own?.sequence ?? 0))
        own = { sequence, key: record.key }
      batch.push(record)
      if (batch.length >= BATCH_MESSAGES) await send()
    }
  }
  await send()
  for (const done of open) await done
  open = []
  return { ...counts, own, tornBytes }
}

function partsOf(value: unknown): { author: string | null; sequence: number | null } {
  const { author, sequence } = (value ?? {}) as { author?: unknown; sequence?: unknown }
  return {
    author: typeof author === 'string' ? author : null,
    sequence: Number.isSafeInteger(sequence) ? (sequence as number) : null,
  }
}
