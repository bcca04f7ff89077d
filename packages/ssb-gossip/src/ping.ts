import type { Call, Incoming } from '@scuttlebot/ssb-muxrpc'
import { type Clock, type Peer, type PushSource, pushSource } from '@scuttlebot/ssb-plugin'

/** What the pings of one connection have told. */
export interface PingStatus {
  /** Milliseconds from our ping to its answer; `null`: none has come yet. */
  readonly rttMs: number | null
  /** How far the peer's clock is ahead of ours, in milliseconds. */
  readonly skewMs: number | null
}

/** Time between pings: default, and the range that a configuration may choose from. From the reference (pull-ping). */
export const PING_MS: number = 5 * 60_000
export const PING_MS_MIN = 10_000
export const PING_MS_MAX: number = 30 * 60_000

/** Times that may wait to be sent: a peer that floods pings without reading is cut off. */
const WAITING_MAX = 8

/**
 * The volley of muxrpc sheet §8: a time goes out, the other side's own time comes back at once.
 * Whoever answered begins the next round after a pause, so the two take turns.
 */
class Volley {
  readonly out: PushSource<number>
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #told: (status: PingStatus) => void
  #sentAt: number | null = null
  #cancel = (): void => undefined

  constructor(
    clock: Clock,
    everyMs: number,
    signal: AbortSignal,
    told: (status: PingStatus) => void,
  ) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#told = told
    this.out = pushSource({ itemsMax: WAITING_MAX, signal, onEnd: () => this.#cancel() })
  }

  /** Begin a round. */
  serve(): void {
    this.#sentAt = this.#clock.now()
    this.out.push(this.#sentAt)
  }

  /** Read the other side's times until it ends. */
  async read(input: AsyncIterable<unknown>): Promise<void> {
    for await (const item of input) {
      if (typeof item !== 'number' || !Number.isFinite(item)) continue
      const now = this.#clock.now()
      if (this.#sentAt !== null) {
        const sent = this.#sentAt
        this.#sentAt = null
        this.#told({ rttMs: now - sent, skewMs: item - (now + sent) / 2 })
        continue
      }
      this.out.push(now)
      this.#cancel()
      this.#cancel = this.#clock.setTimeout(() => this.serve(), this.#everyMs)
    }
  }
}

/** Ping a peer that we dialled, for as long as the connection lasts. */
export async function pingPeer(
  peer: Peer,
  clock: Clock,
  everyMs: number,
  told: (status: PingStatus) => void,
): Promise<void> {
  const volley = new Volley(clock, everyMs, peer.signal, told)
  volley.serve()
  try {
    await volley.read(peer.mux.duplex(['gossip', 'ping'], [{ timeout: everyMs }], volley.out))
  } finally {
    volley.out.end()
  }
}

/** Answer the pings of a peer that dialled us. Does not end by itself: some peers misbehave on that. */
export async function* answerPings(
  call: Call,
  input: Incoming<unknown>,
  clock: Clock,
  everyMs: number,
): AsyncGenerator<number> {
  const volley = new Volley(clock, everyMs, call.signal, () => undefined)
  volley.read(input).then(
    () => volley.out.end(),
    () => volley.out.end(),
  )
  yield* volley.out
}
