// Node only: the logs of an old folder into a store, with the refused messages written down.
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { db2Records } from './db2.ts'
import { flumeRecords } from './flume.ts'
import { fileSource, type OldLog } from './folders.ts'
import {
  type MigrateProgress,
  type MigrateResult,
  type MigrateVerdict,
  migrateLog,
  type OwnEnd,
  type Refusal,
} from './migrate.ts'

/** Every refused message, a line of JSON each, in the data folder. */
const REFUSED_FILE = 'migrate-refused.ndjson'
/** Reasons name ids and numbers now and then; past so many they are counted together. */
const REASONS_MAX = 1_000

/** The store of the new folder, opened for a migration. */
export interface TakeOverStore {
  /** Judge and append messages of any feeds, in order. */
  add(values: readonly unknown[]): Promise<readonly MigrateVerdict[]>
  /** Resolves when all that was added survives a loss of power. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** What {@link takeOver} needs. */
export interface TakeOverOptions {
  /** As {@link oldLogs} gives them. */
  readonly logs: readonly OldLog[]
  /** The new data folder; it must be there. */
  readonly to: string
  /** The own feed. */
  readonly id: string
  /** Open the new store. `received` tells when the old server received a message, by its id; `null`: it does not say. */
  openStore(received: (key: string) => number | null): Promise<TakeOverStore>
  onProgress?(progress: MigrateProgress & { readonly total: number }): void
  /** Ends the run between two batches; what was added stays. */
  readonly signal?: AbortSignal | undefined
}

/** What {@link takeOver} came to, all logs together. */
export interface TakenOver {
  readonly read: number
  readonly added: number
  readonly known: number
  readonly deleted: number
  readonly tornBytes: number
  readonly refused: number
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  /** Where every refused message is listed; `null`: none was refused. */
  readonly refusedFile: string | null
  /** The last message of the own feed in any of the logs, whether it was taken over or not. */
  readonly own: OwnEnd | null
}

/** Put the logs of an old folder into the store of a new one, one after another. */
export async function takeOver(options: TakeOverOptions): Promise<TakenOver> {
  const times = new Map<string, number>()
  const store = await options.openStore((key) => times.get(key) ?? null)
  const refused = refusals(options.to)
  const results: MigrateResult[] = []
  try {
    for (const log of options.logs) results.push(await takeLog(log, store, times, refused, options))
    // The record of the migration must not outlive a loss of power that its messages do not.
    await store.flush()
  } finally {
    refused.close()
    await store.close()
  }
  return {
    read: sum(results, ({ read }) => read),
    added: sum(results, ({ added }) => added),
    known: sum(results, ({ known }) => known),
    deleted: sum(results, ({ deleted }) => deleted),
    tornBytes: sum(results, ({ tornBytes }) => tornBytes),
    refused: refused.count,
    reasons: [...refused.reasons].map(([reason, count]) => ({ reason, count })),
    refusedFile: refused.count > 0 ? join(options.to, REFUSED_FILE) : null,
    own: ownEnd(results),
  }
}

async function takeLog(
  { kind, path, bytes }: OldLog,
  store: TakeOverStore,
  times: Map<string, number>,
  refused: Refusals,
  { id, onProgress, signal }: TakeOverOptions,
): Promise<MigrateResult> {
  const source = await fileSource(path)
  try {
    return await migrateLog(kind === 'flume' ? flumeRecords(source) : db2Records(source), {
      id,
      store: {
        async add(messages) {
          for (const { key, received } of messages) if (received !== null) times.set(key, received)
          const verdicts = await store.add(messages.map(({ value }) => value))
          for (const { key } of messages) times.delete(key)
          return verdicts
        },
      },
      onRefusal: (refusal) => refused.add(kind, refusal),
      onProgress: (counts) => onProgress?.({ total: bytes, ...counts }),
      ...(signal === undefined ? {} : { signal }),
    })
  } finally {
    await source.close()
  }
}

const sum = (results: readonly MigrateResult[], of: (result: MigrateResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0)

const ownEnd = (results: readonly MigrateResult[]): OwnEnd | null =>
  results.reduce<OwnEnd | null>(
    (top, { own }) => (own !== null && own.sequence > (top?.sequence ?? 0) ? own : top),
    null,
  )

interface Refusals {
  readonly count: number
  readonly reasons: ReadonlyMap<string, number>
  add(log: string, refusal: Refusal): void
  close(): void
}

/** Refused messages, written down as they come and counted by reason. */
function refusals(folder: string): Refusals {
  const path = join(folder, REFUSED_FILE)
  rmSync(path, { force: true })
  const reasons = new Map<string, number>()
  let count = 0
  let file: number | null = null
  return {
    get count() {
      return count
    },
    reasons,
    add(log, refusal) {
      count++
      const isListed = reasons.size < REASONS_MAX || reasons.has(refusal.reason)
      const reason = isListed ? refusal.reason : 'other'
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      file ??= openSync(path, 'w', 0o600)
      // all of it: a plain write may take a part, and say no more than how much
      writeFileSync(file, `${JSON.stringify({ log, ...refusal })}\n`)
    },
    close() {
      if (file !== null) closeSync(file)
    },
  }
}
