import type { Metrics } from '@scuttlebot/ssb-plugin'
import type { NetStats } from './api.ts'
import type { NetLimits } from './limits.ts'
import type { Traffic } from './traffic.ts'

/** @internal Offer the figures of the plugin. */
export function offerMetrics(
  metrics: Metrics,
  limits: NetLimits,
  traffic: Traffic,
  stats: () => NetStats,
): void {
  const gauge = (name: string, help: string, key: keyof NetStats, limit?: number): void =>
    metrics.gauge(`net_${name}`, help, () => stats()[key], limit)
  const counter = (name: string, help: string, key: keyof NetStats): void =>
    metrics.counter(`net_${name}_total`, help, () => stats()[key])
  gauge(
    'connections',
    'Connections, half-open ones included.',
    'connections',
    limits.connectionsMax,
  )
  gauge('half_open', 'Handshakes under way.', 'halfOpen', limits.halfOpenMax)
  gauge(
    'address_connections_most',
    'Connections of the address with the most.',
    'perAddressMost',
    limits.perAddressMax,
  )
  gauge('handshakes_waiting', 'Connections whose handshake has not begun.', 'handshakesWaiting')
  gauge('peers', 'Live peers.', 'peers')
  gauge(
    'stranger_queued_bytes',
    'Bytes in the queues of all strangers.',
    'queuedBytes',
    limits.queuedBytesMax,
  )
  counter('refused', 'Connections turned away as there were too many.', 'refusedTotal')
  counter(
    'refused_per_address',
    'Connections turned away as their address had too many.',
    'refusedPerAddress',
  )
  counter('half_open_evicted', 'Handshakes that had to make room for newer ones.', 'evicted')
  counter(
    'handshakes_turned_away',
    'Connections turned away as too many of their address waited.',
    'handshakesTurnedAway',
  )
  counter('handshakes_failed', 'Incoming connections that came to nothing.', 'handshakesFailed')
  counter('handshakes_late', 'Of these, those that took too long.', 'handshakesLate')
  counter(
    'handshakes_refused',
    'Of these, those whom policy or plugins refused.',
    'handshakesRefused',
  )
  counter(
    'throttled',
    'How often a stranger called too fast and was not read for a while.',
    'throttled',
  )
  counter(
    'slow_evicted',
    'Connections closed as too much waited for slow strangers.',
    'slowEvicted',
  )
  counter('offences', 'Connections that ended by a fault of the peer.', 'offences')
  counter('inactive', 'Connections closed as nothing was said.', 'inactive')
  metrics.counter('net_received_bytes_total', 'Bytes from peers.', () => traffic.bytesIn)
  metrics.counter('net_sent_bytes_total', 'Bytes to peers.', () => traffic.bytesOut)
  metrics.gauge('net_streams', 'Open streams, both ways.', () => traffic.streams)
  metrics.gauge(
    'net_peer_streams_most',
    'Open streams of the connection with the most.',
    () => traffic.streamsMost,
  )
  metrics.gauge(
    'net_peer_queued_bytes_most',
    'Bytes that wait in the connection with the most.',
    () => traffic.queuedMost,
  )
  metrics.counter(
    'net_limited_total',
    'Calls, streams and items refused by a limit of their connection.',
    () => traffic.limited,
  )
  metrics.counter(
    'net_frames_too_large_total',
    'Connections that ended as a frame was too large.',
    () => traffic.framesTooLarge,
  )
}
