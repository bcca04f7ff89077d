import type { Async, Manifest, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { LogLine } from './log-book.ts'
import type { RateSample } from './rates.ts'
import type { Session } from './sessions.ts'

/** One setting of the server, and where its value came from. */
export interface Setting {
  readonly key: string
  readonly value: unknown
  /** `default`, a file with its line, an environment variable, a flag */
  readonly origin: string
  readonly description: string
  /** `ms`, `bytes`, … ; `null`: none */
  readonly unit: string | null
  /** it has no effect in this version */
  readonly isInert: boolean
}

/** What the page needs of its own server beyond the methods that everyone has: all for the owner. */
export interface WebRpc {
  readonly web: {
    readonly pair: Sync<[], { readonly url: string; readonly until: number }>
    readonly sessions: Sync<[], readonly Session[]>
    readonly revoke: Async<[id: FeedId], boolean>
    readonly settings: Sync<[], readonly Setting[]>
    readonly logs: Source<[], LogLine>
    readonly rates: Sync<[], readonly RateSample[]>
  }
}

/** Kinds and help of {@link WebRpc}. */
export const webManifest: Manifest<WebRpc> = {
  web: {
    pair: {
      kind: 'sync',
      help: {
        description: 'A link that pairs one browser with this server; ends the link from before.',
        example: 'sbot web.pair',
      },
    },
    sessions: {
      kind: 'sync',
      help: {
        description: 'The browsers that were paired, the newest first.',
        example: 'sbot web.sessions',
      },
    },
    revoke: {
      kind: 'async',
      help: {
        description: 'Let a paired browser in no more, and close its connections.',
        args: { id: { type: 'FeedId', description: 'its key, as web.sessions tells' } },
        example: 'sbot web.revoke @FEED.ed25519',
      },
    },
    settings: {
      kind: 'sync',
      help: {
        description: 'Every setting with its value and where that came from.',
        example: 'sbot web.settings',
      },
    },
    logs: {
      kind: 'source',
      help: {
        description: 'The last lines of the log of this process, then each new one.',
        example: 'sbot web.logs',
      },
    },
    rates: {
      kind: 'sync',
      help: {
        description: 'Bytes per second in and out within the last hour, every ten seconds.',
        example: 'sbot web.rates',
      },
    },
  },
}
