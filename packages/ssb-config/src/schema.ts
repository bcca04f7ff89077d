import { type LimitSettings, limitOptions } from './limits.ts'
import type { Option } from './option.ts'

/** JSON whose shape only the reader of it knows. */
export interface Tree {
  readonly [key: string]: unknown
}

/** Every setting with its type, under its dotted key. The schema below must name each of them. */
export interface Settings extends LimitSettings {
  readonly path: string | null
  readonly 'caps.shs': string
  readonly 'caps.sign': string | null
  readonly 'caps.invite': string
  readonly host: string | null
  readonly 'local-only': boolean
  readonly port: number | null
  readonly external: readonly string[]
  readonly socks: string
  readonly 'connections.incoming': Tree | null
  readonly 'connections.outgoing': Tree
  readonly remote: string | null
  readonly 'timers.handshake': number
  readonly 'timers.inactivity': number
  readonly 'timers.ping': number
  readonly 'timers.reconnect': number
  readonly 'timers.connection': number
  readonly 'timers.keepalive': number
  readonly timeout: number | null
  readonly 'friends.hops': number
  readonly 'replicate.hops': number | null
  readonly 'replication.hops': number | null
  readonly 'replicate.legacy': boolean
  readonly offline: boolean
  readonly seeds: readonly string[]
  readonly 'gossip.connections': number
  readonly 'gossip.seed': boolean
  readonly 'gossip.friends': boolean
  readonly 'gossip.global': boolean
  readonly 'gossip.local': boolean
  readonly 'gossip.pub': boolean
  readonly 'gossip.autoPopulate': boolean
  readonly 'gossip.prune': boolean
  readonly 'conn.autostart': boolean
  readonly master: readonly string[]
  readonly 'logging.level': 'error' | 'warning' | 'notice' | 'info'
  readonly 'logging.plugins': Tree
  readonly 'logging.json': boolean
  readonly 'ws.port': number | null
  readonly 'ws.host': string | null
  readonly 'ws.external': readonly string[]
  readonly 'ws.key': string | null
  readonly 'ws.cert': string | null
  readonly 'ws.http': boolean
  readonly 'web.enabled': boolean
  readonly 'web.port': number | null
  readonly 'web.remote': boolean
  readonly 'web.public': boolean
  readonly 'web.invite': string | null
  readonly plugins: Tree
  readonly 'friends.dunbar': number
  readonly 'friends.hookAuth': boolean
  readonly 'friends.hookReplicate': boolean
  readonly 'replicate.fallback': boolean
  readonly 'replication.dunbar': number
  readonly party: boolean
  readonly pub: boolean
  readonly local: boolean
  readonly allowPrivate: boolean
  readonly 'blobs.sympathy': number
  readonly 'blobs.stingy': boolean
  readonly 'blobs.pushy': number
  readonly 'blobs.max': number
  readonly 'blobs.legacy': boolean
  readonly 'blobs.quota': number | null
  readonly 'blobs.pinHops': number
  readonly 'blobs.public': boolean
  readonly 'health.public': boolean
  readonly 'conn.populatePubs': boolean
  readonly 'ooo.timeout': number
  readonly 'ooo.hook': boolean
  readonly 'ebt.logging': boolean
  readonly 'lan.legacy': boolean
  readonly 'tunnel.logging': boolean
  readonly serveBlobs: Tree
  readonly blobsPurge: Tree
  readonly suggest: Tree
  readonly replicationScheduler: Tree
  readonly metafeeds: Tree
  readonly box2: Tree
  readonly db2: Tree
}

type Rest = Omit<Option, 'type' | 'default' | 'description'>

const integer = <D extends number | null>(
  value: D,
  unit: string,
  description: string,
  rest: Rest = {},
): Option<D> => ({
  type: 'integer',
  default: value,
  description,
  min: 0,
  ...(unit === '' ? {} : { unit }),
  ...rest,
})
const boolean = (value: boolean, description: string, rest: Rest = {}): Option<boolean> => ({
  type: 'boolean',
  default: value,
  description,
  ...rest,
})
const text = <D extends string | null>(
  value: D,
  description: string,
  rest: Rest = {},
): Option<D> => ({ type: 'text', default: value, description, ...rest })
const tree = <D extends Tree | null>(
  value: D,
  description: string,
  rest: Rest = {},
): Option<D> => ({ type: 'tree', default: value, description, ...rest })

const texts = (description: string): Option<readonly string[]> => ({
  type: 'texts',
  default: [],
  description,
})

const PORT: Rest = { min: 0, max: 65_535 }
/** Timers are 32-bit in Node: a larger one would fire at once. */
const TIMER: Rest = { max: 2_147_483_647 }
const INERT: Rest = { inert: true }
const idle = (description: string): string => `${description} No effect in this version.`
const old = (description: string): string => `${description} Of the old server; no effect here.`

const LEVELS: readonly string[] = ['error', 'warning', 'notice', 'info']

