/** The reader of a {@link PushSource} was too slow for its limit. */
export class SlowReaderError extends Error {
  override readonly name: string = 'SlowReaderError'
  readonly code = 'SSB_PLUGIN_SLOW_READER'
}

/** An AsyncIterable that is fed by calls: what a live stream of events becomes. */
export interface PushSource<T> extends AsyncIterable<T> {
  /** Hand on an item. `false`: nobody reads any more, or the reader was too slow and the source has failed. */
  push(item: T): boolean
  /** No more items; with an error, the reader gets it after what is queued. */
  end(error?: Error): void
}

/** Options of {@link pushSource}. */
export interface PushOptions {
  /** How many items may wait for the reader. Above it the source fails with {@link SlowReaderError}. */
  readonly itemsMax: number
  /** Ends the source. */
  readonly signal?: AbortSignal
  /** Called once when the source is over, for whatever reason: stop listening here. */
  readonly onEnd?: () => void
}

/** Make a source for one reader. */
export function pushSource<T>(options: PushOptions): PushSource<T> {
  let queue: T[] = []
  let ended = false
  let failure: Error | null = null
  let wake: (() => void) | null = null
  const finish = (error?: Error): void => {
    if (ended) return
    ended = true
    failure = error ?? null
    options.signal?.removeEventListener('abort', abort)
    options.onEnd?.()
    wake?.()
  }
  const abort = (): void => {
    queue = []
    finish()
  }
  options.signal?.addEventListener('abort', abort)
  if (options.signal?.aborted) abort()

  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        const items = queue
        queue = []
        yield* items
        if (queue.length > 0) continue
        if (ended) break
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = null
      }
      if (failure !== null) throw failure
    } finally {
      abort()
    }
  }
  return {
    [Symbol.asyncIterator]: read,
    push(item) {
      if (ended) return false
      if (queue.length >= options.itemsMax) {
        finish(new SlowReaderError(`the reader is more than ${options.itemsMax} items behind`))
        return false
      }
      queue.push(item)
      wake?.()
      return true
    },
    end: finish,
  }
}
