import type { FeedId } from '@scuttlebot/ssb-ref'
import { LIARS_MAX } from './limits.ts'

/** The lies of peers, which are forgotten with time. */
export class Lies {
  /** How many, and when they were last counted; the oldest first. */
  readonly #all = new Map<FeedId, { readonly lies: number; readonly at: number }>()
  readonly #lieMs: number

  /** `lieMs`: milliseconds after which one lie is forgotten. */
  constructor({ lieMs }: { readonly lieMs: number }) {
    this.#lieMs = lieMs
  }

  /** How many of a peer count now. */
  of(peer: FeedId, now: number): number {
    const entry = this.#all.get(peer)
    if (entry === undefined) return 0
    return Math.max(0, entry.lies - Math.floor((now - entry.at) / this.#lieMs))
  }

  /** One more; answers how many there are. */
  add(peer: FeedId, now: number): number {
    const lies = this.of(peer, now) + 1
    this.#all.delete(peer)
    this.#all.set(peer, { lies, at: now })
    if (this.#all.size > LIARS_MAX)
      for (const oldest of this.#all.keys()) {
        this.#all.delete(oldest)
        break
      }
    return lies
  }
}
