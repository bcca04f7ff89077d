import type { Clock, Hooks, Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Connection } from './connection.ts'
import { sentenceOf } from './errors.ts'

/** @internal A connection that is through its handshake and wants to be a peer. */
export interface Candidate {
  readonly connection: Connection
  readonly outgoing: boolean
  readonly roles: readonly string[]
}

interface Entry {
  readonly peer: Peer
  readonly candidate: Candidate
  reason: string | null
}

/**
 * @internal The live peers: one connection for each, whoever dialled.
 *
 * When there are two to the same peer, both ends must keep the same one, or both would be closed.
 * Of two made at the same time in opposite directions the one stays that the smaller id dialled;
 * otherwise the newer one stays, as a peer that dials again has lost the older one.
 */
export class PeerTable {
  readonly #own: FeedId
  readonly #hooks: Hooks
  readonly #clock: Clock
  readonly #simultaneousMs: number
  readonly #entries = new Map<FeedId, Entry>()

  constructor(own: FeedId, hooks: Hooks, clock: Clock, simultaneousMs: number) {
    this.#own = own
    this.#hooks = hooks
    this.#clock = clock
    this.#simultaneousMs = simultaneousMs
  }

  get(id: FeedId): Peer | null {
    return this.#entries.get(id)?.peer ?? null
  }

  all(): readonly Peer[] {
    return [...this.#entries.values()].map(({ peer }) => peer)
  }

  /** All are about to be closed, as we stop. */
  stopping(): void {
    for (const entry of this.#entries.values()) entry.reason ??= 'we stopped'
  }

  /** Take in a candidate, or close it: the peer that stays is the answer. */
  adopt(candidate: Candidate): Peer {
    const { connection } = candidate
    const existing = this.#entries.get(connection.id)
    if (existing !== undefined) {
      if (this.#keeps(existing, candidate)) {
        void connection.close()
        // a goodbye can only be answered when it is read
        connection.start()
        return existing.peer
      }
      this.#remove(existing, 'replaced by another connection to the same peer')
      void existing.candidate.connection.close()
    }
    const entry: Entry = { peer: this.#peerOf(candidate), candidate, reason: null }
    this.#entries.set(connection.id, entry)
    void connection.mux.closed.then((error) => {
      this.#remove(entry, error === null ? 'the other side closed it' : sentenceOf(error))
    })
    this.#hooks.peerConnected.emit(entry.peer)
    connection.start()
    return entry.peer
  }

  #keeps(existing: Entry, candidate: Candidate): boolean {
    if (existing.peer.outgoing === candidate.outgoing) return false
    if (this.#clock.now() - existing.peer.connectedAt > this.#simultaneousMs) return false
    return existing.peer.outgoing === this.#own < existing.peer.id
  }

  #remove(entry: Entry, reason: string): void {
    if (this.#entries.get(entry.peer.id) !== entry) return
    this.#entries.delete(entry.peer.id)
    this.#hooks.peerDisconnected.emit(entry.peer, entry.reason ?? reason)
  }

  #peerOf({ connection, outgoing, roles }: Candidate): Peer {
    const { id, address, mux } = connection
    return {
      id,
      address,
      outgoing,
      roles,
      connectedAt: this.#clock.now(),
      get signal() {
        return connection.signal
      },
      mux,
      stats: connectionStats(connection),
      close: async (reason) => {
        const entry = this.#entries.get(id)
        if (entry?.candidate.connection === connection) entry.reason ??= reason ?? 'we closed it'
        await connection.close()
      },
    }
  }
}

function connectionStats(connection: Connection): Peer['stats'] {
  return {
    get bytesIn() {
      return connection.bytesIn
    },
    get bytesOut() {
      return connection.bytesOut
    },
  }
}
