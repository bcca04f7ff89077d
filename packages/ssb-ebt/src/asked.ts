import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Exchange, PeerState } from './peer-state.ts'

/** Which peers we have asked to send which feed: as a rule one. */
export class Asked {
  readonly #asked = new Map<FeedId, Set<FeedId>>()

  /** Note that a peer is asked for a feed, or not any more. */
  set(peer: PeerState, feed: FeedId, exchange: Exchange, receive: boolean): void {
    if (exchange.rx === receive) return
    exchange.rx = receive
    const asked = this.#asked.get(feed) ?? new Set()
    if (receive) this.#asked.set(feed, asked.add(peer.id))
    else if (asked.delete(peer.id) && asked.size === 0) this.#asked.delete(feed)
  }

  has(feed: FeedId): boolean {
    return this.#asked.has(feed)
  }

  /** The peers asked for a feed, now. */
  of(feed: FeedId): readonly FeedId[] {
    return [...(this.#asked.get(feed) ?? [])]
  }

  /** Whether somebody besides `except` is asked. */
  others(feed: FeedId, except: FeedId): boolean {
    const asked = this.#asked.get(feed)
    return asked !== undefined && asked.size > (asked.has(except) ? 1 : 0)
  }
}
