import { Batch, type Body, type Incoming, type JsonBytes } from '@scuttlebot/ssb-muxrpc'
import type { Clock, Log } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Fresh } from './fresh.ts'
import {
  ACKNOWLEDGE_MS,
  CHUNK_MESSAGES,
  ENTRIES_PER_MS,
  FREE_ENTRIES,
  JUDGING_BYTES_MAX,
  JUDGING_MAX,
  NOTE_BYTES_MAX,
  NOTE_ENTRY_BYTES,
  PART_MESSAGES,
  PAUSE_ENTRIES,
} from './limits.ts'
import type { EbtFormat } from './needs.ts'
import type { Note } from './note.ts'
import type { Output } from './peer-state.ts'
import type { EbtState } from './state.ts'

/** A note with the mark of the last session: only for peers that have named theirs. */
interface MarkedNote {
  readonly clock: Note
  readonly session: string
}

/** What an item of the stream may be on its way out. */
export type OutItem = JsonBytes | Uint8Array | Note | MarkedNote

/** What a session works with. */
export interface SessionParts {
  readonly state: EbtState
  readonly format: EbtFormat
  readonly fresh: Fresh
  readonly clock: Clock
  readonly log: Log
  /** Goes with our first note; `null`: the peer does not know of such marks. */
  readonly mark: string | null
  /** The peer's first note is here, and is handled next. */
  heard(mark: string | null): void
  /** Let all peers that have something to send look again. */
  wake(): void
}

type Messages = Extract<Output, { readonly kind: 'messages' }>

interface Received {
  readonly feed: FeedId
  readonly bytes: Uint8Array
}

/**
 * One EBT stream with one peer: drives the state machine from what comes in, and sends what it has
 * to say when the connection takes it. Sending is pulled, so a peer that does not read costs nothing.
 */
export class Session {
  readonly peer: FeedId
  readonly #parts: SessionParts
  #ended = false
  #heard = false
  #spoken = false
  #wakeUp: (() => void) | null = null
  #judging = 0
  #judgingBytes = 0
  readonly #judgingFeeds = new Map<FeedId, number>()
  #readers: (() => void)[] = []
  /** Entries of notes that were taken in since the last pause; some are free. */
  #entries = -FREE_ENTRIES
  #endPause = (): void => undefined
  #cancelAcknowledge = (): void => undefined

  constructor(peer: FeedId, parts: SessionParts) {
    this.peer = peer
    this.#parts = parts
  }

  /** Whether messages of this peer are still being judged. */
  get busy(): boolean {
    return this.#judging > 0
  }

  /** Whether the peer has said anything. */
  get heard(): boolean {
    return this.#heard
  }

  /** Messages of a feed that are being judged. */
  verifying(feed: FeedId): number {
    return this.#judgingFeeds.get(feed) ?? 0
  }

  /** There may be something to send. */
  wake(): void {
    this.#wakeUp?.()
  }

  /** End both directions. */
  end(): void {
    this.#ended = true
    this.#cancelAcknowledge()
    this.#endPause()
    this.#wakeUp?.()
    for (const go of this.#readers.splice(0)) go()
  }

  /** What goes out, pulled by the connection. */
  async *output(): AsyncGenerator<OutItem | Batch<OutItem>> {
    const { state } = this.#parts
    try {
      while (!this.#ended) {
        const output = state.take(this.peer, CHUNK_MESSAGES)
        if (output === null) {
          await new Promise<void>((resolve) => {
            this.#wakeUp = resolve
          })
          this.#wakeUp = null
        } else if (output.kind === 'note') yield* this.#note(output.note)
        else yield* this.#messages(output)
      }
    } finally {
      this.end()
    }
  }

  /** Messages in order, up to the first that we do not have any more: what follows one is worth nothing without it. */
  async *#messages({ feed, from, to }: Messages): AsyncGenerator<Batch<OutItem>> {
    const { state, format, clock, fresh } = this.#parts
    const newest = fresh.read(feed, from, to, clock.now())
    if (newest !== null) {
      yield new Batch(newest.map((message) => format.encode(message)))
      return
    }
    let next = from
    for await (const batch of format.store.feed(feed, { gte: from, lte: to })) {
      if (this.#ended) return
      const gap = batch.findIndex(({ feedSequence }, at) => feedSequence !== next + at)
      const whole = gap < 0 ? batch : batch.slice(0, gap)
      if (whole.length > 0) yield new Batch(whole.map((message) => format.encode(message)))
      next += whole.length
      if (gap >= 0) break
    }
    if (next <= to) state.missing(this.peer, feed)
  }

  /** Read what comes in until the peer ends. Judging goes on while more is read, up to a bound. */
  async read(input: Incoming<Body>): Promise<void> {
    for await (const bodies of input.batches())
      for (let at = 0; at < bodies.length; ) {
        if (this.#ended) return
        at = this.#take(bodies, at)
        while (this.#full && !this.#ended)
          await new Promise<void>((resolve) => this.#readers.push(resolve))
        if (this.#entries >= PAUSE_ENTRIES && !this.#ended) await this.#pause()
      }
  }

  /** Long notes cost time that others wait for: leave them more of it. */
  #pause(): Promise<void> {
    const ms = Math.ceil(this.#entries / ENTRIES_PER_MS)
    this.#entries = 0
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.setTimeout(resolve, ms)
      this.#endPause = () => {
        cancel()
        resolve()
      }
    })
  }

  get #full(): boolean {
    return this.#judging >= JUDGING_MAX || this.#judgingBytes >= JUDGING_BYTES_MAX
  }

  /** A note in pieces that each fit a frame. */
  *#note(note: Note): Generator<Note | MarkedNote> {
    const entries = Object.entries(note)
    const piece = Math.floor(NOTE_BYTES_MAX / NOTE_ENTRY_BYTES)
    for (let at = 0; at === 0 || at < entries.length; at += piece) {
      const clock =
        entries.length <= piece ? note : (Object.fromEntries(entries.slice(at, at + piece)) as Note)
      const { mark } = this.#parts
      yield this.#spoken || mark === null ? clock : { clock, session: mark }
      this.#spoken = true
    }
  }

