import type { Manifest } from '@scuttlebot/ssb-muxrpc'
import type { ReplicateRpc } from './plugin.ts'

/** Kinds, permissions and help of the methods. */
export const replicateManifest: Manifest<ReplicateRpc> = {
  createHistoryStream: {
    kind: 'source',
    allow: ['anonymous'],
    help: {
      description: 'The messages of one feed, from a sequence on.',
      args: {
        id: { type: 'feed id', description: 'whose messages' },
        seq: {
          type: 'number',
          description: 'first sequence, inclusive',
          also: ['sequence'],
          optional: true,
          default: 0,
        },
        limit: { type: 'number', description: 'at most that many', optional: true, default: -1 },
        live: {
          type: 'boolean',
          description: 'stay open for new ones',
          optional: true,
          default: false,
        },
        old: {
          type: 'boolean',
          description: 'begin with those that are here',
          optional: true,
          default: true,
        },
        keys: {
          type: 'boolean',
          description: 'with ids and receive times',
          optional: true,
          default: true,
        },
        values: {
          type: 'boolean',
          description: 'with the messages',
          optional: true,
          default: true,
        },
      },
      takes: 'names',
      example: 'sbot createHistoryStream --id @FEED --seq 5 --live',
    },
  },
  replicate: {
    request: {
      kind: 'sync',
      help: {
        description: 'Replicate a feed whatever the follow graph says, or stop that.',
        args: {
          id: { type: 'feed id', description: 'which feed' },
          replicate: { type: 'boolean', description: 'on or off', optional: true, default: true },
        },
        example: 'sbot replicate.request @FEED',
      },
    },
    block: {
      kind: 'sync',
      help: {
        description: 'Do not hand the messages of one feed to another.',
        args: {
          from: { type: 'feed id', description: 'whose messages' },
          to: { type: 'feed id', description: 'who may not have them' },
          on: { type: 'boolean', description: 'on or off', optional: true, default: true },
        },
        example: 'sbot replicate.block @A @B',
      },
    },
    changes: {
      kind: 'source',
      help: {
        description:
          'Where replication stands, now and whenever that changes, at most once a second.',
        example: 'sbot replicate.changes',
      },
    },
    upto: {
      kind: 'source',
      help: {
        description: 'Every feed that is replicated, with the sequence that we have.',
        args: {
          live: {
            type: 'boolean',
            description: 'then the changes',
            optional: true,
            default: false,
          },
        },
        takes: 'names',
        example: 'sbot replicate.upto',
      },
    },
  },
  replication: {
    explain: {
      kind: 'async',
      help: {
        description: 'Why a feed does, or does not, arrive.',
        args: {
          feed: { type: 'feed id', description: 'which feed' },
          peer: { type: 'feed id', description: 'from this peer alone', optional: true },
        },
        example: 'sbot replication.explain @FEED',
      },
    },
    status: {
      kind: 'async',
      help: {
        description: 'What we have and want, in total and of each peer, and how fast it comes.',
        example: 'sbot replication.status',
      },
    },
  },
}
