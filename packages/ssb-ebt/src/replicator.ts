import type { Batch, Body, Call, Incoming } from '@scuttlebot/ssb-muxrpc'
import { type Clock, type Log, type Peer, type Policy, rest } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Bounds } from './bounds.ts'
import { EbtError } from './errors.ts'
import { Fresh } from './fresh.ts'
import { PEERS_MAX, REOPEN_MS, STRANGERS_ENTRIES_MAX, STRANGERS_MAX } from './limits.ts'
import {
  type ClockStore,
  type EbtDelivery,
  type EbtFeedAtPeer,
  type EbtFormat,
  memoryClocks,
  NOTHING_SAVED,
  type SavedClock,
} from './needs.ts'
import type { FeedStatus } from './rpc.ts'
import { type OutItem, Session } from './session.ts'
import { EbtState } from './state.ts'

/** What a replicator works with. */
export interface ReplicatorParts {
  readonly id: FeedId
  readonly format: EbtFormat
  readonly policy: Policy
  readonly clock: Clock
  readonly log: Log
  random(length: number): Uint8Array
  /** Whether a peer is part of our graph. */
  knows(peer: FeedId): boolean
  /** A peer that we have dialled does not speak this. */
  unanswered(peer: Peer): void
  /** A stream runs with a peer. */
  opened(peer: FeedId): void
  readonly quietMs: number
  readonly fullMs: number
  readonly bounds: Bounds
}

/** The last session's mark and the next one's, as the dialling side sends them. */
export type Marks = readonly [last: string, next: string]

interface Open {
  readonly session: Session
  /** The mark to be kept with the clock; `null`: the peer is of another implementation. */
  mark: string | null
}

/** A peer that is connecting. */
interface Opening {
  readonly dialled: boolean
  /** Of a peer that calls: what it sent. Of one that we call: `null`. */
  readonly marks: Marks | null
  /** Whether the connection still lives. */
  alive(): boolean
}

/** Replicates one format: feeds the state machine from store, policy and connections, and runs one session per peer. */
export class Replicator {
  readonly #parts: ReplicatorParts
  readonly #state: EbtState
  readonly #sessions = new Map<FeedId, Open>()
  /** Connections that we have dialled, with what cancels the next try. */
  readonly #dialled = new Map<Peer, () => void>()
  readonly #saving = new Map<FeedId, Promise<void>>()
  /** Clocks of peers outside our graph are not kept for long. */
  readonly #strangers: ClockStore = memoryClocks(STRANGERS_MAX, STRANGERS_ENTRIES_MAX)
  /** When a peer of another implementation was last told everything. */
  readonly #fullAt = new Map<FeedId, number>()
  readonly #fresh = new Fresh()
  #startedAt = 0
  /** Peers may call until the network stops, too. */
  #hasStopped = false
  #undo: (() => void)[] = []
  #cancelTick = (): void => undefined

