import { Batch, type Body, type Incoming, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import type { Clock, Log } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import {
  ACKNOWLEDGE_MS,
  CHUNK_MESSAGES,
  JUDGING_MAX,
  NOTE_BYTES_MAX,
  NOTE_ENTRY_BYTES,
} from './limits.ts'
import type { EbtReplicate, EbtStore } from './needs.ts'
import { type Note, peekMessage, readItem } from './note.ts'
import { type EbtState, FEEDS_MAX } from './state.ts'

/** What an item of the stream may be on its way out. */
export type OutItem = JsonBytes | Note

/** What a session works with. */
export interface SessionParts {
  readonly state: EbtState
  readonly store: EbtStore
  readonly replicate: EbtReplicate
  readonly clock: Clock
  readonly log: Log
  /** Let all peers that have something to send look again. */
  wake(): void
}

/**
 * One EBT stream with one peer: drives the state machine from what comes in, and sends what it has
 * to say when the connection takes it. Sending is pulled, so a peer that does not read costs nothing.
 */
export class Session {
  readonly peer: FeedId
  readonly #parts: SessionParts
  #ended = false
  #wakeUp: (() => void) | null = null
  #judging = 0
  #readers: (() => void)[] = []
  #cancelAcknowledge = (): void => undefined

  constructor(peer: FeedId, parts: SessionParts) {
    this.peer = peer
    this.#parts = parts
  }

  /** Whether messages of this peer are still being judged. */
  get busy(): boolean {
    return this.#judging > 0
  }

  /** There may be something to send. */
  wake(): void {
    this.#wakeUp?.()
  }

  /** End both directions. */
  end(): void {
    this.#ended = true
    this.#cancelAcknowledge()
    this.#wakeUp?.()
    for (const go of this.#readers.splice(0)) go()
  }

  /** What goes out, pulled by the connection. */
  async *output(): AsyncGenerator<OutItem | Batch<OutItem>> {
    const { state, store } = this.#parts
    try {
      while (!this.#ended) {
        const output = state.take(this.peer, CHUNK_MESSAGES)
        if (output === null) {
          await new Promise<void>((resolve) => {
            this.#wakeUp = resolve
          })
          this.#wakeUp = null
        } else if (output.kind === 'note') yield* splitNote(output.note)
        else
          for await (const batch of store.feed(output.feed, {
            gte: output.from,
            lte: output.to,
          }))
            yield new Batch(batch.map(({ bytes }) => new JsonBytes(bytes)))
      }
    } finally {
      this.end()
    }
  }

  /** Read what comes in until the peer ends. Judging goes on while more is read, up to a bound. */
  async read(input: Incoming<Body>, onFirst?: () => void): Promise<void> {
    let first = onFirst
    for await (const bodies of input.batches()) {
      if (this.#ended) return
      first?.()
      first = undefined
      this.#take(bodies)
      while (this.#judging > JUDGING_MAX && !this.#ended)
        await new Promise<void>((resolve) => this.#readers.push(resolve))
    }
  }

  #take(bodies: readonly Body[]): void {
    const { state, clock } = this.#parts
    const now = clock.now()
    let messages: { readonly feed: FeedId; readonly bytes: Uint8Array }[] = []
    for (const { type, bytes } of bodies) {
      if (type !== 2) continue
      const peeked = peekMessage(bytes)
      const item = peeked ? { kind: 'message' as const, ...peeked } : parse(bytes)
      if (item.kind === 'message') {
        if (state.message(this.peer, item.author, item.sequence, now))
          messages.push({ feed: item.author, bytes })
      } else if (item.kind === 'note') {
        this.#judge(messages)
        messages = []
        state.note(this.peer, item.stands, now)
      }
    }
    this.#judge(messages)
    this.#parts.wake()
  }

  #judge(messages: readonly { readonly feed: FeedId; readonly bytes: Uint8Array }[]): void {
    if (messages.length === 0) return
    const { state, replicate, clock, log } = this.#parts
    this.#judging += messages.length
    const done = (): void => {
      this.#judging -= messages.length
      if (this.#judging <= JUDGING_MAX) for (const go of this.#readers.splice(0)) go()
      this.#acknowledgeLater()
    }
    replicate
      .ingest(
        this.peer,
        messages.map(({ bytes }) => bytes),
      )
      .then((verdicts) => {
        for (const [at, verdict] of verdicts.entries()) {
          const feed = messages[at]?.feed
          if (verdict.ok || !verdict.fatal || feed === undefined) continue
          log.warn('a peer sent another branch of a feed; not exchanging that feed with it', {
            peer: this.peer,
            feed,
            code: verdict.code,
          })
          state.forked(this.peer, feed, clock.now())
        }
      })
      .catch((error: unknown) => {
        log.error('received messages could not be kept', { error: String(error) })
      })
      .finally(() => {
        done()
        this.#parts.wake()
      })
  }

  /** When the peer has been quiet for a while, tell it how far we have come. */
  #acknowledgeLater(): void {
    this.#cancelAcknowledge()
    if (this.#ended) return
    this.#cancelAcknowledge = this.#parts.clock.setTimeout(() => {
      if (this.busy || this.#ended) return
      this.#parts.state.acknowledge(this.peer, this.#parts.clock.now())
      this.#parts.wake()
    }, ACKNOWLEDGE_MS)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** An item that does not look like a message. What is no JSON is no item. */
function parse(bytes: Uint8Array): ReturnType<typeof readItem> {
  try {
    return readItem(JSON.parse(decoder.decode(bytes)), FEEDS_MAX)
  } catch {
    return { kind: 'other' }
  }
}

/** A note in pieces that each fit a frame. */
function* splitNote(note: Note): Generator<Note> {
  const entries = Object.entries(note)
  const piece = Math.floor(NOTE_BYTES_MAX / NOTE_ENTRY_BYTES)
  if (entries.length <= piece) yield note
  else
    for (let at = 0; at < entries.length; at += piece)
      yield Object.fromEntries(entries.slice(at, at + piece)) as Note
}
