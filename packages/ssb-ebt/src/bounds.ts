import { FEEDS_MAX, STRANGER_FEEDS_MAX } from './limits.ts'
import type { PeerState } from './peer-state.ts'

/** How many feeds one peer may speak of. */
export class Bounds {
  /** Entries of clocks that were not looked at, as their peer had spoken of too many feeds. */
  refused = 0
  readonly #known: number
  readonly #stranger: number

  /** `stranger`: outside of our graph; no more than `known`. */
  constructor(known: number = FEEDS_MAX, stranger: number = STRANGER_FEEDS_MAX) {
    this.#known = known
    this.#stranger = Math.min(known, stranger)
  }

  /** Whether a peer may speak of one feed more. */
  admits({ feeds, known }: PeerState): boolean {
    if (feeds.size < (known ? this.#known : this.#stranger)) return true
    this.refused += 1
    return false
  }
}
