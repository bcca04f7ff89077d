import type { FeedId } from '@scuttlebot/ssb-ref'
import { isTunnel } from './addresses.ts'
import type { HistoryEvent } from './history.ts'
import type { Group } from './scheduler.ts'
import { readStats, type Stats } from './stats.ts'

/** Where an address came from. */
export type Source = 'seed' | 'pub' | 'manual' | 'friends' | 'local' | 'stored' | 'invite' | 'room'

const SOURCES: readonly Source[] = [
  'seed',
  'pub',
  'manual',
  'friends',
  'local',
  'stored',
  'invite',
  'room',
]

/** Any value as a source; what is unknown is `stored`. */
export function readSource(value: unknown, unknown: Source = 'stored'): Source {
  return SOURCES.find((source) => source === value) ?? unknown
}

/** JSON fields that clients keep with an address through `conn.remember` and `conn.stage`. */
export type AddressData = Readonly<Record<string, unknown>>

/** One address of a peer, and how it has behaved. */
export interface AddressRecord {
  readonly address: string
  readonly birth: number
  source: Source
  /** How many times it was announced in messages. */
  announcers: number
  /** Failed dials since the last that worked. */
  failures: number
  triedAt: number | null
  succeededAt: number | null
  /** When its state changed last. */
  changedAt: number
  duration: Stats | null
  rtt: Stats | null
  skew: Stats | null
  /** Fields of clients; ours are not in it. */
  data: AddressData
  /** In the book, as against only staged. */
  remembered: boolean
  staged: { birth: number; updated: number; expiresAt: number | null } | null
  /** No transport of ours can dial it. Not kept: the next version may. */
  unusable: boolean
}

/** Everything that is known of a peer. */
export interface PeerRecord {
  readonly id: FeedId
  readonly addresses: Map<string, AddressRecord>
  hops: number | null
  group: Group
  retryAt: number
  syncedAt: number | null
  failures: number
  failedAt: number[]
  /** Connections in a row that lasted less than a minute. */
  shorts: number
  history: HistoryEvent[]
}

/** A peer of which nothing is known but the id. */
export function emptyPeer(id: FeedId): PeerRecord {
  return {
    id,
    addresses: new Map(),
    hops: null,
    group: 'strangers',
    retryAt: 0,
    syncedAt: null,
    failures: 0,
    failedAt: [],
    shorts: 0,
    history: [],
  }
}

/** An address of which nothing is known but where it came from. */
export function emptyAddress(address: string, source: Source, now: number): AddressRecord {
  return {
    address,
    birth: now,
    source,
    announcers: 0,
    failures: 0,
    triedAt: null,
    succeededAt: null,
    changedAt: now,
    duration: null,
    rtt: null,
    skew: null,
    data: {},
    remembered: false,
    staged: null,
    unusable: false,
  }
}

/** The group of a peer, from its distance and its addresses. */
export function groupOf(peer: PeerRecord): Group {
  const all = [...peer.addresses.values()]
  if (all.some(({ staged, data }) => staged !== null && data['type'] === 'lan')) return 'lan'
  if (peer.hops !== null && peer.hops > 0) return 'friends'
  if (all.some(({ data }) => data['type'] === 'room')) return 'rooms'
  const isServer = all.some(
    ({ data, source }) => data['type'] === 'pub' || (source !== 'local' && source !== 'stored'),
  )
  return isServer ? 'pubs' : 'strangers'
}

/** The addresses of a peer that may be dialled without being asked to, best first. */
export function dialable(peer: PeerRecord): readonly AddressRecord[] {
  const weight = (one: AddressRecord): number =>
    // the network at hand first, rooms last; then what has worked, and most recently
    (one.staged === null ? 0 : -100) + (isTunnel(one.address) ? 50 : 0) + Math.min(one.failures, 40)
  return [...peer.addresses.values()]
    .filter(({ unusable, data }) => !unusable && data['autoconnect'] !== false)
    .sort((a, b) => weight(a) - weight(b) || (b.succeededAt ?? 0) - (a.succeededAt ?? 0))
}

/** Addresses of one peer that are tried in one dial. */
const ADDRESSES_PER_DIAL = 3

/**
 * The addresses to try in one dial. The one that worked last is among them, so that nobody can hide a
 * peer behind addresses that he announces for it.
 */
export function toDial(peer: PeerRecord): readonly string[] {
  const best = dialable(peer)
  const first = best.slice(0, ADDRESSES_PER_DIAL)
  const proven = best
    .filter(({ succeededAt }) => succeededAt !== null)
    .sort((a, b) => (b.succeededAt ?? 0) - (a.succeededAt ?? 0))[0]
  if (proven !== undefined && !first.includes(proven)) first[ADDRESSES_PER_DIAL - 1] = proven
  return first.map(({ address }) => address)
}

/** Keep a list's end. */
export function keepLast<T>(list: T[], max: number): void {
  if (list.length > max) list.splice(0, list.length - max)
}

const numberOr = <D>(value: unknown, otherwise: D): number | D =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : otherwise

const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...['key', 'address', 'host', 'port', 'source', 'birth', 'announcers', 'failure', 'stateChange'],
  ...['duration', 'ping', 'state', 'hubBirth', 'hubUpdated', 'pool', 'client', 'error'],
  ...['stagingBirth', 'stagingUpdated', 'triedAt', 'succeededAt', 'inferredType'],
])

/** The fields of an address's data that are not ours. */
export function foreignData(fields: AddressData): AddressData {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !OWN_FIELDS.has(name) && value !== undefined),
  )
}

/** The fields of an address as `conn.json`, `conn.dbPeers` and our own file have them. */
export function addressFields(peer: PeerRecord, one: AddressRecord): AddressData {
  const { rtt, skew } = one
  return {
    ...one.data,
    key: peer.id,
    source: one.source,
    birth: one.birth,
    stateChange: one.changedAt,
    ...(one.announcers > 0 ? { announcers: one.announcers } : {}),
    ...(one.failures > 0 ? { failure: one.failures } : {}),
    ...(one.triedAt === null ? {} : { triedAt: one.triedAt }),
    ...(one.succeededAt === null ? {} : { succeededAt: one.succeededAt }),
    ...(one.duration === null ? {} : { duration: one.duration }),
    ...(rtt === null && skew === null ? {} : { ping: { rtt, skew } }),
  }
}

/** Read what {@link addressFields} wrote, or what `gossip.json` or `conn.json` has. Total. */
export function readAddressFields(
  address: string,
  fields: AddressData,
  now: number,
): AddressRecord {
  const ping = (fields['ping'] ?? {}) as AddressData
  return {
    address,
    birth: numberOr(fields['birth'], now),
    source: readSource(fields['source']),
    announcers: numberOr(fields['announcers'], 0),
    failures: Math.min(1000, numberOr(fields['failure'], 0)),
    triedAt: numberOr(fields['triedAt'], null),
    succeededAt: numberOr(fields['succeededAt'], null),
    changedAt: numberOr(fields['stateChange'], now),
    duration: readStats(fields['duration']),
    rtt: readStats(ping['rtt']),
    skew: readStats(ping['skew']),
    data: foreignData(fields),
    remembered: true,
    staged: null,
    unusable: false,
  }
}
