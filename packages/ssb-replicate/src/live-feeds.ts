import type { FeedId } from '@scuttlebot/ssb-ref'
import { NEWEST_MESSAGES_MAX, NEWEST_MS } from './limits.ts'
import type { ReplicateMessage } from './needs.ts'

/** One reader that waits for a feed to grow. */
export interface FeedWaiter {
  /** Resolves when the feed has grown since the last call, or when the waiter is closed. */
  grown(): Promise<void>
  close(): void
}

/**
 * Wakes the readers of exactly the feeds that have grown: with 5,000 live streams on a connection a
 * new message costs one look-up. Readers fetch from the store themselves, or what was appended just now from here, so
 * nothing queues.
 */
export class LiveFeeds {
  readonly #waiters = new Map<FeedId, Set<() => void>>()

  /** How many readers wait. */
  get size(): number {
    let count = 0
    for (const waiters of this.#waiters.values()) count += waiters.size
    return count
  }

  #newest: readonly ReplicateMessage[] = []
  #newestAt = 0

  /** `now`: milliseconds since 1970. */
  appended(batch: readonly ReplicateMessage[], now: number): void {
    this.#newest = batch.length <= NEWEST_MESSAGES_MAX ? batch : []
    this.#newestAt = now
    for (const { author } of batch) for (const wake of this.#waiters.get(author) ?? []) wake()
  }

  /**
   * What a feed has from `from` to `head`, if all of it was appended just now: those who have waited for it need not
   * read it from the store. Only for a moment, as messages can be deleted.
   */
  newest(
    feed: FeedId,
    from: number,
    head: number,
    now: number,
  ): readonly ReplicateMessage[] | null {
    if (now - this.#newestAt > NEWEST_MS || from > head || head - from >= this.#newest.length)
      return null
    const found = this.#newest.filter(
      ({ author, feedSequence }) => author === feed && feedSequence >= from,
    )
    return found.length === head - from + 1 ? found : null
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
