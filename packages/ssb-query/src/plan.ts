// A condition becomes a reader of log positions, made of index lists that are merged, intersected and subtracted, and
// a test for what indexes cannot tell. Lists are intersected block by block with jumps, so the cost follows the
// shorter list whichever drives; still the list that is likely to be short drives.
import { BOXED, type QueryIndexes, rts, typeOf } from './indexes.ts'
import { bare, deepTargets, topLinks } from './links.ts'
import type { Condition } from './operators.ts'
import { positionAfter } from './position-after.ts'
import { difference, intersection, listReader, rangeReader, union } from './readers.ts'
import type { Message, QueryStore, Range, Reader } from './store.ts'

/** How a condition will be answered. */
export interface Plan {
  /** What is walked, as text for people: `index type post`, `feed @…`, `log`. */
  readonly walk: string
  /** Whether the whole log is walked. */
  readonly scan: boolean
  /** Whether messages are loaded to tell which ones match. */
  readonly loads: boolean
  open(range: Range): Promise<Reader>
  /** Whether positions are counted off, of which some may have no message any more. */
  readonly holes: boolean
  readonly parts: readonly Plan[]
}

/** Whether a message fulfils a condition. */
export function fulfils(condition: Condition, message: Message): boolean {
  switch (condition.is) {
    case 'and':
      return condition.of.every((one) => fulfils(one, message))
    case 'or':
      return condition.of.some((one) => fulfils(one, message))
    case 'not':
      return !fulfils(condition.of, message)
    case 'all':
      return true
    case 'author':
      return message.author === condition.author
    case 'type':
      return typeOf(message.value.content) === condition.type
    case 'boxed':
      return typeOf(message.value.content) === null
    case 'key':
      return message.key === condition.key
    case 'received':
      return message.timestamp >= condition.from && message.timestamp <= condition.to
    case 'claimed':
      return rts(message) >= condition.from && rts(message) <= condition.to
    case 'relation':
      return topLinks(message.value.content).some(({ rel }) => rel === condition.relation)
    case 'link':
      return links(message.value.content, condition.relation, condition.target)
  }
}

function links(content: unknown, relation: string | null, target: string): boolean {
  const top = topLinks(content).some(
    ({ rel, dest }) => (relation === null || rel === relation) && bare(dest) === target,
  )
  return top || (relation === null && deepTargets(content).has(target))
}

/** Makes plans over a store's indexes. */
export interface Planner {
  plan(condition: Condition): Plan
}

// Likely lengths, shortest first: what drives an intersection.
const RANK = ['key', 'link', 'received', 'author', 'relation', 'type', 'boxed'] as const

function rank(condition: Condition): number {
  const at = (RANK as readonly string[]).indexOf(condition.is)
  return at < 0 ? RANK.length : at
}

