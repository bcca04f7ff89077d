// What a loss of power may leave. LevelDB appends to one file of its write-ahead log and now and then begins the next
// one, without syncing the one before: what was written last into that one can be lost while something later, which a
// publish has synced, is kept. So the log may have a gap, always among the last messages, all of them foreign (own
// ones are synced). Feeds that lack messages are cut back to where they are whole, and their peers send the rest again;
// what indexes say of lost messages is not known any more, so they are built anew.
import { toBase64, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { type FeedId, feedIdFromKey, type MsgId } from '@scuttlebot/ssb-ref'
import { type Audit, auditOp, readAudit } from './audit.ts'
import { decodeFeedBlock, encodeFeedBlock } from './blocks.ts'
import { type Database, type DatabaseOp, ENCODING, entries } from './database.ts'
import { encodeHead } from './feeds.ts'
import { AT_RISK_BYTES, SEQUENCE_MAX } from './limits.ts'
import { readRecord, recordFeed, recordFeedSequence, recordId } from './record.ts'
import type { SessionNote } from './session.ts'
import {
  feedKey,
  getU32,
  getU48,
  headKey,
  idKey,
  logKey,
  metaKey,
  TABLE,
  tableRange,
} from './tables.ts'
import { prefixEnd } from './terms.ts'

interface IndexNote {
  readonly version: number
  readonly position: number
}

/** A message among the last ones. */
interface Recent {
  readonly position: number
  readonly feedSequence: number
  readonly id: Uint8Array
}

interface Recents {
  /** By number of the feed, oldest first. */
  readonly feeds: ReadonlyMap<number, readonly Recent[]>
  /** Log positions without a message, though there were later ones. */
  readonly gaps: ReadonlySet<number>
}

const REACHED = metaKey('reached')

/** Notes in a batch that is no message's how far the log was when it was made. */
export function reachedOp(position: number): DatabaseOp {
  return { type: 'put', key: REACHED, value: utf8(String(position)) }
}

/** How far the log was at least, as far as anything else than the log says. */
async function readReached(database: Database): Promise<number> {
  const value = await database.get(REACHED, ENCODING)
  let reached = value === undefined ? -1 : Number(utf8Text(value))
  const prefix = metaKey('index/')
  for await (const batch of entries(database, { gte: prefix, lt: prefixEnd(prefix) }, 100))
    for (const [, meta] of batch) {
      const { version, position } = JSON.parse(utf8Text(meta)) as IndexNote
      if (version >= 0) reached = Math.max(reached, position)
    }
  return reached
}

/** Read the end of the log: as much as can be at risk. */
async function readRecents(database: Database, after: number): Promise<Recents> {
  const feeds = new Map<number, Recent[]>()
  let bytes = 0
  const gaps = new Set<number>()
  let next = await readReached(database)
  const range = { gte: logKey(after + 1), lte: logKey(SEQUENCE_MAX), reverse: true }
  for await (const batch of entries(database, range, 500)) {
    for (const [key, record] of batch) {
      const position = getU48(key, 1)
      for (; next > position; next--) gaps.add(next)
      next = position - 1
      bytes += record.length
      const feed = recordFeed(record)
      const list = feeds.get(feed) ?? []
      feeds.set(feed, list)
      const id = new Uint8Array(recordId(record))
      list.push({ position, feedSequence: recordFeedSequence(record), id })
    }
    if (bytes > AT_RISK_BYTES) break
  }
  if (bytes <= AT_RISK_BYTES) for (; next > after; next--) gaps.add(next)
  for (const list of feeds.values()) list.reverse()
  return { feeds, gaps }
}

/** Tells of a message of a feed, by its sequence in the feed, whether it was deleted on purpose. */
type IsDeleted = (feedSequence: number) => boolean

/** What is looked up about one feed. */
interface FeedTables {
  readonly number: number
  readonly id: FeedId
  /** Its record; `null` when it is not there. */
  at(feedSequence: number): Promise<{ position: number; record: Uint8Array } | null>
}

function feedTables(database: Database, number: number, id: FeedId): FeedTables {
  return {
    number,
    id,
    async at(feedSequence) {
      const range = {
        gte: feedKey(number, 0),
        lte: feedKey(number, feedSequence),
        reverse: true,
        limit: 1,
      }
      for await (const [found] of entries(database, range, 1)) {
        if (found === undefined) return null
        const position = decodeFeedBlock(found[1])[feedSequence - getU48(found[0], 5)]
        if (position === undefined) return null
        const record = await database.get(logKey(position), ENCODING)
        if (record === undefined || recordFeed(record) !== number) return null
        return recordFeedSequence(record) === feedSequence ? { position, record } : null
      }
      return null
    },
  }
}

/** The last sequence up to which a feed lacks nothing; `null`: it lacks nothing at all. */
async function wholeUpTo(
  feed: FeedTables,
  recent: readonly Recent[],
  isDeleted: IsDeleted,
): Promise<number | null> {
  const first = recent[0]
  if (first === undefined) return null
  let before = first.feedSequence - 1
  while (before > 0 && !isDeleted(before) && (await feed.at(before)) === null) before--
  if (before < first.feedSequence - 1) return before
  let last = first.feedSequence
  for (const { feedSequence } of recent) {
    for (let lacking = last + 1; lacking < feedSequence; lacking++)
      if (!isDeleted(lacking)) return lacking - 1
    last = feedSequence
  }
  return null
}

/** Operations that cut a feed behind a sequence; nothing of it stays when its new end was deleted. */
async function cutFeed(
  database: Database,
  feed: FeedTables,
  recent: readonly Recent[],
  upTo: number,
): Promise<{ operations: DatabaseOp[]; count: number; upTo: number }> {
  const operations: DatabaseOp[] = []
  const end = upTo > 0 ? await feed.at(upTo) : null
  const keep = end === null ? 0 : upTo
  let count = 0
  const drop = (position: number, id: Uint8Array): void => {
    operations.push({ type: 'del', key: logKey(position) })
    operations.push({ type: 'del', key: idKey(id) })
    count++
  }
  for (const { position, feedSequence, id } of recent) if (feedSequence > keep) drop(position, id)
  const isListed = new Set(recent.map(({ position }) => position))
  const prefix = feedKey(feed.number, 0).slice(0, 5)
  for await (const batch of entries(database, { gte: prefix, lt: prefixEnd(prefix) }, 100))
    for (const [key, block] of batch) {
      const first = getU48(key, 5)
      const list = decodeFeedBlock(block)
      if (first + list.length - 1 <= keep) continue
      const kept = list.slice(0, Math.max(0, keep - first + 1))
      operations.push(
        kept.length === 0
          ? { type: 'del', key: new Uint8Array(key) }
          : { type: 'put', key: new Uint8Array(key), value: encodeFeedBlock(kept) },
      )
      for (const position of list.slice(kept.length)) {
        const record = isListed.has(position) ? undefined : await ofFeed(database, feed, position)
        if (record !== undefined) drop(position, new Uint8Array(recordId(record)))
      }
    }
  if (end === null) operations.push({ type: 'del', key: headKey(feed.number) })
  else {
    const { id, bytes } = readRecord(end.record)
    const { timestamp } = JSON.parse(utf8Text(bytes)) as { timestamp: number }
    const name: MsgId = `%${toBase64(id)}.sha256`
    const head = { id: name, sequence: keep, timestamp, logSequence: end.position }
    operations.push({ type: 'put', key: headKey(feed.number), value: encodeHead(feed.id, head) })
  }
  return { operations, count, upTo: keep }
}

async function ofFeed(
  database: Database,
  feed: FeedTables,
  position: number,
): Promise<Uint8Array | undefined> {
  const record = await database.get(logKey(position), ENCODING)
  return record !== undefined && recordFeed(record) === feed.number ? record : undefined
}

/** Have indexes built anew: all, or all but the named ones. */
async function forget(
  database: Database,
  certain: readonly string[],
  operations: DatabaseOp[],
): Promise<number> {
  let count = 0
  const prefix = metaKey('index/')
  for await (const batch of entries(database, { gte: prefix, lt: prefixEnd(prefix) }, 100))
    for (const [key, value] of batch) {
      const name = utf8Text(key.subarray(prefix.length))
      const meta = JSON.parse(utf8Text(value)) as IndexNote
      if (certain.includes(name) || meta.version < 0 || meta.position < 0) continue
      const next = utf8(JSON.stringify({ ...meta, version: -1 }))
      operations.push({ type: 'put', key: new Uint8Array(key), value: next })
      count++
    }
  return count
}

/** Whether messages are missing that nobody deleted. */
async function hasLost(
  database: Database,
  gaps: ReadonlySet<number>,
  audit: Audit,
): Promise<boolean> {
  const open = new Set(gaps)
  for (const position of gaps) if (audit.hasPosition(position)) open.delete(position)
  if (open.size === 0 || audit.erased.size === 0) return open.size > 0
  for await (const batch of entries(database, tableRange(TABLE.head), 500))
    for (const [key, head] of batch) {
      if (!audit.erased.has(feedIdFromKey(toBase64(head.subarray(0, 32))))) continue
      const prefix = feedKey(getU32(key, 1), 0).slice(0, 5)
      for await (const blocks of entries(database, { gte: prefix, lt: prefixEnd(prefix) }, 100))
        for (const [, block] of blocks)
          for (const position of decodeFeedBlock(block)) open.delete(position)
    }
  return open.size > 0
}

async function feedOf(database: Database, number: number): Promise<FeedTables | null> {
  const head = await database.get(headKey(number), ENCODING)
  if (head === undefined) return null
  return feedTables(database, number, feedIdFromKey(toBase64(head.subarray(0, 32))))
}

/** Cut all feeds that lack messages; what was done, in sentences. */
async function cutFeeds(
  database: Database,
  own: FeedId | null,
  { feeds }: Recents,
  audit: Audit,
  time: number,
  operations: DatabaseOp[],
): Promise<string[]> {
  const done: string[] = []
  for (const [number, recent] of feeds) {
    const feed = await feedOf(database, number)
    if (feed === null || feed.id === own) continue
    const upTo = await wholeUpTo(feed, recent, (sequence) => audit.isDeleted(feed.id, sequence))
    if (upTo === null) continue
    const cut = await cutFeed(database, feed, recent, upTo)
    operations.push(...cut.operations)
    const record = { time, what: 'cut', id: feed.id, count: cut.count, sequence: cut.upTo } as const
    operations.push(auditOp(record, done.length))
    done.push(
      `the feed ${feed.id} lacks messages, so it was cut back to message ${cut.upTo}: ${cut.count} later ones can be fetched again`,
    )
  }
  return done
}

/** What {@link mend} needs to know. */
export interface MendOptions {
  /** The own feed, which is never cut. */
  readonly own: FeedId | null
  readonly note: SessionNote
  /** Milliseconds since 1970. */
  readonly time: number
}

/**
 * Make a database whole again whose last session did not end well, in one atomic batch. After the death of a process
 * alone nothing is lost, and nothing is done but to build anew what was still catching up.
 *
 * @returns what was done, in sentences
 */
export async function mend(
  database: Database,
  { own, note, time }: MendOptions,
): Promise<string[]> {
  const done: string[] = []
  const operations: DatabaseOp[] = []
  const recents = await readRecents(database, note.position)
  let isLost = false
  if (recents.gaps.size > 0) {
    const audit = await readAudit(database)
    isLost = await hasLost(database, recents.gaps, audit)
    if (isLost) {
      done.push(...(await cutFeeds(database, own, recents, audit, time, operations)))
      if (done.length === 0) operations.push(auditOp({ time, what: 'cut', id: null, count: 0 }, 0))
      operations.push({ type: 'del', key: REACHED })
    }
  }
  const rebuilt = await forget(database, isLost ? [] : note.certain, operations)
  if (isLost)
    done.push(
      `the last messages before a loss of power are not all there: ${rebuilt} indexes will be built anew`,
    )
  if (operations.length > 0) await database.batch(operations, { ...ENCODING, sync: true })
  return done
}
