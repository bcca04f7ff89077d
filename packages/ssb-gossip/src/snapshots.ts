import type { Call } from '@scuttlebot/ssb-muxrpc'
import { type Event, pushSource } from '@scuttlebot/ssb-plugin'

/**
 * The whole state now, and again after each change. A reader that is slow gets fewer of them, never
 * an old one.
 */
export async function* snapshots<T, A extends readonly unknown[]>(
  call: Call,
  changes: readonly Event<A>[],
  make: () => T,
): AsyncGenerator<T> {
  let isDirty = true
  const stops: (() => void)[] = []
  const wakes = pushSource<null>({
    // one that waits stands for all changes that it has missed
    itemsMax: 2,
    signal: call.signal,
    onEnd: () => {
      for (const stop of stops) stop()
    },
  })
  for (const change of changes)
    stops.push(
      change.on(() => {
        if (isDirty) return
        isDirty = true
        wakes.push(null)
      }),
    )
  isDirty = false
  try {
    yield make()
    for await (const _wake of wakes) {
      isDirty = false
      yield make()
    }
  } finally {
    for (const stop of stops) stop()
  }
}
