import { isFeedId } from '@scuttlebot/ssb-ref'
import { peerAddress } from './addresses.ts'
import type { PeerBook } from './book.ts'
import type { HistoryEvent } from './history.ts'
import { FAILED_PER_DAY_MAX } from './limits.ts'
import { type AddressData, addressFields, type PeerRecord, readAddressFields } from './record.ts'
import type { Ban, Trust } from './trust.ts'

/** Where the book is kept between runs. All values are JSON. */
export interface BookStorage {
  /** What `save` was given last; `null`: nothing yet. */
  load(): Promise<unknown>
  save(book: unknown): Promise<void>
  /** What older servers have left: the contents of `gossip.json` and `conn.json`; missing ones are `null`. */
  legacy(): Promise<{ readonly gossip: unknown; readonly conn: unknown }>
}

/** A storage that forgets at the end of the process. */
export function memoryStorage(): BookStorage {
  let kept: unknown = null
  return {
    load: async () => kept,
    save: async (book) => {
      kept = structuredClone(book)
    },
    legacy: async () => ({ gossip: null, conn: null }),
  }
}

/** Events of each peer that are kept between runs: the file is written often. */
const HISTORY_KEPT = 5
const VERSION = 1

/** Classes of automatic dialling that `gossip.enable` and `gossip.disable` switch. */
export type Switches = Record<'global' | 'local' | 'friends' | 'seed' | 'pub', boolean>

/** Everything that is kept, as JSON. */
export function writeBook(book: PeerBook, trust: Trust, switches: Switches): unknown {
  const peers: Record<string, unknown> = {}
  for (const peer of book.peers()) {
    const remembered = [...peer.addresses.values()].filter((one) => one.remembered)
    if (remembered.length === 0) continue
    const { retryAt, syncedAt, failures, failedAt, shorts } = peer
    peers[peer.id] = {
      retryAt,
      syncedAt,
      failures,
      failedAt,
      shorts,
      history: peer.history.slice(-HISTORY_KEPT),
      addresses: Object.fromEntries(
        remembered.map((one) => [one.address, addressFields(peer, one)]),
      ),
    }
  }
  return { version: VERSION, switches, bans: trust.all(), peers }
}

const isObject = (value: unknown): value is AddressData =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const time = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

/** Take in what {@link writeBook} made. Total: what is damaged is left out. */
export function readBook(
  value: unknown,
  book: PeerBook,
  trust: Trust,
  switches: Switches,
  now: number,
): void {
  if (!isObject(value)) return
  if (isObject(value['switches']))
    for (const name of Object.keys(switches) as (keyof Switches)[])
      if (typeof value['switches'][name] === 'boolean') switches[name] = value['switches'][name]
  if (Array.isArray(value['bans'])) for (const ban of value['bans']) readBan(ban, trust)
  if (!isObject(value['peers'])) return
  for (const [id, fields] of Object.entries(value['peers'])) {
    if (!isFeedId(id) || !isObject(fields) || !isObject(fields['addresses'])) continue
    let peer: PeerRecord | null = null
    for (const [address, data] of Object.entries(fields['addresses'])) {
      if (peerAddress(address)?.id !== id || !isObject(data)) continue
      peer = book.restore(id, readAddressFields(address, data, now)) ?? peer
    }
    if (peer !== null) readPeer(peer, fields, now)
  }
}

function readPeer(peer: PeerRecord, fields: AddressData, now: number): void {
  // a clock that stood in the future when this was written must not silence a peer for years
  const week = now + 8 * 86_400_000
  peer.retryAt = Math.min(week, time(fields['retryAt']) ?? 0)
  peer.syncedAt = Math.min(now, time(fields['syncedAt']) ?? now)
  if (time(fields['syncedAt']) === null) peer.syncedAt = null
  peer.failures = Math.min(1000, time(fields['failures']) ?? 0)
  peer.shorts = Math.min(1000, time(fields['shorts']) ?? 0)
  const failedAt = Array.isArray(fields['failedAt']) ? fields['failedAt'] : []
  peer.failedAt = failedAt
    .filter((at): at is number => time(at) !== null && at <= now)
    .slice(-FAILED_PER_DAY_MAX)
  const history = Array.isArray(fields['history']) ? fields['history'] : []
  peer.history = history.filter(isEvent).slice(-HISTORY_KEPT)
}

function isEvent(value: unknown): value is HistoryEvent {
  return isObject(value) && time(value['at']) !== null && typeof value['kind'] === 'string'
}

function readBan(value: unknown, trust: Trust): void {
  if (!isObject(value) || !isFeedId(value['id']) || typeof value['reason'] !== 'string') return
  const since = time(value['since'])
  const until = value['until'] === null ? null : time(value['until'])
  const times = time(value['times'])
  if (since === null || (until === null && value['until'] !== null)) return
  const { id, reason } = value as { readonly id: Ban['id']; readonly reason: string }
  // Files of before do not say it; those without an end were never automatic.
  const byHand = value['byHand'] === true || until === null
  trust.restore({ id, since, until, reason, times: times ?? 1, byHand })
}

/**
 * Take in `gossip.json` (an array of peers) and `conn.json` (addresses to data) of older servers.
 * Total. Returns how many addresses were taken.
 */
export function importLegacy(
  files: { readonly gossip: unknown; readonly conn: unknown },
  book: PeerBook,
  now: number,
): number {
  let count = 0
  const take = (given: unknown, fields: unknown): void => {
    const named = peerAddress(given)
    if (named === null || !isObject(fields) || book.find(named.address) !== null) return
    const record = readAddressFields(named.address, fields, now)
    if (book.restore(named.id, record) !== null) count += 1
  }
  if (isObject(files.conn))
    for (const [address, data] of Object.entries(files.conn)) take(address, data)
  if (Array.isArray(files.gossip))
    for (const peer of files.gossip)
      if (isObject(peer)) take(typeof peer['address'] === 'string' ? peer['address'] : peer, peer)
  if (count > 0) book.revision += 1
  return count
}
