import { createMux, type Face, type Mux, type MuxLimits } from '@scuttlebot/ssb-muxrpc'
import type { Clock } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Channel } from './channel.ts'
import { NetError } from './errors.ts'
import { NET_TIMES } from './limits.ts'
import type { Pace } from './pace.ts'

/** Platforms take no longer timers; longer waits are made of several. */
const TIMER_MS_MAX = 0x7fff_ffff

/** Why signals of connections that were closed properly are aborted. */
const CLOSED = 'the connection was closed'

/** What a {@link Connection} is made of. */
export interface ConnectionOptions {
  readonly channel: Channel
  /** who is there */
  readonly id: FeedId
  /** multiserver address of the other side */
  readonly address: string
  readonly face: Face
  readonly limits?: Partial<MuxLimits>
  readonly clock: Clock
  /** milliseconds without a byte before the connection is closed; `null`: never */
  readonly inactivityMs?: number | null
  readonly lingerMs?: number
  /** default: as fast as it goes */
  readonly pace?: Pace
}

/**
 * A channel and a mux, coupled: what comes is handed on without a copy, what goes is written once
 * per turn, and pressure is passed on in both directions.
 *
 * The mux decides when it is over. Properly: goodbye, end of our direction, and after `lingerMs` at
 * most the end of both. With an error: the end of both at once.
 */
export class Connection {
  readonly id: FeedId
  readonly address: string
  readonly mux: Mux
  /** Resolves, never rejects, when no bytes flow any more in either direction. */
  readonly closed: Promise<void>
  readonly #options: ConnectionOptions
  readonly #channel: Channel
  /** Made when somebody asks: most connections are short, and signals dear. */
  #abort: AbortController | null = null
  /** Why no calls can be made any more. */
  #over: { readonly reason: unknown } | null = null
  #activeAt: number
  #cancelInactivity: () => void = () => undefined
  #cancelLinger: () => void = () => undefined
  /** Whether the mux wants no more for now, and whether the pace allows no more for now. */
  #isFull = false
  readonly #waiting: { in: (() => void) | null; out: (() => void) | null } = { in: null, out: null }
  #callsSeen = 0

  constructor(options: ConnectionOptions) {
    const { channel, id, address, face, limits, clock } = options
    this.id = id
    this.address = address
    this.#options = options
    this.#channel = channel
    this.#activeAt = clock.now()
    this.mux = createMux({
      face,
      peer: id,
      ...(limits === undefined ? {} : { limits }),
      write: (chunks) => this.#write(chunks),
      pause: (on) => {
        this.#isFull = on
        this.#flow()
      },
      onClose: (error) => this.#muxClosed(error),
    })
    channel.onData = (chunk) => {
      this.#activeAt = clock.now()
      const { pace } = options
      if (pace === undefined) this.mux.receive(chunk)
      else this.#receive(chunk, pace)
    }
    this.#listenForDrain()
    channel.onEnd = (error) => this.mux.end(error ?? undefined)
    this.closed = new Promise((resolve) => {
      channel.onClose = () => {
        this.mux.end()
        this.#cancelLinger()
        resolve()
      }
    })
  }

  /** Aborted when no calls can be made any more. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#over !== null && !this.#abort.signal.aborted) this.#abort.abort(this.#over.reason)
    return this.#abort.signal
  }

  get bytesIn(): number {
    return this.#channel.bytesIn
  }

  get bytesOut(): number {
    return this.#channel.bytesOut
  }

  /** Let bytes in. Before this the peer is heard by nobody. */
  start(): void {
    const { inactivityMs = NET_TIMES.inactivityMs } = this.#options
    if (inactivityMs !== null && this.#over === null) this.#watch(inactivityMs, inactivityMs)
    this.#channel.resume()
  }

  /** Say goodbye; resolves when both directions have ended, after `lingerMs` at most. */
  async close(): Promise<void> {
    await this.mux.close()
    await this.closed
  }

  /** End both directions now, for that reason. */
  destroy(error: Error): void {
    this.mux.end(error)
    this.#channel.destroy()
  }

  /** Read, or not: the mux or the pace may want a pause. */
  #flow(): void {
    if (this.#isFull || this.#waiting.in !== null) this.#channel.pause()
    else this.#channel.resume()
  }

  #receive(chunk: Uint8Array, pace: Pace): void {
    const before = performance.now()
    this.mux.receive(chunk)
    if (this.#over !== null) return
    const { clock } = this.#options
    const { callsIn } = this.mux.stats
    const calls = callsIn - this.#callsSeen
    this.#callsSeen = callsIn
    const waitMs = pace.received(chunk.length, calls, performance.now() - before)
    if (waitMs === 0 || this.#waiting.in !== null) return
    this.#waiting.in = clock.setTimeout(() => {
      this.#waiting.in = null
      this.#flow()
    }, waitMs)
    this.#flow()
  }

  #write(chunks: readonly Uint8Array[]): boolean {
    const { pace, clock } = this.#options
    const isTaken = this.#channel.write(chunks)
    // bytes that only wait for a peer that does not read are no sign of life
    if (isTaken) this.#activeAt = clock.now()
    if (pace === undefined || this.#over !== null) return isTaken
    const waitMs = pace.sent(chunks.reduce((sum, { length }) => sum + length, 0))
    if (waitMs === 0 || this.#waiting.out !== null) return isTaken
    let isDrained = isTaken
    this.#channel.onDrain = () => {
      isDrained = true
    }
    this.#waiting.out = clock.setTimeout(() => {
      this.#waiting.out = null
      this.#listenForDrain()
      if (isDrained) this.#channel.onDrain?.()
    }, waitMs)
    return false
  }

  #listenForDrain(): void {
    this.#channel.onDrain = () => {
      this.#activeAt = this.#options.clock.now()
      this.mux.drain()
    }
  }

  #muxClosed(error: Error | null): void {
    this.#cancelInactivity()
    this.#waiting.in?.()
    this.#waiting.out?.()
    // with a reason, as making the default one is slow
    const reason = error ?? CLOSED
    this.#over = { reason }
    this.#abort?.abort(reason)
    if (error !== null) {
      this.#channel.destroy()
      return
    }
    const { clock, lingerMs = NET_TIMES.lingerMs } = this.#options
    this.#cancelLinger = clock.setTimeout(() => this.#channel.destroy(), lingerMs)
    this.#channel.end()
  }

  #watch(inactivityMs: number, waitMs: number): void {
    const { clock } = this.#options
    this.#cancelInactivity = clock.setTimeout(
      () => {
        const leftMs = this.#activeAt + inactivityMs - clock.now()
        if (leftMs > 0) this.#watch(inactivityMs, leftMs)
        else this.destroy(new NetError('SSB_NET_INACTIVE', 'nothing was said for too long'))
      },
      Math.min(waitMs, TIMER_MS_MAX),
    )
  }
}
