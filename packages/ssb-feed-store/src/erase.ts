// Deleting. A message goes in one atomic batch: its record, its id, its index entries, with an audit record. A feed goes
// in several such batches; what is under way is written down first, so that a crash in the middle is gone on with when
// the store is opened. Positions in the log stay empty, and the head of the feed stays as an anchor: later messages
// still validate, and a sequence number is never used twice.
import { utf8 } from '@scuttlebot/ssb-encode'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import {
  type AuditRecord,
  auditOp,
  auditRecords,
  ERASING,
  type Erasing,
  erasures,
  hasAudit,
} from './audit.ts'
import type { Core } from './core.ts'
import type { DatabaseOp } from './database.ts'
import type { StoredMessage } from './message.ts'
import { idKey, logKey, metaKey } from './tables.ts'

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

const AT_ONCE = 200

/** Make an eraser. */
export function createEraser(core: Core, now: () => number): Eraser {
  let audits = 0
  let hasErased = false
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

  /** One batch of an erasure; how far it then is, `null` at its end. */
  const eraseSome = async (
    id: FeedId,
    { upTo, from, count: before }: Erasing,
    keys: MsgId[],
  ): Promise<{ operations: DatabaseOp[]; result: Erasing | null }> => {
    const batch: StoredMessage[] = []
    for await (const list of core.reading.feed(id, { gte: from, lte: upTo })) {
      batch.push(...list)
      if (batch.length >= AT_ONCE) break
    }
    const operations = await removeOps(batch)
    keys.push(...batch.map(({ key }) => key))
    const count = before + batch.length
    const last = batch.at(-1)
    const key = metaKey(ERASING + id)
    if (batch.length >= AT_ONCE && last !== undefined) {
      const next: Erasing = { upTo, from: last.feedSequence + 1, count }
      operations.push({ type: 'put', key, value: utf8(JSON.stringify(next)) })
      return { operations, result: next }
    }
    operations.push({ type: 'del', key })
    operations.push(auditOp({ time: now(), what: 'feed', id, count, sequence: upTo }, audits++))
    return { operations, result: null }
  }
  const eraseFeed = async (id: FeedId, begin: Erasing): Promise<readonly MsgId[]> => {
    const keys: MsgId[] = []
    for (let at: Erasing | null = begin; at !== null; ) {
      const current: Erasing = at
      at = await core.change(() => eraseSome(id, current, keys))
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
        const { author, feedSequence: sequence, sequence: position } = message
        const record = { what: 'message', id: key, count: 1, author, sequence, position } as const
        operations.push(auditOp({ time: now(), ...record }, audits++))
        return { operations, result: true }
      }),
    async feed(id) {
      const upTo = core.feeds.byId(id)?.head?.sequence
      if (upTo === undefined) return []
      const begin: Erasing = { upTo, from: 1, count: 0 }
      await core.putMeta(ERASING + id, utf8(JSON.stringify(begin)))
      return eraseFeed(id, begin)
    },
    async resume() {
      hasErased = await hasAudit(core.database)
      for (const [id, left] of await erasures(core.database))
        await eraseFeed(id, left).catch((error: unknown) => {
          // A damaged record is in the way until fsck has taken it out: no reason not to open.
          if ((error as { readonly code?: unknown }).code !== 'SSB_STORE_CORRUPT') throw error
        })
    },
    audit: () => auditRecords(core.database),
  }
}
