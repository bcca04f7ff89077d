import type { Handlers, Manifest, Sync } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Hooks } from './hooks.ts'
import type { Metric } from './metrics.ts'

/** The methods that every host serves, whatever its plugins. */
export interface CoreRpc {
  readonly manifest: Sync<[], Readonly<Record<string, unknown>>>
  readonly whoami: Sync<[], { readonly id: FeedId }>
  readonly version: Sync<[], string>
  readonly status: Sync<[], Readonly<Record<string, unknown>>>
  readonly progress: Sync<[], Readonly<Record<string, unknown>>>
  readonly metrics: Sync<[], readonly Metric[]>
  readonly help: Sync<[], Readonly<Record<string, unknown>>>
}

/** Kinds, permissions and help of {@link CoreRpc}. */
export const coreManifest: Manifest<CoreRpc> = {
  manifest: {
    kind: 'sync',
    allow: ['anonymous', 'guest'],
    help: { description: 'The methods of this server and their kinds.', example: 'sbot manifest' },
  },
  whoami: {
    kind: 'sync',
    help: { description: 'The feed id of this server.', example: 'sbot whoami' },
  },
  version: {
    kind: 'sync',
    help: { description: 'The version of this server.', example: 'sbot version' },
  },
  status: {
    kind: 'sync',
    help: { description: 'How each part of the server is doing.', example: 'sbot status' },
  },
  progress: {
    kind: 'sync',
    help: {
      description: 'How far indexing and replication are: start, current and target of each.',
      example: 'sbot progress',
    },
  },
  metrics: {
    kind: 'sync',
    help: {
      description: 'Counters and queues of each part, with their bounds.',
      example: 'sbot metrics',
    },
  },
  help: {
    kind: 'sync',
    help: {
      description: 'What each method does, with its arguments and an example.',
      example: 'sbot help',
    },
  },
}

/** What the handlers of the core need of the host. */
export interface CoreParts {
  readonly id: FeedId
  readonly version: string
  readonly hooks: Hooks
  /** The plain manifest as it is now. */
  manifest(): Readonly<Record<string, unknown>>
  /** The help of every method that has one, by dotted name. */
  help(): Readonly<Record<string, unknown>>
  metrics(): readonly Metric[]
  /** Plugins that could not start, with the reason. */
  failed(): Readonly<Record<string, string>>
}

/** The functions behind {@link CoreRpc}. */
export function coreHandlers(parts: CoreParts): Handlers<CoreRpc> {
  return {
    manifest: () => parts.manifest(),
    whoami: () => ({ id: parts.id }),
    version: () => parts.version,
    status: () => {
      const failed = parts.failed()
      const start = Object.keys(failed).length > 0 ? { failedPlugins: failed } : {}
      return parts.hooks.status.apply({
        ...start,
        progress: parts.hooks.progress.apply({}),
      })
    },
    progress: () => parts.hooks.progress.apply({}),
    metrics: () => parts.metrics(),
    help: () => parts.help(),
  }
}
