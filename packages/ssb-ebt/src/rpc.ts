import type { ArgHelp, Async, Duplex, Manifest, Sync } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** The argument of `ebt.replicate`. */
export interface ReplicateOptions {
  readonly version?: number
  readonly format?: string
  /** Only between two of ours: the mark of the last session, and the one of this. */
  readonly session?: readonly [last: string, next: string]
}

/** Where a feed stands with one peer. */
export interface PeerStatus {
  /** What the peer has; −1: it does not replicate the feed. */
  readonly seq: number
  readonly replicating?: {
    readonly tx: boolean
    readonly rx: boolean
    readonly sent: number | null
    readonly requested: number
  }
}

/** What `ebt.peerStatus` answers. */
export interface FeedStatus {
  readonly id: FeedId
  readonly seq: number
  readonly peers: Readonly<Record<FeedId, PeerStatus>>
}

/** The methods over the wire. */
export interface EbtRpc {
  readonly ebt: {
    readonly replicate: Duplex<[options?: ReplicateOptions], unknown, unknown>
    readonly replicateFormat: Duplex<[options?: ReplicateOptions], unknown, unknown>
    readonly clock: Async<
      [options?: { readonly format?: string }],
      Readonly<Record<FeedId, number>>
    >
    readonly request: Sync<[feed: FeedId, on: boolean, format?: string], void>
    readonly block: Sync<[from: FeedId, to: FeedId, on: boolean, format?: string], void>
    readonly peerStatus: Sync<[feed?: FeedId], FeedStatus>
  }
}

const format: ArgHelp = {
  type: 'string',
  description: 'which kind',
  optional: true,
  default: 'classic',
}

/** Kinds, permissions and help of {@link EbtRpc}. */
export const ebtManifest: Manifest<EbtRpc> = {
  ebt: {
    replicate: {
      kind: 'duplex',
      allow: ['anonymous'],
      raw: true,
      help: {
        description: 'Clocks and messages both ways, between two servers.',
        args: { version: { type: 'number', description: 'must be 3' } },
        takes: 'names',
        example: 'sbot --json ebt.replicate --version 3',
      },
    },
    replicateFormat: {
      kind: 'duplex',
      allow: ['anonymous'],
      raw: true,
      help: {
        description: 'The same for another kind of feed.',
        args: {
          version: { type: 'number', description: 'must be 3' },
          format,
        },
        takes: 'names',
        example: 'sbot --json ebt.replicateFormat --version 3 --format classic',
      },
    },
    clock: {
      kind: 'async',
      allow: ['anonymous'],
      help: {
        description: 'The sequence that we have of each feed, as far as the caller may know.',
        takes: 'names',
        args: { format },
        example: 'sbot ebt.clock',
      },
    },
    request: {
      kind: 'sync',
      help: {
        description: 'Replicate a feed whatever the follow graph says, or stop that.',
        args: {
          feed: { type: 'feed id', description: 'which feed' },
          on: { type: 'boolean', description: 'on or off' },
          format,
        },
        example: 'sbot ebt.request @FEED true',
      },
    },
    block: {
      kind: 'sync',
      help: {
        description: 'Do not hand the messages of one feed to another.',
        args: {
          from: { type: 'feed id', description: 'whose messages' },
          to: { type: 'feed id', description: 'who may not have them' },
          on: { type: 'boolean', description: 'on or off' },
          format,
        },
        example: 'sbot ebt.block @A @B true',
      },
    },
    peerStatus: {
      kind: 'sync',
      help: {
        description: 'Where a feed stands with each connected peer.',
        args: { feed: { type: 'feed id', description: 'default: our own', optional: true } },
        example: 'sbot ebt.peerStatus @FEED',
      },
    },
  },
}
