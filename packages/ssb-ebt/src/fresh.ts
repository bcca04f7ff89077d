import type { FeedId } from '@scuttlebot/ssb-ref'
import { FRESH_MESSAGES_MAX, FRESH_MS } from './limits.ts'
import type { EbtMessage } from './needs.ts'

/**
 * The messages that were appended just now: those who wait for them need not read them from the store. Only for a
 * moment, as messages can be deleted, and only when there are few: many are read faster in a row.
 */
export class Fresh {
  #batch: readonly EbtMessage[] = []
  #at = 0

  appended(batch: readonly EbtMessage[], now: number): void {
    this.#batch = batch.length <= FRESH_MESSAGES_MAX ? batch : []
    this.#at = now
  }

  /** All of `from` … `to` of a feed, or `null` when one of them is not among the newest. */
  read(feed: FeedId, from: number, to: number, now: number): readonly EbtMessage[] | null {
    if (now - this.#at > FRESH_MS || to - from >= this.#batch.length) return null
    const found = this.#batch.filter(
      ({ author, feedSequence }) => author === feed && feedSequence >= from && feedSequence <= to,
    )
    return found.length === to - from + 1 ? found : null
  }
}
