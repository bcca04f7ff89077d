import { type Clock, type Event, event, type Log, type Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { isOnDevice } from './addresses.ts'
import type { PeerBook } from './book.ts'
import { DOUBT_AFTER, type GossipTimes } from './limits.ts'
import { type PeerRecord, toDial } from './record.ts'
import { decide, type Group, type LiveConnection, type Quotas } from './scheduler.ts'

/** What is needed of the network. */
export interface GossipNet {
  /** Connect to the first of an address's alternatives that works. */
  connect(address: string): Promise<Peer>
  disconnect(id: FeedId): Promise<boolean>
  peers(): readonly Peer[]
  /** Told of what peers do wrong; at a sum of 100 within the hour one is banned. */
  readonly reported?: Event<[id: FeedId, kind: string, weight: number]>
}

/** A connection that is there, or being made. */
export interface Live extends LiveConnection {
  readonly address: string
  /** When it began: hub time of `conn.*`. */
  readonly birth: number
  readonly peer: Peer | null
}

/** Something that happened to a connection. */
export interface ConnectionChange {
  readonly type: 'connecting' | 'connect' | 'connect-failure' | 'disconnecting' | 'disconnect'
  readonly id: FeedId
  readonly address: string
}

/** What a {@link Conductor} is made of. */
export interface ConductorOptions {
  readonly own: FeedId
  readonly book: PeerBook
  readonly net: GossipNet
  readonly clock: Clock
  /** 0 … 1. */
  random(): number
  readonly log: Log
  readonly quotas: Quotas
  readonly times: GossipTimes
  /** Whether a peer may be dialled unasked: switches, bans, policy. */
  wants(peer: PeerRecord): boolean
  /** Why we may not be connected to it; `null`: we may. */
  forbidden(id: FeedId): string | null
  /** The addresses of this machine, as one text; empty: it has no network. */
  network(): string
}

/** From an event to the tick that answers it, in milliseconds. */
const SOON_MS = 100
/** Beyond the expected time of a tick, in milliseconds: the machine has slept. */
const SLEPT_MS = 120_000
/** The pause after a decision against a peer, in milliseconds. */
const UNWANTED_MS = 600_000

/** Groups are counted anew so often, in milliseconds. */
const COUNT_MS = 600_000
/** Doubt that lasted so long, in milliseconds, was justified. */
const OUTAGE_MS = 3_600_000

/** Carries out what the scheduler decides, and keeps account of connections. */
export class Conductor {
  readonly changed: Event<[change: ConnectionChange]>
  readonly #options: ConductorOptions
  readonly #live = new Map<FeedId, Live>()
  /** Connections that we are closing to make room. */
  readonly #resting = new Set<FeedId>()
  #isRunning = false
  #isAutomatic = true
  #cancel = (): void => undefined
  /** When the next tick should be. */
  #dueAt = 0
  #network = ''
  #dialledAt = 0
  #failuresInRow = 0
  #doubtSince: number | null = null
  #countedAt = 0
  #sizes: Record<Group, number> | null = null

  constructor(options: ConductorOptions) {
    this.#options = options
    this.changed = event((error) => options.log.error('a listener threw', { error: String(error) }))
  }

  /** Connections, those being made included. */
  live(): readonly Live[] {
    return [...this.#live.values()]
  }

  get(id: FeedId): Live | null {
    return this.#live.get(id) ?? null
  }

  get isAutomatic(): boolean {
    return this.#isAutomatic
  }

  /** Dial by itself, or do not. */
  setAutomatic(on: boolean): void {
    this.#isAutomatic = on
    if (on) this.soon()
  }

  start(): void {
    this.#isRunning = true
    this.#network = this.#options.network()
    this.#schedule(SOON_MS)
  }

  stop(): void {
    this.#isRunning = false
    this.#cancel()
  }

  /** Look again shortly: something has changed. */
  soon(): void {
    if (!this.#isRunning) return
    // events that follow each other without a pause must not put it off for ever
    const at = this.#options.clock.now() + SOON_MS
    if (at < this.#dueAt) this.#schedule(SOON_MS)
  }

  /**
   * Dial by hand. The connection is not closed to make room for others.
   *
   * @throws what the network throws (as a rejection)
   */
  async connect(id: FeedId, addresses: readonly string[]): Promise<Peer> {
    const live = this.#live.get(id)
    if (live?.peer) return live.peer
    return await this.#dial(this.#options.book.recordOf(id), addresses, true)
  }

  /** All connections that we dialled are closed, and dialled again. */
  reconnect(reason: string): void {
    for (const { peer, outgoing } of this.#live.values())
      if (peer !== null && outgoing) void peer.close(reason)
    this.#options.book.wake()
    this.soon()
  }

  /** Called for each new connection. */
  peerConnected(peer: Peer): void {
    const { id, address, outgoing } = peer
    if (id === this.#options.own) return
    const { book, clock } = this.#options
    const record = book.recordOf(id)
    const before = this.#live.get(id)
    const dialled = before?.outgoing ? before.address : address
    const known = outgoing ? bookAddress(record, address, dialled) : address
    const now = clock.now()
    this.#live.set(id, {
      id,
      group: record.group,
      outgoing,
      state: 'connected',
      since: now,
      pinned: before?.pinned ?? false,
      address: known,
      birth: before?.birth ?? now,
      peer,
    })
    book.connected(record, known, outgoing)
    if (outgoing) this.#reached()
    this.changed.emit({ type: 'connect', id, address: known })
  }

  /** Called for each connection that has ended. */
  peerDisconnected(peer: Peer, reason: string): void {
    const live = this.#live.get(peer.id)
    if (live === undefined || live.peer !== peer) return
    const { book, clock } = this.#options
    this.#live.delete(peer.id)
    const rested = this.#resting.delete(peer.id)
    const { address, outgoing } = live
    const ms = clock.now() - live.since
    book.disconnected(book.recordOf(peer.id), { address, outgoing, reason, ms, rested })
    this.changed.emit({ type: 'disconnect', id: peer.id, address })
    this.soon()
  }

  #schedule(ms: number): void {
    this.#cancel()
    this.#dueAt = this.#options.clock.now() + ms
    this.#cancel = this.#options.clock.setTimeout(() => this.#tick(), ms)
  }

  #tick(): void {
    const { book, clock, times, network, log } = this.#options
    const now = clock.now()
    const late = now - this.#dueAt
    if (Math.abs(late) > SLEPT_MS) {
      log.info('the machine has slept, or its clock was set', { ms: late })
      this.#doubtSince = null
      this.reconnect('we have slept')
    }
    const before = this.#network
    this.#network = network()
    if (this.#network !== before && this.#network !== '') book.wake()
    if (book.expire() > 0) log.debug('announcements were not repeated')
    const nextMs = this.#isAutomatic ? this.#act(now) : times.tickMs
    if (this.#isRunning) this.#schedule(nextMs)
  }

  #act(now: number): number {
    const { book, random, quotas, times, wants, forbidden } = this.#options
    const { dial, close, nextMs } = decide({
      now,
      random,
      candidates: book.list(),
      wants,
      live: this.live(),
      sizes: this.#groupSizes(now),
      quotas,
      times,
      reaches: (peer) =>
        this.#network !== '' || peer.group === 'lan' || toDial(peer).some(isOnDevice),
      failuresInRow: this.#failuresInRow,
      dialledAt: this.#dialledAt,
    })
    let refused = false
    for (const id of dial) {
      const peer = book.get(id)
      if (peer === null) continue
      if (forbidden(id) !== null) {
        peer.retryAt = now + UNWANTED_MS
        refused = true
        continue
      }
      this.#dial(peer, toDial(peer), false).catch(() => undefined)
    }
    for (const { id, reason } of close) this.#close(id, reason)
    return refused ? Math.min(1000, nextMs) : nextMs
  }

  #groupSizes(now: number): Record<Group, number> {
    if (now - this.#countedAt < COUNT_MS && this.#sizes !== null) return this.#sizes
    this.#countedAt = now
    const sizes = { lan: 0, friends: 0, rooms: 0, pubs: 0, strangers: 0 }
    for (const { group } of this.#options.book.peers()) sizes[group] += 1
    this.#sizes = sizes
    return sizes
  }

  #close(id: FeedId, reason: string): void {
    const live = this.#live.get(id)
    if (!live?.peer || this.#resting.has(id)) return
    this.#resting.add(id)
    this.changed.emit({ type: 'disconnecting', id, address: live.address })
    void live.peer.close(reason)
  }

  async #dial(record: PeerRecord, addresses: readonly string[], pinned: boolean): Promise<Peer> {
    const { book, clock, net } = this.#options
    const { id, group } = record
    const address = addresses[0] ?? ''
    const now = clock.now()
    const mine: Live = {
      id,
      group,
      outgoing: true,
      state: 'connecting',
      since: now,
      pinned,
      address,
      birth: now,
      peer: null,
    }
    this.#live.set(id, mine)
    if (!pinned) this.#dialledAt = now
    book.dialling(record, addresses)
    this.changed.emit({ type: 'connecting', id, address })
    try {
      return await net.connect(addresses.join(';'))
    } catch (error) {
      this.#failed(record, addresses, error)
      this.soon()
      throw error
    } finally {
      // when it worked, `peerConnected` has replaced it
      if (this.#live.get(id) === mine) this.#live.delete(id)
    }
  }

  #failed(record: PeerRecord, addresses: readonly string[], error: unknown): void {
    const { book } = this.#options
    const code = (error as { readonly code?: unknown } | null)?.code
    const isUnusable = code === 'SSB_NET_ADDRESS' || code === 'SSB_NET_SELF'
    const reason = error instanceof Error ? error.message : String(error)
    for (const address of addresses) book.addressFailed(record, address, reason, isUnusable)
    const isOurs = code === 'SSB_NET_FULL' || code === 'SSB_NET_STOPPED' || isUnusable
    if (isOurs) record.retryAt = Math.max(record.retryAt, this.#options.clock.now() + 60_000)
    else {
      this.#failuresInRow += 1
      const isDoubtful = this.#failuresInRow >= DOUBT_AFTER && !this.#hasConnection()
      if (isDoubtful) this.#doubtSince ??= this.#options.clock.now()
      book.failed(record)
    }
    this.changed.emit({ type: 'connect-failure', id: record.id, address: addresses[0] ?? '' })
  }

  #hasConnection(): boolean {
    return this.live().some(({ state }) => state === 'connected')
  }

  /** Somebody could be reached, so our network works. */
  #reached(): void {
    this.#failuresInRow = 0
    if (this.#doubtSince === null) return
    const since = this.#doubtSince
    this.#doubtSince = null
    // a few absent peers in a row are no outage
    if (this.#options.clock.now() - since >= OUTAGE_MS) this.#options.book.forgive(since)
  }
}

/** The address in the book under which a connection was made; the network may write it otherwise. */
function bookAddress(record: PeerRecord, address: string, dialled: string): string {
  if (record.addresses.has(address)) return address
  for (const known of record.addresses.keys()) if (known.split(';').includes(address)) return known
  return dialled
}
