import type { FeedId } from '@scuttlebot/ssb-ref'
import type { StoreApi } from './store.ts'

/** How much room a feed takes. */
export interface FeedSize {
  readonly messages: number
  /** Of its messages as JSON, before the database compresses them. */
  readonly bytes: number
  /** `bytes` is not counted, but guessed by some of the messages. */
  readonly isEstimate: boolean
}

/** Feeds that may be asked for at once. */
export const SIZES_FEEDS_MAX = 100
/** Messages of a feed that are looked at, evenly spread: the whole log is never read for this. */
const SAMPLES = 16

/** The size of each of those feeds that are here. */
export async function sizesOf(
  store: StoreApi,
  feeds: readonly FeedId[],
): Promise<Readonly<Record<FeedId, FeedSize>>> {
  const sizes: Record<FeedId, FeedSize> = {}
  for (const feed of feeds) {
    const messages = store.head(feed)?.sequence ?? 0
    if (messages === 0) continue
    const count = Math.min(messages, SAMPLES)
    const looked = await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const found = await store.atFeed(feed, 1 + Math.floor((n * messages) / count))
        // a deleted one takes none
        return found === null ? 0 : store.kvt(found).length
      }),
    )
    const mean = looked.reduce((sum, bytes) => sum + bytes, 0) / count
    sizes[feed] = {
      messages,
      bytes: Math.round(mean * messages),
      isEstimate: messages > SAMPLES,
    }
  }
  return sizes
}
