// Repairing: take out what is damaged, cut the feeds that would be left with a gap, write the tables of ids, feeds and
// heads anew from what is left, and let indexes be built anew. Each step can be done again, so a repair that is
// interrupted is simply repeated. The own feed is not cut: what is whole of it stays, and what is lost is written down.
import { toBase64, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { type FeedId, feedIdFromKey, type MsgId } from '@scuttlebot/ssb-ref'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import { type Audit, auditOp, readAudit } from './audit.ts'
import { encodeFeedBlock } from './blocks.ts'
import { type Database, type DatabaseOp, ENCODING, entries } from './database.ts'
import { encodeHead, type Head } from './feeds.ts'
import { BLOCK_ENTRIES_MAX } from './limits.ts'
import { readRecord } from './record.ts'
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
  u48,
} from './tables.ts'
import { prefixEnd } from './terms.ts'

/** A feed to cut. */
export interface Cut {
  readonly number: number
  readonly id: FeedId
  /** The last message that stays. */
  readonly upTo: number
  /** Log positions of the messages behind it. */
  readonly positions: readonly number[]
}

/** Messages of a feed that are lost. */
export interface Lost {
  readonly sequence: number
  count: number
}

/** What is to be repaired. */
export interface Damage {
  /** Log positions of records that are no messages. */
  readonly damaged: readonly number[]
  readonly cuts: readonly Cut[]
  readonly own: FeedId | null
  /** What is lost of the own feed. */
  readonly lost: readonly Lost[]
  /** Whether ids, feeds or heads are wrong. */
  readonly derived: boolean
  /** Names of indexes that are wrong; `null`: none is trusted. */
  readonly indexes: readonly string[] | null
  /** Milliseconds since 1970. */
  readonly time: number
}

const AT_ONCE = 500

async function remove(database: Database, keys: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < keys.length; at += AT_ONCE)
    await database.batch(
      keys.slice(at, at + AT_ONCE).map((key) => ({ type: 'del', key })),
      ENCODING,
    )
}

async function clear(database: Database, table: number): Promise<void> {
  for await (const batch of entries(database, { ...tableRange(table), values: false }, AT_ONCE))
    await remove(
      database,
      batch.map(([key]) => new Uint8Array(key)),
    )
}

/** Have indexes built anew at the next opening. */
async function forget(database: Database, names: readonly string[] | null): Promise<string[]> {
  const done: string[] = []
  const operations: DatabaseOp[] = []
  const prefix = metaKey('index/')
  for await (const batch of entries(database, { gte: prefix, lt: prefixEnd(prefix) }, 100))
    for (const [key, value] of batch) {
      const name = utf8Text(key.subarray(prefix.length))
      const meta = JSON.parse(utf8Text(value)) as { version: number; position: number }
      if ((names !== null && !names.includes(name)) || meta.version < 0) continue
      const next = utf8(JSON.stringify({ ...meta, version: -1 }))
      operations.push({ type: 'put', key: new Uint8Array(key), value: next })
      done.push(`index ${name} will be built anew when the store is opened`)
    }
  await database.batch(operations, ENCODING)
  return done
}

/** Take out records; what stood in them is no message, or follows a gap. */
async function cutLog(
  database: Database,
  { damaged, cuts, own, lost, time }: Damage,
): Promise<string[]> {
  const done: string[] = []
  const records: DatabaseOp[] = []
  let number = 0
  const note = (record: Parameters<typeof auditOp>[0]): void =>
    void records.push(auditOp(record, number++))
  for (const { id, upTo: sequence, positions } of cuts) {
    note({ time, what: 'cut', id, count: positions.length, sequence })
    done.push(
      `cut the feed ${id} back to message ${sequence}: took out ${positions.length} later ones, which can be fetched again`,
    )
  }
  for (const { sequence, count } of lost) {
    note({ time, what: 'lost', id: own, count, sequence })
    done.push(
      `of your own feed ${count} messages from ${sequence} on are lost here, the others were kept`,
    )
  }
  if (damaged.length > 0) {
    if (records.length === 0) note({ time, what: 'cut', id: null, count: damaged.length })
    done.push(`took out ${damaged.length} damaged records`)
  }
  // They are kept first: empty positions are then known for what they are, even if this is interrupted.
  await database.batch(records, ENCODING)
  const positions = [...damaged, ...cuts.flatMap((cut) => cut.positions)]
  await remove(database, positions.map(logKey))
  return done
}

