import type { Async, Duplex, Manifest, MethodHelp, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { AddressArgument } from './addresses.ts'
import type { HistoryLine } from './history.ts'
import type { Switches } from './persist.ts'
import type { AddressData, Source as AddressSource } from './record.ts'
import type { Stats } from './stats.ts'
import type { Ban } from './trust.ts'

/** A peer as `gossip.peers` tells it: the shape that clients of the classic servers read. */
export interface GossipPeer {
  readonly address: string
  readonly key: FeedId
  readonly host?: string
  readonly port?: number
  readonly source: AddressSource
  /** How many times it was announced in messages. */
  readonly announcers: number
  readonly duration: Stats | null
  readonly state?: 'connecting' | 'connected' | 'disconnecting'
  /** Milliseconds since 1970 of the last change of `state`. */
  readonly stateChange: number
  /** Failed dials since the last that worked. */
  readonly failure: number
  /** Whether it dialled us. */
  readonly client: boolean
  readonly ping: { readonly rtt: Stats | null; readonly skew: Stats | null }
}

/** What `gossip.changes` tells. */
export interface GossipChange {
  readonly type: 'discover' | 'connect' | 'connect-failure' | 'disconnect' | 'remove'
  readonly peer: GossipPeer
  readonly source?: AddressSource
}

/** A peer, as clients name it. */
export type PeerArgument = FeedId | AddressArgument

/** An address with what is known of it, as `conn.*` tells it. */
export type AddressAndData = readonly [address: string, data: AddressData]

type Ping = Duplex<[options?: { readonly timeout?: number }], number, unknown>

/** The methods over the wire. */
export interface GossipRpc {
  readonly gossip: {
    readonly ping: Ping
    readonly peers: Sync<[], readonly GossipPeer[]>
    readonly get: Sync<[peer: PeerArgument], GossipPeer | undefined>
    readonly add: Sync<[address: AddressArgument, source?: string], GossipPeer | undefined>
    readonly remove: Sync<[peer: PeerArgument], void>
    readonly connect: Async<[peer: PeerArgument], boolean>
    readonly disconnect: Async<[peer: PeerArgument], boolean>
    readonly changes: Source<[], GossipChange>
    readonly reconnect: Sync<[], number>
    readonly enable: Sync<[type?: string], string>
    readonly disable: Sync<[type?: string], string>
    readonly history: Sync<[peer?: PeerArgument], readonly HistoryLine[]>
    readonly bans: Sync<[], readonly Ban[]>
    readonly ban: Sync<[peer: PeerArgument, options?: BanOptions], Ban>
    readonly unban: Sync<[peer: PeerArgument], boolean>
  }
  readonly conn: {
    readonly connect: Async<[address: AddressArgument, data?: AddressData], boolean>
    readonly disconnect: Async<[address: PeerArgument], boolean>
    readonly peers: Source<[], readonly AddressAndData[]>
    readonly remember: Sync<[address: AddressArgument, data?: AddressData], void>
    readonly forget: Sync<[address: AddressArgument], void>
    readonly dbPeers: Sync<[], readonly AddressAndData[]>
    readonly stage: Sync<[address: AddressArgument, data?: AddressData], boolean>
    readonly unstage: Sync<[address: AddressArgument], boolean>
    readonly stagedPeers: Source<[], readonly AddressAndData[]>
    readonly start: Sync<[], void>
    readonly stop: Sync<[], void>
    readonly ping: Ping
  }
}

/** Options of `gossip.ban`. */
export interface BanOptions {
  /** How long. Default: until it is lifted. */
  readonly hours?: number
  readonly reason?: string
}

/** An address may be given as an object, too: host, port, key. */
const byAddress = (
  description: string,
  example: string,
  args: NonNullable<MethodHelp['args']>,
): { readonly help: MethodHelp } => ({
  help: { description, args, takes: 'fields', example: `sbot ${example}` },
})

const address = { type: 'address', description: 'multiserver or host:port:@key form' }
const peer = { type: 'id or address', description: 'which peer' }
const data = { type: 'object', description: 'fields to keep with it', optional: true } as const
const kind = {
  type: keyList({ global: true, local: true, friends: true, seed: true, pub: true }),
  description: 'which peers',
  optional: true,
  default: 'global',
} as const

function keyList(switches: Switches): string {
  return Object.keys(switches).join(' | ')
}

const help = (
  description: string,
  example: string,
  args?: MethodHelp['args'],
): { readonly help: MethodHelp } => ({
  help: { description, example: `sbot ${example}`, ...(args === undefined ? {} : { args }) },
})

const ping = (group: string) =>
  ({
    kind: 'duplex',
    allow: ['anonymous', 'guest'],
    help: {
      description: 'Times back and forth, between two servers.',
      args: { timeout: { type: 'number', description: 'ms between two pings', optional: true } },
      takes: 'names',
      example: `sbot --json ${group}.ping --timeout 300000`,
    },
  }) as const

/** Kinds, permissions and help of {@link GossipRpc}. */
export const gossipManifest: Manifest<GossipRpc> = {
  gossip: {
    ping: ping('gossip'),
    peers: {
      kind: 'sync',
      ...help('The peers that are known, and how connecting to them went.', 'gossip.peers'),
    },
    get: { kind: 'sync', ...byAddress('One known peer.', 'gossip.get @PEER', { peer }) },
    add: {
      kind: 'sync',
      ...byAddress('Remember an address.', 'gossip.add net:host:8008~shs:KEY', { address }),
    },
    remove: { kind: 'sync', ...byAddress('Forget a peer.', 'gossip.remove @PEER', { peer }) },
    connect: {
      kind: 'async',
      ...byAddress(
        'Connect to a peer, and remember its address.',
        'gossip.connect net:host:8008~shs:KEY',
        {
          peer,
        },
      ),
    },
    disconnect: {
      kind: 'async',
      ...byAddress('End the connection to a peer.', 'gossip.disconnect @PEER', { peer }),
    },
    changes: {
      kind: 'source',
      ...help('Peers found, connects and disconnects as they happen.', 'gossip.changes'),
    },
    reconnect: {
      kind: 'sync',
      ...help('Close the connections that we dialled, and dial again.', 'gossip.reconnect'),
    },
    enable: {
      kind: 'sync',
      ...help('Dial peers of a kind by itself.', 'gossip.enable global', { type: kind }),
    },
    disable: {
      kind: 'sync',
      ...help('Do not dial peers of a kind by itself.', 'gossip.disable global', { type: kind }),
    },
    history: {
      kind: 'sync',
      ...help('What happened between us and a peer, in sentences.', 'gossip.history @PEER', {
        peer: { ...peer, optional: true },
      }),
    },
    bans: { kind: 'sync', ...help('Who is banned, and why.', 'gossip.bans') },
    ban: {
      kind: 'sync',
      ...help('Have no connection with a peer.', 'gossip.ban @PEER --hours 24 --reason noise', {
        peer,
        hours: { type: 'number', description: 'how long; for ever by default', optional: true },
        reason: { type: 'string', description: 'for yourself', optional: true },
      }),
    },
    unban: { kind: 'sync', ...byAddress('Lift a ban.', 'gossip.unban @PEER', { peer }) },
  },
  conn: {
    connect: {
      kind: 'async',
      ...byAddress('Connect to an address.', 'conn.connect net:host:8008~shs:KEY', {
        address,
        data,
      }),
    },
    disconnect: {
      kind: 'async',
      ...byAddress('End a connection.', 'conn.disconnect net:host:8008~shs:KEY', { address }),
    },
    peers: {
      kind: 'source',
      ...help('All connections, at once and after each change.', 'conn.peers'),
    },
    remember: {
      kind: 'sync',
      ...byAddress('Keep an address.', 'conn.remember net:host:8008~shs:KEY', { address, data }),
    },
    forget: {
      kind: 'sync',
      ...byAddress('Do not keep an address.', 'conn.forget net:host:8008~shs:KEY', { address }),
    },
    dbPeers: { kind: 'sync', ...help('All addresses that are kept.', 'conn.dbPeers') },
    stage: {
      kind: 'sync',
      ...byAddress('Offer an address without keeping it.', 'conn.stage net:host:8008~shs:KEY', {
        address,
        data,
      }),
    },
    unstage: {
      kind: 'sync',
      ...byAddress('Take back an offered address.', 'conn.unstage net:host:8008~shs:KEY', {
        address,
      }),
    },
    stagedPeers: {
      kind: 'source',
      ...help('All offered addresses, at once and after each change.', 'conn.stagedPeers'),
    },
    start: { kind: 'sync', ...help('Dial peers by itself.', 'conn.start') },
    stop: { kind: 'sync', ...help('Dial nobody by itself.', 'conn.stop') },
    ping: ping('conn'),
  },
}
