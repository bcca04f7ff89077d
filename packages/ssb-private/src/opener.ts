// Opens what is boxed for us, in the background. Each box tries each boxed message once: up to its mark everything was
// tried, and what somebody asked for beyond the mark is remembered until the mark has passed it.
import { type Event, event } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { type Box, type Opening, suffixOf } from './box.ts'
import type { BoxedIndex, BoxedMessage, PrivateStore } from './needs.ts'
import { cipherOf, type Found, foundIn, OpenedMessage, openWith } from './opened.ts'
import type { Shelf } from './shelf.ts'
import { termsOf } from './terms.ts'

/** Messages that are read at once: reading them holds up everything else. */
const READ_AT_ONCE = 16
/** Messages that go to other threads at once, and how many are worth it. */
const MANY = 128
const MANY_MIN = 32
/** How long the loop may be kept, ms. */
const SLICE_MS = 4
/** Messages that come at once when the log is being filled: from peers, or from a file. */
const BULK = 16
/** How long opening waits then, ms: each time the index is searched anew, which takes as long for few as for many. */
const BULK_MS = 250
/** How long opening waits after a failure, ms; twice as long after each further one. */
const PAUSE_MS = 1000
const PAUSE_MS_MAX = 60_000
const BOXED = 'boxed'

/** How far opening is, in log positions. Done when `current` equals `target`. */
export interface Progress {
  readonly start: number
  readonly current: number
  readonly target: number
}

/** What the opener needs. */
export interface OpenerOptions {
  readonly store: PrivateStore
  readonly shelf: Shelf
  readonly signal: AbortSignal
  /** Give way to everything else that waits. */
  rest(): Promise<void>
  /** Wait a while. */
  sleep(ms: number): Promise<void>
  /** Milliseconds of a clock that only goes forwards, for the length of slices. */
  elapsed(): number
  onError(error: unknown): void
}

/** Messages that were read, some of which are being opened elsewhere, by their positions. */
interface Batch {
  readonly messages: readonly BoxedMessage[]
  readonly openings: Promise<ReadonlyMap<number, Opening | null>>
}

const NONE: Promise<ReadonlyMap<number, Opening | null>> = Promise.resolve(new Map())

/** Opens boxed messages, each once per box. */
export class Opener {
  /** Told of what has been opened, in log order unless a new key has opened old messages. */
  readonly opened: Event<[messages: readonly OpenedMessage[]]>
  readonly #options: OpenerOptions
  readonly #index: BoxedIndex
  readonly #boxes = new Map<string, Box>()
  /** Boxes that have tried a message beyond their mark, by position. */
  readonly #ahead = new Map<number, Set<string>>()
  /** Opened for somebody who asked, before its turn: others are not told yet. */
  readonly #untold = new Set<number>()
  #running: Promise<void> | null = null
  #started = false
  #start = -1
  #stops: (() => void)[] = []
  #since = 0
  #isBulk = false
  /** Why the last try failed; `null`: it did not. */
  #failure: Error | null = null
  #failures = 0
  #isPausing = false
  /** Those who do not want to wait for more messages. */
  #asking = 0

