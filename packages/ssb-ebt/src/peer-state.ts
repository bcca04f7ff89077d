import type { FeedId } from '@scuttlebot/ssb-ref'
import { encodeStand, type Note, type Stand } from './note.ts'

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
export interface Exchange {
  /** The peer has asked for what follows `sent`. Kept while we refuse the feed, for when we do not any more. */
  tx: boolean
  /** We have asked the peer to send. */
  rx: boolean
  /** Highest sequence that the peer has of us or told us of; `null`: it has not spoken of the feed. */
  sent: number | null
  /** Our sequence as we last told it; −1: the peer does not know it, or we refused. */
  requested: number
  /** We said that we do not replicate the feed (with this peer). */
  refused: boolean
  /** We have refused the feed in this session. The peer may believe that to the end, as notes cross and get lost. */
  doubtful: boolean
  /** Highest sequence, without gaps, of what came and was handed on to be judged. */
  received: number
  /** Milliseconds since 1970 when the peer last gave something new, or was asked. */
  activeAt: number
  /** The same, but asking again for what it did not give does not count; 0: it has not been asked for what it has. */
  owesSince: number
  /** It was asked, gave nothing, and another one had to be asked. */
  relieved: boolean
}

/** In a stored clock: the peer has named the feed, and what it has does not count. */
const NAMED = -2

/** Messages that may overtake a waiting note. */
const OVERTAKE_MAX = 64

/** One connected peer: what we know that it has, what is agreed for each feed, and what is due to be sent. */
export class PeerState {
  readonly id: FeedId
  /** Part of our graph. */
  known: boolean
  /** We have chosen to connect: it hears of all that we want, as those of our graph do. */
  readonly dialled: boolean
  /** The dialling side says nothing before the other side's first note. */
  silent: boolean
  /** What the peer told us last time. */
  stored: ReadonlyMap<FeedId, number>
  /** What the peer has, by feed; −1: it does not replicate the feed. */
  readonly claimed: Map<FeedId, number>
  readonly feeds: Map<FeedId, Exchange> = new Map()
  /** Feeds of which the peer holds another branch: not exchanged with it in this session. */
  readonly forked: Set<FeedId> = new Set()
  /** Feeds that the peer has sent messages of since it last heard how far we are. */
  readonly unacknowledged: Set<FeedId> = new Set()
  /** Milliseconds since 1970 when the peer last gave something new, of any feed. */
  activeAt: number
  #note: Map<FeedId, number> | null = null
  readonly #due = new Set<FeedId>()
  #overtaken = 0

  constructor(
    id: FeedId,
    facts: {
      readonly known: boolean
      readonly dialled: boolean
      readonly stored: ReadonlyMap<FeedId, number>
      readonly now: number
    },
  ) {
    this.id = id
    this.known = facts.known
    this.dialled = facts.dialled
    this.silent = facts.dialled
    this.stored = facts.stored
    this.claimed = new Map(facts.stored)
    this.activeAt = facts.now
  }

  /** The exchange of a feed, made when there is none. */
  exchange(feed: FeedId): Exchange {
    let exchange = this.feeds.get(feed)
    if (exchange === undefined) {
      exchange = {
        tx: false,
        rx: false,
        sent: null,
        requested: -1,
        refused: false,
        doubtful: false,
        received: 0,
        activeAt: 0,
        owesSince: 0,
        relieved: false,
      }
      this.feeds.set(feed, exchange)
    }
    return exchange
  }

  /** The peer says where it stands with a feed. Lower values are believed too: it has lost data. */
  stated(feed: FeedId, { sequence, receive }: Stand, own: number, now: number): Exchange {
    const exchange = this.exchange(feed)
    const owed = (this.claimed.get(feed) ?? 0) > own
    if (sequence > own && !owed) exchange.owesSince = exchange.rx ? now : 0
    this.claimed.set(feed, sequence)
    exchange.tx = receive
    exchange.sent = sequence
    return exchange
  }

  /** The peer has sent the next message of a feed. */
  gave(feed: FeedId, exchange: Exchange, sequence: number, now: number): void {
    exchange.received = sequence
    exchange.activeAt = now
    exchange.owesSince = now
    exchange.relieved = false
    this.activeAt = now
    this.unacknowledged.add(feed)
  }

  /** A stranger that has come to us hears only of feeds that it has named. */
  get hearsAll(): boolean {
    return this.known || this.dialled
  }

  /** Whether the peer may be told of a feed that it and we have not spoken of. */
  mayHearOf(feed: FeedId): boolean {
    return this.hearsAll || this.claimed.has(feed)
  }

  /** Put a stand into the next note; −1 refuses. */
  say(feed: FeedId, sequence: number, receive: boolean): void {
    this.openNote().set(feed, encodeStand(sequence, receive))
  }

  /** A note is due, even when nothing is said in it. */
  openNote(): Map<FeedId, number> {
    this.#note ??= new Map()
    return this.#note
  }

  /** Messages of a feed are due. */
  makeDue(feed: FeedId): void {
    this.#due.add(feed)
  }

  /** No messages of a feed are due any more. */
  notDue(feed: FeedId): void {
    this.#due.delete(feed)
  }

  /**
   * What the peer told us, to be kept. A feed that it may believe we refuse is left out, so that it hears when we
   * want it; with a stranger, which hears only of feeds that it has named, it counts as {@link NAMED}.
   */
  clock(): ReadonlyMap<FeedId, number> {
    const clock = new Map<FeedId, number>()
    const isDoubtful = (feed: FeedId): boolean =>
      this.feeds.get(feed)?.doubtful === true && !this.forked.has(feed)
    for (const [feed, sequence] of this.claimed) if (!isDoubtful(feed)) clock.set(feed, sequence)
    if (!this.known)
      for (const feed of this.feeds.keys()) if (isDoubtful(feed)) clock.set(feed, NAMED)
    return clock
  }

  /** What to send next, or `null`; feeds take turns, and messages go before a note, but not for long. */
  take(
    messagesMax: number,
    own: (feed: FeedId) => number,
    shared: (feed: FeedId) => boolean,
  ): Output | null {
    if (this.silent) return null
    if (this.#note === null || this.#overtaken < OVERTAKE_MAX)
      for (const feed of this.#due) {
        this.#due.delete(feed)
        const exchange = this.feeds.get(feed)
        if (!exchange?.tx || exchange.sent === null || !shared(feed)) continue
        const from = exchange.sent + 1
        const to = Math.min(own(feed), exchange.sent + messagesMax)
        if (from > to) continue
        exchange.sent = to
        if (to < own(feed)) this.#due.add(feed)
        if (this.#note !== null) this.#overtaken += to - from + 1
        return { kind: 'messages', feed, from, to }
      }
    if (this.#note === null) return null
    const note = Object.fromEntries(this.#note) as Note
    this.#note = null
    this.#overtaken = 0
    return { kind: 'note', note }
  }
}
