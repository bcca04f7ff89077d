import type { QueryIndexes } from './indexes.ts'
import { type Pipeline, pipeline } from './mfr.ts'
import type { Condition } from './operators.ts'
import { createPlanner, fulfils, type Plan } from './plan.ts'
import type { Message, QueryStore, Range } from './store.ts'

/** How results are read. */
export interface ReadOptions {
  /** Messages at most; absent: all. New messages of a live query do not count. */
  readonly limit?: number
  /** Newest first, the default; `false`: oldest first. */
  readonly reverse?: boolean
  /** Begin behind this log position: the `next` of a page. */
  readonly after?: number
  /** Go on with new messages as they come. */
  readonly live?: boolean
  /** With `live`: begin with what is there. Default true. */
  readonly old?: boolean
  /** Ends a live query; an aborted query ends as if there were no more. */
  readonly signal?: AbortSignal
}

/** Some results. */
export interface Page {
  readonly messages: readonly Message[]
  /** Where the next page begins: give it as `after`. */
  readonly next: number
}

/** What a query will do, for people and for tests. */
export interface Explanation {
  /** The lists that are walked. */
  readonly walk: string
  /** Whether the whole log is walked. */
  readonly scan: boolean
  /** Whether messages are loaded to tell which ones match. */
  readonly loads: boolean
  /** Matches of each part that is one list, and how many entries. */
  readonly parts: readonly { readonly walk: string; readonly count: number }[]
  /** Whether all indexes have caught up; if not, older messages may be missing. */
  readonly current: boolean
}

/** The results of a query, by message or by page. */
export interface Results extends AsyncIterable<Message> {
  pages(): AsyncIterable<Page>
}

// A page is at most this long; a smaller limit makes smaller ones.
const PAGE_MAX = 200

/** Runs conditions. */
export interface Queries {
  query(condition: Condition, options?: ReadOptions): Results
  /** How many messages match: without loading them where indexes alone can tell. */
  count(condition: Condition): Promise<number>
  explain(condition: Condition): Promise<Explanation>
  /**
   * Make a map-filter-reduce query ready, for messages that come from elsewhere.
   *
   * @throws {@link QueryError} with code `SSB_QUERY_SYNTAX`.
   */
  pipeline(query: unknown): Pipeline
}

/** Make a runner of queries over a store and what `defineIndexes` gave; the plugin does it for a host. */
export function createQueries(store: QueryStore, indexes: QueryIndexes): Queries {
  const planner = createPlanner(store, indexes)

  async function* old(plan: Plan, options: ReadOptions, end: number): AsyncGenerator<Page> {
    const { limit = Infinity, after, signal, reverse = true } = options
    let left = limit
    const range: Range = reverse
      ? { reverse, lt: Math.min(after ?? Infinity, end) }
      : { reverse, gt: after ?? -1, lt: end }
    if (!(left > 0)) return
    const reader = await plan.open(range)
    try {
      for (let list = await reader.next(); list !== null; list = await reader.next())
        for (let at = 0; at < list.length && left > 0; ) {
          const count = Math.min(PAGE_MAX, left, list.length - at)
          // Fewer than that come where messages were deleted: then what follows is read, too.
          const messages = await store.read(list.slice(at, at + count))
          at += count
          if (signal?.aborted) return
          left -= messages.length
          const next = messages.at(-1)?.sequence
          if (next !== undefined) yield { messages, next }
          if (left <= 0) return
        }
    } finally {
      await reader.close()
    }
  }

  async function* pages(condition: Condition, options: ReadOptions): AsyncGenerator<Page> {
    const { position } = store
    if (options.old !== false || options.live !== true)
      yield* old(planner.plan(condition), options, position + 1)
    if (options.live !== true) return
    const signal = options.signal ?? new AbortController().signal
    for await (const batch of store.tail(position, signal)) {
      const messages = batch.filter((message) => fulfils(condition, message))
      const next = messages.at(-1)?.sequence
      if (next !== undefined) yield { messages, next }
    }
  }

  const count = async (plan: Plan): Promise<number> => {
    const reader = await plan.open({ lt: store.position + 1 })
    let sum = 0
    for (let list = await reader.next(); list !== null; list = await reader.next())
      sum += plan.holes && store.hasHoles ? (await store.read(list)).length : list.length
    await reader.close()
    return sum
  }

  return {
    query: (condition, options = {}) => ({
      pages: () => pages(condition, options),
      async *[Symbol.asyncIterator]() {
        for await (const { messages } of pages(condition, options)) yield* messages
      },
    }),
    async count(condition) {
      if (condition.is === 'type') return indexes.type.count(condition.type, '')
      if (condition.is === 'author' && !store.hasHoles)
        return store.head(condition.author)?.sequence ?? 0
      if (condition.is === 'link' && condition.relation !== null)
        return indexes.link.count(condition.target, condition.relation)
      return count(planner.plan(condition))
    },
    async explain(condition) {
      const plan = planner.plan(condition)
      const flat = (one: Plan): readonly Plan[] =>
        one.parts.length === 0 ? [one] : one.parts.flatMap(flat)
      const parts: { walk: string; count: number }[] = []
      for (const part of flat(plan)) parts.push({ walk: part.walk, count: await count(part) })
      const { walk, scan, loads } = plan
      const states = [indexes.type, indexes.link, indexes.relation, indexes.time]
      return { walk, scan, loads, parts, current: states.every((one) => one.state().current) }
    },
    pipeline,
  }
}
