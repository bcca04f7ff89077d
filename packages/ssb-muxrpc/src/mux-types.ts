import type { Face } from './face.ts'
import type { MuxLimits } from './limits.ts'
import type { Body, Incoming, PlainManifest, Remote } from './rpc.ts'

/** What {@link createMux} needs of its surroundings. */
export interface MuxOptions {
  /** What the peer may call here. */
  readonly face: Face
  /** Feed id of the peer; `null`: a connection from this process. */
  readonly peer: string | null
  /**
   * Send plaintext, in order; called once per turn with all that is ready. The chunks are the
   * transport's from then on. `false`: wait for `drain()`. A throw closes the connection.
   */
  write(chunks: readonly Uint8Array[]): boolean
  /** Stop (`true`) or go on (`false`) reading the transport: a stream's reader is behind. */
  pause?(on: boolean): void
  /** The mux has finished, once: end the transport. `null`: properly, else the reason. */
  onClose?(error: Error | null): void
  /** Default: {@link STRANGER_LIMITS}. */
  readonly limits?: Partial<MuxLimits>
}

/** Counters of one connection. */
export interface MuxStats {
  /** Plaintext bytes, headers included. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Calls and streams opened by the peer so far, refused ones included. */
  readonly callsIn: number
  /** Calls and streams opened by us so far. */
  readonly callsOut: number
  /** Async calls of the peer that have not been answered. */
  readonly callsOpen: number
  /** Streams of either side that have not finished. */
  readonly streamsOpen: number
  /** Bytes received and not yet read by the streams' readers. */
  readonly queuedIn: number
  /** Bytes waiting to be written. */
  readonly queuedOut: number
  /** Calls and streams refused or ended because of a limit. */
  readonly limited: number
}

/** How an outgoing stream call is made. */
export interface StreamOptions {
  /** Items arrive as bodies, not parsed. */
  readonly raw?: boolean
  /** Ends the stream when aborted. */
  readonly signal?: AbortSignal
}

/** One connection: calls both ways. Nothing that a peer sends makes a method of it throw. */
export interface Mux {
  /** Plaintext from the transport, in any pieces. The chunk must not be changed afterwards. */
  receive(chunk: Uint8Array): void
  /** The transport takes bytes again, after `write` returned `false`. */
  drain(): void
  /** The transport has ended. In the middle of a frame that is an error of its own. */
  end(error?: Error): void
  /** Call an async or sync method. @throws {@link RpcError} by rejecting. */
  call(path: readonly string[], args: readonly unknown[]): Promise<unknown>
  /** Open a source; the call is sent at once, not when the first item is asked for. */
  source(
    path: readonly string[],
    args: readonly unknown[],
    options: StreamOptions & { readonly raw: true },
  ): Incoming<Body>
  source(
    path: readonly string[],
    args: readonly unknown[],
    options?: StreamOptions,
  ): Incoming<unknown>
  /** Open a sink. Resolves when the peer has taken all and ended without an error. */
  sink(
    path: readonly string[],
    args: readonly unknown[],
    input: AsyncIterable<unknown>,
    options?: Pick<StreamOptions, 'signal'>,
  ): Promise<void>
  /** Open a duplex. Leaving the result early ends both halves and returns `input`. */
  duplex(
    path: readonly string[],
    args: readonly unknown[],
    input: AsyncIterable<unknown>,
    options: StreamOptions & { readonly raw: true },
  ): Incoming<Body>
  duplex(
    path: readonly string[],
    args: readonly unknown[],
    input: AsyncIterable<unknown>,
    options?: StreamOptions,
  ): Incoming<unknown>
  /** The peer's methods as functions, by what its manifest says. Own properties of it only. */
  remote<Rpc>(manifest: PlainManifest): Remote<Rpc>
  /** Fail what is open, say goodbye, then `onClose`. Nothing is waited for. */
  close(): Promise<void>
  /** Resolves, never rejects, when the connection is over. */
  readonly closed: Promise<Error | null>
  readonly stats: MuxStats
}
