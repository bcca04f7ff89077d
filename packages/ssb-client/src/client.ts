import type { Mux, PlainManifest, Remote } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** A connection to a running server. */
export interface Client<Rpc> {
  /** Feed id of the server. */
  readonly id: FeedId
  /** Where it was reached: `unix:/home/me/.ssb/socket`, `net:127.0.0.1:8008`. */
  readonly address: string
  /** The server's methods as it named them. */
  readonly manifest: PlainManifest
  /** The methods as functions, with the types of the plugins that `Rpc` was made from. */
  readonly remote: Remote<Rpc>
  /** The connection below, for methods whose names are known at run time only. */
  readonly mux: Mux
  /** Resolves, never rejects, when the connection is over. */
  readonly closed: Promise<Error | null>
  /** End open calls, say goodbye, close. Safe to call twice. */
  close(): Promise<void>
}
