import type { Clock, Log } from '@scuttlebot/ssb-plugin'
import type { PeerBook } from './book.ts'
import { type BookStorage, importLegacy, readBook, type Switches, writeBook } from './persist.ts'
import type { Trust } from './trust.ts'

/** What a {@link Saver} is made of. */
export interface SaverOptions {
  readonly storage: BookStorage
  readonly clock: Clock
  readonly log: Log
  readonly everyMs: number
  readonly book: PeerBook
  readonly trust: Trust
  readonly switches: Switches
}

/** Reads the book at the start, and writes it when it has changed: at most every so often, and at the end. */
export class Saver {
  readonly #options: SaverOptions
  #written = 0
  #isLoaded = false
  #writing: Promise<void> = Promise.resolve()
  #cancel = (): void => undefined

  constructor(options: SaverOptions) {
    this.#options = options
  }

  async load(): Promise<void> {
    const { storage, book, trust, switches, clock, log } = this.#options
    const kept = await storage.load()
    if (kept !== null) readBook(kept, book, trust, switches, clock.now())
    else {
      const count = importLegacy(await storage.legacy(), book, clock.now())
      if (count > 0) log.info('addresses of an older server were taken over', { count })
    }
    this.#written = kept === null ? 0 : this.#revision()
    this.#isLoaded = true
    this.#schedule()
  }

  /** Write what has changed, and write no more. */
  async stop(): Promise<void> {
    this.#cancel()
    // a book that could not be read must not be replaced by an empty one
    if (this.#isLoaded) this.#save()
    await this.#writing
  }

  #revision(): number {
    return this.#options.book.revision + this.#options.trust.revision
  }

  #schedule(): void {
    const { clock, everyMs } = this.#options
    this.#cancel = clock.setTimeout(() => {
      this.#save()
      this.#schedule()
    }, everyMs)
  }

  #save(): void {
    const { storage, book, trust, switches, log } = this.#options
    const revision = this.#revision()
    if (revision === this.#written) return
    this.#written = revision
    const value = writeBook(book, trust, switches)
    this.#writing = this.#writing
      .then(() => storage.save(value))
      .catch((error: unknown) => {
        this.#written = -1
        log.warn('the peer book could not be written', { error: String(error) })
      })
  }
}
