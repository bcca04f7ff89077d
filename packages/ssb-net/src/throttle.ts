/** What a {@link Throttle} allows. */
export interface ThrottleLimits {
  /** per second, for as long as one likes */
  readonly perSecond: number
  /** at once, after a pause */
  readonly burst: number
}

/** @internal A token bucket that may be overdrawn: what has come has come, but then there is a wait. */
export class Throttle {
  readonly #limits: ThrottleLimits
  #tokens: number
  #at: number

  /** `now`: monotonic or not, in milliseconds; steps back count as no time. */
  constructor(limits: ThrottleLimits, now: number) {
    this.#limits = limits
    this.#tokens = limits.burst
    this.#at = now
  }

  /** Take so many; milliseconds to wait before more are taken, 0 when there is no need. */
  take(count: number, now: number): number {
    const { perSecond, burst } = this.#limits
    const passed = Math.max(0, now - this.#at)
    this.#at = now
    this.#tokens = Math.min(burst, this.#tokens + (passed * perSecond) / 1000) - count
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1000) / perSecond)
  }
}
