// The streams of about.*: what stands, then what changes.
import { Batch, type Call, type Item } from '@scuttlebot/ssb-muxrpc'
import { type PushSource, pushSource } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { type Abouts, speaksOf, type ValuesByAuthor } from './abouts.ts'
import { own } from './content.ts'
import type { AboutIndex, AboutMessage, AboutNeeds } from './needs.ts'
import { openedStatementOf, type Statement, statementOf, statements } from './statements.ts'
import { latest, note, socialValue } from './values.ts'

/** Options of `about.read`. */
export interface AboutReadOptions {
  readonly dest: string
  readonly reverse?: boolean
  /** Items at most; absent or not above 0: all. */
  readonly limit?: number
  readonly live?: boolean
  readonly old?: boolean
  /** Mark the place between old and new with `{sync: true}`. */
  readonly sync?: boolean
}

/** What the streams need. */
export interface StreamNeeds {
  readonly needs: AboutNeeds
  readonly index: AboutIndex
  readonly abouts: Abouts
  readonly id: FeedId
}

/** Statements that may wait for a slow reader of a live stream. Our choice. */
const WAITING_MAX = 10_000
const BATCH_MAX = 100

/** Statements about `dest` that come from now on. */
function fresh(
  { store, private: opened }: AboutNeeds,
  dest: unknown,
  signal: AbortSignal,
): PushSource<Statement> {
  const stops: (() => void)[] = []
  const source = pushSource<Statement>({
    itemsMax: WAITING_MAX,
    signal,
    onEnd: () => {
      for (const stop of stops) stop()
    },
  })
  if (typeof dest !== 'string' || signal.aborted) return source
  const push = (statement: Statement | null): void => {
    if (statement !== null) source.push(statement)
  }
  const stopStore = store.appended.on((batch) => {
    for (const message of batch) push(statementOf(message, dest))
  })
  stops.push(stopStore)
  if (opened === undefined) return source
  stops.push(
    opened.opened.on((messages) => {
      for (const one of messages) push(openedStatementOf(one, dest))
    }),
  )
  return source
}

/** Old statements in `first`, then each new one that speaks of `key`, once. */
async function* follow<T>(
  { needs, index }: StreamNeeds,
  { signal }: Call,
  key: unknown,
  dest: unknown,
  on: { old(statement: Statement): void; first(): T; fresh(statement: Statement): T },
): AsyncGenerator<T> {
  const live = fresh(needs, dest, signal)
  try {
    const told = new Set<number>()
    for await (const statement of statements(needs, index, dest)) {
      told.add(statement.position)
      if (speaksOf(statement, key)) on.old(statement)
    }
    if (signal.aborted) return
    yield on.first()
    for await (const statement of live)
      if (!told.has(statement.position) && speaksOf(statement, key)) yield on.fresh(statement)
  } finally {
    live.end()
  }
}

/** `about.socialValuesStream`: who says what, then each change as `{author: value}`. */
export function socialValuesStream(
  streams: StreamNeeds,
  call: Call,
  key: unknown,
  dest: unknown,
): AsyncGenerator<ValuesByAuthor> {
  const values = new Map<string, unknown>()
  return follow(streams, call, key, dest, {
    old: (statement) => void note(values, key as string, statement),
    first: () => Object.fromEntries(values),
    // COMPAT: what takes a value back goes out as it is: readers look for `remove`.
    fresh: ({ author, content }) => ({ [author]: own(content, key as string) }),
  })
}

/** `about.socialValueStream`: what to show, now and after each change. */
export async function* socialValueStream(
  streams: StreamNeeds,
  call: Call,
  key: unknown,
  dest: unknown,
): AsyncGenerator<unknown> {
  // COMPAT: where the message is not here, its id stands for its author.
  const author = await streams.abouts.authorOf(dest).catch(() => null)
  const values = new Map<string, unknown>()
  const hear = (statement: Statement): void => void note(values, key as string, statement)
  const show = (): unknown => socialValue(values, streams.id, author)
  yield* follow(streams, call, key, dest, {
    old: hear,
    first: show,
    fresh(statement) {
      hear(statement)
      return show()
    },
  })
}

/** `about.latestValueStream`: what was said last and stands, by all or by one author. */
export function latestValueStream(
  streams: StreamNeeds,
  call: Call,
  { key, dest, authorId }: { key: unknown; dest: unknown; authorId: unknown },
): AsyncGenerator<unknown> {
  const values = new Map<string, unknown>()
  const hear = (statement: Statement): void => void note(values, key as string, statement)
  const show = (): unknown =>
    typeof authorId === 'string' ? (values.get(authorId) ?? null) : latest(values)
  return follow(streams, call, key, dest, {
    old: hear,
    first: show,
    fresh(statement) {
      hear(statement)
      return show()
    },
  })
}

/** Of later messages the network takes any JSON as claimed time. */
const rtsOf = ({ timestamp, value: { timestamp: claimed } }: AboutMessage): number =>
  typeof claimed === 'number' && claimed < timestamp ? claimed : timestamp

/** `about.read`: the messages themselves, as `backlinks.read` gives them. */
export async function* readAbouts(
  { needs, index }: StreamNeeds,
  { signal }: Call,
  options: Readonly<Record<string, unknown>>,
): AsyncGenerator<Item<unknown>> {
  const { dest, live, reverse, limit } = options
  let left = typeof limit === 'number' && limit > 0 ? limit : Infinity
  const items = async (some: readonly Statement[]): Promise<Batch<unknown>> => {
    const found: unknown[] = []
    for (const { message, position } of some) {
      const stored = message ?? (await needs.store.read([position]))[0]
      if (stored === undefined) continue
      const { key, timestamp } = stored
      const value = (message === null ? needs.store.opened?.(stored) : null) ?? stored.value
      found.push({ key, value, timestamp, dest, rts: rtsOf(stored) })
    }
    const taken = found.slice(0, left)
    left -= taken.length
    return new Batch(taken)
  }
  const coming = live ? fresh(needs, dest, signal) : null
  try {
    const told = new Set<number>()
    let some: Statement[] = []
    if (options['old'] !== false || !live)
      for await (const statement of statements(needs, index, dest, Boolean(reverse))) {
        told.add(statement.position)
        if (some.push(statement) < Math.min(BATCH_MAX, left)) continue
        yield await items(some)
        some = []
        if (left <= 0 || signal.aborted) return
      }
    yield await items(some)
    if (live && options['sync'] !== false) yield new Batch<unknown>([{ sync: true }])
    for await (const statement of coming ?? []) {
      if (told.has(statement.position)) continue
      yield await items([statement])
      if (left <= 0) return
    }
  } finally {
    coming?.end()
  }
}