/** Make a planner. */
export function createPlanner(store: QueryStore, indexes: QueryIndexes): Planner {
  const leaf = (walk: string, open: (range: Range) => Reader | Promise<Reader>): Plan => ({
    walk,
    scan: false,
    loads: false,
    holes: false,
    open: async (range) => open(range),
    parts: [],
  })
  const log: Plan = {
    ...leaf('log', (range) =>
      rangeReader(
        Math.max(0, (range.gt ?? -1) + 1),
        Math.min(store.position, (range.lt ?? Infinity) - 1),
        range.reverse === true,
      ),
    ),
    scan: true,
    holes: true,
  }

  /** Keep what a condition that no index knows accepts: by loading. */
  const filtered = (base: Plan, condition: Condition): Plan => ({
    walk: `${base.walk}, load, test ${condition.is}`,
    scan: base.scan,
    loads: true,
    holes: false,
    parts: [base],
    async open(range) {
      const reader = await base.open(range)
      return {
        async next() {
          for (let list = await reader.next(); list !== null; list = await reader.next()) {
            const messages = await store.read(list)
            const kept = messages.filter((message) => fulfils(condition, message))
            if (kept.length > 0) return kept.map(({ sequence }) => sequence)
          }
          return null
        },
        seek: (sequence) => reader.seek(sequence),
        close: () => reader.close(),
      }
    },
  })

  const combined = (
    word: string,
    parts: readonly Plan[],
    join: (readers: readonly Reader[], reverse: boolean) => Reader,
  ): Plan => ({
    walk: `${word}(${parts.map(({ walk }) => walk).join('; ')})`,
    scan: word === 'and' ? parts.every(({ scan }) => scan) : parts.some(({ scan }) => scan),
    loads: parts.some(({ loads }) => loads),
    holes: word === 'and' ? parts.every(({ holes }) => holes) : parts.some(({ holes }) => holes),
    parts,
    async open(range) {
      const readers: Reader[] = []
      for (const part of parts) readers.push(await part.open(range))
      return join(readers, range.reverse === true)
    },
  })

  const spanned = (from: number, to: number): Plan => ({
    ...spannedLeaf(from, to),
    holes: true,
  })
  const spannedLeaf = (from: number, to: number): Plan =>
    leaf(`log received ${from}…${to}`, async (range) => {
      const low = from === -Infinity ? 0 : await store.sequenceAt(from)
      const high = to === Infinity ? store.position : (await positionAfter(store, to)) - 1
      return rangeReader(
        Math.max(low, (range.gt ?? -1) + 1),
        Math.min(high, (range.lt ?? Infinity) - 1),
        range.reverse === true,
      )
    })

  const keyed = (condition: Condition & { readonly is: 'key' }): Plan =>
    leaf(`id ${condition.key}`, async (range) => {
      const message = await store.get(condition.key)
      const { gt = -1, lt = Infinity, reverse = false } = range
      const list =
        message && message.sequence > gt && message.sequence < lt ? [message.sequence] : []
      return listReader(list, reverse)
    })

  /** A plan by indexes alone, or `null`. */
  const indexed = (condition: Condition): Plan | null => {
    switch (condition.is) {
      case 'type':
        return leaf(`index type ${condition.type}`, (range) =>
          indexes.type.read(condition.type, '', range),
        )
      case 'boxed':
        return leaf('index type (boxed)', (range) => indexes.type.read(BOXED, '', range))
      case 'author':
        return {
          ...leaf(`feed ${condition.author}`, (range) =>
            store.feedSequences(condition.author, range),
          ),
          holes: true,
        }
      case 'link':
        return leaf(`index link ${condition.relation ?? '*'} ${condition.target}`, (range) =>
          indexes.link.read(condition.target, condition.relation ?? undefined, range),
        )
      case 'relation':
        return leaf(`index relation ${condition.relation}`, (range) =>
          indexes.relation.read(condition.relation, '', range),
        )
      case 'received':
        return spanned(condition.from, condition.to)
      case 'key':
        return keyed(condition)
      default:
        return null
    }
  }

  const planAnd = (conditions: readonly Condition[]): Plan => {
    const flat = conditions.flatMap((one) => (one.is === 'and' ? one.of : [one]))
    const wanted = flat.filter(({ is }) => is !== 'not' && is !== 'all' && is !== 'claimed')
    const walked = [...wanted].sort((a, b) => rank(a) - rank(b)).map(plan)
    let base =
      walked.length === 0
        ? log
        : walked.length === 1
          ? (walked[0] as Plan)
          : combined('and', walked, intersection)
    for (const one of flat) {
      if (one.is !== 'not') continue
      const without = plan(one.of)
      base = without.scan
        ? filtered(base, one)
        : combined('except', [base, without], ([a, b], reverse) =>
            difference(a as Reader, b as Reader, reverse),
          )
    }
    for (const one of flat) if (one.is === 'claimed') base = filtered(base, one)
    return base
  }

  const plan = (condition: Condition): Plan => {
    const direct = indexed(condition)
    if (direct !== null) return direct
    switch (condition.is) {
      case 'and':
        return planAnd(condition.of)
      case 'not':
      case 'claimed':
        return planAnd([condition])
      case 'or':
        return combined('or', condition.of.map(plan), union)
      default:
        return log
    }
  }
  return { plan }
}
