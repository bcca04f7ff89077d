import type { Async, Manifest, Sync } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { InviteRecord } from './storage.ts'

/** Options of `invite.create`. */
export interface CreateOptions {
  /** How many feeds may use it, 1 … 100,000. Default 1. */
  readonly uses?: number
  /** Kept in the follow messages that come of it. */
  readonly note?: string
  /** Host under which others reach us, in place of the configured one. */
  readonly external?: string
  /** A code in multiserver form over WebSockets, for one use. */
  readonly modern?: boolean
  /** How long it is good for. Default: for ever. */
  readonly hours?: number
  /** Do not dial ourselves first: some routers cannot reach their own outside. */
  readonly unchecked?: boolean
}

/** The methods over the wire. */
export interface InviteRpc {
  readonly invite: {
    readonly create: Async<[options?: number | string | CreateOptions], string>
    readonly use: Async<[options: { readonly feed: FeedId }], unknown>
    readonly accept: Async<[code: string | { readonly invite: string }], readonly unknown[]>
    readonly list: Sync<[], readonly InviteRecord[]>
    readonly revoke: Async<[id: FeedId], boolean>
  }
}

/** Kinds, permissions and help of {@link InviteRpc}. */
export const inviteManifest: Manifest<InviteRpc> = {
  invite: {
    create: {
      kind: 'async',
      help: {
        description: 'Make a code with which somebody can have this server follow them.',
        args: {
          uses: { type: 'number', description: 'how many may use it', optional: true, default: 1 },
          note: { type: 'string', description: 'kept in the follow messages', optional: true },
          external: { type: 'string', description: 'host to put in the code', optional: true },
          modern: { type: 'boolean', description: 'for WebSockets, one use', optional: true },
          hours: { type: 'number', description: 'how long it is good for', optional: true },
          unchecked: { type: 'boolean', description: 'do not dial ourselves', optional: true },
        },
        example: 'sbot invite.create 5',
      },
    },
    use: {
      kind: 'async',
      allow: ['guest'],
      help: {
        description: 'For guests: have this server follow a feed.',
        args: { feed: { type: 'feed id', description: 'whom to follow' } },
        takes: 'names',
        example: 'sbot invite.use --feed @FEED',
      },
    },
    accept: {
      kind: 'async',
      help: {
        description: 'Use a code: its server follows us, and we follow it.',
        args: { invite: { type: 'invite', description: 'the code' } },
        example: 'sbot invite.accept "host:8008:@KEY.ed25519~SEED"',
      },
    },
    list: {
      kind: 'sync',
      help: {
        description: 'The codes that were made, without their seeds.',
        example: 'sbot invite.list',
      },
    },
    revoke: {
      kind: 'async',
      help: {
        description: 'Make a code worthless.',
        args: { id: { type: 'feed id', description: 'as invite.list tells it' } },
        example: 'sbot invite.revoke @GUEST',
      },
    },
  },
}
