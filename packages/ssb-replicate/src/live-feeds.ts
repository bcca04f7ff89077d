import type { FeedId } from '@scuttlebot/ssb-ref'
import type { ReplicateMessage } from './needs.ts'

/** One reader that waits for a feed to grow. */
export interface FeedWaiter {
  /** Resolves when the feed has grown since the last call, or when the waiter is closed. */
  grown(): Promise<void>
  close(): void
}

/**
 * Wakes the readers of exactly the feeds that have grown: with 5,000 live streams on a connection a
 * new message costs one look-up. Readers fetch from the store themselves, so nothing queues here.
 */
export class LiveFeeds {
  readonly #waiters = new Map<FeedId, Set<() => void>>()

  /** How many readers wait. */
  get size(): number {
    let count = 0
    for (const waiters of this.#waiters.values()) count += waiters.size
    return count
  }

  appended(batch: readonly ReplicateMessage[]): void {
    for (const { author } of batch) for (const wake of this.#waiters.get(author) ?? []) wake()
  }

  wait(feed: FeedId): FeedWaiter {
    let fresh = false
    let resume: (() => void) | null = null
    const wake = (): void => {
      fresh = true
      resume?.()
    }
    const waiters = this.#waiters.get(feed) ?? new Set()
    this.#waiters.set(feed, waiters.add(wake))
    return {
      async grown() {
        if (!fresh)
          await new Promise<void>((resolve) => {
            resume = resolve
          })
        fresh = false
        resume = null
      },
      close: () => {
        waiters.delete(wake)
        // closing twice must not take away the set of those who came in between
        if (waiters.size === 0 && this.#waiters.get(feed) === waiters) this.#waiters.delete(feed)
        wake()
      },
    }
  }
}