/** The whole configuration: what may be set, to what, and what it means. */
const schema: {
  readonly [K in keyof Settings]: Option<Settings[K]>
} = {
  path: {
    type: 'folder',
    default: null,
    description: 'The data folder; when null, ~/.ssb (or ~/.NAME with ssb_appname=NAME).',
  },
  'caps.shs': {
    type: 'key32',
    default: '1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=',
    description: 'The key of the network: servers with another key cannot even say hello.',
  },
  'caps.sign': {
    type: 'key32',
    default: null,
    description: 'A key mixed into every signature; null on the main network.',
  },
  'caps.invite': {
    type: 'key32',
    default: 'HT0wIYuk3OWc2FtaCfHNnakV68jSGRrjRMP9Kos7IQc=',
    description: 'The key of peer invites.',
    ...INERT,
  },
  host: text(
    null,
    'The address to listen on, and the one that clients dial; when null, every interface.',
  ),
  'local-only': boolean(false, 'Listen to this machine only, and be silent in the local network.'),
  port: integer(null, '', 'The TCP port; 0 takes a free one; when null, 8008.', PORT),
  external: texts(
    'Hosts or host:port under which everyone reaches this server, where these are not its own addresses; NAME.onion is told as an onion service.',
  ),
  socks: text(
    '127.0.0.1:9050',
    'The SOCKS5 proxy, as host:port, through which onion services are dialled.',
  ),
  'connections.incoming': tree(
    null,
    'Where to listen, as {net: [{host, port, scope, external}], ws: [{…, key, cert, http}], onion: [{external}], unix: [{path}]}; replaces host, port and ws.',
  ),
  'connections.outgoing': tree(
    { net: [{ transform: 'shs' }], onion: [{ transform: 'shs' }], ws: [{ transform: 'shs' }] },
    'The transports over which to dial: others are not dialled.',
  ),
  remote: text(
    null,
    'For clients: the whole multiserver address to dial instead of host and port.',
  ),
  'timers.handshake': integer(5_000, 'ms', 'The time a whole handshake may take.', {
    ...TIMER,
    min: 100,
  }),
  'timers.inactivity': integer(
    600_000,
    'ms',
    'A connection on which nothing moves for so long is closed; 0 is never.',
    TIMER,
  ),
  'timers.ping': integer(300_000, 'ms', 'How often a peer is asked whether it is still there.', {
    ...TIMER,
    min: 10_000,
    max: 1_800_000,
  }),
  'timers.reconnect': integer(
    5_000,
    'ms',
    idle('The shortest pause before a peer is dialled again.'),
    {
      ...TIMER,
      ...INERT,
    },
  ),
  'timers.connection': integer(0, 'ms', old('The longest life of a connection.'), {
    ...TIMER,
    ...INERT,
  }),
  'timers.keepalive': integer(30_000, 'ms', old('Never read by anything.'), { ...TIMER, ...INERT }),
  timeout: integer(null, 'ms', 'The old name of timers.inactivity.', {
    ...TIMER,
    legacyOf: 'timers.inactivity',
  }),
  'friends.hops': integer(
    2,
    'hops',
    'How far from the own feed others are fetched: 0 the own, 1 those followed, 2 those they follow.',
    { max: 10 },
  ),
  'replicate.hops': integer(null, 'hops', 'An old name of friends.hops.', {
    max: 10,
    legacyOf: 'friends.hops',
  }),
  'replication.hops': integer(null, 'hops', 'An old name of friends.hops.', {
    max: 10,
    legacyOf: 'friends.hops',
  }),
  'replicate.legacy': boolean(
    true,
    idle('Fetch over createHistoryStream from peers that do not speak EBT.'),
    INERT,
  ),
  offline: boolean(false, 'Dial nobody by itself; those who dial us are still served.'),
  seeds: texts('Addresses to know from the start.'),
  'gossip.connections': integer(3, '', 'How many servers to keep dialled that are not friends.', {
    max: 100,
  }),
  'gossip.seed': boolean(true, 'Dial the addresses of seeds.'),
  'gossip.friends': boolean(true, 'Dial peers within the hops.'),
  'gossip.global': boolean(true, 'Dial any peer outside the local network.'),
  'gossip.local': boolean(
    true,
    'Announce ourselves in the local network, and dial whom we find there.',
  ),
  'gossip.pub': boolean(true, 'Dial servers that messages announce.'),
  'gossip.autoPopulate': boolean(true, 'Learn addresses from messages.'),
  'gossip.prune': boolean(false, old('Forget addresses that never answer.'), INERT),
  'conn.autostart': boolean(true, 'Whether to dial by itself; conn.start begins later.'),
  master: {
    type: 'feeds',
    default: [],
    description: 'Feeds that may do over the network all that the owner may.',
  },
  'logging.level': {
    type: 'choice',
    default: 'notice',
    values: LEVELS,
    description: 'How much the server says: each word includes those before it.',
  },
  'logging.plugins': {
    type: 'tree',
    default: {},
    values: LEVELS,
    description: 'Plugins that say more or less than that, by name: {"gossip": "info"}.',
  },
  'logging.json': boolean(false, 'Each line of the log as JSON, for programs.'),
  'ws.port': integer(
    null,
    '',
    'The port of WebSockets and HTTP, usually 8989; 0 takes a free one; when null and ws.host is null too, there are none.',
    PORT,
  ),
  'ws.host': text(
    null,
    'The address on which WebSockets are listened for; when null, that of host.',
  ),
  'ws.external': texts(
    'Hosts, host:port or wss://host under which everyone reaches the WebSockets; when empty, the hosts of external.',
  ),
  'ws.key': text(
    null,
    'File of a private key in PEM form; with ws.cert the WebSockets are secure (wss).',
  ),
  'ws.cert': text(null, 'File of the certificate, with those above it, that belongs to ws.key.'),
  'ws.http': boolean(
    true,
    'Whether HTTP requests on the port of WebSockets are answered, such as those for blobs.',
  ),
  'web.enabled': boolean(
    false,
    'Serve a page for browsers of this machine: on the port of WebSockets, or on one of its own.',
  ),
  'web.port': integer(
    null,
    '',
    'The port of the page on this machine where there are no WebSockets; when null, port and 981 (8989), or any free one.',
    PORT,
  ),
  'web.remote': boolean(
    false,
    'Give the page to other machines, too, on the port of WebSockets; its link still pairs one browser.',
  ),
  'web.public': boolean(
    false,
    'Show strangers from other machines one page with the name and the id of this server.',
  ),
  'web.invite': text(null, 'An invite code that this public page shows.'),
  plugins: tree({}, 'Settings of plugins by name; nothing in it is checked.'),
  'friends.dunbar': integer(150, '', old('A limit of feeds.'), INERT),
  'friends.hookAuth': boolean(true, old('Refuse connections from blocked feeds.'), INERT),
  'friends.hookReplicate': boolean(true, old('Fetch by the follow graph.'), INERT),
  'replicate.fallback': boolean(true, old('Wait for EBT first.'), INERT),
  'replication.dunbar': integer(150, '', old('A limit of feeds.'), INERT),
  party: boolean(true, old('Historical.'), INERT),
  pub: boolean(true, old('Historical.'), INERT),
  local: boolean(true, old('Historical.'), INERT),
  allowPrivate: boolean(false, 'Allow invites to private addresses.'),
  'blobs.sympathy': integer(3, 'hops', 'How far a want for a blob is passed on; 0: not at all.', {
    max: 10,
  }),
  'blobs.stingy': boolean(false, 'Tell peers of pushed blobs only.'),
  'blobs.pushy': integer(3, 'peers', 'How many peers should have a pushed blob.', {
    min: 1,
  }),
  'blobs.max': integer(5_242_880, 'bytes', 'Blobs of this size and more are refused.', {
    min: 1,
  }),
  'blobs.legacy': boolean(true, 'Ask peers that know no stream of wants the old way.'),
  'blobs.quota': integer(
    null,
    'bytes',
    'Blobs that nobody keeps are removed above this total; null: no limit.',
  ),
  'blobs.pinHops': integer(
    1,
    'hops',
    'How near a feed is whose blobs are kept whatever the quota; 0: our own only.',
    { max: 10 },
  ),
  'blobs.public': boolean(false, 'Give blobs over HTTP to other machines, too.'),
  'health.public': boolean(
    false,
    'Answer /healthz, /readyz and /metrics over HTTP to other machines, too.',
  ),
  'conn.populatePubs': boolean(true, 'The newer name of gossip.autoPopulate.'),
  'ooo.timeout': integer(5_000, 'ms', old('The wait for a single message.'), {
    ...TIMER,
    ...INERT,
  }),
  'ooo.hook': boolean(true, old('Ask peers for unknown messages in get.'), INERT),
  'ebt.logging': boolean(false, old('Print EBT notes.'), INERT),
  'lan.legacy': boolean(true, 'Plain announcements in the local network, too.'),
  'tunnel.logging': boolean(false, old('Print tunnel events.'), INERT),
  serveBlobs: tree({}, old('Blobs over HTTP: see ws.port and blobs.public.'), INERT),
  blobsPurge: tree({}, old('Removal of old blobs.'), INERT),
  suggest: tree({}, old('Suggestions of names.'), INERT),
  replicationScheduler: tree({}, old('Of the db2 stack.'), INERT),
  metafeeds: tree({}, old('Of the db2 stack.'), INERT),
  box2: tree({}, old('Of the db2 stack.'), INERT),
  db2: tree({}, old('Of the db2 stack.'), INERT),
  ...limitOptions,
}

/** Dotted key of an option. */
export type Key = keyof Settings

/** All keys, in the order of the schema. */
export const keys: readonly Key[] = Object.keys(schema) as Key[]

/** Whether there is an option of this dotted key. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(schema, key)
}

/** The option of a dotted key. */
export function optionOf(key: Key): Option {
  return schema[key]
}
