// query.read and backlinks.read: a map-filter-reduce query over messages, walked by the indexes that its first filter
// allows. The filter itself is always applied, too: indexes only leave out what cannot match.
import { Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { isFeedId, isLink } from '@scuttlebot/ssb-ref'
import { loaded } from './classic.ts'
import { QueryError } from './errors.ts'
import { type QueryIndexes, rts } from './indexes.ts'
import { bare, channelOf, deepTargets } from './links.ts'
import { type Pipeline, pipeline } from './mfr.ts'
import { and, author, boxed, type Condition, linksTo, or, type as typed } from './operators.ts'
import { streamOptions } from './options.ts'
import { own } from './paths.ts'
import type { Planner } from './plan.ts'
import type { Message, QueryStore, Reader } from './store.ts'
import { openedMeta } from './stream.ts'

/** Options of `query.read` and `backlinks.read`. */
export interface ReadQuery {
  /** Stages of map-filter-reduce, or the same as JSON. */
  readonly query?: unknown
  /** `backlinks.read`: which order, `DTS` received or `DTA` claimed. */
  readonly index?: string
  readonly limit?: number
  readonly reverse?: boolean
  readonly live?: boolean
  readonly old?: boolean
  readonly sync?: boolean
  readonly private?: boolean
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new QueryError('SSB_QUERY_SYNTAX', (error as Error).message, 'SyntaxError')
  }
}

/** Read an argument: options, a list of stages, or either as JSON. */
export function readArg(arg: unknown): Readonly<Record<string, unknown>> {
  const value = typeof arg === 'string' ? parsed(arg) : arg
  if (Array.isArray(value)) return { query: value }
  const options = typeof value === 'object' && value !== null ? value : {}
  const query = own(options, 'query')
  return { ...options, query: typeof query === 'string' ? parsed(query) : query }
}

/** Conditions that follow from a filter on messages. */
export function conditionsOf(filter: unknown): Condition[] {
  const found: Condition[] = []
  const value = own(filter, 'value')
  const from = own(value, 'author')
  if (isFeedId(from)) found.push(author(from))
  const content = own(value, 'content')
  const type = own(content, 'type')
  if (typeof type === 'string') found.push(typed(type))
  if (typeof content !== 'object' || content === null) return found
  for (const [name, rule] of Object.entries(content)) {
    const link = typeof rule === 'string' ? rule : own(rule, 'link')
    if (name === 'type' || typeof link !== 'string') continue
    if (name === 'channel') {
      // Only a name in its normal form is in the index as it is written.
      const channel = `#${link}`
      if (channelOf(link) === channel && link.length < 30)
        found.push(linksTo(null, channel as `#${string}`))
    } else if (isLink(link)) found.push(linksTo(name, bare(link) as `#${string}`))
  }
  return found
}

const RANGE = ['$gt', '$gte', '$lt', '$lte']
const isRange = (rule: unknown): boolean =>
  typeof rule === 'object' && rule !== null && RANGE.some((name) => Object.hasOwn(rule, name))

/** Whether a query walks by claimed time: its filter, or its order, names that. */
function byClaimed(first: unknown, query: unknown): boolean {
  if (isRange(own(first, 'rts')) || isRange(own(own(first, 'value'), 'timestamp'))) return true
  const sort = Array.isArray(query) ? own(query.at(-1), '$sort') : undefined
  const text = JSON.stringify(sort) ?? ''
  return text.includes('rts') || text.includes('"value","timestamp"')
}

/** A range's ends as numbers. */
function ends(rule: unknown): { gte: number; lte: number } {
  const at = (name: string, otherwise: number): number => {
    const value = own(rule, name)
    return typeof value === 'number' ? value : otherwise
  }
  return {
    gte: Math.max(at('$gt', -Infinity), at('$gte', -Infinity)),
    lte: Math.min(at('$lt', Infinity), at('$lte', Infinity)),
  }
}

interface Row {
  readonly message: Message
  readonly item: Readonly<Record<string, unknown>>
  /** Members behind `timestamp` as JSON. */
  readonly more: string
  readonly opened: boolean
}

interface Walk {
  readonly store: QueryStore
  readonly indexes: QueryIndexes
  readonly planner: Planner
}

interface Order {
  /** Bounds of the claimed time; `null`: in receive order. */
  readonly claimed: { gte: number; lte: number } | null
  readonly reverse: boolean
  /** How many are wanted, as far as is known. */
  readonly limit: number
}

