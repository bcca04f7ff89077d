// The incoming side of one stream: a queue with a byte count, read by item or by batch.
import type { Incoming } from './rpc.ts'

/** What an inbox tells its connection. */
export interface InboxOwner {
  /** Bytes left the queue, by being read or thrown away. */
  consumed(inbox: Inbox, bytes: number): void
  /** The reader left before the end. */
  left(): void
}

const DONE: IteratorResult<never> = { done: true, value: undefined }

export class Inbox implements Incoming<unknown> {
  readonly #owner: InboxOwner
  #queue: unknown[] = []
  #bytes = 0
  #ended = false
  #error: Error | null = null
  #discarding = false
  #batch: readonly unknown[] = []
  #at = 0
  #arrival: Promise<void> | null = null
  #arrive: (() => void) | null = null
  /** Whether somebody has begun to read. */
  reading = false
  /** Whether this one holds more than the budget; kept by the connection. */
  over = false

  constructor(owner: InboxOwner) {
    this.#owner = owner
  }

  /** Bytes received and not read. */
  get bytes(): number {
    return this.#bytes
  }

  get discarding(): boolean {
    return this.#discarding
  }

  push(item: unknown, bytes: number): void {
    this.#queue.push(item)
    this.#bytes += bytes
    this.#wake()
  }

  /** No more items. With an error the reader gets it after what is queued. */
  end(error: Error | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#wake()
  }

  /** Forget what is queued and all that comes: nobody reads. */
  discard(): void {
    if (this.#discarding) return
    this.#discarding = true
    this.#batch = []
    this.#at = 0
    this.#take()
    this.end(null)
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    this.reading = true
    return {
      next: () => {
        if (this.#at < this.#batch.length)
          return Promise.resolve({ done: false, value: this.#batch[this.#at++] })
        return this.#nextItem()
      },
      return: () => this.#leave(),
    }
  }

  batches(): AsyncIterable<readonly unknown[]> {
    this.reading = true
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => this.#nextBatch(),
        return: () => this.#leave(),
      }),
    }
  }

  async #nextItem(): Promise<IteratorResult<unknown>> {
    while (this.#at >= this.#batch.length) {
      const { done, value } = await this.#nextBatch()
      if (done) return DONE
      if (this.#at >= this.#batch.length) {
        this.#batch = value
        this.#at = 0
      } else this.#batch = [...this.#batch, ...value]
    }
    return { done: false, value: this.#batch[this.#at++] }
  }

  async #nextBatch(): Promise<IteratorResult<readonly unknown[]>> {
    for (;;) {
      if (this.#queue.length > 0) return { done: false, value: this.#take() }
      if (this.#ended) {
        const error = this.#error
        this.#error = null
        if (error !== null) throw error
        return DONE
      }
      this.#arrival ??= new Promise((resolve) => {
        this.#arrive = resolve
      })
      await this.#arrival
    }
  }

  #take(): readonly unknown[] {
    const items = this.#queue
    const bytes = this.#bytes
    this.#queue = []
    this.#bytes = 0
    if (bytes > 0) this.#owner.consumed(this, bytes)
    return items
  }

  #leave(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#discarding) {
      this.discard()
      this.#error = null
      this.#owner.left()
    }
    return Promise.resolve({ done: true, value: undefined })
  }

  #wake(): void {
    const arrive = this.#arrive
    if (arrive === null) return
    this.#arrive = null
    this.#arrival = null
    arrive()
  }
}
