/**
 * The replication algorithm as a state machine: events in, what to send out. No timers, sockets or
 * stores inside.
 *
 * Who owns what: `#clock` and `#wanted` are ours; each `Session` is one connected peer, with what we
 * know that it has (`claimed`) and an `Exchange` per feed that is spoken of. Events change these and
 * mark notes and feeds as due; the driver takes one output at a time with `take`, when the peer's
 * connection has room, so nothing queues here but one note and a set of feeds per peer.
 *
 * Rules and their numbers: protocol sheet ebt.md §4 and §5.
 *
 * @packageDocumentation
 */
import type { FeedId } from '@scuttlebot/ssb-ref'
import { encodeStand, type Note, type Stand } from './note.ts'

/** What the machine asks of its surroundings. Must be pure look-ups. */
export interface EbtRules {
  /** May this peer have that feed from us? */
  serves(peer: FeedId, feed: FeedId): boolean
  /**
   * Is the peer part of our graph? A stranger gets an empty first note, is told of feeds only when it
   * names them, and its clock is not kept.
   */
  knows(peer: FeedId): boolean
}

/** What to send to a peer next. */
export type Output =
  | { readonly kind: 'note'; readonly note: Note }
  /** Messages `from` … `to` of a feed, both inclusive. */
  | {
      readonly kind: 'messages'
      readonly feed: FeedId
      readonly from: number
      readonly to: number
    }

/** One feed with one peer. */
interface Exchange {
  /** The peer has asked us to send. */
  tx: boolean
  /** We have asked the peer to send. */
  rx: boolean
  /** Highest sequence that the peer has of us or told us of; `null`: it has not spoken of the feed. */
  sent: number | null
  /** Our sequence as we last told it; −1: we said that we do not replicate the feed. */
  requested: number
  /** Milliseconds since 1970 when the peer last gave something new, or was asked. */
  activeAt: number
}

interface Session {
  readonly id: FeedId
  readonly known: boolean
  /** What the peer has, by feed; −1: it does not replicate the feed. */
  readonly claimed: Map<FeedId, number>
  readonly feeds: Map<FeedId, Exchange>
  /** Feeds of which the peer holds another branch: not exchanged with it in this session. */
  readonly forked: Set<FeedId>
  /** The note that is due. */
  note: Map<FeedId, number> | null
  /** Feeds with messages due, in turn. */
  readonly due: Set<FeedId>
  /** Messages sent while a note was waiting. */
  overtaken: number
  /** The dialling side says nothing before the other side's first note. */
  silent: boolean
  /** What the peer told us last time. */
  readonly stored: ReadonlyMap<FeedId, number>
}

/** Where one feed stands with one peer, for people and explanations. */
export interface ExchangeStatus {
  /** −1: the peer does not replicate it; `null`: it has not said. */
  readonly claimed: number | null
  readonly tx: boolean
  readonly rx: boolean
  readonly sent: number | null
  readonly requested: number
  readonly activeAt: number
  readonly forked: boolean
}

/** Messages that may overtake a waiting note. */
const OVERTAKE_MAX = 64

/** Feeds that one peer may speak of. */
export const FEEDS_MAX = 100_000

/** The state of replication with all connected peers. */
export class EbtState {
  readonly #rules: EbtRules
  readonly #clock = new Map<FeedId, number>()
  readonly #wanted = new Set<FeedId>()
  readonly #sessions = new Map<FeedId, Session>()
  /** Feed → peers that we have asked to send it. */
  readonly #asked = new Map<FeedId, Set<FeedId>>()
  readonly #ready = new Set<FeedId>()
  readonly #feedsMax: number

  constructor(rules: EbtRules, feedsMax: number = FEEDS_MAX) {
    this.#rules = rules
    this.#feedsMax = feedsMax
  }