  constructor(options: OpenerOptions) {
    this.#options = options
    this.opened = event(options.onError)
    this.#index = options.store.defineIndex({
      name: 'private/boxed',
      version: 1,
      map(message, emit) {
        const suffix = suffixOf(message.value.content)
        if (suffix !== null) emit(BOXED, suffix)
      },
    })
  }

  /** Add a box; everything that it has not tried is tried in the background. */
  add(box: Box): () => void {
    if (this.#boxes.has(box.name)) throw new RangeError(`there is a box named ${box.name} already`)
    this.#boxes.set(box.name, box)
    this.#wake()
    return () => {
      if (this.#boxes.get(box.name) !== box) return
      this.#boxes.delete(box.name)
      this.#options.shelf.forgetBox(box.name)
      for (const names of this.#ahead.values()) names.delete(box.name)
    }
  }

  get boxes(): Iterable<Box> {
    return this.#boxes.values()
  }

  /** Take up what is on the shelf, and go on. */
  async start(): Promise<void> {
    const { shelf, store } = this.#options
    for (const name of shelf.boxes())
      if (!this.#boxes.has(name) || (await this.#isOtherLog(name))) shelf.forgetBox(name)
    // Opened before its turn, and lost with the end of the log: another message will have that position.
    shelf.forgetBehind(store.position)
    this.#start = this.progress().current
    this.#stops.push(
      store.appended.on((batch) => {
        this.#isBulk = batch.length >= BULK
        this.#wake()
      }),
    )
    this.#started = true
    this.#wake()
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop()
    this.#started = false
    await this.#running
  }

  /** Whether the log is not the one that was tried: restored, or begun anew. */
  async #isOtherLog(name: string): Promise<boolean> {
    const { position, id } = this.#options.shelf.mark(name)
    if (position > this.#options.store.position) return true
    const message = id === null ? null : await this.#options.store.at(position)
    return message !== null && message.key !== id
  }

  progress(): Progress {
    const { store, shelf } = this.#options
    let current = store.position
    for (const { name } of this.#boxes.values())
      current = Math.min(current, shelf.mark(name).position)
    return { start: this.#start, current, target: store.position }
  }

  /** Why nothing is opened at the moment; it is tried again. `null`: all is well. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Resolves when everything that is in the log now was tried. Rejects while that fails. */
  async settled(): Promise<void> {
    const { position } = this.#options.store
    this.#asking++
    try {
      while (this.#started && this.progress().current < position) {
        this.#wake()
        await this.#running
        if (this.#options.signal.aborted) return
        if (this.#failure !== null)
          throw new Error('private messages cannot be opened now', { cause: this.#failure })
      }
    } finally {
      this.#asking--
    }
  }

  /** Open a text that may be anywhere. Nothing is remembered. */
  try(text: string, author: FeedId | null = null): Found | null {
    const suffix = suffixOf(text)
    for (const box of this.#boxes.values()) {
      const found = box.suffix === suffix ? openWith(box, text, author, null) : null
      if (found !== null) return found
    }
    return null
  }

  /** Open what is at a position; what is remembered is not tried again. */
  at(position: number, text: string, author: FeedId | null): Found | null {
    const { shelf } = this.#options
    const suffix = suffixOf(text)
    for (const box of this.#boxes.values()) {
      if (box.suffix !== suffix) continue
      const isNew = shelf.get(position) === undefined
      const found = this.#openBy(box, position, text, author)
      if (found === null) continue
      if (isNew) this.#untold.add(position)
      return found
    }
    return null
  }

  /** A message as an opened one, or `null`. */
  open(message: BoxedMessage): OpenedMessage | null {
    const { content } = message.value
    if (typeof content !== 'string') return null
    const found = this.at(message.sequence, content, message.author)
    return found === null ? null : this.#openedOf(message, found)
  }

  #openedOf(message: BoxedMessage, found: Found): OpenedMessage {
    const names = this.#options.shelf.get(message.sequence)?.keys.keys() ?? []
    const [box] = [...names].map((name) => this.#boxes.get(name))
    return new OpenedMessage(message, found, box?.identity ?? null)
  }

  /** Open by one box: again if it did, for the first time if it has not tried. `opening`: what it gave elsewhere. */
  #openBy(
    box: Box,
    position: number,
    text: string,
    author: FeedId | null,
    opening?: Opening | null,
  ): Found | null {
    const { shelf } = this.#options
    const key = shelf.get(position)?.keys.get(box.name)
    if (key !== undefined) return openWith(box, text, author, key)
    if (position <= shelf.mark(box.name).position) return null
    const tried = this.#ahead.get(position) ?? new Set()
    if (tried.has(box.name)) return null
    this.#ahead.set(position, tried.add(box.name))
    const found = opening === undefined ? openWith(box, text, author, null) : foundIn(opening)
    if (found !== null)
      shelf.add(position, box.name, found.key, termsOf(author ?? '', found.content))
    return found
  }

  #wake(): void {
    if (this.#running !== null || this.#isPausing) return
    if (!this.#started || this.#options.signal.aborted) return
    const { position } = this.#options.store
    if (this.progress().current >= position) return
    this.#running = this.#run()
      .then(
        () => {
          this.#failure = null
          this.#failures = 0
        },
        (error: unknown) => {
          this.#failure = error instanceof Error ? error : new Error(String(error))
          this.#options.onError(error)
          void this.#pause()
        },
      )
      .finally(() => {
        this.#running = null
        this.#wake()
      })
  }

  /** A disk may work again after a while. */
  async #pause(): Promise<void> {
    this.#isPausing = true
    await this.#options.sleep(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** this.#failures++))
    this.#isPausing = false
    this.#wake()
  }

  async #run(): Promise<void> {
    const { shelf, store } = this.#options
    await this.#gather()
    await this.#rest()
    await store.indexed()
    const boxes = [...this.#boxes.values()]
    try {
      for (const box of boxes)
        while (this.#isWanted(box)) {
          const upTo = Math.min(store.position, this.#index.state().position)
          if (shelf.mark(box.name).position >= upTo) break
          await this.#catchUp(box, upTo)
          await this.#gather()
        }
      await shelf.flush()
    } finally {
      await Promise.all(boxes.map((box) => box.close?.()))
    }
  }

  /** While the log is being filled, let more messages come before the next look. */
  async #gather(): Promise<void> {
    if (this.#isBulk && this.#asking === 0) await this.#options.sleep(BULK_MS)
    this.#isBulk = false
  }

  #isWanted(box: Box): boolean {
    return this.#started && !this.#options.signal.aborted && this.#boxes.get(box.name) === box
  }

  async #catchUp(box: Box, upTo: number): Promise<void> {
    const { shelf, store } = this.#options
    const from = shelf.mark(box.name).position
    const reader = this.#index.read(BOXED, box.suffix, { gt: from, lt: upTo + 1 })
    let ahead: Batch | null = null
    try {
      for (let list = await reader.next(); list !== null; list = await reader.next()) {
        const size = list.length < MANY_MIN || box.unboxMany === undefined ? READ_AT_ONCE : MANY
        for (let i = 0; i < list.length; i += size) {
          // While others open these, those before are put on the shelf here.
          const batch: Batch = await this.#read(box, list.slice(i, i + size))
          if (ahead !== null && !(await this.#finish(box, ahead))) return
          ahead = batch
        }
      }
      if (ahead !== null && !(await this.#finish(box, ahead))) return
    } finally {
      await reader.close()
    }
    const last = await store.at(upTo)
    if (this.#isWanted(box)) this.#mark(box, upTo, last?.key ?? null)
  }

  /** Read messages, and have those opened elsewhere that this box has not tried, if there are enough. */
  async #read(box: Box, positions: readonly number[]): Promise<Batch> {
    const messages: BoxedMessage[] = []
    for (let i = 0; i < positions.length; i += READ_AT_ONCE) {
      if (i > 0 && this.#options.elapsed() - this.#since >= SLICE_MS) await this.#rest()
      messages.push(...(await this.#options.store.read(positions.slice(i, i + READ_AT_ONCE))))
    }
    const untried = messages.filter(({ sequence }) => !this.#hasTried(box, sequence))
    if (box.unboxMany === undefined || untried.length < MANY_MIN)
      return { messages, openings: NONE }
    const openings = box
      .unboxMany(
        untried.map(({ value }) => cipherOf(value.content as string)),
        untried.map(({ author }) => author),
      )
      ?.then(
        (list) => new Map(untried.map(({ sequence }, i) => [sequence, list[i] ?? null])),
        () => NONE,
      )
    return { messages, openings: openings ?? NONE }
  }

  #hasTried(box: Box, position: number): boolean {
    const isOpened = this.#options.shelf.get(position)?.keys.has(box.name) === true
    return isOpened || this.#ahead.get(position)?.has(box.name) === true
  }

  /** Put on the shelf what was opened. Returns whether to go on. */
  async #finish(box: Box, { messages, openings }: Batch): Promise<boolean> {
    await this.#tryAll(box, messages, await openings)
    if (!this.#isWanted(box)) return false
    const last = messages.at(-1)
    if (last !== undefined) this.#mark(box, last.sequence, last.key)
    return true
  }

  async #tryAll(
    box: Box,
    messages: readonly BoxedMessage[],
    openings: ReadonlyMap<number, Opening | null>,
  ): Promise<void> {
    const { shelf } = this.#options
    let found: OpenedMessage[] = []
    const tell = (): void => {
      if (found.length > 0) this.opened.emit(found)
      found = []
    }
    for (const message of messages) {
      const content = message.value.content as string
      const { sequence, author } = message
      const isNew = shelf.get(sequence) === undefined
      const opened = this.#openBy(box, sequence, content, author, openings.get(sequence))
      if (opened !== null && (this.#untold.delete(sequence) || isNew))
        found.push(this.#openedOf(message, opened))
      if (this.#options.elapsed() - this.#since < SLICE_MS) continue
      tell()
      await this.#rest()
      if (!this.#isWanted(box)) return
    }
    tell()
  }

  #mark(box: Box, position: number, id: string | null): void {
    this.#options.shelf.setMark(box.name, { position, id })
    for (const [at, names] of this.#ahead) {
      if (at > position) continue
      names.delete(box.name)
      if (names.size === 0) this.#ahead.delete(at)
    }
  }

  async #rest(): Promise<void> {
    await this.#options.shelf.flush()
    await this.#options.rest()
    this.#since = this.#options.elapsed()
  }
}
