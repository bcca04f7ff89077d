import type { Mux, Role } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** One live connection to another server or client: made by the network plugin, used by the protocols. */
export interface Peer {
  /** Who it is: proven by the handshake. */
  readonly id: FeedId
  /** Multiserver address of the other side, as dialled or as seen. */
  readonly address: string
  /** Whether we dialled. */
  readonly outgoing: boolean
  /** What it may call here. */
  readonly roles: readonly Role[]
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  /** Aborted when the connection has ended. */
  readonly signal: AbortSignal
  /** The calls, both ways. */
  readonly mux: Mux
  readonly stats: {
    /** Bytes on the wire, received and sent. */
    readonly bytesIn: number
    readonly bytesOut: number
  }
  /** End the connection; resolves when it has ended. `reason` goes into our history, not over the wire. */
  close(reason?: string): Promise<void>
}
