import type { Clock } from '@scuttlebot/ssb-plugin'
import { Throttle, type ThrottleLimits } from './throttle.ts'

/** How fast one connection may go. Both answer milliseconds to wait before more; 0: none. */
export interface Pace {
  /** Something has come: so many bytes, with so many calls in them. */
  received(bytes: number, calls: number): number
  /** So many bytes have been handed to the transport. */
  sent(bytes: number): number
}

/** What strangers may do. */
export interface StrangerLimits {
  /** calls, each stranger on its own */
  readonly calls: ThrottleLimits
  /** bytes, all strangers together and each direction on its own, while others are busy */
  readonly bytes: ThrottleLimits
}

/** A peer that is known is busy for so long after its last byte. */
const BUSY_MS = 250

/**
 * @internal Peers that we know, and the owner, go first: while any of them is busy all strangers
 * together share a fixed part of what we can do. When none is, strangers have all of it.
 */
export class Courtesy {
  readonly #clock: Clock
  readonly #limits: StrangerLimits
  readonly #in: Throttle
  readonly #out: Throttle
  #busyUntil = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, limits: StrangerLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#in = new Throttle(limits.bytes, clock.now())
    this.#out = new Throttle(limits.bytes, clock.now())
  }

  /** For those whom we know: no waits. */
  readonly known: Pace = {
    received: () => {
      this.#busyUntil = this.#clock.now() + BUSY_MS
      return 0
    },
    sent: () => {
      this.#busyUntil = this.#clock.now() + BUSY_MS
      return 0
    },
  }

  /** For one stranger. `onReceived` is told of all that comes, `onThrottled` when it calls too fast. */
  stranger(onReceived: () => void, onThrottled: () => void): Pace {
    const calling = new Throttle(this.#limits.calls, this.#clock.now())
    return {
      received: (bytes, calls) => {
        const now = this.#clock.now()
        onReceived()
        const callsMs = calls === 0 ? 0 : calling.take(calls, now)
        if (callsMs > 0) onThrottled()
        return Math.max(callsMs, this.#shared(this.#in, bytes, now))
      },
      sent: (bytes) => this.#shared(this.#out, bytes, this.#clock.now()),
    }
  }

  #shared(throttle: Throttle, bytes: number, now: number): number {
    return now < this.#busyUntil ? throttle.take(bytes, now) : 0
  }
}
