import {
  FEEDS_MAX,
  STRANGER_FEEDS_MAX,
  STRANGER_FEEDS_SURE,
  STRANGERS_FEEDS_MAX,
} from './limits.ts'
import type { PeerState } from './peer-state.ts'

/** How many feeds one peer may speak of, and all strangers together. */
export class Bounds {
  /** Entries of clocks that were not looked at, as their peer, or all strangers, had spoken of too many feeds. */
  refused = 0
  readonly #known: number
  readonly #stranger: number
  readonly #together: number
  readonly #sure: number
  /** Feeds that strangers speak of, and all of them added up. */
  readonly #counts = new Map<PeerState, number>()
  #sum = 0

  /** `stranger`: outside of our graph; no more than `known`. `together`: all those, but for the first `sure` of each. */
  constructor(
    known: number = FEEDS_MAX,
    stranger: number = STRANGER_FEEDS_MAX,
    together: number = STRANGERS_FEEDS_MAX,
    sure: number = STRANGER_FEEDS_SURE,
  ) {
    this.#known = known
    this.#stranger = Math.min(known, stranger)
    this.#together = together
    this.#sure = sure
  }

  /** Whether a peer may speak of one feed more; then it does. */
  admits(peer: PeerState): boolean {
    const size = peer.feeds.size
    const mayOneMore = peer.known
      ? size < this.#known
      : size < this.#stranger && (size < this.#sure || this.#sum < this.#together)
    if (!mayOneMore) this.refused += 1
    else if (!peer.known) {
      this.#counts.set(peer, (this.#counts.get(peer) ?? 0) + 1)
      this.#sum += 1
    }
    return mayOneMore
  }

  /** A peer is not connected any more. */
  gone(peer: PeerState): void {
    this.#sum -= this.#counts.get(peer) ?? 0
    this.#counts.delete(peer)
  }
}