/** Heads beyond what is left of their feed, because it was deleted: nothing else knows these anchors. */
async function anchors(
  database: Database,
  own: FeedId | null,
  audit: Audit,
): Promise<Map<number, { key: Uint8Array; value: Uint8Array; sequence: number }>> {
  const kept = new Map<number, { key: Uint8Array; value: Uint8Array; sequence: number }>()
  for await (const batch of entries(database, tableRange(TABLE.head), AT_ONCE))
    for (const [key, value] of batch) {
      const id = feedIdFromKey(toBase64(value.subarray(0, 32)))
      const sequence = getU48(value, 32)
      if (id !== own && !audit.isDeleted(id, sequence)) continue
      const entry = { key: new Uint8Array(key), value: new Uint8Array(value), sequence }
      kept.set(getU32(key, 1), entry)
    }
  return kept
}

/** Write ids, feeds and heads from the log. */
async function derive(
  database: Database,
  kept: Awaited<ReturnType<typeof anchors>>,
): Promise<number> {
  interface Feed {
    readonly value: MessageValue
    readonly head: Head
  }
  const heads = new Map<number, Feed>()
  const blocks = new Map<number, { first: number; list: number[] }>()
  let operations: DatabaseOp[] = []
  let count = 0
  const flush = (feed: number): void => {
    const block = blocks.get(feed)
    if (block === undefined) return
    blocks.delete(feed)
    const value = encodeFeedBlock(block.list)
    operations.push({ type: 'put', key: feedKey(feed, block.first), value })
  }
  for await (const batch of entries(database, tableRange(TABLE.log), AT_ONCE)) {
    for (const [key, record] of batch) {
      const logSequence = getU48(key, 1)
      const { id, feed, feedSequence: sequence, bytes } = readRecord(record)
      const value = JSON.parse(utf8Text(bytes)) as MessageValue
      const name: MsgId = `%${toBase64(id)}.sha256`
      const { timestamp } = value
      heads.set(feed, { value, head: { id: name, sequence, timestamp, logSequence } })
      operations.push({ type: 'put', key: idKey(id), value: u48(logSequence) })
      const open = blocks.get(feed)
      const isNext = open !== undefined && open.first + open.list.length === sequence
      if (open !== undefined && (!isNext || open.list.length >= BLOCK_ENTRIES_MAX)) flush(feed)
      const block = blocks.get(feed) ?? { first: sequence, list: [] }
      block.list.push(logSequence)
      blocks.set(feed, block)
      count++
    }
    await database.batch(operations, ENCODING)
    operations = []
  }
  for (const feed of [...blocks.keys()]) flush(feed)
  for await (const batch of entries(
    database,
    { ...tableRange(TABLE.head), values: false },
    AT_ONCE,
  ))
    for (const [key] of batch) {
      const feed = getU32(key, 1)
      if (!heads.has(feed) && !kept.has(feed))
        operations.push({ type: 'del', key: new Uint8Array(key) })
    }
  for (const [feed, { value, head }] of heads)
    operations.push({ type: 'put', key: headKey(feed), value: encodeHead(value.author, head) })
  for (const [feed, { key, value, sequence }] of kept)
    if (sequence > (heads.get(feed)?.head.sequence ?? 0))
      operations.push({ type: 'put', key, value })
  await database.batch(operations, ENCODING)
  return count
}

/** Repair, and say what was done. */
export async function repair(database: Database, damage: Damage): Promise<string[]> {
  // First of all: whatever happens from here on, no index is trusted that is not sound.
  const forgotten = await forget(database, damage.indexes)
  const done = await cutLog(database, damage)
  if (done.length > 0 || damage.derived) {
    const kept = await anchors(database, damage.own, await readAudit(database))
    for (const table of [TABLE.key, TABLE.feed]) await clear(database, table)
    const count = await derive(database, kept)
    done.push(`wrote ids, feeds and heads of ${count} messages anew`)
  }
  await database.flush?.()
  // What the last session may have left has been looked at: the next opening need not do it again.
  await database.batch(
    ['session', 'reached'].map((name) => ({ type: 'del', key: metaKey(name) })),
    { ...ENCODING, sync: true },
  )
  return [...done, ...forgotten]
}
