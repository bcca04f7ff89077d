import type { Clock } from '@scuttlebot/ssb-plugin'
import type { Connection } from './connection.ts'
import { NetError } from './errors.ts'

/** How often the queues of strangers are added up, at most. */
const LOOK_MS = 200

/**
 * @internal What strangers make us keep, all together: each has limits of its own, but a thousand
 * of them at their limits would still be too much. Those with the most go.
 */
export class Pressure {
  readonly #clock: Clock
  readonly #bytesMax: number
  readonly #evicted: (connection: Connection) => void
  readonly #watched = new Set<Connection>()
  #bytes = 0
  #lookedAt = 0

  constructor(clock: Clock, bytesMax: number, evicted: (connection: Connection) => void) {
    this.#clock = clock
    this.#bytesMax = bytesMax
    this.#evicted = evicted
  }

  /** Bytes in the queues of those who are watched, when they were last added up. */
  get bytes(): number {
    return this.#bytes
  }

  watch(connection: Connection): void {
    this.#watched.add(connection)
    void connection.closed.then(() => this.#watched.delete(connection))
  }

  /** Add up, if that has not just been done, and let go of those with the most. */
  look(): void {
    const now = this.#clock.now()
    if (Math.abs(now - this.#lookedAt) < LOOK_MS) return
    this.#lookedAt = now
    const all = [...this.#watched].map((connection) => ({ connection, bytes: queued(connection) }))
    this.#bytes = all.reduce((sum, { bytes }) => sum + bytes, 0)
    if (this.#bytes <= this.#bytesMax) return
    all.sort((a, b) => b.bytes - a.bytes)
    for (const { connection, bytes } of all) {
      if (this.#bytes <= this.#bytesMax / 2) return
      this.#bytes -= bytes
      this.#watched.delete(connection)
      this.#evicted(connection)
      connection.destroy(new NetError('SSB_NET_PRESSURE', 'too much was waiting for slow peers'))
    }
  }
}

function queued({ mux }: Connection): number {
  const { queuedIn, queuedOut } = mux.stats
  return queuedIn + queuedOut
}
