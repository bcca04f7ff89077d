import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '@scuttlebot/ssb-config'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { createStore, type Store } from '@scuttlebot/ssb-feed-store'
import { openDisk, openMarks } from '@scuttlebot/ssb-feed-store/disk'
import { KeysError, readSecret } from '@scuttlebot/ssb-keys'
import { loadSync } from '@scuttlebot/ssb-keys/file'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { lazyPool } from './verifier.ts'

/** The store of a data folder without a server around it, to put messages of elsewhere in. */
export interface BareStore {
  readonly api: Store['api']
  /** Resolves when all that was added survives a loss of power. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Whose the key in a data folder is. Its passphrase is not needed for that. */
export function ownerOf(folder: string): FeedId {
  const path = join(folder, 'secret')
  try {
    return loadSync(path).id
  } catch (error) {
    const isLocked = error instanceof KeysError && error.code === 'SSB_KEYS_FILE_LOCKED'
    if (!isLocked) throw error
    return readSecret(readFileSync(path, 'utf8')).id
  }
}

/**
 * Open it. Its indexes catch up at the next start of the server. Nothing can be published.
 *
 * @param received when a message was received elsewhere, by its id; `null`: now
 */
export async function openBareStore(
  folder: string,
  id: FeedId,
  config: Config,
  received: (key: string) => number | null = () => null,
): Promise<BareStore> {
  const database = openDisk(folder)
  const verifier = lazyPool()
  const hmacKey = config.caps.sign === null ? null : fromBase64(config.caps.sign)
  const store = createStore({
    database,
    id,
    sign() {
      throw new TypeError('a store without a server publishes nothing')
    },
    now: Date.now,
    received: ({ key }) => received(key),
    verifier,
    ...(hmacKey === null ? {} : { hmacKey }),
  })
  const close = async (): Promise<void> => {
    await store.close()
    await verifier.close?.()
  }
  try {
    await store.open()
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
  return { api: store.api, flush: async () => database.flush?.(), close }
}

/** Set the marks of the own feed to a message that is known to be published. A mark never goes back. */
export async function raiseMarks(
  folder: string,
  stateFolder: string,
  id: FeedId,
  end: { readonly sequence: number; readonly id: string | null },
): Promise<void> {
  for (const place of openMarks(folder, id, stateFolder)) {
    const before = await place.read()
    if (before === null || before.sequence < end.sequence)
      await place.write({ sequence: end.sequence, id: end.id as never })
  }
}
