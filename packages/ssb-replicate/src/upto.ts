import type { Call } from '@scuttlebot/ssb-muxrpc'
import { pushSource } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { UPTO_ITEMS_MAX } from './limits.ts'
import type { ReplicateStore } from './needs.ts'
import type { WantedFeeds } from './wanted.ts'

/** One wanted feed and where it stands; −1: not wanted any more. */
export interface UptoItem {
  readonly id: FeedId
  readonly sequence: number
}

/** The wanted feeds and where each stands; live: then `{sync: true}`, and what becomes wanted or no longer is. */
export async function* upto(
  call: Call,
  wanted: WantedFeeds,
  store: Pick<ReplicateStore, 'head'>,
  live: boolean,
): AsyncGenerator<UptoItem | { readonly sync: true }> {
  const item = (id: FeedId): UptoItem => ({ id, sequence: store.head(id)?.sequence ?? 0 })
  const changes = pushSource<UptoItem>({
    itemsMax: UPTO_ITEMS_MAX,
    signal: call.signal,
    onEnd: () => stop(),
  })
  const stop = live
    ? wanted.changed.on((id, isWanted) => {
        changes.push(isWanted ? item(id) : { id, sequence: -1 })
      })
    : () => undefined
  try {
    for (const id of [...wanted.feeds]) yield item(id)
    if (!live) return
    yield { sync: true }
    yield* changes
  } finally {
    stop()
  }
}
