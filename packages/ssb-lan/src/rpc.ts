import type { Manifest, Source, Sync } from '@scuttlebot/ssb-muxrpc'

/** What `lan.discoveredPeers` tells. */
export interface DiscoveredPeer {
  readonly address: string
  /** Whether the key in the address has signed the announcement. */
  readonly verified: boolean
}

/** The methods over the wire. */
export interface LanRpc {
  readonly lan: {
    readonly start: Sync<[], void>
    readonly stop: Sync<[], void>
    readonly discoveredPeers: Source<[], DiscoveredPeer>
  }
}

/** Kinds and help of {@link LanRpc}. All are for the owner. */
export const lanManifest: Manifest<LanRpc> = {
  lan: {
    start: {
      kind: 'sync',
      help: {
        description: 'Announce ourselves in the local network, and listen.',
        example: 'sbot lan.start',
      },
    },
    stop: {
      kind: 'sync',
      help: { description: 'Be silent and deaf in the local network.', example: 'sbot lan.stop' },
    },
    discoveredPeers: {
      kind: 'source',
      help: {
        description: 'Announcements of others as they come.',
        example: 'sbot lan.discoveredPeers',
      },
    },
  },
}
