import { type Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { QueryError } from './errors.ts'
import { BOXED, type QueryIndexes, rts, typeOf } from './indexes.ts'
import { type Options, rawOptions, streamOptions, wholeBounds, within } from './options.ts'
import { positionAfter } from './position-after.ts'
import { union } from './readers.ts'
import type { Message, QueryStore, Range, Reader } from './store.ts'
import { classic, shaper } from './stream.ts'

type Stream = AsyncIterable<Batch<unknown>>

// Messages that are loaded at once where a list of positions is walked: not many more than are wanted, but never fewer than
// the least, as not each of them may be one of those.
const LOAD_LEAST = 32
const LOAD_AT_ONCE = 256

/** Bounds on receive time as bounds on log positions. */
async function receivedRange(store: QueryStore, options: Options): Promise<Range> {
  const above = async (time: number): Promise<number> =>
    time === -Infinity ? 0 : positionAfter(store, time)
  const from = async (time: number): Promise<number> =>
    time === -Infinity ? 0 : store.sequenceAt(time)
  const end = store.position + 1
  const low = Math.max(await above(options.gt), await from(options.gte))
  const high = Math.min(
    options.lt === Infinity ? end : await from(options.lt),
    options.lte === Infinity ? end : await above(options.lte),
  )
  return { gt: low - 1, lt: high, reverse: options.reverse }
}

/** All messages in the order of their receiving; bounds are receive times. */
export async function* logStream(store: QueryStore, signal: AbortSignal, arg: unknown): Stream {
  const options = streamOptions(arg)
  const range = await receivedRange(store, options)
  const limit = Number.isFinite(options.limit) ? { limit: options.limit } : {}
  yield* classic(
    store,
    signal,
    options,
    {
      old: (position) =>
        store.log({ ...range, ...limit, lt: Math.min(range.lt ?? Infinity, position + 1) }),
      fresh: (message) => (within(options, message.timestamp) ? [message] : []),
    },
    shaper(store, options),
  )
}

/** The log as it lies: bounds are log positions, items `{seq, value}`, or one of the two. */
export async function* rawLogStream(store: QueryStore, signal: AbortSignal, arg: unknown): Stream {
  const { seqs, ...options } = rawOptions(arg)
  const bounds = wholeBounds(options)
  const limit = Number.isFinite(options.limit) ? { limit: options.limit } : {}
  const range = { gt: (bounds.gte ?? 0) - 1, lt: (bounds.lte ?? Infinity) + 1 }
  yield* classic(
    store,
    signal,
    options,
    {
      old: (position) =>
        store.log({
          gt: range.gt,
          lt: Math.min(range.lt, position + 1),
          reverse: options.reverse,
          ...limit,
        }),
      fresh: (message) => (within(options, message.sequence) ? [message] : []),
    },
    (message) => {
      if (seqs && !options.values) return message.sequence
      if (!seqs) return new JsonBytes(store.kvt(message))
      const { sequence: seq, key, value, timestamp } = message
      return { seq, value: { key, value, timestamp } }
    },
  )
}

/** The feed of a user stream's options. */
function needId(arg: unknown): FeedId {
  const id = typeof arg === 'object' && arg !== null ? (arg as { readonly id?: unknown }).id : arg
  if (!isFeedId(id))
    throw new QueryError('SSB_QUERY_USAGE', 'Param 0 must have a .id of type "feedId"', 'TypeError')
  return id
}

/** One feed in its order; bounds are sequences. */
export async function* userStream(store: QueryStore, signal: AbortSignal, arg: unknown): Stream {
  const id = needId(arg)
  const options = streamOptions(arg)
  const bounds = wholeBounds(options)
  const limit = Number.isFinite(options.limit) ? { limit: options.limit } : {}
  yield* classic(
    store,
    signal,
    options,
    {
      async *old(position) {
        const range = { ...bounds, ...limit, reverse: options.reverse }
        for await (const list of store.feed(id, range))
          yield list.filter(({ sequence }) => sequence <= position)
      },
      fresh: (message) =>
        message.author === id && within(options, message.feedSequence) ? [message] : [],
    },
    shaper(store, options),
  )
}

/** All messages in the order of their claimed time, which is never later than received; bounds are such times. */
export async function* feedStream(
  store: QueryStore,
  indexes: QueryIndexes,
  signal: AbortSignal,
  arg: unknown,
): Stream {
  const options = streamOptions(arg)
  await store.indexed()
  yield* classic(
    store,
    signal,
    options,
    {
      async *old(position) {
        const gte = Math.max(options.gt, options.gte)
        const lte = Math.min(options.lt, options.lte)
        for await (const list of indexes.time.read({ gte, lte, reverse: options.reverse })) {
          const sequences = list
            .filter(({ value, sequence }) => sequence <= position && within(options, value))
            .map(({ sequence }) => sequence)
          yield* loaded(store, sequences)
        }
      },
      fresh: (message) => (within(options, rts(message)) ? [message] : []),
    },
    shaper(store, options, true),
  )
}

/**
 * Messages of one type in the order of their receiving; bounds are receive times. With `private` those are among them
 * that are of this type once they are opened: they are in no index, so that all that is boxed is looked at.
 */
export async function* typeStream(
  store: QueryStore,
  indexes: QueryIndexes,
  signal: AbortSignal,
  arg: unknown,
): Stream {
  const named = typeof arg === 'object' && arg !== null ? (arg as { type?: unknown }).type : arg
  const options = streamOptions(arg)
  // COMPAT: no type, no messages, and no error.
  if (typeof named !== 'string' || named === '') return
  await store.indexed()
  const range = await receivedRange(store, options)
  const open = (range: Range): Reader => {
    const plain = indexes.type.read(named, '', range)
    if (!options.private) return plain
    return union([plain, indexes.type.read(BOXED, '', range)], options.reverse)
  }
  const fits = (message: Message): boolean => {
    const value = (options.private ? store.opened(message) : null) ?? message.value
    return typeOf(value.content) === named
  }
  yield* classic(
    store,
    signal,
    options,
    {
      async *old(position) {
        const reader = open({ ...range, lt: Math.min(range.lt ?? Infinity, position + 1) })
        try {
          for (let list = await reader.next(); list !== null; list = await reader.next())
            for await (const messages of loaded(store, list))
              yield options.private ? messages.filter(fits) : messages
        } finally {
          await reader.close()
        }
      },
      fresh: (message) => (fits(message) && within(options, message.timestamp) ? [message] : []),
    },
    shaper(store, options),
  )
}

/** Load messages by their positions, some at a time. */
export async function* loaded(
  store: QueryStore,
  sequences: readonly number[],
  wanted: number = LOAD_AT_ONCE,
): AsyncGenerator<readonly Message[]> {
  const atOnce = Math.min(Math.max(wanted, LOAD_LEAST), LOAD_AT_ONCE)
  for (let at = 0; at < sequences.length; at += atOnce)
    yield await store.read(sequences.slice(at, at + atOnce))
}
