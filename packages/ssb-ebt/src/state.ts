/**
 * The replication algorithm as a state machine: events in, what to send out. No timers, sockets or stores inside.
 *
 * Who owns what: `#clock` and `#wanted` are ours; each `PeerState` is one connected peer, with what we
 * know that it has (`claimed`) and an `Exchange` per feed that is spoken of. Events change these and
 * mark notes and feeds as due; the driver takes one output at a time with `take`, when the peer's
 * connection has room, so nothing queues here but one note and a set of feeds per peer.
 * Rules and their numbers: protocol sheet ebt.md §4 and §5.
 *
 * @packageDocumentation
 */
import type { FeedId } from '@scuttlebot/ssb-ref'
import { Asked } from './asked.ts'
import { Bounds } from './bounds.ts'
import { Differences } from './differences.ts'
import { TURNS } from './limits.ts'
import type { EbtRules } from './needs.ts'
import { SEQUENCE_MAX, type Stand } from './note.ts'
import { type Exchange, type Output, PeerState } from './peer-state.ts'
import {
  type DeliveryStatus,
  deliveryStatus,
  type ExchangeStatus,
  exchangeStatus,
} from './status.ts'
import { nextInTurn } from './turn.ts'

/** The state of replication with all connected peers. */
export class EbtState {
  readonly #rules: EbtRules
  readonly #clock = new Map<FeedId, number>()
  readonly #wanted = new Set<FeedId>()
  readonly #peers = new Map<FeedId, PeerState>()
  readonly #asked = new Asked()
  /** Feeds that some peer may have more of than we: those that `tick` looks at. */
  readonly #behind = new Set<FeedId>()
  readonly #ready = new Set<FeedId>()
  readonly #bounds: Bounds
  readonly #differences: Differences

  constructor(rules: EbtRules, bounds: Bounds = new Bounds()) {
    this.#rules = rules
    this.#bounds = bounds
    this.#differences = new Differences(this.sequence, this.#wanted)
  }

