import type { Call } from '@scuttlebot/ssb-muxrpc'
import { type Clock, type Event, pushSource } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { CHANGES_MS, RATE_MS } from './limits.ts'

/** Where replication stands with one connected peer. */
export interface PeerReplication {
  readonly peer: FeedId
  /** Feeds that we have asked it for. */
  readonly feeds: number
  /** Messages of those feeds that we have. */
  readonly have: number
  /** Messages of those feeds that the peer claims, or we have. */
  readonly want: number
  readonly remaining: number
  /** Messages that have come from it. */
  readonly received: number
  /** Messages per second, of late. */
  readonly rate: number
}

/** Where replication stands. */
export interface ReplicationStatus {
  /** Feeds that are replicated. */
  readonly feeds: number
  /** Messages of those that we have. */
  readonly messages: number
  /** Messages that connected peers claim, and we have asked them for. */
  readonly remaining: number
  /** Messages per second, of late. */
  readonly rate: number
  /** Messages that have come, and those of them that were refused. */
  readonly received: number
  readonly refused: number
  /** Messages that have come and wait for their verdict. */
  readonly verifying: number
  /** Peers that are asked by createHistoryStream. */
  readonly legacyPeers: number
  readonly peers: readonly PeerReplication[]
}

/** Counts, and tells how fast the count has grown of late. */
export class Meter {
  readonly #clock: Clock
  total = 0
  #rate = 0
  #at: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#at = clock.now()
  }

  count(events: number): void {
    this.#decay()
    this.total += events
    // An average whose weights fall off with time: their sum over all the past is RATE_MS.
    this.#rate += events / (RATE_MS / 1000)
  }

  /** Events per second, rounded. */
  rate(): number {
    this.#decay()
    return Math.round(this.#rate)
  }

  #decay(): void {
    const now = this.#clock.now()
    this.#rate *= Math.exp((this.#at - now) / RATE_MS)
    this.#at = now
  }
}

/** The status now, and again whenever something has changed, not too often. */
export async function* changes<T>(
  call: Call,
  clock: Clock,
  changed: Event<[]>,
  status: () => T,
): AsyncGenerator<T> {
  let waiting = false
  let cancel = (): void => undefined
  const source = pushSource<null>({
    // One item at a time waits: the status is read when it is sent.
    itemsMax: 2,
    signal: call.signal,
    onEnd: () => {
      stop()
      cancel()
    },
  })
  const stop = changed.on(() => {
    if (waiting) return
    waiting = true
    cancel = clock.setTimeout(() => source.push(null), CHANGES_MS)
  })
  try {
    yield status()
    for await (const _ of source) {
      waiting = false
      yield status()
    }
  } finally {
    stop()
    cancel()
  }
}
