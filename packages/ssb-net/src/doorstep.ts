import type { Clock } from '@scuttlebot/ssb-plugin'

/** What a {@link Doorstep} allows. */
export interface DoorstepLimits {
  /** handshakes per second that one address may begin, for as long as it likes */
  readonly perSecond: number
  /** at once, after a pause */
  readonly burst: number
  /** those of one address that wait; one more makes the one that has waited longest go */
  readonly waitingMax: number
}

/** One who waits. */
interface Guest {
  enter(): void
  leave(): void
}

interface Place {
  /** when the next handshake would be due if they came evenly, in milliseconds */
  dueAt: number
  readonly waiting: Guest[]
  cancel: (() => void) | null
}

/** Addresses without anybody waiting are forgotten above this number, once they are due again. */
const PLACES_MAX = 1000
/** Those of all addresses that wait. One more is turned away. */
const WAITING_MAX = 256

/**
 * @internal A handshake costs some scalar multiplications, whoever it is with. While others are busy
 * each address begins only so many per second; more wait, unread. The newest goes in first: of a
 * flood it is the most likely to be still there, and an honest one need not wait for the flood's end.
 */
export class Doorstep {
  readonly #clock: Clock
  readonly #limits: DoorstepLimits
  readonly #isBusy: () => boolean
  readonly #places = new Map<string, Place>()
  #waiting = 0
  #turnedAway = 0

  /** `isBusy`: whether there is anybody to be considerate of. */
  constructor(clock: Clock, limits: DoorstepLimits, isBusy: () => boolean) {
    this.#clock = clock
    this.#limits = limits
    this.#isBusy = isBusy
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting
  }

  /** How many had to leave, as too many waited. */
  get turnedAway(): number {
    return this.#turnedAway
  }

  /**
   * Somebody has come from `host`: `enter` is called now or later, or `leave`, or neither when the
   * answer, which takes it back, is called before.
   */
  arrive(host: string, enter: () => void, leave: () => void): () => void {
    if (!this.#isBusy()) {
      enter()
      return () => undefined
    }
    const place = this.#placeOf(host)
    if (place.waiting.length === 0 && this.#delayMs(place) === 0) {
      this.#count(place)
      enter()
      return () => undefined
    }
    if (this.#waiting >= WAITING_MAX) {
      this.#turnedAway += 1
      leave()
      return () => undefined
    }
    const guest = { enter, leave }
    place.waiting.push(guest)
    this.#waiting += 1
    if (place.waiting.length > this.#limits.waitingMax) {
      this.#turnedAway += 1
      this.#take(place, 0)?.leave()
    }
    this.#schedule(place)
    return () => {
      const at = place.waiting.indexOf(guest)
      if (at >= 0) this.#take(place, at)
    }
  }

  /** All who wait leave. */
  close(): void {
    for (const place of this.#places.values()) {
      place.cancel?.()
      place.cancel = null
      while (place.waiting.length > 0) this.#take(place, 0)?.leave()
    }
    this.#places.clear()
  }

  #schedule(place: Place): void {
    if (place.waiting.length === 0) return
    place.cancel ??= this.#clock.setTimeout(() => {
      place.cancel = null
      this.#next(place)
    }, this.#delayMs(place))
  }

  #next(place: Place): void {
    while (place.waiting.length > 0 && (this.#delayMs(place) === 0 || !this.#isBusy())) {
      this.#count(place)
      this.#take(place, place.waiting.length - 1)?.enter()
    }
    this.#schedule(place)
  }

  #take(place: Place, at: number): Guest | undefined {
    const [guest] = place.waiting.splice(at, 1)
    if (guest !== undefined) this.#waiting -= 1
    return guest
  }

  /** Milliseconds until one more may go in. */
  #delayMs({ dueAt }: Place): number {
    const { perSecond, burst } = this.#limits
    return Math.max(0, Math.ceil(dueAt - ((burst - 1) * 1000) / perSecond - this.#clock.now()))
  }

  #count(place: Place): void {
    place.dueAt = Math.max(place.dueAt, this.#clock.now()) + 1000 / this.#limits.perSecond
  }

  #placeOf(host: string): Place {
    const known = this.#places.get(host)
    if (known !== undefined) return known
    if (this.#places.size >= PLACES_MAX) this.#sweep()
    const place: Place = { dueAt: 0, waiting: [], cancel: null }
    this.#places.set(host, place)
    return place
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const [host, { dueAt, waiting }] of this.#places)
      if (waiting.length === 0 && dueAt <= now) this.#places.delete(host)
  }
}