  /** Feeds of which the peer with the most has spoken. */
  get feedsMost(): number {
    return Math.max(0, ...[...this.#peers.values()].map(({ feeds }) => feeds.size))
  }

  /** Peers that have had something to send since the last look. */
  drainReady(): readonly FeedId[] {
    const ready = [...this.#ready]
    this.#ready.clear()
    return ready
  }

  /** How far our log has a feed; 0: nothing. */
  readonly sequence = (feed: FeedId): number => this.#clock.get(feed) ?? 0

  /** Peers with a session. */
  readonly peers = (): IterableIterator<FeedId> => this.#peers.keys()

  /** Our log has `feed` up to `sequence`. For feeds that nobody spoke of it only notes that. */
  appended(feed: FeedId, sequence: number, now: number): void {
    if (sequence <= this.sequence(feed)) return
    this.#clock.set(feed, sequence)
    if (!this.#wanted.has(feed)) return
    this.#differences.changed(feed)
    for (const peer of this.#peers.values()) {
      if (peer.silent) continue
      const exchange = peer.feeds.get(feed)
      const has = peer.claimed.get(feed) ?? 0
      if (exchange?.tx) {
        const due = sequence > has && sequence > (exchange.sent ?? 0)
        if (due && this.#shared(peer, feed)) this.#dueMessages(peer, feed)
      } else if (sequence > has && has !== -1) {
        // We are ahead: say so, and let the peer ask.
        const spoken = exchange ? exchange.sent !== null : peer.mayHearOf(feed)
        if (spoken && this.#shared(peer, feed)) this.#tell(peer, feed, false, now)
      }
    }
  }

  /** We want a feed, or do not any more. */
  want(feed: FeedId, on: boolean, now: number): void {
    if (this.#wanted.has(feed) === on) return
    this.#wanted[on ? 'add' : 'delete'](feed)
    this.#differences.changed(feed)
    for (const peer of this.#peers.values()) this.#rejudge(peer, feed, now)
    const own = this.#peers.get(feed)
    if (own === undefined || own.known === this.#rules.knows(feed)) return
    // A stranger has become a friend: speak to it of all that we want.
    own.known = !own.known
    if (own.known && !own.silent) for (const each of this.#wanted) this.#rejudge(own, each, now)
  }

  /** Whom we serve a feed may have changed: for one peer or all, one feed or all. */
  reconsider(peer: FeedId | null, feed: FeedId | null, now: number): void {
    for (const each of this.#peers.values()) {
      if (peer !== null && each.id !== peer) continue
      const feeds = feed === null ? new Set([...each.feeds.keys(), ...this.#wanted]) : [feed]
      for (const one of feeds) this.#rejudge(each, one, now)
    }
  }

  /**
   * A peer is connected.
   *
   * @param dialled whether we dialled: then the other side speaks first.
   * @param stored what {@link disconnect} answered for it last time.
   */
  connect(peer: FeedId, dialled: boolean, stored: ReadonlyMap<FeedId, number>, now: number): void {
    this.disconnect(peer, now)
    const known = this.#rules.knows(peer)
    const state = new PeerState(peer, { known, dialled, stored, now })
    this.#peers.set(peer, state)
    if (!dialled) this.#firstNote(state, now)
  }

  /** What is kept of a peer that may connect: makes ready what it will hear of. Looks at every wanted feed. */
  prepare(stored: ReadonlyMap<FeedId, number>): void {
    this.#differences.compare(stored)
  }

  /** What is stored of a peer is not to be relied on: speak of all feeds. Before its first note only. */
  distrust(peer: FeedId): void {
    const state = this.#peers.get(peer)
    if (!state?.silent) return
    state.stored = new Map()
    state.claimed.clear()
  }

  /** The connection has ended. Answers what the peer has, to be kept for the next time. */
  disconnect(peer: FeedId, now: number): ReadonlyMap<FeedId, number> | null {
    const state = this.#peers.get(peer)
    if (state === undefined) return null
    this.#peers.delete(peer)
    this.#bounds.gone(state)
    this.#ready.delete(peer)
    for (const [feed, exchange] of state.feeds)
      if (exchange.rx) {
        this.#asked.set(state, feed, exchange, false)
        this.#askAnother(feed, now)
      }
    const clock = state.clock()
    if (!state.silent && state.known) this.#differences.left(state, clock)
    return clock
  }

  /** A note has come. */
  note(peer: FeedId, stands: Iterable<readonly [FeedId, Stand]>, now: number): void {
    const state = this.#peers.get(peer)
    if (state === undefined) return
    if (state.silent) {
      state.silent = false
      this.#firstNote(state, now)
    }
    for (const [feed, stand] of stands)
      if (state.feeds.has(feed) || this.#bounds.admits(state)) this.#stand(state, feed, stand, now)
  }

  /**
   * A message has come, not judged yet. Answers whether it is to be judged: it belongs to a feed that is
   * exchanged, and is the next one.
   */
  message(peer: FeedId, feed: FeedId, sequence: number, now: number): boolean {
    const state = this.#peers.get(peer)
    const exchange = state?.feeds.get(feed)
    if (state === undefined || exchange === undefined || sequence > SEQUENCE_MAX) return false
    // Whoever changes what is shared refuses what is not: asking the policy for each message costs too much.
    if (exchange.refused || !this.#wanted.has(feed)) return false
    state.claimed.set(feed, Math.max(state.claimed.get(feed) ?? 0, sequence))
    exchange.sent = Math.max(exchange.sent ?? 0, sequence)
    const own = this.sequence(feed)
    if (own >= sequence) {
      // A duplicate. When another peer delivers the feed, one of the two is enough.
      if (exchange.rx && this.#asked.others(feed, peer)) this.#tell(state, feed, false, now)
      return false
    }
    this.#behind.add(feed)
    if (sequence !== Math.max(own, exchange.received) + 1) return false
    state.gave(feed, exchange, sequence, now)
    return true
  }

  /** A message was refused, or lost: what followed it is worth nothing, and has to come again. */
  rejected(peer: FeedId, feed: FeedId): void {
    const exchange = this.#peers.get(peer)?.feeds.get(feed)
    if (exchange) exchange.received = 0
  }

  /** Messages that the peer has asked for were deleted here: it has to get them from somebody else. */
  missing(peer: FeedId, feed: FeedId): void {
    const exchange = this.#peers.get(peer)?.feeds.get(feed)
    if (exchange) exchange.tx = false
  }

  /** A message of this peer does not belong to the branch of the feed that we have. */
  forked(peer: FeedId, feed: FeedId, now: number): void {
    const state = this.#peers.get(peer)
    if (state === undefined || state.forked.has(feed)) return
    state.forked.add(feed)
    this.#refuse(state, feed)
    this.#askAnother(feed, now)
  }

  /**
   * Time has passed. A peer that was asked for a feed, and has sent nothing new for `quietMs`, is
   * relieved by another one that has more; if there is none, it is asked again. One that is `busy`, with messages
   * that are still being judged, is not quiet.
   */
  tick(now: number, quietMs: number, busy: (peer: FeedId) => boolean = () => false): void {
    for (const feed of this.#behind) {
      const own = this.sequence(feed)
      if (this.#nextWithMore(feed, null, own) === null) {
        this.#behind.delete(feed)
        continue
      }
      this.#askAnother(feed, now)
      for (const id of this.#asked.of(feed)) {
        const peer = this.#peers.get(id)
        const exchange = peer?.feeds.get(feed)
        if (peer === undefined || exchange === undefined || busy(id)) continue
        const quiet = now - exchange.activeAt
        if (quiet < quietMs || (quiet < TURNS * quietMs && now - peer.activeAt < quietMs)) continue
        const other = this.#nextWithMore(feed, id, own)
        if (other !== null) {
          exchange.relieved = true
          this.#tell(peer, feed, false, now)
          this.#tell(other, feed, true, now)
        } else if ((peer.claimed.get(feed) ?? 0) > own) this.#tell(peer, feed, true, now)
      }
    }
  }

  /**
   * Tell the peer how far we have come with the feeds that it sent: it then need not hear of them when
   * it next connects. To be called when the connection is quiet, or a message on its way is sent twice.
   */
  acknowledge(peer: FeedId): void {
    const state = this.#peers.get(peer)
    if (state === undefined) return
    for (const feed of state.unacknowledged) {
      const own = this.sequence(feed)
      const exchange = state.feeds.get(feed)
      // More is on its way.
      if (exchange?.rx && (state.claimed.get(feed) ?? 0) > own) continue
      state.unacknowledged.delete(feed)
      if (!exchange?.rx || own <= exchange.requested || !this.#shared(state, feed)) continue
      this.#tell(state, feed, true, exchange.activeAt)
    }
  }

  /** What to send next, or `null`; at most `messagesMax` messages of one feed at a time, as feeds take turns. */
  take(peer: FeedId, messagesMax: number): Output | null {
    const state = this.#peers.get(peer)
    const mayGo = (feed: FeedId): boolean =>
      this.#shared(state as PeerState, feed) && this.#rules.withholds?.(feed) !== true
    return state?.take(messagesMax, this.sequence, mayGo) ?? null
  }

  /** Where a feed stands with a peer; `null` without a session. */
  status(peer: FeedId, feed: FeedId): ExchangeStatus | null {
    const state = this.#peers.get(peer)
    return state ? exchangeStatus(state, feed) : null
  }

  /** What a peer delivers; `null` without a session. Looks at every feed that was spoken of. */
  delivery(peer: FeedId): DeliveryStatus | null {
    const state = this.#peers.get(peer)
    return state ? deliveryStatus(state, this.sequence) : null
  }

  /** Whether a feed is exchanged with a peer at all. */
  #shared(peer: PeerState, feed: FeedId): boolean {
    return this.#wanted.has(feed) && !peer.forked.has(feed) && this.#rules.serves(peer.id, feed)
  }

  /** The first note: every wanted feed in which we and the peer differed last time. */
  #firstNote(peer: PeerState, now: number): void {
    peer.openNote()
    this.#ready.add(peer.id)
    const { stored } = peer
    const feeds = peer.hearsAll ? this.#differences.candidates(stored) : stored.keys()
    for (const feed of feeds) {
      if (!this.#differences.differs(stored, feed) || !peer.mayHearOf(feed)) continue
      if (this.#shared(peer, feed)) this.#tell(peer, feed, !this.#asked.others(feed, peer.id), now)
    }
  }

  #stand(peer: PeerState, feed: FeedId, stand: Stand, now: number): void {
    const { sequence } = stand
    const own = this.sequence(feed)
    const spoken = peer.feeds.has(feed)
    const exchange = peer.stated(feed, stand, own, now)
    if (!this.#shared(peer, feed)) {
      if (!exchange.refused) this.#refuse(peer, feed)
      return
    }
    if (sequence === -1) {
      // Nothing to ask or to tell, until it speaks of the feed again; whoever else has it may be asked.
      exchange.requested = -1
      peer.notDue(feed)
      this.#asked.set(peer, feed, exchange, false)
      this.#askAnother(feed, now)
      return
    }
    if (sequence > own) this.#behind.add(feed)
    if (!spoken || exchange.requested === -1)
      this.#tell(peer, feed, own < sequence && !this.#asked.others(feed, peer.id), now)
    else if (!exchange.rx && sequence > own) this.#offered(peer, feed, exchange, now)
    if (own <= sequence) peer.notDue(feed)
    else if (stand.receive) this.#dueMessages(peer, feed)
    else this.#tell(peer, feed, exchange.rx, now)
  }

  /** A peer that we have not asked has more than we. One that gave nothing does not get the feed back by a claim. */
  #offered(peer: PeerState, feed: FeedId, exchange: Exchange, now: number): void {
    const sequence = exchange.sent ?? 0
    const asked = this.#asked.of(feed).filter((other) => other !== peer.id)
    const behind = asked.filter(
      (other) => sequence > (this.#peers.get(other)?.claimed.get(feed) ?? 0),
    )
    if (behind.length < asked.length || (exchange.relieved && asked.length > 0)) return
    this.#tell(peer, feed, true, now)
    for (const id of behind) {
      const other = this.#peers.get(id)
      if (other !== undefined) this.#tell(other, feed, false, now)
    }
  }

  /** Put our stand of a feed into the peer's next note. */
  #tell(peer: PeerState, feed: FeedId, receive: boolean, now: number): void {
    const own = this.sequence(feed)
    const exchange = peer.exchange(feed)
    if (receive) exchange.activeAt = now
    if (receive && exchange.owesSince === 0) exchange.owesSince = now
    exchange.requested = own
    exchange.refused = false
    this.#asked.set(peer, feed, exchange, receive)
    peer.say(feed, own, receive)
    this.#ready.add(peer.id)
  }

  /** Tell the peer that we do not replicate a feed (with it). */
  #refuse(peer: PeerState, feed: FeedId): void {
    const exchange = peer.exchange(feed)
    this.#asked.set(peer, feed, exchange, false)
    exchange.requested = -1
    exchange.refused = true
    exchange.doubtful = true
    peer.notDue(feed)
    peer.say(feed, -1, false)
    this.#ready.add(peer.id)
  }

  /** Whether a feed is exchanged with a peer may have changed. */
  #rejudge(peer: PeerState, feed: FeedId, now: number): void {
    if (peer.silent) return
    const exchange = peer.feeds.get(feed)
    if (!this.#shared(peer, feed)) {
      if (exchange !== undefined && !exchange.refused) this.#refuse(peer, feed)
      return
    }
    if (exchange?.tx && !exchange.refused) this.#dueMessages(peer, feed)
    if (exchange !== undefined && !exchange.refused) return
    const claimed = peer.claimed.get(feed)
    const silent = claimed === -1 || claimed === this.sequence(feed) || !peer.mayHearOf(feed)
    if (exchange === undefined && silent) return
    // After a −1 of ours the peer must hear that we are back, and may still wait for what it asked for.
    this.#tell(peer, feed, claimed !== -1 && !this.#asked.others(feed, peer.id), now)
    if (exchange?.tx) this.#dueMessages(peer, feed)
  }

  /** Nobody delivers a feed: ask a peer that is known to have more, if any. */
  #askAnother(feed: FeedId, now: number): void {
    if (this.#asked.has(feed)) return
    const other = this.#nextWithMore(feed, null, this.sequence(feed))
    if (other !== null) this.#tell(other, feed, true, now)
  }

  /** A connected peer other than `peer` that is known to have more of a feed: the next in turn after it. */
  #nextWithMore(feed: FeedId, peer: FeedId | null, own: number): PeerState | null {
    return nextInTurn(this.#peers.values(), peer, (other) => {
      return !other.silent && (other.claimed.get(feed) ?? 0) > own && this.#shared(other, feed)
    })
  }

  #dueMessages(peer: PeerState, feed: FeedId): void {
    peer.makeDue(feed)
    this.#ready.add(peer.id)
  }
}
