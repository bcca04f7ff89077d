import type { KeyPair } from '@scuttlebot/ssb-crypto'
import type { Clock, Log } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Connection } from './connection.ts'
import { Doorstep } from './doorstep.ts'
import { sentenceOf } from './errors.ts'
import { type Gate, placeOf, type Ticket } from './gate.ts'
import type { NetLimits, NetTimes } from './limits.ts'
import { handshakeFault } from './offences.ts'
import { accept, type Welcome } from './secure.ts'
import type { Arrival } from './transport.ts'

/** What an {@link Entrance} is made of. */
export interface EntranceOptions<W extends Welcome> {
  readonly keys: KeyPair
  readonly networkKey: Uint8Array
  readonly limits: NetLimits
  readonly times: NetTimes
  readonly gate: Gate
  readonly clock: Clock
  readonly log: Log
  /** Whether there is anybody who would suffer from handshakes with others. */
  isBusy(): boolean
  /** May the owner of a proven key come in, and to what? */
  /** `host`: the IP address, or the empty string where there is none. */
  authorize(id: FeedId, transport: string, host: string): Promise<W | null>
  /** Somebody is through; the ticket goes with the connection. */
  entered(connection: Connection, welcome: W, ticket: Ticket): void
}

/** @internal From an accepted socket to a connection with somebody who may come in. */
export class Entrance<W extends Welcome> {
  readonly #options: EntranceOptions<W>
  readonly #doorstep: Doorstep
  readonly #counters = { failed: 0, late: 0, refused: 0 }
  #isOpen = true

  constructor(options: EntranceOptions<W>) {
    this.#options = options
    const { handshakesPerSecond: perSecond, handshakesBurst: burst, halfOpenMax } = options.limits
    const limits = { perSecond, burst, waitingMax: halfOpenMax }
    this.#doorstep = new Doorstep(options.clock, limits, options.isBusy)
  }

  /** Counters, since the start but for `waiting`. */
  get stats(): {
    readonly handshakesFailed: number
    readonly handshakesLate: number
    readonly handshakesRefused: number
    readonly handshakesWaiting: number
    readonly handshakesTurnedAway: number
  } {
    const { failed, late, refused } = this.#counters
    return {
      handshakesFailed: failed,
      handshakesLate: late,
      handshakesRefused: refused,
      handshakesWaiting: this.#doorstep.waiting,
      handshakesTurnedAway: this.#doorstep.turnedAway,
    }
  }

  /** Somebody has connected. */
  arrived(arrival: Arrival, transport: string): void {
    const { wire, host } = arrival
    if (!this.#isOpen) {
      wire.destroy()
      return
    }
    const cancel = this.#doorstep.arrive(
      placeOf(host, true) ?? host,
      () => this.#enter(arrival, transport),
      () => wire.destroy(),
    )
    // one that waits is not read; the handshake takes over what is told of the wire
    wire.onClose ??= cancel
  }

  /** Nobody comes in any more. */
  close(): void {
    this.#isOpen = false
    this.#doorstep.close()
  }

  #enter(arrival: Arrival, transport: string): void {
    const { keys, networkKey, times, gate, clock, log, authorize, entered } = this.#options
    const { wire, host } = arrival
    const giveUp = new AbortController()
    const ticket = gate.accept(host, () => giveUp.abort('it had to make room'))
    if (ticket === null) {
      wire.destroy()
      return
    }
    accept({
      arrival,
      keys,
      networkKey,
      handshakeMs: times.handshakeMs,
      clock,
      signal: giveUp.signal,
      authorize: (id) => authorize(id, transport, host),
    })
      .then(({ connection, welcome }) => {
        ticket.established()
        entered(connection, welcome, ticket)
      })
      .catch((error: unknown) => {
        ticket.release()
        wire.destroy()
        const kind = handshakeFault(error)
        this.#counters.failed += 1
        if (kind !== null) this.#counters[kind] += 1
        log.debug('an incoming connection failed', { host, error: sentenceOf(error) })
      })
  }
}
