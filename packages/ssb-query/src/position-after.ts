import type { QueryStore } from './store.ts'

/** The log position behind everything that was received at `time` or before, in milliseconds since 1970. */
export async function positionAfter(store: QueryStore, time: number): Promise<number> {
  const sequence = await store.sequenceAt(time)
  // Not simply the message there: it may have been deleted.
  for await (const [message] of store.log({ gt: sequence - 1, limit: 1 }))
    if (message?.timestamp === time) return message.sequence + 1
  return sequence
}
