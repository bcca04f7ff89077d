import type { Batch } from '@scuttlebot/ssb-muxrpc'
import { type FeedId, isBlobId, isFeedId, isMsgId, type MsgId } from '@scuttlebot/ssb-ref'
import { loaded } from './classic.ts'
import { QueryError } from './errors.ts'
import type { QueryIndexes } from './indexes.ts'
import { bare, topLinks } from './links.ts'
import { optionError, streamOptions } from './options.ts'
import type { Message, QueryStore, Range, Reader } from './store.ts'
import { classic } from './stream.ts'

/** Options of `links`. */
export interface LinkOptions {
  /** Author: a feed id, or `@`, `feed`. */
  readonly source?: string
  /** Target: an id, or a kind: `@` `%` `&`, `feed` `msg` `blob`. */
  readonly dest?: string
  /** Relation: the name of the property. */
  readonly rel?: string
  readonly live?: boolean
  readonly old?: boolean
  readonly sync?: boolean
  readonly reverse?: boolean
  readonly limit?: number
  readonly keys?: boolean
  readonly values?: boolean
  readonly meta?: boolean
  readonly private?: boolean
}

/** What `links` hands out with `meta`. */
export interface LinkItem {
  readonly source: FeedId
  readonly rel: string
  readonly dest: string
  readonly key?: MsgId
  readonly value?: unknown
}

interface Found {
  readonly message: Message
  readonly rel: string
  readonly dest: string
}

interface Side {
  /** The whole id. */
  readonly id: string | null
  /** The first character of ids of a kind. */
  readonly sigil: string | null
}

const KINDS: Readonly<Record<string, string>> = { feed: '@', msg: '%', blob: '&' }

function side(raw: Readonly<Record<string, unknown>>, name: 'source' | 'dest'): Side {
  const value = raw[name]
  if (value === undefined || value === null) return { id: null, sigil: null }
  if (isFeedId(value) || isMsgId(value) || isBlobId(value)) return { id: value, sigil: null }
  const sigil =
    typeof value === 'string' ? (Object.hasOwn(KINDS, value) ? KINDS[value] : value) : ''
  if (sigil !== '@' && sigil !== '%' && sigil !== '&') throw optionError(name, 'id|filter')
  return { id: null, sigil }
}

const fits = ({ id, sigil }: Side, value: string): boolean =>
  id !== null ? id === value || id === bare(value) : sigil === null || value.startsWith(sigil)

/** The links that messages have at the top level of their content. */
export async function* linkStream(
  store: QueryStore,
  indexes: QueryIndexes,
  signal: AbortSignal,
  arg: unknown,
): AsyncIterable<Batch<unknown>> {
  const raw = (typeof arg === 'object' && arg !== null ? arg : {}) as Readonly<
    Record<string, unknown>
  >
  const options = streamOptions(raw)
  const keys = raw['keys'] !== false
  const values = raw['values'] === true || raw['values'] === 1
  const meta = raw['meta'] !== false
  if (!keys && !values && !meta)
    throw new QueryError(
      'SSB_QUERY_USAGE',
      'makes no sense to return stream without results: set at least one of {keys, values, meta} to true',
      'Error',
    )
  const source = side(raw, 'source')
  const dest = side(raw, 'dest')
  const rel = typeof raw['rel'] === 'string' ? raw['rel'] : null
  await store.indexed()

  const fresh = (message: Message): Found[] => {
    if (!fits(source, message.author)) return []
    return topLinks(message.value.content)
      .filter((link) => (rel === null || link.rel === rel) && fits(dest, link.dest))
      .map((link) => ({ message, ...link }))
  }
  const reader = (range: Range): Reader | null => {
    if (dest.id !== null) return indexes.link.read(dest.id, rel ?? undefined, range)
    if (source.id !== null && isFeedId(source.id)) return store.feedSequences(source.id, range)
    return rel === null ? null : indexes.relation.read(rel, '', range)
  }
  yield* classic(
    store,
    signal,
    options,
    {
      async *old(position) {
        const range = { lt: position + 1, reverse: options.reverse }
        const list = reader(range)
        const found = (messages: readonly Message[]): Found[] => messages.flatMap(fresh)
        if (list === null) {
          for await (const messages of store.log(range)) yield found(messages)
          return
        }
        try {
          for (let next = await list.next(); next !== null; next = await list.next())
            for await (const messages of loaded(store, next)) yield found(messages)
        } finally {
          await list.close()
        }
      },
      fresh,
    },
    ({ message, ...link }) => {
      const value = (): unknown => (options.private ? store.opened(message) : null) ?? message.value
      if (!meta) {
        if (keys && values) return { key: message.key, value: value() }
        return keys ? message.key : value()
      }
      const item: LinkItem = { source: message.author, rel: link.rel, dest: link.dest }
      return {
        ...item,
        ...(keys ? { key: message.key } : {}),
        ...(values ? { value: value() } : {}),
      }
    },
  )
}
