import type { FeedId } from '@scuttlebot/ssb-ref'
import { peerAddress } from './addresses.ts'
import { reconnectPause, retryPause } from './backoff.ts'
import type { HistoryEvent } from './history.ts'
import {
  type BookLimits,
  DATA_LENGTH_MAX,
  DAY_MS,
  FAILED_BEFORE_WAKE_MAX,
  FAILED_PER_DAY_MAX,
  type GossipTimes,
  SHORT_MS,
} from './limits.ts'
import {
  type AddressData,
  type AddressRecord,
  emptyAddress,
  emptyPeer,
  foreignData,
  groupOf,
  keepLast,
  type PeerRecord,
  type Source,
} from './record.ts'
import { addValue } from './stats.ts'
import { leastMissed, lengthOf, usefulness } from './worth.ts'

/** Peers without a known address whose history is kept. Our choice. */
const VISITORS_MAX = 500

/** UTF-16 units of a reason: some are what the other side said. Our choice. */
const REASON_LENGTH_MAX = 300

/** What a {@link PeerBook} is made of. */
export interface BookOptions {
  readonly own: FeedId
  readonly limits: BookLimits
  readonly times: GossipTimes
  now(): number
  /** 0 … 1. */
  random(): number
}

/**
 * Who is known, at which addresses, and how dialling them went. Bounded: what has been of no use
 * makes room for what is new, and nothing that a stranger announces displaces what has worked.
 */
export class PeerBook {
  readonly #options: BookOptions
  readonly #peers = new Map<FeedId, PeerRecord>()
  /** Peers that have dialled us and of whom no address is known: only for the history. */
  readonly #visitors = new Map<FeedId, PeerRecord>()
  #list: readonly PeerRecord[] | null = null
  #stagedCount = 0
  #refused = 0
  /** Counts changes that are to be kept, so that an unchanged book is not written. */
  revision = 0

  constructor(options: BookOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#peers.size
  }

  /** Staged addresses. */
  get staged(): number {
    return this.#stagedCount
  }

  /** How often somebody was not taken in, as everybody in the book is of more use. */
  get refused(): number {
    return this.#refused
  }

  peers(): IterableIterator<PeerRecord> {
    return this.#peers.values()
  }

  /** All peers as a list that is not made anew for each asking: the scheduler asks often. */
  list(): readonly PeerRecord[] {
    this.#list ??= [...this.#peers.values()]
    return this.#list
  }

  /** Also those of whom no address is known. */
  *known(): Generator<PeerRecord> {
    yield* this.#peers.values()
    yield* this.#visitors.values()
  }

  get(id: FeedId): PeerRecord | null {
    return this.#peers.get(id) ?? null
  }

