import type { Connection } from './connection.ts'

/** @internal Every connection there is, and what the muxes of those that have ended have counted. */
export class Traffic {
  readonly #connections = new Set<Connection>()
  /** the owner's own programs: what they move says nothing of the network */
  readonly #own = new WeakSet<Connection>()
  #limited = 0
  #bytesIn = 0
  #bytesOut = 0
  #framesTooLarge = 0

  /** Count a connection until it has ended; `isOwn`: it is of one of the owner's programs. */
  add(connection: Connection, isOwn: boolean): void {
    this.#connections.add(connection)
    if (isOwn) this.#own.add(connection)
    void connection.mux.closed.then((error) => {
      const code = (error as { readonly code?: unknown } | null)?.code
      if (code === 'SSB_MUXRPC_FRAME_TOO_LARGE') this.#framesTooLarge += 1
    })
    void connection.closed.then(() => {
      this.#connections.delete(connection)
      this.#limited += connection.mux.stats.limited
      if (isOwn) return
      this.#bytesIn += connection.bytesIn
      this.#bytesOut += connection.bytesOut
    })
  }

  all(): readonly Connection[] {
    return [...this.#connections]
  }

  /** Calls, streams and items that a limit of a mux has cost, since the start. */
  get limited(): number {
    return this.#sum((connection) => connection.mux.stats.limited) + this.#limited
  }

  /** Connections that ended as the peer announced a frame beyond the limit. */
  get framesTooLarge(): number {
    return this.#framesTooLarge
  }

  /** Bytes that peers have sent, since the start. */
  get bytesIn(): number {
    return this.#bytesIn + this.#sum((one) => (this.#own.has(one) ? 0 : one.bytesIn))
  }

  /** Bytes that peers were sent, since the start. */
  get bytesOut(): number {
    return this.#bytesOut + this.#sum((one) => (this.#own.has(one) ? 0 : one.bytesOut))
  }

  /** Streams in both directions, now. */
  get streams(): number {
    return this.#sum((connection) => connection.mux.stats.streamsOpen)
  }

  /** Of the connection with the most: streams, now. */
  get streamsMost(): number {
    return this.#most((connection) => connection.mux.stats.streamsOpen)
  }

  /** Of the connection with the most: bytes that wait to be read by us or by the peer, now. */
  get queuedMost(): number {
    return this.#most(({ mux }) => mux.stats.queuedIn + mux.stats.queuedOut)
  }

  #sum(of: (connection: Connection) => number): number {
    let sum = 0
    for (const connection of this.#connections) sum += of(connection)
    return sum
  }

  #most(of: (connection: Connection) => number): number {
    let most = 0
    for (const connection of this.#connections) most = Math.max(most, of(connection))
    return most
  }
}
