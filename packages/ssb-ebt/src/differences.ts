import type { FeedId } from '@scuttlebot/ssb-ref'
import { CHANGES_MAX } from './limits.ts'

/** What a peer told us that it has, by feed; −1: it does not replicate the feed. */
type Stored = ReadonlyMap<FeedId, number>

interface Found {
  readonly feeds: readonly FeedId[]
  /** How many changes there had been. */
  readonly at: number
}

/**
 * In which feeds we differ from peers that are not connected, so that a first note costs what has changed and not a
 * look at every feed that we want. What is kept of a peer is compared when it leaves; what happens to feeds from then
 * on is written down once for all peers, up to a bound beyond which everything is looked at again.
 */
export class Differences {
  readonly #own: (feed: FeedId) => number
  readonly #wanted: ReadonlySet<FeedId>
  readonly #found = new WeakMap<Stored, Found>()
  /** Feeds that have changed, the latest at the end. */
  #changes: FeedId[] = []
  /** Changes before the first of `#changes`. */
  #dropped = 0

  readonly #changesMax: number

  constructor(
    own: (feed: FeedId) => number,
    wanted: ReadonlySet<FeedId>,
    changesMax: number = CHANGES_MAX,
  ) {
    this.#own = own
    this.#wanted = wanted
    this.#changesMax = changesMax
  }

  /** We have more of a feed, or want it otherwise than before. */
  changed(feed: FeedId): void {
    // Messages of a feed come in a row.
    if (this.#changes.at(-1) === feed) return
    if (this.#changes.length >= this.#changesMax) {
      const oldest = Math.ceil(this.#changesMax / 2)
      this.#dropped += oldest
      this.#changes = this.#changes.slice(oldest)
    }
    this.#changes.push(feed)
  }

  /** All wanted feeds in which we may differ, some that are not wanted among them; without knowledge, all wanted. */
  candidates(stored: Stored): Iterable<FeedId> {
    const found = this.#found.get(stored)
    if (found === undefined || found.at < this.#dropped) return this.#wanted
    return new Set([...found.feeds, ...this.#changes.slice(found.at - this.#dropped)])
  }

  /**
   * Compare what is kept of a peer from now on.
   *
   * @param feeds all wanted feeds in which it may differ from what we have.
   */
  compare(stored: Stored, feeds: Iterable<FeedId> = this.#wanted): void {
    const differing: FeedId[] = []
    for (const feed of feeds) if (this.differs(stored, feed)) differing.push(feed)
    // More of them than it has told us of: a look at all wanted ones is no dearer than twice that, and is no memory.
    if (differing.length > stored.size) {
      this.#found.delete(stored)
      return
    }
    // The latest change may go on without being written down again.
    const at = Math.max(this.#dropped, this.#dropped + this.#changes.length - 1)
    this.#found.set(stored, { feeds: differing, at })
  }

  /** A peer has left: the feeds that it has spoken of may stand otherwise now. */
  left(
    peer: { readonly stored: Stored; readonly feeds: ReadonlyMap<FeedId, unknown> },
    clock: Stored,
  ): void {
    const feeds = new Set(this.candidates(peer.stored))
    // One that is not wanted now will have changed when it is.
    for (const feed of peer.feeds.keys()) if (this.#wanted.has(feed)) feeds.add(feed)
    this.compare(clock, feeds)
  }

  /** Whether a first note speaks of a feed. */
  differs(stored: Stored, feed: FeedId): boolean {
    const theirs = stored.get(feed)
    return theirs !== -1 && theirs !== this.#own(feed)
  }
}