  /** The record of a peer, known or not; strangers are forgotten again, the longest known first. */
  recordOf(id: FeedId): PeerRecord {
    const known = this.#peers.get(id) ?? this.#visitors.get(id)
    if (known !== undefined) return known
    const visitor = emptyPeer(id)
    this.#visitors.set(id, visitor)
    for (const old of this.#visitors.keys()) {
      if (this.#visitors.size <= VISITORS_MAX) break
      this.#visitors.delete(old)
    }
    return visitor
  }

  /** The record of an address in any form. */
  find(address: unknown): { peer: PeerRecord; address: AddressRecord } | null {
    const named = peerAddress(address)
    const peer = named === null ? null : this.get(named.id)
    const found = peer?.addresses.get(named?.address ?? '')
    return peer !== null && found !== undefined ? { peer, address: found } : null
  }

  /**
   * Remember an address.
   *
   * @returns the peer; `null` for ourselves, for what is no address with a key, and when there is no room
   */
  remember(given: unknown, source: Source, data: AddressData = {}): PeerRecord | null {
    const peer = this.#enter(given, source, data)
    if (peer === null) return null
    peer.record.remembered = true
    if (source === 'pub') peer.record.announcers += 1
    this.#changed(peer.peer)
    return peer.peer
  }

  /** Take in a record that was kept in a file. */
  restore(id: FeedId, record: AddressRecord): PeerRecord | null {
    if (id === this.#options.own || !this.#hasRoom(id)) return null
    const peer = this.#peers.get(id) ?? emptyPeer(id)
    if (peer.addresses.size >= this.#options.limits.addressesMax) return peer
    peer.addresses.set(record.address, record)
    this.#enlist(id, peer)
    peer.group = groupOf(peer)
    return peer
  }

  /** Put an address where it waits for a connection, and is forgotten after `ms` unless `null`. */
  stage(given: unknown, data: AddressData, ms: number | null): 'new' | 'again' | null {
    const now = this.#options.now()
    const known = this.find(given)?.address.staged ?? null
    if (known === null && this.#stagedCount >= this.#options.limits.stagedMax) return null
    const source = data['type'] === 'lan' ? 'local' : 'stored'
    const entered = this.#enter(given, source, data)
    if (entered === null) return null
    const { peer, record } = entered
    if (known === null) this.#stagedCount += 1
    record.staged = {
      birth: known?.birth ?? now,
      updated: now,
      expiresAt: ms === null ? null : now + ms,
    }
    peer.group = groupOf(peer)
    return known === null ? 'new' : 'again'
  }

  unstage(given: unknown): boolean {
    const found = this.find(given)
    if (found === null || found.address.staged === null) return false
    this.#unstage(found.peer, found.address)
    return true
  }

  /** Forget staged addresses that were not announced again. Returns how many. */
  expire(): number {
    if (this.#stagedCount === 0) return 0
    const now = this.#options.now()
    let count = 0
    for (const peer of this.#peers.values())
      for (const record of peer.addresses.values()) {
        const expiresAt = record.staged?.expiresAt ?? null
        if (expiresAt === null || expiresAt > now) continue
        this.#unstage(peer, record)
        count += 1
      }
    return count
  }

  /** Forget an address, or with an id all addresses of a peer. */
  forget(given: unknown): boolean {
    const found = this.find(given)
    if (found === null) return false
    found.address.remembered = false
    if (found.address.staged === null) this.#drop(found.peer, found.address)
    this.#changed(found.peer)
    return true
  }

  forgetPeer(id: FeedId): boolean {
    const peer = this.#peers.get(id)
    if (peer === undefined) return false
    for (const { staged } of peer.addresses.values()) if (staged !== null) this.#stagedCount -= 1
    this.revision += 1
    return this.#delist(id)
  }

  /** How far a peer is from us now; `null`: not in the graph. */
  setHops(id: FeedId, hops: number | null): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.hops = hops
    peer.group = groupOf(peer)
  }

  /** A dial is about to begin. */
  dialling(peer: PeerRecord, addresses: readonly string[]): void {
    const now = this.#options.now()
    for (const address of addresses) {
      const record = peer.addresses.get(address)
      if (record !== undefined) record.triedAt = now
    }
  }

  /** A dial has failed at every address that was tried. */
  failed(peer: PeerRecord): void {
    const { now, random, times } = this.#options
    peer.failures += 1
    peer.failedAt.push(now())
    keepLast(peer.failedAt, FAILED_PER_DAY_MAX)
    const isNear = peer.group === 'friends' || peer.group === 'lan'
    // a neighbour that announces itself is there; it may only be starting
    const failures = peer.group === 'lan' ? Math.min(peer.failures, 1) : peer.failures
    const pause = retryPause(failures, isNear, times, random())
    peer.retryAt = now() + (peer.group === 'lan' ? pause / 8 : pause)
    this.revision += 1
  }

  /** One address of a dial has failed. */
  addressFailed(peer: PeerRecord, address: string, reason: string, isUnusable = false): void {
    const record = peer.addresses.get(address)
    if (record === undefined) return
    record.failures += 1
    record.changedAt = this.#options.now()
    record.unusable = isUnusable
    this.note(peer, { at: record.changedAt, kind: 'failed', address, outgoing: true, reason })
  }

  /** There is a connection. */
  connected(peer: PeerRecord, address: string, outgoing: boolean): void {
    const now = this.#options.now()
    const record = peer.addresses.get(address)
    if (record !== undefined && outgoing) {
      record.failures = 0
      record.succeededAt = now
      record.changedAt = now
    }
    peer.failures = 0
    peer.failedAt.length = 0
    peer.syncedAt = now
    this.note(peer, { at: now, kind: 'connected', address, outgoing })
  }

  /** It has ended. `made room`: we closed it for another. */
  disconnected(
    peer: PeerRecord,
    end: { address: string; outgoing: boolean; reason: string; ms: number; rested: boolean },
  ): void {
    const { now, random, times } = this.#options
    const record = peer.addresses.get(end.address)
    if (record !== undefined) {
      record.changedAt = now()
      if (end.outgoing) record.duration = addValue(record.duration, end.ms)
    }
    peer.syncedAt = now()
    peer.shorts = end.ms < SHORT_MS && !end.rested ? peer.shorts + 1 : 0
    const pause = end.rested ? times.restMs : reconnectPause(peer.shorts, times, random())
    peer.retryAt = now() + pause
    const { address, outgoing, reason, ms } = end
    this.note(peer, { at: now(), kind: 'disconnected', address, outgoing, reason, ms })
  }

  /** Add to what is told of a peer. */
  note(peer: PeerRecord, event: HistoryEvent): void {
    const { reason } = event
    const isLong = reason !== undefined && reason.length > REASON_LENGTH_MAX
    peer.history.push(isLong ? { ...event, reason: reason.slice(0, REASON_LENGTH_MAX) } : event)
    keepLast(peer.history, this.#options.limits.historyMax)
    this.revision += 1
  }

  /**
   * We have slept, or our network has come back: whoever is near is dialled soon, spread over a
   * minute, but for those that were tried in vain several times today.
   */
  wake(): void {
    const { now, random } = this.#options
    for (const peer of this.#peers.values()) {
      // the clock was wrong when this was noted
      if (peer.retryAt > now() + 8 * DAY_MS) peer.retryAt = now()
      if (peer.group !== 'friends' && peer.group !== 'lan') continue
      const today = peer.failedAt.filter((at) => now() - at < DAY_MS)
      if (today.length > FAILED_BEFORE_WAKE_MAX) continue
      peer.retryAt = Math.min(peer.retryAt, now() + random() * SHORT_MS)
    }
  }

  /** Failures since `since` were our own network's: whoever had them is tried again soon. */
  forgive(since: number): void {
    const { now, random, times } = this.#options
    for (const peer of this.#peers.values()) {
      if ((peer.failedAt.at(-1) ?? 0) < since) continue
      peer.failures = Math.min(peer.failures, 1)
      keepLast(peer.failedAt, FAILED_BEFORE_WAKE_MAX + 1)
      peer.retryAt = Math.min(peer.retryAt, now() + random() * times.retryMs)
    }
  }

  #enlist(id: FeedId, peer: PeerRecord): void {
    if (this.#peers.get(id) === peer) return
    this.#peers.set(id, peer)
    this.#list = null
  }

  #delist(id: FeedId): boolean {
    this.#list = null
    return this.#peers.delete(id)
  }

  #enter(
    given: unknown,
    source: Source,
    data: AddressData,
  ): { peer: PeerRecord; record: AddressRecord } | null {
    const named = peerAddress(given)
    if (named === null || named.id === this.#options.own) return null
    const { id, address } = named
    const known = this.#peers.get(id)
    if (known === undefined && !this.#hasRoom(id)) return null
    const peer = known ?? this.#visitors.get(id) ?? emptyPeer(id)
    let record = peer.addresses.get(address)
    if (record === undefined) {
      if (!this.#hasPlace(peer)) return null
      record = emptyAddress(address, source, this.#options.now())
      peer.addresses.set(address, record)
    } else if (source === 'manual' || source === 'seed' || source === 'invite')
      record.source = source
    const merged = { ...record.data, ...foreignData(data) }
    // JSON of unknown origin: as it could not be written, it is not kept
    if (lengthOf(merged) <= DATA_LENGTH_MAX) record.data = merged
    this.#enlist(id, peer)
    this.#visitors.delete(id)
    peer.group = groupOf(peer)
    return { peer, record }
  }

  /** Make room for another peer, if somebody is less useful than a stranger. */
  #hasRoom(id: FeedId): boolean {
    if (this.#peers.has(id) || this.#peers.size < this.#options.limits.peersMax) return true
    let worst: PeerRecord | null = null
    let worstUse = 1
    for (const peer of this.#peers.values()) {
      const use = usefulness(peer)
      if (use >= worstUse) continue
      worst = peer
      worstUse = use
    }
    if (worst !== null) return this.forgetPeer(worst.id)
    this.#refused += 1
    return false
  }

  /** Make room for another address of a peer: what never worked goes first. */
  #hasPlace(peer: PeerRecord): boolean {
    if (peer.addresses.size < this.#options.limits.addressesMax) return true
    const worst = leastMissed(peer)
    if (worst === null) return false
    this.#drop(peer, worst)
    this.#enlist(peer.id, peer)
    return true
  }

  #unstage(peer: PeerRecord, record: AddressRecord): void {
    record.staged = null
    this.#stagedCount -= 1
    if (!record.remembered) this.#drop(peer, record)
    else peer.group = groupOf(peer)
  }

  #drop(peer: PeerRecord, record: AddressRecord): void {
    if (record.staged !== null) this.#stagedCount -= 1
    peer.addresses.delete(record.address)
    peer.group = groupOf(peer)
    if (peer.addresses.size === 0) this.#delist(peer.id)
  }

  #changed(peer: PeerRecord): void {
    peer.group = groupOf(peer)
    this.revision += 1
  }
}
