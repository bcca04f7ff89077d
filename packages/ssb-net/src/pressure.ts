import type { Clock } from '@scuttlebot/ssb-plugin'
import type { Connection } from './connection.ts'
import { NetError } from './errors.ts'
import type { NetLimits } from './limits.ts'

/** How often the queues of strangers are added up, at most. */
const LOOK_MS = 200

/** Of all places, those that strangers may have; the rest is for the peers that we know, and for dialling. */
const STRANGERS_SHARE = 3 / 4

/**
 * @internal What strangers make us keep, all together: each has limits of its own, but a thousand
 * of them at their limits would still be too much. Those with the most go; of too many, the oldest.
 */
export class Pressure {
  readonly #clock: Clock
  readonly #bytesMax: number
  readonly #countMax: number
  readonly #evicted: (connection: Connection) => void
  readonly #watched = new Set<Connection>()
  /** Those of them that have come by themselves, oldest first. */
  readonly #arrived = new Set<Connection>()
  #bytes = 0
  #lookedAt = 0

  constructor(
    clock: Clock,
    limits: Pick<NetLimits, 'queuedBytesMax' | 'connectionsMax'>,
    evicted: (connection: Connection) => void,
  ) {
    this.#clock = clock
    this.#bytesMax = limits.queuedBytesMax
    this.#countMax = Math.ceil(limits.connectionsMax * STRANGERS_SHARE)
    this.#evicted = evicted
  }

  /** Bytes in the queues of those who are watched, when they were last added up. */
  get bytes(): number {
    return this.#bytes
  }

  /** `hasCome`: it has dialled us. */
  watch(connection: Connection, hasCome: boolean): void {
    this.#watched.add(connection)
    if (hasCome) this.#arrived.add(connection)
    void connection.closed.then(() => this.#forget(connection))
    if (this.#arrived.size <= this.#countMax) return
    for (const oldest of this.#arrived) {
      this.#forget(oldest)
      oldest.destroy(new NetError('SSB_NET_FULL', 'others have to get in'))
      return
    }
  }

  #forget(connection: Connection): void {
    this.#watched.delete(connection)
    this.#arrived.delete(connection)
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
      this.#forget(connection)
      this.#evicted(connection)
      connection.destroy(new NetError('SSB_NET_PRESSURE', 'too much was waiting for slow peers'))
    }
  }
}

function queued({ mux }: Connection): number {
  const { queuedIn, queuedOut } = mux.stats
  return queuedIn + queuedOut
}
