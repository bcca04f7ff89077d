import type { BlobId } from '@scuttlebot/ssb-ref'
import { IDS_PER_ITEM_MAX, OUTLET_IDS_MAX } from './limits.ts'

/** One item of a want stream: negative is a want at that distance, positive a size. */
export type WantItem = Readonly<Record<BlobId, number>>

/**
 * What one peer is still to be told. News of the same blob replace each other, so that a slow reader costs a
 * bounded amount of memory; of too many blobs the oldest news are dropped.
 */
export class Outlet {
  #news = new Map<BlobId, number>()
  #wake: (() => void) | null = null
  #reader = 0

  tell(id: BlobId, value: number): void {
    this.#news.delete(id)
    this.#news.set(id, value)
    if (this.#news.size > OUTLET_IDS_MAX)
      for (const oldest of this.#news.keys()) {
        this.#news.delete(oldest)
        break
      }
    this.#wake?.()
  }

  /** The stream: `first` as it is now, then news. One reader at a time: a new one ends the one before. */
  async *read(
    first: Iterable<readonly [BlobId, number]>,
    signal: AbortSignal,
  ): AsyncGenerator<WantItem> {
    const mine = ++this.#reader
    this.#wake?.()
    const wake = (): void => this.#wake?.()
    signal.addEventListener('abort', wake)
    try {
      // What waits already, such as answers to the peer's wants, comes after, with newer values.
      yield* items(first, true)
      while (!signal.aborted && this.#reader === mine) {
        if (this.#news.size > 0) {
          const news = this.#news
          this.#news = new Map()
          yield* items(news, false)
          continue
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }
}

/** Items of a bounded number of ids; one at least, where `always`. */
function* items(all: Iterable<readonly [BlobId, number]>, always: boolean): Generator<WantItem> {
  let item: Record<BlobId, number> = {}
  let count = 0
  let sent = !always
  for (const [id, value] of all) {
    item[id] = value
    if (++count < IDS_PER_ITEM_MAX) continue
    yield item
    sent = true
    item = {}
    count = 0
  }
  if (count > 0 || !sent) yield item
}
