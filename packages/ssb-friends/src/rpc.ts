import type { ArgHelp, Async, Manifest, MethodHelp, Source } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Edge } from './graph.ts'

/** A pair of feeds, and whether the answer shall say if the statement was private. */
export interface PairOptions {
  readonly source: FeedId
  readonly dest: FeedId
  readonly details?: boolean
}

/** `boolean`, or with `details` an object. */
export type PairAnswer = boolean | { readonly response: boolean; readonly private: boolean }

/** Options of `hops`. */
export interface HopsOptions {
  /** Default: ourselves. */
  readonly start?: FeedId
  /** Default: the configured hops. 0 counts as not given, as in the reference. */
  readonly max?: number
  /** Walk the edges backwards. */
  readonly reverse?: boolean
}

/** How a live stream begins and goes on. */
export interface LiveOptions {
  readonly live?: boolean
  readonly old?: boolean
}

/** Options of `graphStream`. */
export interface GraphStreamOptions extends LiveOptions {
  /** Edges in one item at most: the old graph comes in parts, to be merged. Default: all of it in one, as in ssb-friends. */
  readonly part?: number
}

/** Feed → hops. */
export type HopsMap = Readonly<Record<FeedId, number>>
/** Source → target → edge. */
export type GraphMap = Readonly<Record<FeedId, Readonly<Record<FeedId, Edge>>>>
/** The old way to say an edge: follows, blocks, neither. */
export type Tristate = true | false | null

/** The methods over the wire: those of ssb-friends 4 and 5. */
export interface FriendsRpc {
  readonly friends: {
    readonly follow: Async<
      [feed: FeedId, options?: { readonly state?: boolean; readonly recps?: readonly FeedId[] }],
      unknown
    >
    readonly block: Async<
      [
        feed: FeedId,
        options?: {
          readonly state?: boolean
          readonly reason?: string
          readonly recps?: readonly FeedId[]
        },
      ],
      unknown
    >
    readonly isFollowing: Async<[options: PairOptions], PairAnswer>
    readonly isBlocking: Async<[options: PairOptions], PairAnswer>
    readonly hops: Async<[options?: HopsOptions], HopsMap>
    readonly hopStream: Source<[options?: LiveOptions], HopsMap>
    readonly graph: Async<[], GraphMap>
    readonly graphStream: Source<[options?: GraphStreamOptions], GraphMap>
    readonly get: Async<[options?: { readonly source?: FeedId; readonly dest?: FeedId }], unknown>
    readonly stream: Source<[options?: LiveOptions], unknown>
    readonly createFriendStream: Source<
      [
        options?: {
          readonly meta?: boolean
          readonly live?: boolean
          readonly hops?: number
          readonly start?: FeedId
        },
      ],
      FeedId | { readonly id: FeedId; readonly hops: number }
    >
  }
}

const pair = (description: string, example: string): MethodHelp => ({
  description,
  args: {
    source: { type: 'feed id', description: 'who' },
    dest: { type: 'feed id', description: 'whom' },
    details: {
      type: 'boolean',
      description: 'say if it was in private',
      optional: true,
      default: false,
    },
  },
  takes: 'names',
  example,
})

const recps: ArgHelp = {
  type: 'feed ids',
  description: 'say it in private, to these alone',
  optional: true,
}

const live = {
  live: { type: 'boolean', description: 'go on with changes', optional: true },
  old: { type: 'boolean', description: 'begin with what is', optional: true },
}

/** Kinds and help of {@link FriendsRpc}: all for the owner alone. */
export const friendsManifest: Manifest<FriendsRpc> = {
  friends: {
    follow: {
      kind: 'async',
      help: {
        description: 'Follow a feed, or with --no-state unfollow it.',
        args: {
          feed: { type: 'feed id', description: 'whom' },
          state: {
            type: 'boolean',
            description: 'follow or unfollow',
            optional: true,
            default: true,
          },
          recps,
        },
        example: 'sbot friends.follow @FEED',
      },
    },
    block: {
      kind: 'async',
      help: {
        description: 'Block a feed, or with --no-state unblock it.',
        args: {
          feed: { type: 'feed id', description: 'whom' },
          state: {
            type: 'boolean',
            description: 'block or unblock',
            optional: true,
            default: true,
          },
          reason: { type: 'string', description: 'for others to read', optional: true },
          recps,
        },
        example: 'sbot friends.block @FEED --reason spam',
      },
    },
    isFollowing: {
      kind: 'async',
      help: pair(
        'Whether one feed follows another.',
        'sbot friends.isFollowing --source @A --dest @B',
      ),
    },
    isBlocking: {
      kind: 'async',
      help: pair(
        'Whether one feed blocks another.',
        'sbot friends.isBlocking --source @A --dest @B',
      ),
    },
    hops: {
      kind: 'async',
      help: {
        description:
          'How many follows away each feed is; negative: blocked or unfollowed on the way.',
        args: {
          start: { type: 'feed id', description: 'counted from', optional: true },
          max: { type: 'number', description: 'farthest', optional: true },
          reverse: { type: 'boolean', description: 'walk follows backwards', optional: true },
        },
        takes: 'names',
        example: 'sbot friends.hops',
      },
    },
    hopStream: {
      kind: 'source',
      help: {
        description: 'Hops, then their changes.',
        args: live,
        takes: 'names',
        example: 'sbot friends.hopStream --live',
      },
    },
    graph: {
      kind: 'async',
      help: {
        description: 'Who follows (1), blocks (-1), or neither (-2) whom.',
        example: 'sbot friends.graph',
      },
    },
    graphStream: {
      kind: 'source',
      help: {
        description: 'The graph, then its changes.',
        args: {
          ...live,
          part: {
            type: 'number',
            description: 'the graph in items of at most that many edges, to be merged',
            optional: true,
          },
        },
        takes: 'names',
        example: 'sbot friends.graphStream --live',
      },
    },
    get: {
      kind: 'async',
      help: {
        description: 'The graph in the old form: true follows, false blocks, null neither.',
        args: {
          source: { type: 'feed id', description: 'of this feed alone', optional: true },
          dest: { type: 'feed id', description: 'towards this feed alone', optional: true },
        },
        takes: 'names',
        example: 'sbot friends.get',
      },
    },
    stream: {
      kind: 'source',
      help: {
        description: 'The graph in the old form, then its changes.',
        args: live,
        takes: 'names',
        example: 'sbot friends.stream',
      },
    },
    createFriendStream: {
      kind: 'source',
      help: {
        description: 'The feeds that are followed, directly or through others.',
        args: {
          meta: { type: 'boolean', description: 'with the hops', optional: true, default: false },
          live: { type: 'boolean', description: 'stay open', optional: true, default: false },
          hops: { type: 'number', description: 'farthest', optional: true },
          start: { type: 'feed id', description: 'counted from', optional: true },
        },
        takes: 'names',
        example: 'sbot friends.createFriendStream --meta',
      },
    },
  },
}
