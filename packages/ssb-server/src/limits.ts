import type { Config } from '@scuttlebot/ssb-config'
import type { NetOptions } from '@scuttlebot/ssb-net'

type Limits = Config['limits']

/** The bounds of the network, out of the configuration. */
export function netLimitsOf(limits: Limits): Pick<NetOptions, 'limits' | 'muxLimits'> {
  return {
    limits: {
      connectionsMax: limits.connections,
      perAddressMax: limits.connectionsPerAddress,
      halfOpenMax: limits.halfOpen,
      handshakesPerSecond: limits.handshakesPerSecond,
      handshakesBurst: limits.handshakesPerSecond,
      callsPerSecond: limits.callsPerSecond,
      queuedBytesMax: limits.strangersBytes,
    },
    muxLimits: {
      stranger: {
        bodyBytesMax: limits.frameBytes,
        streamsMax: limits.streams,
        streamBytesMax: limits.streamBytes,
        queueBytesMax: limits.peerBytes,
      },
      known: { bodyBytesMax: limits.knownFrameBytes, streamsMax: limits.knownStreams },
    },
  }
}