  /** Peers that have had something to send since the last look. */
  drainReady(): readonly FeedId[] {
    const ready = [...this.#ready]
    this.#ready.clear()
    return ready
  }

  /** How far our log has a feed; 0: nothing. */
  sequence(feed: FeedId): number {
    return this.#clock.get(feed) ?? 0
  }

  /** Peers with a session. */
  peers(): IterableIterator<FeedId> {
    return this.#sessions.keys()
  }

  // --- our side ---------------------------------------------------------------------------------

  /** Our log has `feed` up to `sequence`. For feeds that nobody spoke of it only notes that. */
  appended(feed: FeedId, sequence: number, now: number): void {
    const before = this.#clock.get(feed) ?? 0
    if (sequence <= before) return
    this.#clock.set(feed, sequence)
    if (!this.#wanted.has(feed)) return
    for (const session of this.#sessions.values()) {
      const exchange = session.feeds.get(feed)
      if (!this.#shared(session, feed)) continue
      const has = session.claimed.get(feed) ?? 0
      if (exchange?.tx) {
        if (sequence > has && sequence > (exchange.sent ?? 0)) this.#dueMessages(session, feed)
      } else if (sequence > has && has !== -1) {
        // We are ahead: say so, and let the peer ask.
        const spoken = exchange !== undefined && exchange.sent !== null
        if (spoken || (exchange === undefined && session.known))
          this.#tell(session, feed, false, now)
      }
    }
  }

  /** We want a feed, or do not any more. */
  want(feed: FeedId, on: boolean, now: number): void {
    if (this.#wanted.has(feed) === on) return
    if (on) this.#wanted.add(feed)
    else this.#wanted.delete(feed)
    for (const session of this.#sessions.values()) this.#rejudge(session, feed, now)
  }

  /** Whom we serve a feed may have changed: for one peer or all, one feed or all. */
  reconsider(peer: FeedId | null, feed: FeedId | null, now: number): void {
    for (const session of this.#sessions.values()) {
      if (peer !== null && session.id !== peer) continue
      const feeds = feed === null ? new Set([...session.feeds.keys(), ...this.#wanted]) : [feed]
      for (const each of feeds) this.#rejudge(session, each, now)
    }
  }

  // --- sessions ---------------------------------------------------------------------------------

  /**
   * A peer is connected.
   *
   * @param dialled whether we dialled: then the other side speaks first.
   * @param stored what {@link disconnect} answered for it last time.
   */
  connect(peer: FeedId, dialled: boolean, stored: ReadonlyMap<FeedId, number>, now: number): void {
    this.disconnect(peer, now)
    const session: Session = {
      id: peer,
      known: this.#rules.knows(peer),
      claimed: new Map(),
      feeds: new Map(),
      forked: new Set(),
      note: null,
      due: new Set(),
      overtaken: 0,
      silent: dialled,
      stored,
    }
    this.#sessions.set(peer, session)
    for (const [feed, sequence] of stored) session.claimed.set(feed, sequence)
    if (!dialled) this.#firstNote(session, now)
  }

  /** The connection has ended. Answers what the peer has, to be kept for the next time; `null` for strangers. */
  disconnect(peer: FeedId, now: number): ReadonlyMap<FeedId, number> | null {
    const session = this.#sessions.get(peer)
    if (session === undefined) return null
    this.#sessions.delete(peer)
    this.#ready.delete(peer)
    for (const [feed, exchange] of session.feeds)
      if (exchange.rx) {
        this.#setAsked(session, feed, exchange, false)
        this.#askAnother(feed, now)
      }
    return session.known ? session.claimed : null
  }

  /** A note has come. */
  note(peer: FeedId, stands: Iterable<readonly [FeedId, Stand]>, now: number): void {
    const session = this.#sessions.get(peer)
    if (session === undefined) return
    if (session.silent) {
      session.silent = false
      this.#firstNote(session, now)
    }
    for (const [feed, stand] of stands) {
      if (session.claimed.size >= this.#feedsMax && !session.claimed.has(feed)) break
      this.#stand(session, feed, stand, now)
    }
  }

  /**
   * A message has come, not judged yet. Answers whether it is to be judged: it was asked for, and is
   * not one that we have.
   */
  message(peer: FeedId, feed: FeedId, sequence: number, now: number): boolean {
    const session = this.#sessions.get(peer)
    const exchange = session?.feeds.get(feed)
    if (session === undefined || exchange === undefined) return false
    session.claimed.set(feed, Math.max(session.claimed.get(feed) ?? 0, sequence))
    exchange.sent = Math.max(exchange.sent ?? 0, sequence)
    if ((this.#clock.get(feed) ?? 0) >= sequence) {
      // A duplicate. When another peer delivers the feed, one of the two is enough.
      if (exchange.rx && this.#othersAsked(feed, peer)) this.#tell(session, feed, false, now)
      return false
    }
    exchange.activeAt = now
    return this.#shared(session, feed)
  }

  /** A message of this peer does not belong to the branch of the feed that we have. */
  forked(peer: FeedId, feed: FeedId, now: number): void {
    const session = this.#sessions.get(peer)
    if (session === undefined || session.forked.has(feed)) return
    session.forked.add(feed)
    this.#refuse(session, feed)
    this.#askAnother(feed, now)
  }

  /**
   * Time has passed. A peer that was asked for a feed, is known to have more of it, and has sent
   * nothing new for `quietMs`, is relieved by another one that has more; if there is none, it is
   * asked again.
   *
   * @param busy whether messages of that peer are still being judged: then it is not quiet.
   */
  tick(now: number, quietMs: number, busy: (peer: FeedId) => boolean = () => false): void {
    for (const [feed, askedPeers] of [...this.#asked])
      for (const peer of [...askedPeers]) {
        const session = this.#sessions.get(peer)
        const exchange = session?.feeds.get(feed)
        if (session === undefined || exchange === undefined) continue
        if (now - exchange.activeAt < quietMs || busy(peer)) continue
        const own = this.#clock.get(feed) ?? 0
        const other = this.#nextWithMore(feed, peer, own)
        if (other !== null) {
          this.#tell(session, feed, false, now)
          this.#tell(other, feed, true, now)
        } else if ((session.claimed.get(feed) ?? 0) > own) this.#tell(session, feed, true, now)
      }
  }

  /**
   * Tell the peer how far we have come with the feeds that it sent: it then need not hear of them when
   * it next connects. To be called when the connection is quiet, or a message on its way is sent twice.
   */
  acknowledge(peer: FeedId, now: number): void {
    const session = this.#sessions.get(peer)
    if (session === undefined) return
    for (const [feed, exchange] of session.feeds) {
      const own = this.#clock.get(feed) ?? 0
      const done = exchange.rx && own > exchange.requested && session.claimed.get(feed) === own
      if (done && this.#shared(session, feed)) {
        const { activeAt } = exchange
        this.#tell(session, feed, true, now)
        exchange.activeAt = activeAt
      }
    }
  }

  /**
   * What to send next, or `null`. Messages go before a note, but not for long.
   *
   * @param messagesMax how many messages of one feed at a time: feeds take turns.
   */
  take(peer: FeedId, messagesMax: number): Output | null {
    const session = this.#sessions.get(peer)
    if (session === undefined || session.silent) return null
    if (session.note === null || session.overtaken < OVERTAKE_MAX)
      for (const feed of session.due) {
        session.due.delete(feed)
        const exchange = session.feeds.get(feed)
        const own = this.#clock.get(feed) ?? 0
        if (!exchange?.tx || exchange.sent === null || !this.#shared(session, feed)) continue
        const from = exchange.sent + 1
        const to = Math.min(own, exchange.sent + messagesMax)
        if (from > to) continue
        exchange.sent = to
        if (to < own) session.due.add(feed)
        if (session.note !== null) session.overtaken += to - from + 1
        return { kind: 'messages', feed, from, to }
      }
    if (session.note === null) return null
    const note = Object.fromEntries(session.note) as Note
    session.note = null
    session.overtaken = 0
    return { kind: 'note', note }
  }

  /** Where a feed stands with a peer; `null` without a session. */
  status(peer: FeedId, feed: FeedId): ExchangeStatus | null {
    const session = this.#sessions.get(peer)
    if (session === undefined) return null
    const exchange = session.feeds.get(feed)
    return {
      claimed: session.claimed.get(feed) ?? null,
      tx: exchange?.tx ?? false,
      rx: exchange?.rx ?? false,
      sent: exchange?.sent ?? null,
      requested: exchange?.requested ?? -1,
      activeAt: exchange?.activeAt ?? 0,
      forked: session.forked.has(feed),
    }
  }

  // --- inside -----------------------------------------------------------------------------------

  /** Whether a feed is exchanged with a peer at all. */
  #shared(session: Session, feed: FeedId): boolean {
    return (
      this.#wanted.has(feed) && !session.forked.has(feed) && this.#rules.serves(session.id, feed)
    )
  }

  /** The first note: every wanted feed in which we and the peer differed last time. */
  #firstNote(session: Session, now: number): void {
    session.note ??= new Map()
    this.#ready.add(session.id)
    if (!session.known) return
    for (const feed of this.#wanted) {
      const stored = session.stored.get(feed)
      if (stored === -1 || stored === (this.#clock.get(feed) ?? 0)) continue
      if (!this.#shared(session, feed)) continue
      this.#tell(session, feed, !this.#othersAsked(feed, session.id), now)
    }
  }

  #stand(session: Session, feed: FeedId, stand: Stand, now: number): void {
    const { sequence } = stand
    // Lower values are believed too: the peer has lost data.
    session.claimed.set(feed, sequence)
    const own = this.#clock.get(feed) ?? 0
    let exchange = session.feeds.get(feed)
    if (!this.#shared(session, feed)) {
      if (exchange === undefined || exchange.requested !== -1) this.#refuse(session, feed)
      return
    }
    if (sequence === -1) {
      // Nothing to ask or to tell; whoever else has it may be asked.
      if (exchange === undefined) {
        exchange = { tx: false, rx: false, sent: -1, requested: own, activeAt: 0 }
        session.feeds.set(feed, exchange)
      }
      exchange.tx = false
      exchange.sent = -1
      session.due.delete(feed)
      if (exchange.rx) {
        this.#setAsked(session, feed, exchange, false)
        this.#askAnother(feed, now)
      }
      return
    }
    if (exchange === undefined || exchange.requested === -1) {
      const ask = own < sequence && !this.#othersAsked(feed, session.id)
      exchange = this.#tell(session, feed, ask, now)
    } else if (!exchange.rx && sequence > own) this.#offered(session, feed, sequence, now)
    exchange.tx = stand.receive
    exchange.sent = sequence
    if (own > sequence) {
      if (stand.receive) this.#dueMessages(session, feed)
      else this.#tell(session, feed, exchange.rx, now)
    } else session.due.delete(feed)
  }

  /** A peer that we have not asked has more than we. */
  #offered(session: Session, feed: FeedId, sequence: number, now: number): void {
    const asked = [...(this.#asked.get(feed) ?? [])].filter((peer) => peer !== session.id)
    const behind = asked.filter(
      (peer) => sequence > (this.#sessions.get(peer)?.claimed.get(feed) ?? 0),
    )
    if (behind.length < asked.length) return
    this.#tell(session, feed, true, now)
    for (const peer of behind) {
      const other = this.#sessions.get(peer)
      if (other !== undefined) this.#tell(other, feed, false, now)
    }
  }

  /** Put our stand of a feed into the peer's next note. */
  #tell(session: Session, feed: FeedId, receive: boolean, now: number): Exchange {
    const own = this.#clock.get(feed) ?? 0
    let exchange = session.feeds.get(feed)
    if (exchange === undefined) {
      exchange = { tx: false, rx: false, sent: null, requested: own, activeAt: now }
      session.feeds.set(feed, exchange)
    }
    if (receive && !exchange.rx) exchange.activeAt = now
    exchange.requested = own
    this.#setAsked(session, feed, exchange, receive)
    if (receive) exchange.activeAt = now
    session.note ??= new Map()
    session.note.set(feed, encodeStand(own, receive))
    this.#ready.add(session.id)
    return exchange
  }

  /** Tell the peer that we do not replicate a feed (with it). */
  #refuse(session: Session, feed: FeedId): void {
    let exchange = session.feeds.get(feed)
    if (exchange === undefined) {
      exchange = { tx: false, rx: false, sent: -1, requested: -1, activeAt: 0 }
      session.feeds.set(feed, exchange)
    }
    this.#setAsked(session, feed, exchange, false)
    exchange.tx = false
    exchange.requested = -1
    session.due.delete(feed)
    session.note ??= new Map()
    session.note.set(feed, -1)
    this.#ready.add(session.id)
  }

  /** Whether a feed is exchanged with a peer may have changed. */
  #rejudge(session: Session, feed: FeedId, now: number): void {
    if (session.silent) return
    const exchange = session.feeds.get(feed)
    const refused = exchange === undefined || exchange.requested === -1
    if (!this.#shared(session, feed)) {
      if (!refused) this.#refuse(session, feed)
      return
    }
    if (!refused) return
    const claimed = session.claimed.get(feed)
    // A stranger hears of a feed only when it has named it.
    if (claimed === -1 || (claimed === undefined && !session.known)) return
    // After a −1 of ours the peer must hear that we are back.
    if (exchange === undefined && claimed === (this.#clock.get(feed) ?? 0)) return
    this.#tell(session, feed, !this.#othersAsked(feed, session.id), now)
  }

  #setAsked(session: Session, feed: FeedId, exchange: Exchange, receive: boolean): void {
    if (exchange.rx === receive) return
    exchange.rx = receive
    const asked = this.#asked.get(feed) ?? new Set()
    if (receive) this.#asked.set(feed, asked.add(session.id))
    else if (asked.delete(session.id) && asked.size === 0) this.#asked.delete(feed)
  }

  #othersAsked(feed: FeedId, except: FeedId): boolean {
    const asked = this.#asked.get(feed)
    return asked !== undefined && asked.size > (asked.has(except) ? 1 : 0)
  }

  /** The peer that delivered a feed does not any more: ask one that is known to have more, if any. */
  #askAnother(feed: FeedId, now: number): void {
    if ((this.#asked.get(feed)?.size ?? 0) > 0) return
    const other = this.#nextWithMore(feed, null, this.#clock.get(feed) ?? 0)
    if (other !== null) this.#tell(other, feed, true, now)
  }

  /** A connected peer other than `peer` that is known to have more of a feed: the next in turn. */
  #nextWithMore(feed: FeedId, peer: FeedId | null, own: number): Session | null {
    const order = [...this.#sessions.values()]
    const at = order.findIndex(({ id }) => id === peer)
    for (let step = 1; step <= order.length; step++) {
      const session = order[(at + step) % order.length] as Session
      if (session.id === peer) continue
      const more = (session.claimed.get(feed) ?? 0) > own
      if (more && !session.silent && this.#shared(session, feed)) return session
    }
    return null
  }

  #dueMessages(session: Session, feed: FeedId): void {
    session.due.add(feed)
    this.#ready.add(session.id)
  }
}