/**
 * Where few are wanted, indexes are asked for the part of the log that comes next in time, so many times and where at least
 * one in so many of its messages is among that; at last, and where all are wanted, for all of it.
 */
const PARTS = 4
const DENSE = 16

/** Messages that may fit the conditions, in receive order or by claimed time. */
async function* walk(
  { store, indexes, planner }: Walk,
  conditions: readonly Condition[],
  order: Order,
  end: number,
): AsyncGenerator<readonly Message[]> {
  const plan = planner.plan(and(...conditions))
  const range = { lt: end, reverse: order.reverse }
  if (order.claimed === null) {
    if (plan.scan) {
      yield* store.log(range)
      return
    }
    const reader = await plan.open(range)
    try {
      for (let list = await reader.next(); list !== null; list = await reader.next())
        yield* loaded(store, list, order.limit)
    } finally {
      await reader.close()
    }
    return
  }
  // Which positions fit is known first; then they are taken in the order of time.
  let parts = Number.isFinite(order.limit) ? PARTS : 0
  let all: ReadonlySet<number> | null = null
  /** `null`: none in the whole log does. */
  const fitting = async (sequences: readonly number[]): Promise<ReadonlySet<number> | null> => {
    const [from, to] = spanOf(sequences)
    if (all === null && parts-- > 0 && to - from < sequences.length * DENSE)
      return collect(await plan.open({ gt: from - 1, lt: to + 1 }))
    all ??= await collect(await plan.open(range))
    return all.size === 0 ? null : all
  }
  for await (const list of indexes.time.read({ ...order.claimed, reverse: order.reverse })) {
    let sequences = list.map(({ sequence }) => sequence).filter((sequence) => sequence < end)
    if (sequences.length === 0) continue
    if (!plan.scan) {
      const fit = await fitting(sequences)
      if (fit === null) return
      sequences = sequences.filter((sequence) => fit.has(sequence))
    }
    yield* loaded(store, sequences, order.limit)
  }
}

/** The lowest and the highest. */
function spanOf(sequences: readonly number[]): readonly [number, number] {
  let from = Infinity
  let to = -Infinity
  for (const sequence of sequences) {
    if (sequence < from) from = sequence
    if (sequence > to) to = sequence
  }
  return [from, to]
}

async function collect(reader: Reader): Promise<Set<number>> {
  const all = new Set<number>()
  for (let list = await reader.next(); list !== null; list = await reader.next())
    for (const sequence of list) all.add(sequence)
  await reader.close()
  return all
}

async function* run(
  walking: Walk,
  signal: AbortSignal,
  arg: Readonly<Record<string, unknown>>,
  conditions: readonly Condition[],
  claimed: { gte: number; lte: number } | null,
  rows: (message: Message) => readonly Row[],
  query: Pipeline,
): AsyncGenerator<Batch<unknown>> {
  const { store } = walking
  const options = streamOptions({ ...arg, gt: null, gte: null, lt: null, lte: null })
  await store.indexed()
  const { position } = store
  let left = options.limit
  const cut = (items: unknown[]): Batch<unknown> => {
    const taken = items.length > left ? items.slice(0, left) : items
    left -= taken.length
    return new Batch(taken)
  }
  const out = (messages: readonly Message[]): unknown[] => {
    const items: unknown[] = []
    for (const message of messages)
      for (const row of rows(message))
        for (const item of query.push(row.item))
          items.push(
            query.plain && !row.opened ? new JsonBytes(store.kvt(message, row.more)) : item,
          )
    return items
  }
  if (left <= 0) return
  if (options.old || !options.live) {
    const order = { claimed, reverse: options.reverse, limit: left }
    for await (const messages of walk(walking, conditions, order, position + 1)) {
      if (signal.aborted) return
      const items = out(messages)
      if (items.length > 0) yield cut(items)
      if (left <= 0) return
    }
    if (!options.live) {
      const last = query.end()
      if (last.length > 0) yield cut(last)
      return
    }
    if (options.sync) yield new Batch<unknown>([{ sync: true }])
  }
  for await (const messages of store.tail(position, signal)) {
    const items = out(messages)
    if (items.length > 0) yield cut(items)
    if (left <= 0) return
  }
}

const row = (store: QueryStore, message: Message, open: boolean, dest?: string): Row => {
  const value = open ? store.opened(message) : null
  const time = rts(message)
  const { key, timestamp } = message
  const more = `,"rts":${time}${dest === undefined ? '' : `,"dest":${JSON.stringify(dest)}`}`
  const meta = value === null ? {} : { meta: openedMeta(message) }
  const item = { key, value: value ?? message.value, timestamp, rts: time, ...meta }
  return {
    message,
    more,
    opened: value !== null,
    item: dest === undefined ? item : { ...item, dest },
  }
}

