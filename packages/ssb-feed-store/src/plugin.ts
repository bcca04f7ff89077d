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
      })
      return {
        api: store.api,
        handlers: storeHandlers(store.api),
        start: () => store.open(),
        stop: async () => {
          await store.close()
          await options.pool?.close?.()
        },
      }
    },
  }
}
