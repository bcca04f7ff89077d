import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Verifier } from '@scuttlebot/ssb-validate'
import type { Database } from './database.ts'
import type { MarkPlace } from './marks.ts'
import type { Boxer, Unboxer } from './recipients.ts'
import { type StoreRpc, storeHandlers, storeManifest } from './rpc.ts'
import { createStore, type StoreApi } from './store.ts'

/** Options of {@link feedStore}. */
export interface FeedStoreOptions {
  /** A database that is not open yet, or how to make one in the data folder (`null`: in memory). */
  readonly database: Database | ((folder: string | null) => Database)
  /** Where the network signs with a key of its own (`caps.sign`): 32 bytes. */
  readonly hmacKey?: Uint8Array
  /** Who verifies signatures, such as the worker pool of ssb-validate; this thread when absent. */
  readonly pool?: Verifier
  /** Where the mark of the own feed is kept, or how to find the places; see `openMarks` of `/disk`. */
  readonly marks?:
    | readonly MarkPlace[]
    | ((folder: string | null, id: FeedId) => readonly MarkPlace[])
  /** Whether the identity was made just now; if not, an empty log without a mark locks publishing. */
  readonly isNew?: boolean
  /** Who encrypts content with recipients, besides the built-in private box. */
  readonly boxers?: readonly Boxer[]
  /** Who opens boxed content for callers that ask for it. */
  readonly unboxers?: readonly Unboxer[]
}

/** How far the slowest index is, in the form that clients wait for: done when `current` is `target`. */
function indexProgress(api: StoreApi): { start: number; current: number; target: number } {
  const positions = api.indexes().map(({ position }) => position)
  return { start: 0, current: Math.min(api.position, ...positions) + 1, target: api.position + 1 }
}

/** The feed store as a plugin. */
export function feedStore(options: FeedStoreOptions): Plugin<'store', StoreApi, Nothing, StoreRpc> {
  return {
    name: 'store',
    needs: {},
    manifest: storeManifest,
    setup(context) {
      const { database } = options
      const store = createStore({
        database: typeof database === 'function' ? database(context.folder) : database,
        id: context.id,
        sign: (bytes) => context.sign(bytes),
        now: () => context.clock.now(),
        hmacKey: options.hmacKey,
        verifier: options.pool,
        marks:
          typeof options.marks === 'function'
            ? options.marks(context.folder, context.id)
            : options.marks,
        isNew: options.isNew,
        later: (run, ms) => context.clock.setTimeout(run, ms),
        boxers: options.boxers,
        unboxers: options.unboxers,
        // Most of them read what others wrote: that must not end the process.
        onError: (error) => context.log.error('a listener threw', { error: String(error) }),
      })
      const { api } = store
      context.hooks.progress.add((value) => ({ ...value, indexes: indexProgress(api) }))
      context.hooks.status.add((value) => ({
        ...value,
        sync: {
          since: api.position,
          plugins: Object.fromEntries(api.indexes().map(({ name, position }) => [name, position])),
          sync: api.indexes().every(({ current }) => current),
        },
        feed: api.feedStatus(),
      }))
      return {
        api,
        handlers: storeHandlers(api),
        async start() {
          await store.open()
          for (const text of store.mended) context.log.warn(text)
          const reason = api.publishLocked
          if (reason !== null) context.log.warn(`publishing is locked: ${reason}`)
        },
        stop: async () => {
          await store.close()
          await options.pool?.close?.()
        },
      }
    },
  }
}
