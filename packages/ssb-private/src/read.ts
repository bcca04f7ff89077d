// private.read: a map-filter-reduce query over what was opened, in the order of receiving.
import { Batch, type Call } from '@scuttlebot/ssb-muxrpc'
import { type PushSource, pushSource } from '@scuttlebot/ssb-plugin'
import type { PrivateQueries, PrivateStore, Stages } from './needs.ts'
import { needOwner, type OpenedMessage, reveal } from './opened.ts'
import type { Opener } from './opener.ts'
import type { Shelf } from './shelf.ts'
import type { Condition } from './terms.ts'

/** Options of `private.read`. */
export interface PrivateReadOptions {
  /** Stages of map-filter-reduce, or the same as JSON. */
  readonly query?: unknown
  /** Items at most; negative: all. */
  readonly limit?: number
  readonly reverse?: boolean
  readonly live?: boolean
  readonly old?: boolean
  /** Mark the place between old and new with `{sync: true}`. */
  readonly sync?: boolean
}

/** Messages that are opened at once for a reader. */
const OPEN_AT_ONCE = 64
/** Messages that may wait for a slow reader of a live query. */
const WAITING_MAX = 10_000

/** What reading needs. */
export interface ReadNeeds {
  readonly store: Pick<PrivateStore, 'read'>
  readonly shelf: Shelf
  readonly opener: Opener
}

/** Messages of the shelf, some at a time. */
export async function* openedMessages(
  { store, shelf, opener }: ReadNeeds,
  positions: readonly number[],
  reverse: boolean,
): AsyncGenerator<readonly OpenedMessage[]> {
  const all = reverse ? positions.toReversed() : positions
  for (let i = 0; i < all.length; i += OPEN_AT_ONCE) {
    const some = all.slice(i, i + OPEN_AT_ONCE)
    const messages = await store.read(some)
    const there = new Set(messages.map(({ sequence }) => sequence))
    // Deleted from the log: nothing of it stays here either.
    for (const position of some) if (!there.has(position)) shelf.forget(position)
    yield messages.map((one) => opener.open(one)).filter((one) => one !== null)
  }
}

type Raw = Readonly<Record<string, unknown>>
const isObject = (x: unknown): x is Raw => typeof x === 'object' && x !== null
const own = (x: unknown, name: string): unknown =>
  isObject(x) && Object.hasOwn(x, name) ? x[name] : undefined

/** What follows from a first filter, for the index; the filter is applied all the same. */
function conditionOf(first: unknown): Condition {
  const author = own(own(first, 'value'), 'author')
  const content = own(own(first, 'value'), 'content')
  const type = own(content, 'type')
  const root = own(content, 'root')
  return {
    ...(typeof author === 'string' ? { author } : {}),
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof root === 'string' ? { root } : {}),
  }
}

function optionsOf(arg: unknown): Raw {
  const value = typeof arg === 'string' ? (JSON.parse(arg) as unknown) : arg
  if (Array.isArray(value)) return { query: value }
  const options = isObject(value) ? value : {}
  const query = own(options, 'query')
  return typeof query === 'string' ? { ...options, query: JSON.parse(query) as unknown } : options
}

/** `private.read`: for the owner alone, whatever the caller's permissions say. */
export async function* readPrivate(
  needs: ReadNeeds & { readonly query: PrivateQueries },
  call: Call,
  arg: unknown,
): AsyncGenerator<Batch<unknown>> {
  needOwner(call)
  const options = optionsOf(arg)
  const stages = needs.query.pipeline(options['query'])
  const { limit, live } = { limit: Number(options['limit'] ?? -1), live: Boolean(options['live']) }
  let left = limit >= 0 ? limit : Infinity
  const cut = (items: readonly unknown[]): Batch<unknown> => {
    const taken = items.slice(0, Math.min(left, items.length))
    left -= taken.length
    return new Batch(taken)
  }
  await needs.opener.settled()
  if (left <= 0 || call.signal.aborted) return
  const positions = needs.shelf.positions(conditionOf(stages.first))
  const fresh = live ? freshMessages(needs.opener, call, new Set(positions)) : null
  try {
    if (options['old'] !== false || !live) {
      const reverse = Boolean(options['reverse'])
      for await (const messages of openedMessages(needs, positions, reverse)) {
        if (call.signal.aborted) return
        yield cut(items(stages, call, messages))
        if (left <= 0) return
      }
      if (!live) yield cut(stages.end())
      else if (options['sync'] !== false) yield new Batch<unknown>([{ sync: true }])
    }
    for await (const message of fresh ?? []) {
      yield cut(items(stages, call, [message]))
      if (left <= 0) return
    }
  } finally {
    fresh?.end()
  }
}

const items = (stages: Stages, call: Call, messages: readonly OpenedMessage[]): unknown[] =>
  messages.flatMap((message) => stages.push(reveal(call, message)))

function freshMessages(
  opener: Opener,
  { signal }: Call,
  known: ReadonlySet<number>,
): PushSource<OpenedMessage> {
  let stop = (): void => undefined
  const source = pushSource<OpenedMessage>({
    itemsMax: WAITING_MAX,
    signal,
    onEnd: () => stop(),
  })
  stop = opener.opened.on((messages) => {
    for (const message of messages) if (!known.has(message.position)) source.push(message)
  })
  return source
}
