// Repairing: cut the log at the first damaged message, write the tables of ids, feeds and heads anew from what is left,
// and let indexes be built anew. Each step can be done again, so a repair that is interrupted is simply repeated.
import { toBase64, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { MsgId } from '@scuttlebot/ssb-ref'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import { encodeFeedBlock } from './blocks.ts'
import { type Database, type DatabaseOp, ENCODING, entries } from './database.ts'
import { encodeHead, type Head } from './feeds.ts'
import { readRecord } from './record.ts'
import {
  feedKey,
  getU48,
  headKey,
  idKey,
  logKey,
  metaKey,
  TABLE,
  tableRange,
  u48,
} from './tables.ts'

/** What is to be repaired. */
export interface Damage {
  /** The first damaged log position, or `null`. */
  readonly cut: number | null
  /** Whether ids, feeds or heads are wrong. */
  readonly derived: boolean
  /** Names of indexes that are wrong. */
  readonly indexes: readonly string[]
}

const AT_ONCE = 500

async function clear(
  database: Database,
  range: { gte: Uint8Array; lt: Uint8Array },
): Promise<number> {
  let count = 0
  for await (const batch of entries(database, { ...range, values: false }, AT_ONCE)) {
    count += batch.length
    await database.batch(
      batch.map(([key]) => ({ type: 'del', key: new Uint8Array(key) })),
      ENCODING,
    )
  }
  return count
}

/** Heads whose messages were deleted: they are the anchors of what comes, and nothing else knows them. */
async function anchors(database: Database, cut: number | null): Promise<DatabaseOp[]> {
  const kept: DatabaseOp[] = []
  for await (const batch of entries(database, tableRange(TABLE.head), AT_ONCE))
    for (const [key, value] of batch) {
      const last = getU48(value, 78)
      const isThere = (await database.get(logKey(last), ENCODING)) !== undefined
      if (!isThere && (cut === null || last < cut))
        kept.push({ type: 'put', key: new Uint8Array(key), value: new Uint8Array(value) })
    }
  return kept
}

async function derive(database: Database): Promise<number> {
  const heads = new Map<number, { readonly value: MessageValue; readonly head: Head }>()
  let count = 0
  for await (const batch of entries(database, tableRange(TABLE.log), AT_ONCE)) {
    const operations: DatabaseOp[] = []
    for (const [key, record] of batch) {
      const sequence = getU48(key, 1)
      const { id, feed, feedSequence, bytes } = readRecord(record)
      const value = JSON.parse(utf8Text(bytes)) as MessageValue
      const name: MsgId = `%${toBase64(id)}.sha256`
      const head = {
        id: name,
        sequence: feedSequence,
        timestamp: value.timestamp,
        logSequence: sequence,
      }
      heads.set(feed, { value, head })
      operations.push({ type: 'put', key: idKey(id), value: u48(sequence) })
      operations.push({
        type: 'put',
        key: feedKey(feed, feedSequence),
        value: encodeFeedBlock([sequence]),
      })
      count++
    }
    await database.batch(operations, ENCODING)
  }
  const operations = [...heads].map(
    ([feed, { value, head }]): DatabaseOp => ({
      type: 'put',
      key: headKey(feed),
      value: encodeHead(value.author, head),
    }),
  )
  await database.batch(operations, ENCODING)
  return count
}

/** Repair, and say what was done. */
export async function repair(database: Database, damage: Damage): Promise<string[]> {
  const done: string[] = []
  const { cut } = damage
  const kept = await anchors(database, cut)
  // First of all: whatever happens from here on, no index is trusted.
  const forget: DatabaseOp[] = []
  for (const name of damage.indexes) {
    const key = metaKey(`index/${name}`)
    const value = await database.get(key, ENCODING)
    if (value === undefined) continue
    const meta = { ...(JSON.parse(utf8Text(value)) as object), version: -1 }
    forget.push({ type: 'put', key, value: utf8(JSON.stringify(meta)) })
    done.push(`index ${name} will be built anew when the store is opened`)
  }
  await database.batch(forget, ENCODING)
  if (cut !== null) {
    const count = await clear(database, { ...tableRange(TABLE.log), gte: logKey(cut) })
    done.push(`cut ${count} messages from the end of the log, from position ${cut} on`)
  }
  if (cut !== null || damage.derived) {
    for (const table of [TABLE.key, TABLE.feed, TABLE.head])
      await clear(database, tableRange(table))
    const count = await derive(database)
    // Those whose feed has no message left, and those that are ahead of what is left.
    await database.batch(kept, ENCODING)
    done.push(`wrote ids, feeds and heads of ${count} messages anew`)
  }
  await database.batch([{ type: 'put', key: metaKey('synced'), value: utf8('0') }], {
    ...ENCODING,
    sync: true,
  })
  return done
}