  constructor(parts: ReplicatorParts) {
    this.#parts = parts
    const { policy } = parts
    this.#state = new EbtState(
      {
        serves: (peer, feed) => policy.ask('serve', peer, feed).allow,
        withholds: (feed) => parts.format.withheld?.has(feed) === true,
        knows: (peer) => parts.knows(peer),
      },
      parts.bounds,
    )
  }

  /** Feeds of which the peer with the most has spoken. */
  get feedsMost(): number {
    return this.#state.feedsMost
  }

  start(): void {
    const { format, clock } = this.#parts
    const now = clock.now()
    this.#startedAt = now
    this.#hasStopped = false
    for (const [feed, { sequence }] of format.store.heads())
      this.#state.appended(feed, sequence, now)
    for (const feed of format.wanted) this.#state.want(feed, true, now)
    this.#undo = [
      format.store.appended.on((batch) => {
        this.#fresh.appended(batch, clock.now())
        for (const { author, feedSequence } of batch)
          this.#state.appended(author, feedSequence, clock.now())
        this.#wake()
      }),
      format.wantedChanged.on((feed, wanted) => {
        this.#state.want(feed, wanted, clock.now())
        this.#wake()
      }),
    ]
    this.#tickLater()
    format.clocks
      .begin?.()
      .then(async (saved) => {
        for (const { clock: stored } of saved) {
          // Each is a look at every wanted feed, at a time when much else begins.
          await rest()
          if (this.#hasStopped) return
          this.#state.prepare(stored)
        }
      })
      .catch((error: unknown) =>
        this.#parts.log.warn('the clocks of peers could not be read', { error: String(error) }),
      )
  }

  async stop(): Promise<void> {
    this.#hasStopped = true
    this.#cancelTick()
    for (const undo of this.#undo.splice(0)) undo()
    for (const cancel of this.#dialled.values()) cancel()
    this.#dialled.clear()
    for (const [peer, open] of [...this.#sessions]) this.#close(peer, open)
    await Promise.all(this.#saving.values())
    await this.#parts.format.clocks.end?.()
  }

  /** We have dialled a peer: open the stream, and again if it ends while the connection lives. */
  connected(peer: Peer): void {
    this.#dialled.set(peer, () => undefined)
    this.#dial(peer)
      .catch((error: unknown) => {
        this.#parts.log.debug('an EBT stream ended', { peer: peer.id, reason: String(error) })
      })
      .finally(() => {
        if (!this.#dialled.has(peer)) return
        const again = (): void => {
          // Another connection to the same peer may carry the stream.
          if (!this.#sessions.has(peer.id)) this.connected(peer)
          else this.#dialled.set(peer, this.#parts.clock.setTimeout(again, REOPEN_MS))
        }
        this.#dialled.set(peer, this.#parts.clock.setTimeout(again, REOPEN_MS))
      })
  }

  disconnected(peer: Peer): void {
    this.#dialled.get(peer)?.()
    this.#dialled.delete(peer)
  }

  /** A peer has called. Gives what goes to it. */
  async *serve(
    call: Call,
    input: Incoming<Body>,
    marks: Marks | null,
  ): AsyncGenerator<OutItem | Batch<OutItem>> {
    const peer = call.peer as FeedId
    // COMPAT: a blocked peer gets its stream ended without an item.
    if (!this.#mayConnect(peer)) return
    const alive = (): boolean => !call.signal.aborted
    const open = await this.#open(peer, { dialled: false, marks, alive })
    if (open === null) return
    this.#parts.opened(peer)
    const end = (): void => this.#close(peer, open)
    call.signal.addEventListener('abort', end)
    if (call.signal.aborted) end()
    open.session.read(input).then(end, end)
    try {
      yield* open.session.output()
      if (this.#sessions.has(peer) && this.#sessions.get(peer) !== open)
        // COMPAT: the wording of the reference; peers take it as harmless.
        throw new EbtError('SSB_EBT_ENDED', 'reconnected to peer')
    } finally {
      call.signal.removeEventListener('abort', end)
      end()
    }
  }

  /** Where a feed stands with each peer, for explanations. */
  view(feed: FeedId): readonly EbtFeedAtPeer[] {
    return [...this.#state.peers()].flatMap((peer) => {
      const status = this.#state.status(peer, feed)
      if (status === null) return []
      const { claimed, rx, owesSince, forked } = status
      const verifying = this.#sessions.get(peer)?.session.verifying(feed) ?? 0
      return [{ peer, claimed, asked: rx, activeAt: owesSince, forked, verifying }]
    })
  }

  carries(peer: FeedId): boolean {
    return this.#sessions.get(peer)?.session.heard ?? false
  }

  deliveries(): readonly EbtDelivery[] {
    return [...this.#state.peers()].flatMap((peer) => {
      const delivery = this.#state.delivery(peer)
      return delivery ? [{ peer, ...delivery }] : []
    })
  }

  peerStatus(feed: FeedId): FeedStatus {
    const peers: Record<FeedId, FeedStatus['peers'][FeedId]> = {}
    for (const peer of this.#state.peers()) {
      const status = this.#state.status(peer, feed)
      if (status === null || (status.claimed === null && status.requested === -1)) continue
      const { claimed, tx, rx, sent, requested } = status
      peers[peer] = { seq: claimed ?? 0, replicating: { tx, rx, sent, requested } }
    }
    return { id: feed, seq: this.#state.sequence(feed), peers }
  }

  /** Whom we may connect to, or serve, has changed: for one feed or peer, or for all. */
  reconsider(feed: FeedId | null): void {
    const now = this.#parts.clock.now()
    for (const [peer, open] of feed === null ? [...this.#sessions] : this.#just(feed))
      if (!this.#mayConnect(peer)) this.#close(peer, open)
    this.#state.reconsider(null, feed, now)
    // What changed may be the peer's own standing: then every feed is asked anew for it.
    if (feed !== null && this.#sessions.has(feed)) this.#state.reconsider(feed, null, now)
    this.#wake()
  }

  // --- inside -----------------------------------------------------------------------------------

  #just(peer: FeedId): [FeedId, Open][] {
    const open = this.#sessions.get(peer)
    return open ? [[peer, open]] : []
  }

  #mayConnect(peer: FeedId): boolean {
    return this.#parts.policy.ask('connect', this.#parts.id, peer).allow
  }

  async #dial(peer: Peer): Promise<void> {
    if (!this.#mayConnect(peer.id)) return
    const alive = (): boolean => !peer.signal.aborted && this.#dialled.has(peer)
    const open = await this.#open(peer.id, { dialled: true, marks: null, alive })
    if (open === null) return
    const { name } = this.#parts.format
    try {
      const input = peer.mux.duplex(
        name === 'classic' ? ['ebt', 'replicate'] : ['ebt', 'replicateFormat'],
        [{ version: 3, format: name, session: open.marks }],
        open.session.output(),
        { raw: true, signal: peer.signal },
      )
      await open.session.read(input)
    } finally {
      this.#close(peer.id, open)
      // It never said a word of this protocol: it speaks the older one, if any.
      if (!open.session.heard && alive()) {
        this.#dialled.delete(peer)
        this.#parts.unanswered(peer)
      }
    }
  }

  async #open(
    peer: FeedId,
    { dialled, marks, alive }: Opening,
  ): Promise<(Open & { readonly marks: Marks }) | null> {
    let saved: SavedClock
    do {
      for (const [, before] of this.#just(peer)) this.#close(peer, before)
      // The last session's clock may still be on its way to the disk.
      await this.#saving.get(peer)
      // Whoever asks for a clock after their end begins another run with them.
      if (this.#hasStopped) return null
      saved = await this.#load(peer)
      if (this.#hasStopped || !alive()) return null
    } while (this.#sessions.has(peer))

    const last = saved.session ?? ''
    const offer = marks ?? [last, this.#mark()]
    const trusted = (theirs: string): boolean => last !== '' && theirs === last
    const session = new Session(peer, {
      ...this.#parts,
      state: this.#state,
      fresh: this.#fresh,
      mark: marks === null ? null : last,
      wake: () => this.#wake(),
      heard: (mark) => {
        if (dialled) {
          open.mark = mark === null ? null : offer[1]
          if (mark === null ? this.#isFullDue(peer) : !trusted(mark)) this.#state.distrust(peer)
        }
        this.#parts.opened(peer)
      },
    })
    const open = { session, marks: offer, mark: marks === null ? null : offer[1] }
    const skips = dialled || (marks === null ? !this.#isFullDue(peer) : trusted(marks[0]))
    this.#sessions.set(peer, open)
    const stored = skips ? saved.clock : NOTHING_SAVED.clock
    this.#state.connect(peer, dialled, stored, this.#parts.clock.now())
    return open
  }

  #close(peer: FeedId, open: Open): void {
    open.session.end()
    if (this.#sessions.get(peer) !== open) return
    this.#sessions.delete(peer)
    const clock = this.#state.disconnect(peer, this.#parts.clock.now())
    this.#wake()
    // What was kept still holds when the peer has not said anything.
    if (clock === null || !open.session.heard) return
    const { format, log } = this.#parts
    const store = this.#parts.knows(peer) ? format.clocks : this.#strangers
    const saved = store
      .save(peer, { clock, session: open.mark })
      .catch((error: unknown) => {
        log.warn('the clock of a peer could not be kept', { peer, error: String(error) })
      })
      .finally(() => {
        if (this.#saving.get(peer) === saved) this.#saving.delete(peer)
      })
    this.#saving.set(peer, saved)
  }

  async #load(peer: FeedId): Promise<SavedClock> {
    const saved = this.#parts.knows(peer)
      ? await this.#parts.format.clocks.load(peer)
      : NOTHING_SAVED
    return saved.clock.size > 0 ? saved : this.#strangers.load(peer)
  }

  /** A new mark: two sides that kept the same one have kept what they knew at the end of the same session. */
  #mark(): string {
    const bytes = this.#parts.random(12)
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  /**
   * Whether a peer of another implementation is to be told everything again. Request skipping relies on what both
   * have stored; when one of us was set back to an older state, both may wait for the other for ever.
   */
  #isFullDue(peer: FeedId): boolean {
    const now = this.#parts.clock.now()
    if (now - (this.#fullAt.get(peer) ?? this.#startedAt) < this.#parts.fullMs) return false
    this.#fullAt.delete(peer)
    this.#fullAt.set(peer, now)
    const [oldest] = this.#fullAt.keys()
    if (this.#fullAt.size > PEERS_MAX && oldest !== undefined) this.#fullAt.delete(oldest)
    return true
  }

  #wake(): void {
    for (const peer of this.#state.drainReady()) this.#sessions.get(peer)?.session.wake()
  }

  #tickLater(): void {
    const { clock, quietMs } = this.#parts
    this.#cancelTick = clock.setTimeout(() => {
      const busy = (peer: FeedId): boolean => this.#sessions.get(peer)?.session.busy ?? false
      this.#state.tick(clock.now(), quietMs, busy)
      this.#wake()
      this.#tickLater()
    }, quietMs)
  }
}
