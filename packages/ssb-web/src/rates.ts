import type { Clock, Metric } from '@scuttlebot/ssb-plugin'

/** Bytes per second of all connections, over the time since the sample before. */
export interface RateSample {
  /** milliseconds since 1970 */
  readonly at: number
  readonly bytesIn: number
  readonly bytesOut: number
}

const EVERY_MS = 10_000
const HOUR_MS = 3_600_000

/** What went in and out within the last hour, by the counters of the server. */
export class Rates {
  readonly #clock: Clock
  readonly #read: () => readonly Metric[]
  #samples: RateSample[] = []
  #last: RateSample | null = null
  #cancel: () => void = () => undefined

  constructor(clock: Clock, read: () => readonly Metric[]) {
    this.#clock = clock
    this.#read = read
  }

  /** Look at the counters now, and every ten seconds. */
  start(): void {
    this.#look()
    this.#cancel = this.#clock.setTimeout(() => this.start(), EVERY_MS)
  }

  stop(): void {
    this.#cancel()
  }

  /** The oldest first. */
  recent(): readonly RateSample[] {
    return [...this.#samples]
  }

  #look(): void {
    const metrics = this.#read()
    const of = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0
    const now = {
      at: this.#clock.now(),
      bytesIn: of('net_received_bytes_total'),
      bytesOut: of('net_sent_bytes_total'),
    }
    const last = this.#last
    this.#last = now
    if (last === null || now.at <= last.at) return
    const seconds = (now.at - last.at) / 1_000
    this.#samples = this.#samples.filter(({ at }) => at > now.at - HOUR_MS)
    this.#samples.push({
      at: now.at,
      bytesIn: Math.max(0, now.bytesIn - last.bytesIn) / seconds,
      bytesOut: Math.max(0, now.bytesOut - last.bytesOut) / seconds,
    })
  }
}