  /** Take in some items from `from` on, at most as many as are handed on in one go; where the rest begins. */
  #take(bodies: readonly Body[], from: number): number {
    const { state, clock, format } = this.#parts
    const now = clock.now()
    let messages: Received[] = []
    let at = from
    const isEnough = (): boolean =>
      messages.length >= PART_MESSAGES || this.#entries >= PAUSE_ENTRIES
    while (at < bodies.length && !isEnough()) {
      const body = bodies[at++] as Body
      const item = format.read(body)
      if (item.kind === 'message') {
        if (state.message(this.peer, item.author, item.sequence, now))
          messages.push({ feed: item.author, bytes: body.bytes })
      } else if (item.kind === 'note') {
        if (!this.#heard) {
          this.#heard = true
          this.#parts.heard(item.session)
        }
        this.#judge(messages)
        messages = []
        state.note(this.peer, item.stands, now)
        // What names no feeds has to be read, too.
        this.#entries += Math.max(item.stands.length, body.bytes.length / NOTE_ENTRY_BYTES)
      }
    }
    this.#judge(messages)
    this.#parts.wake()
    return at
  }

  #judge(messages: readonly Received[]): void {
    if (messages.length === 0) return
    const { format, log } = this.#parts
    this.#count(messages, 1)
    format
      .ingest(
        this.peer,
        messages.map(({ bytes }) => bytes),
      )
      .then((verdicts) => {
        for (const [at, verdict] of verdicts.entries())
          if (!verdict.ok) this.#refused(messages[at]?.feed as FeedId, verdict)
      })
      .catch((error: unknown) => {
        log.error('received messages could not be kept', { error: String(error) })
        for (const { feed } of messages) this.#parts.state.rejected(this.peer, feed)
      })
      .finally(() => {
        this.#count(messages, -1)
        if (!this.#full) for (const go of this.#readers.splice(0)) go()
        this.#acknowledgeLater()
        this.#parts.wake()
      })
  }

  #refused(
    feed: FeedId,
    { code, fatal }: { readonly code: string; readonly fatal: boolean },
  ): void {
    if (this.#ended || code === 'SSB_STORE_KNOWN') return
    const { state, clock, log } = this.#parts
    state.rejected(this.peer, feed)
    if (!fatal || state.status(this.peer, feed)?.forked) return
    log.warn('a peer sent another branch of a feed; not exchanging that feed with it', {
      peer: this.peer,
      feed,
      code,
    })
    state.forked(this.peer, feed, clock.now())
  }

  #count(messages: readonly Received[], sign: 1 | -1): void {
    this.#judging += sign * messages.length
    let run = 0
    for (const [at, { feed, bytes }] of messages.entries()) {
      this.#judgingBytes += sign * bytes.length
      run += sign
      // Messages of a feed come in a row.
      if (messages[at + 1]?.feed === feed) continue
      const left = (this.#judgingFeeds.get(feed) ?? 0) + run
      if (left > 0) this.#judgingFeeds.set(feed, left)
      else this.#judgingFeeds.delete(feed)
      run = 0
    }
  }

  /** When the peer has been quiet for a while, tell it how far we have come. */
  #acknowledgeLater(): void {
    this.#cancelAcknowledge()
    if (this.#ended) return
    this.#cancelAcknowledge = this.#parts.clock.setTimeout(() => {
      if (this.busy || this.#ended) return
      this.#parts.state.acknowledge(this.peer)
      this.#parts.wake()
    }, ACKNOWLEDGE_MS)
  }
}