/** `query.read`. */
export async function* queryRead(
  walking: Walk,
  signal: AbortSignal,
  arg: unknown,
): AsyncGenerator<Batch<unknown>> {
  const options = readArg(arg)
  const query = pipeline(options['query'])
  const { first } = query
  const open = options['private'] === true
  const claimed = byClaimed(first, options['query']) ? ends(own(first, 'rts')) : null
  const rows = (message: Message): Row[] => [row(walking.store, message, open)]
  const conditions = orBoxed(conditionsOf(first), open)
  yield* run(walking, signal, options, conditions, claimed, rows, query)
}

/** Opened content is in no index: then every boxed message is looked at, too. */
const orBoxed = (conditions: readonly Condition[], open: boolean): readonly Condition[] =>
  open && conditions.length > 0 ? [or(and(...conditions), boxed())] : conditions

const BACKLINK_INDEXES = ['DTS', 'DTA', 'TDT']

/** `backlinks.read`. */
export async function* backlinksRead(
  walking: Walk,
  signal: AbortSignal,
  arg: unknown,
): AsyncGenerator<Batch<unknown>> {
  const options = readArg(arg)
  const query = pipeline(options['query'])
  const { first } = query
  const index = options['index']
  if (index !== undefined && index !== null && !BACKLINK_INDEXES.includes(index as string))
    throw new QueryError('SSB_QUERY_USAGE', `Invalid index: ${String(index)}`, 'Error')
  const open = options['private'] === true
  const dest = own(first, 'dest')
  const wantedOf = conditionsOf(first)
  if (typeof dest === 'string') wantedOf.push(linksTo(null, dest as `#${string}`))
  const conditions = orBoxed(wantedOf, open)
  const byTime = byClaimed(first, options['query']) || index === 'DTA' || index === 'TDT'
  const claimed = byTime ? ends(own(first, 'rts')) : null
  const rows = (message: Message): Row[] => {
    const value = (open ? walking.store.opened(message) : null) ?? message.value
    const targets = [...deepTargets(value.content)]
    const wanted = typeof dest === 'string' ? targets.filter((one) => one === dest) : targets
    return wanted.map((one) => row(walking.store, message, open, one))
  }
  yield* run(walking, signal, options, conditions, claimed, rows, query)
}

// The reference's indexes: its name and the parts of its keys.
const CLASSIC: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ['log', [['timestamp']]],
  [
    'clk',
    [
      ['value', 'author'],
      ['value', 'sequence'],
    ],
  ],
  ['typ', [['value', 'content', 'type'], ['timestamp']]],
  [
    'tya',
    [
      ['value', 'content', 'type'],
      ['value', 'timestamp'],
    ],
  ],
  ['cha', [['value', 'content', 'channel'], ['timestamp']]],
  ['aty', [['value', 'author'], ['value', 'content', 'type'], ['timestamp']]],
  [
    'ata',
    [
      ['value', 'author'],
      ['value', 'content', 'type'],
      ['value', 'timestamp'],
    ],
  ],
  [
    'art',
    [
      ['value', 'content', 'root'],
      ['value', 'timestamp'],
    ],
  ],
  ['lor', [['rts']]],
]

/** `query.explain`: the reference's name of the index, its scores, and what is walked here. */
export function queryExplain(planner: Planner, arg: unknown): Record<string, unknown> {
  const options = readArg(arg)
  const { first } = pipeline(options['query'])
  const { reverse, live, old, sync, limit } = streamOptions({ ...options, gt: null, lt: null })
  const scores: Record<string, number> = {}
  let best = ''
  for (const [name, keys] of CLASSIC) {
    let score = 0
    for (const path of keys) {
      const rule = path.reduce<unknown>((at, part) => own(at, part), first)
      if (rule === undefined || rule === null) break
      score += isRange(rule) ? 0.5 : typeof rule === 'object' ? 0.25 : 1
      if (typeof rule === 'object') break
    }
    scores[name] = score
    if (score > (scores[best] ?? 0)) best = name
  }
  const { walk: walked, scan } = planner.plan(and(...conditionsOf(first)))
  return {
    reverse,
    live,
    old,
    sync,
    ...(Number.isFinite(limit) ? { limit } : {}),
    ...(best === ''
      ? { note: 'no index for this filter: the whole log is walked' }
      : { index: best }),
    scores,
    walk: walked,
    scan,
  }
}
