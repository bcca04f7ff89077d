// What was taken out of the log, and why: it tells a message that was deleted from one that was lost.
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { type Database, type DatabaseOp, entries } from './database.ts'
import { metaKey } from './tables.ts'
import { prefixEnd } from './terms.ts'

/** Messages that were taken out of the log. */
export interface AuditRecord {
  /** Milliseconds since 1970. */
  readonly time: number
  /**
   * - `message`: one was deleted; `id` is its id.
   * - `feed`: a feed was erased up to `sequence`.
   * - `cut`: after damage a feed was cut back to `sequence`; the rest can be fetched again. `id` is `null` where only
   *   log positions are known to be empty.
   * - `lost`: of the own feed `count` messages from `sequence` on are damaged; what follows was kept.
   */
  readonly what: 'message' | 'feed' | 'cut' | 'lost'
  readonly id: MsgId | FeedId | null
  /** Messages deleted. */
  readonly count: number
  /** Whose message it was. */
  readonly author?: FeedId
  /** A sequence of the feed. */
  readonly sequence?: number
  /** Log position of the message. */
  readonly position?: number
}

/** What the audit records say, looked up by message. */
export interface Audit {
  /** Records so far. */
  readonly count: number
  /** Whether a message is not there on purpose, or known to be lost. */
  isDeleted(feed: FeedId, feedSequence: number): boolean
  /** Whether a log position is that of a single message that was deleted. */
  hasPosition(position: number): boolean
  /** Feeds that were erased, or are being erased. */
  readonly erased: ReadonlyMap<FeedId, number>
}

const AUDIT = 'audit/'
/** Names of erasures under way. */
export const ERASING = 'erasing/'

const rangeOf = (name: string): { gte: Uint8Array; lt: Uint8Array } => ({
  gte: metaKey(name),
  lt: prefixEnd(metaKey(name)),
})

/**
 * The operation that keeps a record.
 *
 * @param number tells apart records of one millisecond
 */
export function auditOp(record: AuditRecord, number: number): DatabaseOp {
  const time = Math.floor(record.time).toString().padStart(16, '0')
  const key = metaKey(`${AUDIT}${time}-${number.toString().padStart(6, '0')}`)
  return { type: 'put', key, value: utf8(JSON.stringify(record)) }
}

/** The records, oldest first. */
export async function* auditRecords(database: Database): AsyncIterable<AuditRecord> {
  for await (const batch of entries(database, rangeOf(AUDIT), 100))
    for (const [, value] of batch) yield JSON.parse(utf8Text(value)) as AuditRecord
}

/** Whether there is any record, or an erasure under way. */
export async function hasAudit(database: Database): Promise<boolean> {
  for (const name of [AUDIT, ERASING])
    for await (const found of entries(database, { ...rangeOf(name), limit: 1 }, 1))
      if (found.length > 0) return true
  return false
}

/** How far an erasure is. */
export interface Erasing {
  /** The last sequence to delete. */
  readonly upTo: number
  /** The first that is left. */
  readonly from: number
  /** Messages deleted so far. */
  readonly count: number
}

/** Erasures that were interrupted. */
export async function erasures(database: Database): Promise<[FeedId, Erasing][]> {
  const found: [FeedId, Erasing][] = []
  for await (const batch of entries(database, rangeOf(ERASING), 100))
    for (const [key, value] of batch) {
      const id = utf8Text(key.subarray(1 + ERASING.length)) as FeedId
      found.push([id, JSON.parse(utf8Text(value)) as Erasing])
    }
  return found
}

/** Read all records. */
export async function readAudit(database: Database): Promise<Audit> {
  let count = 0
  const positions = new Set<number>()
  const messages = new Set<string>()
  const erased = new Map<FeedId, number>()
  const erase = (id: FeedId, upTo: number): void =>
    void erased.set(id, Math.max(upTo, erased.get(id) ?? 0))
  for await (const record of auditRecords(database)) {
    count++
    const { what, id, author, sequence = 0, position } = record
    if (position !== undefined) positions.add(position)
    if (what === 'message' && author !== undefined) messages.add(`${author} ${sequence}`)
    if (what === 'feed') erase(id as FeedId, sequence)
    if (what === 'lost')
      for (let n = sequence; n < sequence + record.count; n++) messages.add(`${id} ${n}`)
  }
  for (const [id, { upTo }] of await erasures(database)) erase(id, upTo)
  return {
    count,
    erased,
    hasPosition: (position) => positions.has(position),
    isDeleted: (feed, sequence) =>
      sequence <= (erased.get(feed) ?? 0) || messages.has(`${feed} ${sequence}`),
  }
}
