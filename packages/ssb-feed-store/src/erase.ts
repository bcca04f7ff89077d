// Deleting. A message goes in one atomic batch: its record, its id, its index entries, with an audit record. A feed goes
// in several such batches; what is under way is written down first, so that a crash in the middle is gone on with when
// the store is opened. Positions in the log stay empty, and the head of the feed stays as an anchor: later messages
// still validate, and a sequence number is never used twice.
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import type { Core } from './core.ts'
import { type DatabaseOp, entries } from './database.ts'
import type { StoredMessage } from './message.ts'
import { idKey, logKey, metaKey } from './tables.ts'
import { prefixEnd } from './terms.ts'

/** What was deleted, and when. */
export interface AuditRecord {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly what: 'message' | 'feed'
  readonly id: MsgId | FeedId
  /** Messages deleted. */
  readonly count: number
}

/** Deletes messages and feeds. */
export interface Eraser {
  /** Delete one message; `false` when it is not there. */
  message(key: MsgId): Promise<boolean>
  /** Delete all messages of a feed; its head stays. Answers their ids. */
  feed(id: FeedId): Promise<readonly MsgId[]>
  /** Go on with what a crash has interrupted. */
  resume(): Promise<void>
  audit(): AsyncIterable<AuditRecord>
  /** Whether anything was ever deleted. */
  readonly hasErased: boolean
}

const AUDIT = 'audit/'
const ERASING = 'erasing/'
const AT_ONCE = 200

/** Make an eraser. */
export function createEraser(core: Core, now: () => number): Eraser {
  let audits = 0
  let hasErased = false
  const auditOp = (record: AuditRecord): DatabaseOp => {
    const time = Math.floor(record.time).toString().padStart(16, '0')
    const key = metaKey(`${AUDIT}${time}-${(audits++).toString().padStart(6, '0')}`)
    return { type: 'put', key, value: utf8(JSON.stringify(record)) }
  }
  const removeOps = async (messages: readonly StoredMessage[]): Promise<DatabaseOp[]> => {
    const operations: DatabaseOp[] = []
    hasErased = true
    for (const message of messages) {
      operations.push({ type: 'del', key: logKey(message.sequence) })
      operations.push({ type: 'del', key: idKey(message.keyBytes) })
    }
    await core.indexes.remove(messages, operations)
    return operations
  }

  const eraseFeed = async (id: FeedId, upTo: number): Promise<readonly MsgId[]> => {
    const keys: MsgId[] = []
    for (let more = true; more; ) {
      more = await core.change(async () => {
        const batch: StoredMessage[] = []
        for await (const list of core.reading.feed(id, { lte: upTo })) {
          batch.push(...list)
          if (batch.length >= AT_ONCE) break
        }
        const operations = await removeOps(batch)
        keys.push(...batch.map(({ key }) => key))
        const isLast = batch.length < AT_ONCE
        if (isLast) {
          operations.push({ type: 'del', key: metaKey(ERASING + id) })
          operations.push(auditOp({ time: now(), what: 'feed', id, count: keys.length }))
        }
        return { operations, result: !isLast }
      })
    }
    return keys
  }

  return {
    get hasErased() {
      return hasErased
    },
    message: (key) =>
      core.change(async () => {
        const message = await core.reading.get(key)
        if (message === null) return { operations: [], result: false }
        const operations = await removeOps([message])
        operations.push(auditOp({ time: now(), what: 'message', id: key, count: 1 }))
        return { operations, result: true }
      }),
    async feed(id) {
      const upTo = core.feeds.byId(id)?.head?.sequence
      if (upTo === undefined) return []
      await core.putMeta(ERASING + id, utf8(String(upTo)))
      return eraseFeed(id, upTo)
    },
    async resume() {
      const audited = { gte: metaKey(AUDIT), lt: prefixEnd(metaKey(AUDIT)), limit: 1 }
      for await (const batch of entries(core.database, audited, 1)) hasErased = batch.length > 0
      const range = { gte: metaKey(ERASING), lt: prefixEnd(metaKey(ERASING)) }
      const interrupted: [FeedId, number][] = []
      for await (const batch of entries(core.database, range, 100))
        for (const [key, value] of batch) {
          const id = utf8Text(key.subarray(1 + ERASING.length)) as FeedId
          interrupted.push([id, Number(utf8Text(value))])
        }
      for (const [id, upTo] of interrupted) await eraseFeed(id, upTo)
    },
    async *audit() {
      const range = { gte: metaKey(AUDIT), lt: prefixEnd(metaKey(AUDIT)) }
      for await (const batch of entries(core.database, range, 100))
        for (const [, value] of batch) yield JSON.parse(utf8Text(value)) as AuditRecord
    },
  }
}
