import type { Config } from '@scuttlebot/ssb-config'
import { sign } from '@scuttlebot/ssb-crypto'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { createStore, type Store } from '@scuttlebot/ssb-feed-store'
import { openDisk, openMarks } from '@scuttlebot/ssb-feed-store/disk'
import { type Keys, keyPairOf } from '@scuttlebot/ssb-keys'
import { lazyPool } from './verifier.ts'

/** The store of a data folder without a server around it, to put messages of elsewhere in. */
export interface BareStore {
  readonly api: Store['api']
  /** Resolves when all that was added survives a loss of power. */
  flush(): Promise<void>
  close(): Promise<void>
}

/**
 * Open it. Its indexes catch up at the next start of the server.
 *
 * @param received when a message was received elsewhere, by its id; `null`: now
 */
export async function openBareStore(
  folder: string,
  keys: Keys,
  config: Config,
  received: (key: string) => number | null = () => null,
): Promise<BareStore> {
  const { secretKey } = keyPairOf(keys)
  const database = openDisk(folder)
  const verifier = lazyPool()
  const hmacKey = config.caps.sign === null ? null : fromBase64(config.caps.sign)
  const store = createStore({
    database,
    id: keys.id,
    sign: (bytes) => sign(bytes, secretKey),
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
  keys: Keys,
  end: { readonly sequence: number; readonly id: string | null },
): Promise<void> {
  for (const place of openMarks(folder, keys.id, stateFolder)) {
    const before = await place.read()
    if (before === null || before.sequence < end.sequence)
      await place.write({ sequence: end.sequence, id: end.id as never })
  }
}
