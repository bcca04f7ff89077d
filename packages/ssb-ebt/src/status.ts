import type { FeedId } from '@scuttlebot/ssb-ref'
import type { PeerState } from './peer-state.ts'

/** Where one feed stands with one peer, for people and explanations. */
export interface ExchangeStatus {
  /** −1: the peer does not replicate it; `null`: it has not said. */
  readonly claimed: number | null
  readonly tx: boolean
  readonly rx: boolean
  readonly sent: number | null
  readonly requested: number
  /** Milliseconds since 1970 when it last gave something new, or was first asked for what it has more. */
  readonly owesSince: number
  readonly forked: boolean
}

/** What one peer delivers, in total. */
export interface DeliveryStatus {
  /** Feeds that we have asked it for. */
  readonly feeds: number
  /** Messages of those that we have, of those that it claims. */
  readonly have: number
  readonly want: number
}

/** Read where a feed stands with a peer. */
export function exchangeStatus(peer: PeerState, feed: FeedId): ExchangeStatus {
  const exchange = peer.feeds.get(feed)
  const claimed = peer.claimed.get(feed)
  return {
    claimed: claimed === undefined || claimed < -1 ? null : claimed,
    tx: exchange?.tx ?? false,
    rx: exchange?.rx ?? false,
    sent: exchange?.sent ?? null,
    requested: exchange?.requested ?? -1,
    owesSince: exchange?.owesSince ?? 0,
    forked: peer.forked.has(feed),
  }
}

/** Add up what a peer delivers. */
export function deliveryStatus(peer: PeerState, own: (feed: FeedId) => number): DeliveryStatus {
  const total = { feeds: 0, have: 0, want: 0 }
  for (const [feed, { rx }] of peer.feeds) {
    if (!rx) continue
    const have = own(feed)
    total.feeds++
    total.have += have
    total.want += Math.max(have, peer.claimed.get(feed) ?? 0)
  }
  return total
}
