import { Batch, type Call, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import type { Policy } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { ReplicateError } from './errors.ts'
import type { LiveFeeds } from './live-feeds.ts'
import type { ReplicateMessage, ReplicateStore } from './needs.ts'

/** The argument of `createHistoryStream`, as on the wire. */
export interface HistoryOptions {
  readonly id: FeedId
  /** First sequence to send, inclusive. `sequence` wins over `seq` when it is not 0. */
  readonly sequence?: number
  readonly seq?: number
  /** At most that many of the messages that exist now; −1: all. */
  readonly limit?: number
  readonly keys?: boolean
  readonly values?: boolean
  /** Stay open and send what is appended. */
  readonly live?: boolean
  /** `false`: nothing that exists now. Behaves as live then. */
  readonly old?: boolean
}

/** {@link HistoryOptions}, checked, with defaults. */
interface History {
  readonly id: FeedId
  readonly from: number
  readonly limit: number
  readonly keys: boolean
  readonly values: boolean
  readonly live: boolean
  readonly old: boolean
}

/**
 * Check the options that a caller sent.
 *
 * @throws {@link ReplicateError} in the words of the reference (behaviour of ssb-db's validators).
 */
export function readHistoryOptions(options: unknown): History {
  if (options === undefined || options === null || options === '' || options === 0)
    throw new ReplicateError('SSB_REPLICATE_USAGE', 'Param 0 is required', 'UsageError')
  const given = (typeof options === 'object' ? options : {}) as Readonly<Record<string, unknown>>
  const { id, sequence, seq, limit, live, old } = given
  const number = (value: unknown): boolean => value === undefined || Number.isFinite(value)
  // COMPAT: the reference checks `seq` and `limit` but names the parameter's type only (ssb-db 20).
  if (!isFeedId(id) || !number(seq) || !number(limit) || !number(sequence))
    throw new ReplicateError('SSB_REPLICATE_USAGE', 'Param 0 must by of type feedId', 'TypeError')
  const isOld = old !== false
  return {
    id,
    from: Math.max(1, Math.ceil(Number(sequence || seq || 0))),
    limit: limit === undefined || Number(limit) < 0 ? Number.POSITIVE_INFINITY : Number(limit),
    keys: given['keys'] !== false,
    values: given['values'] !== false,
    live: Boolean(live) || !isOld,
    old: isOld,
  }
}

/** Serves `createHistoryStream`: a feed from a sequence on, straight from stored bytes. */
export function createHistory(parts: {
  readonly store: ReplicateStore
  readonly policy: Policy
  readonly live: LiveFeeds
  /** Feeds that the owner alone gets for now. */
  readonly withheld: ReadonlySet<FeedId>
  /** Milliseconds since 1970. */
  now(): number
}): (call: Call, options?: unknown) => AsyncIterable<Batch<JsonBytes | string>> {
  const { store, policy, live } = parts

  async function* messages(
    history: History,
    call: Call,
  ): AsyncGenerator<readonly ReplicateMessage[]> {
    const { id } = history
    let next = history.from
    // Wait from before the first look, so that nothing falls between the old and the live part.
    const waiter = history.live ? live.wait(id) : null
    const stop = (): void => waiter?.close()
    call.signal.addEventListener('abort', stop)
    try {
      if (!history.old) next = Math.max(next, (store.head(id)?.sequence ?? 0) + 1)
      else if (history.limit > 0) {
        const limit = Number.isFinite(history.limit) ? { limit: history.limit } : {}
        for await (const batch of store.feed(id, { gte: next, ...limit })) {
          if (call.signal.aborted) return
          yield batch
          next = (batch.at(-1)?.feedSequence ?? next - 1) + 1
        }
      }
      if (waiter === null) return
      // COMPAT: a limit counts the old part only, and does not end a live stream (ssb-db 20).
      next = Math.max(next, history.limit < Infinity ? (store.head(id)?.sequence ?? 0) + 1 : next)
      while (!call.signal.aborted) {
        await waiter.grown()
        if (!allowed(call, id)) return
        const newest = live.newest(id, next, store.head(id)?.sequence ?? 0, parts.now())
        if (newest !== null) {
          yield newest
          next += newest.length
          continue
        }
        for await (const batch of store.feed(id, { gte: next })) {
          if (call.signal.aborted) return
          yield batch
          next = (batch.at(-1)?.feedSequence ?? next - 1) + 1
        }
      }
    } finally {
      call.signal.removeEventListener('abort', stop)
      waiter?.close()
    }
  }
  const allowed = (call: Call, feed: FeedId): boolean =>
    call.peer === null ||
    call.roles.includes('owner') ||
    (!parts.withheld.has(feed) && policy.ask('serve', call.peer as FeedId, feed).allow)

  async function* serve(call: Call, options?: unknown): AsyncGenerator<Batch<JsonBytes | string>> {
    const history = readHistoryOptions(options)
    // A caller that may not have the feed sees an empty one, as of a feed that we do not know.
    if (!allowed(call, history.id)) return
    for await (const batch of messages(history, call))
      yield new Batch(batch.map((message) => shape(store, history, message)))
  }
  return serve
}

/** COMPAT: with neither keys nor values, values are sent nevertheless (ssb-db 20). */
function shape(
  store: ReplicateStore,
  { keys, values }: History,
  message: ReplicateMessage,
): JsonBytes | string {
  if (!keys) return new JsonBytes(message.bytes)
  return values ? new JsonBytes(store.kvt(message)) : message.key
}
