// Brings the texts of the log into an engine, in the background, a slice at a time. What was opened of private messages
// goes into another engine, which is never the one that is on disk.
import { type Engine, type Entry, textOf } from './engine.ts'
import type { SearchMessage, SearchNeeds, SearchOpened } from './needs.ts'

/** How long the loop may be kept, ms. */
const SLICE_MS = 4
/** Texts that go into the engine at once: a commit costs as much as some texts. */
const WRITE_AT_ONCE = 64

/** A turn of the event loop that takes longer than this has others in it, who come first, ms. */
const BUSY_MS = 2
/** How long texts wait for them then. */
const BUSY_REST_MS = 16

/** Messages that come at once when the log is being filled: from peers, or from a file. */
const BULK = 16
/** How long after such messages the texts wait, and how long they do at most, ms. */
const BULK_MS = 300
const WAIT_MS = 30_000

/** How far the index is, in log positions. Done when `current` equals `target`. */
export interface Progress {
  readonly start: number
  readonly current: number
  readonly target: number
}

/** What the indexer needs. */
export interface IndexerOptions {
  readonly needs: SearchNeeds
  readonly signal: AbortSignal
  readonly texts: Engine
  readonly secrets: Engine
  /** Give way to everything else that waits. */
  rest(): Promise<void>
  /** Wait a while. */
  sleep(ms: number): Promise<void>
  /** Milliseconds of a clock that only goes forwards, for the length of slices. */
  elapsed(): number
  onError(error: unknown): void
}

/** Follows the log. */
export class Indexer {
  readonly #options: IndexerOptions
  #running: Promise<void> | null = null
  #stopped = false
  #start = -1
  #since = 0
  /** When many messages came at once, and those who do not want to wait for that to end. */
  #bulkAt = Number.NEGATIVE_INFINITY
  #asking = 0
  #stops: (() => void)[] = []

  constructor(options: IndexerOptions) {
    this.#options = options
  }

  progress(): Progress {
    const { texts, needs } = this.#options
    return { start: this.#start, current: texts.mark().position, target: needs.store.position }
  }

  /** Check that the engine is about this log, then follow it. */
  async start(): Promise<void> {
    const { needs, texts } = this.#options
    if (await this.#isOtherLog()) texts.clear()
    this.#start = texts.mark().position
    this.#stops.push(
      needs.store.appended.on((batch) => {
        if (batch.length >= BULK) this.#bulkAt = this.#options.elapsed()
        this.#wake()
      }),
    )
    const opened = needs.private
    if (opened !== undefined) {
      this.#stops.push(opened.opened.on((messages) => this.#keepSecrets(messages)))
      this.#readSecrets(opened).catch((error: unknown) => this.#options.onError(error))
    }
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const stop of this.#stops.splice(0)) stop()
    await this.#running
  }

  /** Resolves when everything that is in the log now was read. */
  async settled(): Promise<void> {
    const { position } = this.#options.needs.store
    this.#asking++
    try {
      while (!this.#stopped && this.progress().current < position) {
        this.#wake()
        await this.#running
        if (this.#options.signal.aborted) return
      }
    } finally {
      this.#asking--
    }
  }

  /** Whether the engine has read a log that is not this one: restored, or begun anew, or shortened by a crash. */
  async #isOtherLog(): Promise<boolean> {
    const { needs, texts } = this.#options
    const { position, id } = texts.mark()
    if (position > needs.store.position) return true
    const message = id === null ? null : await needs.store.at(position)
    return message !== null && message.key !== id
  }

  #wake(): void {
    if (this.#running !== null || this.#stopped || this.#options.signal.aborted) return
    if (this.progress().current >= this.#options.needs.store.position) return
    this.#running = this.#run()
      .catch((error: unknown) => {
        this.#stopped = true
        this.#options.onError(error)
      })
      .finally(() => {
        this.#running = null
        this.#wake()
      })
  }

  async #run(): Promise<void> {
    const { needs, texts, signal } = this.#options
    const isOver = (): boolean => this.#stopped || signal.aborted
    await this.#rest()
    let entries: Entry[] = []
    let last: SearchMessage | null = null
    const write = (): void => {
      if (last !== null) texts.write(entries, { position: last.sequence, id: last.key })
      entries = []
    }
    for await (const messages of needs.store.log({ gt: texts.mark().position })) {
      for (const message of messages) {
        if (isOver()) return write()
        const text = textOf(message.value.content)
        if (text !== null) entries.push({ position: message.sequence, text })
        last = message
        if (entries.length >= WRITE_AT_ONCE) write()
        if (this.#options.elapsed() - this.#since > SLICE_MS) await this.#rest()
      }
    }
    write()
    // The last positions may be empty, since their messages were deleted.
    const { position } = needs.store
    const end = (last as SearchMessage | null)?.sequence ?? texts.mark().position
    if (end < position && (await needs.store.at(position)) === null && !isOver())
      texts.write([], { position, id: null })
  }

  /** Give way, and do so for longer while the log is being filled: a text costs about as much as taking a message. */
  async #rest(): Promise<void> {
    const { rest, sleep, elapsed, signal } = this.#options
    const before = elapsed()
    await rest()
    const begin = elapsed()
    if (begin - before > BUSY_MS && this.#asking === 0) await sleep(BUSY_REST_MS)
    while (elapsed() - this.#bulkAt < BULK_MS && elapsed() - begin < WAIT_MS) {
      if (this.#asking > 0 || this.#stopped || signal.aborted) break
      await sleep(BULK_MS / 6)
    }
    this.#since = this.#options.elapsed()
  }

  #keepSecrets(messages: readonly SearchOpened[]): void {
    const { secrets } = this.#options
    const entries: Entry[] = []
    for (const { position, content } of messages) {
      const text = textOf(content)
      if (text !== null) entries.push({ position, text })
    }
    if (entries.length > 0 && !this.#stopped) secrets.write(entries, secrets.mark())
  }

  async #readSecrets(opened: NonNullable<SearchNeeds['private']>): Promise<void> {
    for await (const messages of opened.read()) {
      if (this.#stopped || this.#options.signal.aborted) return
      this.#keepSecrets(messages)
      await this.#rest()
    }
  }
}
