import type { Async, Batch, Item, Manifest, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import type { Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { feedStream, logStream, rawLogStream, typeStream, userStream } from './classic.ts'
import { defineIndexes } from './indexes.ts'
import { type LinkItem, type LinkOptions, linkStream } from './link-stream.ts'
import type { StreamOptions } from './options.ts'
import { createPlanner } from './plan.ts'
import { backlinksRead, queryExplain, queryRead, type ReadQuery } from './read.ts'
import { createQueries, type Queries } from './results.ts'
import type { QueryStore, Value } from './store.ts'
import type { SyncMark } from './stream.ts'

/** A message as classic streams hand it out: whole, its key, or its value. */
export type StreamItem =
  | {
      readonly key: MsgId
      readonly value: Value
      readonly timestamp: number
      readonly rts?: number
      readonly dest?: string
    }
  | MsgId
  | Value
  | SyncMark

/** Options of `createRawLogStream`; bounds are log positions. */
export interface RawOptions extends StreamOptions {
  /** Hand out log positions. Default true. */
  readonly seqs?: boolean
}

/** A message with its place in the log. */
export interface RawItem {
  /** Log position. */
  readonly seq: number
  readonly value: { readonly key: MsgId; readonly value: Value; readonly timestamp: number }
}

/** The query methods on the wire. */
export interface QueryRpc {
  readonly createLogStream: Source<[options?: StreamOptions], StreamItem>
  readonly createRawLogStream: Source<[options?: RawOptions], RawItem | StreamItem | number>
  readonly createUserStream: Source<[options: StreamOptions & { id: FeedId }], StreamItem>
  readonly createFeedStream: Source<[options?: StreamOptions], StreamItem>
  readonly messagesByType: Source<[type: string | (StreamOptions & { type?: string })], StreamItem>
  readonly links: Source<[options?: LinkOptions], LinkItem | StreamItem>
  readonly query: {
    readonly read: Source<[query?: ReadQuery | string], unknown>
    readonly explain: Sync<[query?: ReadQuery | string], Record<string, unknown>>
    readonly count: Async<[query?: ReadQuery | string], number>
  }
  readonly backlinks: {
    readonly read: Source<[query: ReadQuery | string], unknown>
  }
}

const bounds = (what: string) => ({
  gt: { type: 'number', description: `Above this ${what}`, optional: true },
  gte: { type: 'number', description: `At or above this ${what}`, optional: true },
  lt: { type: 'number', description: `Below this ${what}`, optional: true },
  lte: { type: 'number', description: `At or below this ${what}`, optional: true },
})
const common = {
  reverse: { type: 'boolean', description: 'From the end', optional: true, default: false },
  limit: { type: 'number', description: 'Old messages at most', optional: true, default: -1 },
  live: { type: 'boolean', description: 'Go on with new ones', optional: true, default: false },
  old: { type: 'boolean', description: 'Begin with old ones', optional: true, default: true },
  sync: {
    type: 'boolean',
    description: 'Mark the place between old and new with {"sync":true}',
    optional: true,
    default: true,
  },
  keys: { type: 'boolean', description: 'Hand out keys', optional: true, default: true },
  values: { type: 'boolean', description: 'Hand out values', optional: true, default: true },
  private: {
    type: 'boolean',
    description: 'Open boxed content that is for us',
    optional: true,
    default: false,
  },
}
const stages = {
  query: {
    type: 'array',
    description: 'Stages: $filter, $map, $reduce; default: all messages',
    optional: true,
  },
  reverse: common.reverse,
  limit: common.limit,
  live: common.live,
  old: common.old,
  sync: common.sync,
  private: common.private,
}

/** Kinds, permissions and help of the query methods. All are for the owner alone. */
export const queryManifest: Manifest<QueryRpc> = {
  createLogStream: {
    kind: 'source',
    help: {
      description: 'All messages in the order of their receiving.',
      args: { ...bounds('receive time (ms)'), ...common },
      takes: 'names',
      example: 'createLogStream --limit 3 --reverse',
    },
  },
  createRawLogStream: {
    kind: 'source',
    help: {
      description: 'All messages with their log positions.',
      args: {
        ...bounds('log position'),
        seqs: { type: 'boolean', description: 'Hand out positions', optional: true, default: true },
        values: common.values,
        reverse: common.reverse,
        limit: common.limit,
        live: common.live,
        old: common.old,
        sync: common.sync,
      },
      takes: 'names',
      example: 'createRawLogStream --limit 3 --reverse',
    },
  },
  createUserStream: {
    kind: 'source',
    help: {
      description: 'The messages of one feed.',
      args: {
        id: { type: 'FeedId', description: 'Id of the feed' },
        ...bounds('sequence'),
        ...common,
      },
      takes: 'names',
      example: 'createUserStream --id @FEED --reverse --limit 5',
    },
  },
  createFeedStream: {
    kind: 'source',
    help: {
      description: 'All messages in the order of their claimed time.',
      args: { ...bounds('claimed time (ms)'), ...common },
      takes: 'names',
      example: 'createFeedStream --reverse --limit 3',
    },
  },
  messagesByType: {
    kind: 'source',
    help: {
      description: 'Messages of one type.',
      args: {
        type: { type: 'string', description: 'Type of the content' },
        ...bounds('receive time (ms)'),
        ...common,
      },
      example: 'messagesByType --type contact',
    },
  },
  links: {
    kind: 'source',
    help: {
      description: 'Links in the content of messages.',
      args: {
        source: { type: 'string', description: 'Author: feed id or @', optional: true },
        dest: { type: 'string', description: 'Target: id, or @ % &', optional: true },
        rel: { type: 'string', description: 'Relation', optional: true },
        meta: {
          type: 'boolean',
          description: 'Hand out source, rel and dest',
          optional: true,
          default: true,
        },
        ...common,
        values: { ...common.values, default: false },
      },
      takes: 'names',
      example: 'links --dest %MSG --rel root --values',
    },
  },
  query: {
    read: {
      kind: 'source',
      help: {
        description: 'Messages by a map-filter-reduce query.',
        args: stages,
        example: `query.read --query '[{"$filter":{"value":{"content":{"type":"post"}}}}]' --limit 3`,
      },
    },
    explain: {
      kind: 'sync',
      help: {
        description: 'How a map-filter-reduce query is answered.',
        args: stages,
        example: `query.explain --query '[{"$filter":{"value":{"content":{"type":"post"}}}}]'`,
      },
    },
    count: {
      kind: 'async',
      help: {
        description: 'How many items a map-filter-reduce query gives.',
        args: stages,
        example: `query.count --query '[{"$filter":{"value":{"content":{"type":"post"}}}}]'`,
      },
    },
  },
  backlinks: {
    read: {
      kind: 'source',
      help: {
        description: 'Messages that name a target anywhere in their content.',
        args: {
          ...stages,
          index: { type: 'string', description: 'Order: DTS, DTA or TDT', optional: true },
        },
        example: `backlinks.read --query '[{"$filter":{"dest":"%MSG"}}]'`,
      },
    },
  },
}

// Items are spliced bytes for the most part; what they stand for is what the method's type says.
const typed = <T>(source: AsyncIterable<Batch<unknown>>): AsyncIterable<Item<T>> =>
  source as AsyncIterable<Item<T>>

/** Queries as a plugin. */
export function query(): Plugin<'query', Queries, { store: QueryStore }, QueryRpc> {
  return {
    name: 'query',
    needs: { store: 'required' },
    manifest: queryManifest,
    setup({ needs: { store } }) {
      const indexes = defineIndexes(store)
      const planner = createPlanner(store, indexes)
      const walking = { store, indexes, planner }
      return {
        api: createQueries(store, indexes),
        handlers: {
          createLogStream: ({ signal }, options) => typed(logStream(store, signal, options)),
          createRawLogStream: ({ signal }, options) => typed(rawLogStream(store, signal, options)),
          createUserStream: ({ signal }, options) => typed(userStream(store, signal, options)),
          createFeedStream: ({ signal }, options) =>
            typed(feedStream(store, indexes, signal, options)),
          messagesByType: ({ signal }, type) => typed(typeStream(store, indexes, signal, type)),
          links: ({ signal }, options) => typed(linkStream(store, indexes, signal, options)),
          query: {
            read: ({ signal }, arg) => typed(queryRead(walking, signal, arg)),
            explain: (_, arg) => queryExplain(planner, arg),
            async count({ signal }, arg) {
              let count = 0
              for await (const { items } of queryRead(walking, signal, arg)) count += items.length
              return count
            },
          },
          backlinks: { read: ({ signal }, arg) => typed(backlinksRead(walking, signal, arg)) },
        },
      }
    },
  }
}
