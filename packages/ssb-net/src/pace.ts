import type { Clock } from '@scuttlebot/ssb-plugin'
import { Throttle, type ThrottleLimits } from './throttle.ts'

/** How fast one connection may go. Both answer milliseconds to wait before more; 0: none. */
export interface Pace {
  /** Something has come: so many bytes, with so many calls in them; reading it took us `ms`. */
  received(bytes: number, calls: number, ms: number): number
  /** So many bytes have been handed to the transport. */
  sent(bytes: number): number
}

/** How fast others than the owner may go. */
export interface PaceLimits {
  /** calls of a stranger, each on its own */
  readonly calls: ThrottleLimits
  /** bytes, each direction on its own, while another known peer is busy: of all strangers together, of each known peer */
  readonly bytes: ThrottleLimits
}

/** A known peer is busy for so long after its last byte. */
const BUSY_MS = 250
/** The part of our time, in ms per second, that goes with the part of the bytes: some are dear to read. */
const TIME: ThrottleLimits = { perSecond: 200, burst: 100 }
/** Milliseconds that one reading counts for at most: a pause of the whole process is nobody's doing. */
const READING_MS_MAX = 400

/**
 * @internal Nobody may starve the others: while a known peer is busy, all strangers together, and
 * each other known peer, get a fixed part of what we can do. While none is, they get all of it.
 */
export class Courtesy {
  readonly #clock: Clock
  readonly #limits: PaceLimits
  readonly #in: Throttle
  readonly #out: Throttle
  readonly #working: Throttle
  /** when the known peer that was last heard of, and the one before it, were heard of */
  #last: { pace: Pace | null; at: number } = { pace: null, at: Number.NEGATIVE_INFINITY }
  #other: { pace: Pace | null; at: number } = this.#last

  constructor(clock: Clock, limits: PaceLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#in = new Throttle(limits.bytes, clock.now())
    this.#out = new Throttle(limits.bytes, clock.now())
    this.#working = new Throttle(TIME, clock.now())
  }

  /** Whether a known peer has said or been told something just now. */
  get isBusy(): boolean {
    return this.#clock.now() - this.#last.at <= BUSY_MS
  }

  /** For one whom we know. */
  known(): Pace {
    const reading = new Throttle(this.#limits.bytes, this.#clock.now())
    const working = new Throttle(TIME, this.#clock.now())
    const pace: Pace = {
      received: (bytes, _calls, ms) => {
        const now = this.#touch(pace)
        if (now - this.#other.at > BUSY_MS) return 0
        return Math.max(reading.take(bytes, now), working.take(Math.min(ms, READING_MS_MAX), now))
      },
      sent: () => {
        this.#touch(pace)
        return 0
      },
    }
    return pace
  }

  /** For one stranger. `onReceived` is told of all that comes, `onThrottled` when it calls too fast. */
  stranger(onReceived: () => void, onThrottled: () => void): Pace {
    const calling = new Throttle(this.#limits.calls, this.#clock.now())
    return {
      received: (bytes, calls, ms) => {
        const now = this.#clock.now()
        onReceived()
        const callsMs = calls === 0 ? 0 : calling.take(calls, now)
        if (callsMs > 0) onThrottled()
        return Math.max(
          callsMs,
          this.#shared(this.#in, bytes, now),
          this.#shared(this.#working, Math.min(ms, READING_MS_MAX), now),
        )
      },
      sent: (bytes) => this.#shared(this.#out, bytes, this.#clock.now()),
    }
  }

  #touch(pace: Pace): number {
    const at = this.#clock.now()
    if (this.#last.pace !== pace) this.#other = this.#last
    this.#last = { pace, at }
    return at
  }

  #shared(throttle: Throttle, count: number, now: number): number {
    return now - this.#last.at > BUSY_MS ? 0 : throttle.take(count, now)
  }
}
