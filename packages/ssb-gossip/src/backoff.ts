import { DAY_MS, FAILED_PER_DAY_MAX, type GossipTimes } from './limits.ts'

/** How much longer each pause is than the one before. With 8 minutes first: 8 min, 64 min, 8.5 h … */
const FACTOR = 8
/** Jitter only lengthens, so that the number of dials in a day has a bound. */
const JITTER = 0.25

/**
 * How long a peer is left alone after its `failures`-th failed dial in a row.
 *
 * @param failures - 1 or more
 * @param isNear - within our hops: the pause stays short enough to meet it on the day that it comes back
 * @param random - 0 … 1
 */
export function retryPause(
  failures: number,
  isNear: boolean,
  times: GossipTimes,
  random: number,
): number {
  const max = isNear ? times.retryFriendMs : times.retryOtherMs
  const plain = times.retryMs * FACTOR ** Math.min(20, Math.max(0, failures - 1))
  return Math.min(max, plain) * (1 + JITTER * random)
}

/** How long a peer is left alone after a connection was lost; `shorts` in a row were shorter than a minute. */
export function reconnectPause(shorts: number, times: GossipTimes, random: number): number {
  const plain = times.reconnectMs * 2 ** Math.min(20, shorts)
  return Math.min(DAY_MS / 24, plain) * (1 + JITTER * random)
}

/** When a peer with these recent failures may be dialled again at the earliest, whatever else happens. */
export function dailyBound(failedAt: readonly number[]): number {
  if (failedAt.length < FAILED_PER_DAY_MAX) return 0
  return (failedAt.at(-FAILED_PER_DAY_MAX) ?? 0) + DAY_MS
}
