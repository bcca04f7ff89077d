import type { Core } from './core.ts'
import type { StoredMessage } from './message.ts'

// Batches that wait for a slow reader; beyond it they are dropped, and read from the log when he comes.
const BATCHES_WAITING_MAX = 16

/**
 * Everything after a log position, then each batch as it is committed. A slow reader costs a bounded amount of memory:
 * what does not fit is read again from the log.
 */
export async function* tail(
  core: Core,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredMessage[]> {
  let cursor = after
  let waiting: (readonly StoredMessage[])[] = []
  let wake: (() => void) | null = null
  const stop = core.appended.on((batch) => {
    if (waiting.length < BATCHES_WAITING_MAX) waiting.push(batch)
    wake?.()
  })
  const abort = (): void => wake?.()
  signal.addEventListener('abort', abort)
  try {
    while (!signal.aborted) {
      const batch = waiting.shift()
      const first = batch?.[0]
      if (batch !== undefined && first !== undefined && first.sequence <= cursor + 1) {
        const fresh = batch.filter((message) => message.sequence > cursor)
        cursor = Math.max(cursor, batch.at(-1)?.sequence ?? cursor)
        if (fresh.length > 0) yield fresh
        continue
      }
      if (core.position > cursor) {
        waiting = []
        const end = core.position
        for await (const list of core.reading.log({ gt: cursor })) {
          if (signal.aborted) return
          cursor = list.at(-1)?.sequence ?? cursor
          yield list
        }
        // Positions at the end whose messages were deleted have nothing to read, now or later.
        cursor = Math.max(cursor, end)
        continue
      }
      if (waiting.length > 0) continue
      await new Promise<void>((resolve) => {
        wake = resolve
        if (signal.aborted) resolve()
      })
      wake = null
    }
  } finally {
    stop()
    signal.removeEventListener('abort', abort)
  }
}
