import type { Metrics } from '@scuttlebot/ssb-plugin'
import type { PeerBook } from './book.ts'
import type { BookLimits } from './limits.ts'
import type { Trust } from './trust.ts'

/** @internal Offer the figures of the plugin. */
export function offerMetrics(
  metrics: Metrics,
  book: PeerBook,
  trust: Trust,
  limits: BookLimits,
): void {
  metrics.gauge('gossip_book_peers', 'Peers in the book.', () => book.size, limits.peersMax)
  metrics.gauge('gossip_staged', 'Staged addresses.', () => book.staged, limits.stagedMax)
  metrics.gauge('gossip_bans', 'Bans in force.', () => trust.bans().length)
  metrics.counter(
    'gossip_book_refused_total',
    'Peers for whom the book had no room.',
    () => book.refused,
  )
}
