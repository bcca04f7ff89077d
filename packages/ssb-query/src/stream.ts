import { Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { rts } from './indexes.ts'
import type { Options } from './options.ts'
import type { Message, QueryStore } from './store.ts'

/** The mark between old and new messages of a live stream. */
export interface SyncMark {
  readonly sync: true
}

const MARK: SyncMark = { sync: true }

/** What a stream of matches is made of. */
export interface Matches<T> {
  /** What is there already, up to and with `position`, in the order that was asked for. */
  old(position: number): AsyncIterable<readonly T[]>
  /** What a new message adds. */
  fresh(message: Message): readonly T[]
}

/** Old matches up to the limit, the mark, then new ones until the signal: the shape of all classic streams. */
export async function* classic<T>(
  store: QueryStore,
  signal: AbortSignal,
  options: Options,
  matches: Matches<T>,
  shape: (match: T) => unknown,
): AsyncGenerator<Batch<unknown>> {
  const { position } = store
  if (options.old || !options.live) {
    let left = options.limit
    for await (const list of left > 0 ? matches.old(position) : []) {
      if (signal.aborted) return
      const taken = list.length > left ? list.slice(0, left) : list
      left -= taken.length
      if (taken.length > 0) yield new Batch(taken.map(shape))
      if (left <= 0) break
    }
    if (options.live && options.sync) yield new Batch<unknown>([MARK])
  }
  if (!options.live) return
  for await (const messages of store.tail(position, signal)) {
    const items: unknown[] = []
    for (const message of messages)
      for (const match of matches.fresh(message)) items.push(shape(match))
    if (items.length > 0) yield new Batch(items)
  }
}

/** COMPAT: clients of the db2 stack look beside the value for the marks of opened content. */
export function openedMeta(message: Message): Readonly<Record<string, unknown>> {
  const originalContent = String(message.value.content)
  const encryptionFormat = originalContent.slice(originalContent.lastIndexOf('.') + 1)
  return { private: true, originalContent, encryptionFormat }
}

/** How a message is handed out: by `keys`, `values` and `private`. */
export function shaper(
  store: QueryStore,
  options: Options,
  withRts = false,
): (message: Message) => unknown {
  const more = (message: Message): string => (withRts ? `,"rts":${rts(message)}` : '')
  return (message) => {
    if (options.keys && !options.values) return message.key
    const value = options.private ? store.opened(message) : null
    if (options.keys) {
      if (value === null) return new JsonBytes(store.kvt(message, more(message)))
      const { key, timestamp } = message
      const item = { key, value, timestamp, meta: openedMeta(message) }
      return withRts ? { ...item, rts: rts(message) } : item
    }
    // COMPAT: neither keys nor values falls back to values, as in ssb-db.
    return value ?? new JsonBytes(message.bytes)
  }
}
