import {
  decodeBody,
  FLAG_END,
  FLAG_STREAM,
  type PacketFault,
  PacketParser,
  TYPE_JSON,
} from './codec.ts'
import { closedError, RpcError, remoteError } from './errors.ts'
import type { Inbox } from './inbox.ts'
import { type MuxLimits, STRANGER_LIMITS } from './limits.ts'
import type { Mux, MuxOptions, MuxStats, StreamOptions } from './mux-types.ts'
import { Outbox } from './outbox.ts'
import { PeerCalls } from './peer-calls.ts'
import { remoteOf } from './remote.ts'
import { callText } from './request.ts'
import type { Body, Call, CallKind, Incoming, PlainManifest, Remote } from './rpc.ts'
import { itemBytes, Stream, type StreamHost, type StreamKind } from './stream.ts'

const BAD_JSON: PacketFault = {
  code: 'SSB_MUXRPC_BAD_FRAME',
  message: 'packet with malformed JSON',
}
const REQUEST_MAX = 0x7fff_ffff

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * Calls and streams over one connection, both ways. The transport is the caller's: plaintext comes
 * in by `receive`, goes out by `write`. Nothing that comes in can make it throw.
 */
export function createMux(options: MuxOptions): Mux {
  return new Connection(options)
}

// What owns what: the connection owns the parser, the outbox and its tables: our calls by number,
// our streams by number, and (in `PeerCalls`) the peer's. A stream whose end we have sent and which
// nobody reads any more leaves its table.
class Connection implements Mux, StreamHost {
  readonly outbox: Outbox
  readonly peer: string | null
  readonly roles: Call['roles']
  readonly closed: Promise<Error | null>
  readonly #limits: MuxLimits
  readonly #options: MuxOptions
  readonly #parser: PacketParser
  readonly #calls = new Map<number, Waiting>()
  readonly #opened = new Map<number, Stream>()
  readonly #served: PeerCalls
  #isClosed = false
  #resolveClosed: (error: Error | null) => void = () => undefined
  #number = 0
  #parsing = false
  #backlog: Uint8Array[] = []
  #paused = false
  #streamsOver = 0
  #queuedIn = 0
  #bytesIn = 0
  #callsOut = 0
  #limited = 0

  constructor(options: MuxOptions) {
    this.#options = options
    this.#limits = { ...STRANGER_LIMITS, ...options.limits }
    this.peer = options.peer
    this.roles = options.face.call.roles
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.outbox = new Outbox(
      (chunks) => options.write(chunks),
      {
        writeFailed: (error) => this.#finish(error, 'gone'),
        overflowed: (bytes) => {
          this.#limited++
          const text = `the peer does not read: ${bytes} bytes are waiting`
          this.#finish(new RpcError('SSB_MUXRPC_LIMIT', text), 'drop')
        },
      },
      this.#limits,
    )
    this.#parser = new PacketParser(
      {
        packet: (flags, request, body) => this.#packet(flags, request, body),
        goodbye: () => this.#finish(null, 'flush'),
      },
      this.#limits.bodyBytesMax,
    )
    this.#served = new PeerCalls(this, options.face, this.#limits, () => this.#fault(BAD_JSON))
  }

  get stats(): MuxStats {
    return {
      bytesIn: this.#bytesIn,
      bytesOut: this.outbox.bytesOut,
      callsIn: this.#served.calls,
      callsOut: this.#callsOut,
      callsOpen: this.#served.callsOpen,
      streamsOpen: this.#opened.size + this.#served.streams.size,
      queuedIn: this.#queuedIn,
      queuedOut: this.outbox.pending,
      limited: this.#limited + this.#served.limited,
    }
  }

  receive(chunk: Uint8Array): void {
    if (this.#isClosed || chunk.length === 0) return
    this.#bytesIn += chunk.length
    if (this.#parsing) {
      // A transport that answers a write at once calls back from inside of us.
      this.#backlog.push(chunk)
      return
    }
    this.#parsing = true
    try {
      for (let next: Uint8Array | undefined = chunk; next; next = this.#backlog.shift()) {
        const fault = this.#parser.push(next)
        if (fault !== null) this.#fault(fault)
      }
    } finally {
      this.#parsing = false
      this.#backlog = []
    }
  }

  drain(): void {
    this.outbox.drain()
  }

  end(error?: Error): void {
    const cut = this.#parser.idle
      ? null
      : new RpcError('SSB_MUXRPC_TRUNCATED', 'the transport ended in the middle of a packet')
    this.#finish(error ?? cut, 'gone')
  }

  close(): Promise<void> {
    this.#finish(null, 'flush')
    return Promise.resolve()
  }

  call(path: readonly string[], args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const number = this.#open(TYPE_JSON, path, args, 'async')
      this.#calls.set(number, { resolve, reject })
    })
  }

  source(
    path: readonly string[],
    args: readonly unknown[],
    options: StreamOptions & { readonly raw: true },
  ): Incoming<Body>
  source(path: readonly string[], args: readonly unknown[], o?: StreamOptions): Incoming<unknown>
  source(
    path: readonly string[],
    args: readonly unknown[],
    options: StreamOptions = {},
  ): Incoming<unknown> {
    return this.#start('source', path, args, null, options).inbox as Inbox
  }

  sink(
    path: readonly string[],
    args: readonly unknown[],
    input: AsyncIterable<unknown>,
    options: Pick<StreamOptions, 'signal'> = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#start('sink', path, args, input, options, (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

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
  duplex(
    path: readonly string[],
    args: readonly unknown[],
    input: AsyncIterable<unknown>,
    options: StreamOptions = {},
  ): Incoming<unknown> {
    return this.#start('duplex', path, args, input, options).inbox as Inbox
  }

  remote<Rpc>(manifest: PlainManifest): Remote<Rpc> {
    return remoteOf(this, manifest) as Remote<Rpc>
  }

  // For streams -----------------------------------------------------------------------------------

  admit(inbox: Inbox, bytes: number): boolean {
    const { streamBytesMax, queueBytesMax, streamBytesPause, queueBytesPause } = this.#limits
    if (inbox.bytes + bytes > streamBytesMax || this.#queuedIn + bytes > queueBytesMax) {
      this.#limited++
      return false
    }
    this.#queuedIn += bytes
    if (!inbox.over && inbox.bytes + bytes > streamBytesPause) {
      inbox.over = true
      this.#streamsOver++
    }
    if (!this.#paused && (this.#streamsOver > 0 || this.#queuedIn > queueBytesPause)) {
      this.#paused = true
      this.#options.pause?.(true)
    }
    return true
  }

  consumed(inbox: Inbox, bytes: number): void {
    this.#queuedIn -= bytes
    if (inbox.over) {
      inbox.over = false
      this.#streamsOver--
    }
    if (!this.#paused || this.#streamsOver > 0) return
    if (this.#queuedIn > this.#limits.queueBytesPause / 2) return
    this.#paused = false
    if (!this.#isClosed) this.#options.pause?.(false)
  }

  released(stream: Stream): void {
    if (stream.request > 0) this.#opened.delete(stream.request)
    else this.#served.released(stream)
  }

  // In ----------------------------------------------------------------------------------------------

  #packet(flags: number, request: number, body: Uint8Array): void {
    if (flags & FLAG_STREAM) {
      const stream = request > 0 ? this.#served.streams.get(request) : this.#opened.get(-request)
      if (stream !== undefined) this.#streamPacket(stream, flags, body)
      else if (request > 0) this.#served.streamCall(flags, request, body)
    } else if (request > 0) this.#served.asyncCall(flags, request, body)
    else if (request < 0) this.#reply(flags, -request, body)
  }

  #streamPacket(stream: Stream, flags: number, body: Uint8Array): void {
    const ends = (flags & FLAG_END) !== 0
    if (!ends && !stream.listening) return
    if (!ends && stream.raw) {
      stream.item({ type: flags & 3, bytes: body }, itemBytes(body))
      return
    }
    const decoded = decodeBody(flags, body)
    if (!decoded.ok) this.#fault(BAD_JSON)
    else if (ends) stream.end(decoded.value)
    else stream.item(decoded.value, itemBytes(body))
  }

  #reply(flags: number, number: number, body: Uint8Array): void {
    const waiting = this.#calls.get(number)
    if (waiting === undefined) return
    const decoded = decodeBody(flags, body)
    if (!decoded.ok) {
      this.#fault(BAD_JSON)
      return
    }
    this.#calls.delete(number)
    if (flags & FLAG_END) waiting.reject(remoteError(decoded.value))
    else waiting.resolve(decoded.value)
  }

  // Out ---------------------------------------------------------------------------------------------

  /** Send a call packet. @throws RpcError, and what JSON throws. */
  #open(flags: number, path: readonly string[], args: readonly unknown[], type: CallKind): number {
    if (this.#isClosed) throw closedError(null)
    const text = callText(path, args, type)
    do this.#number = this.#number === REQUEST_MAX ? 1 : this.#number + 1
    while (this.#calls.has(this.#number) || this.#opened.has(this.#number))
    if (!this.outbox.text(flags, this.#number, text))
      throw new RpcError('SSB_MUXRPC_LIMIT', 'the call is too large to be sent')
    // the packet may have been the one too many of a peer that does not read
    if (this.#isClosed) throw closedError(null)
    this.#callsOut++
    return this.#number
  }

  #start(
    kind: StreamKind,
    path: readonly string[],
    args: readonly unknown[],
    input: AsyncIterable<unknown> | null,
    { raw = false, signal }: StreamOptions,
    settled: ((error: Error | null) => void) | null = null,
  ): Stream {
    let stream: Stream
    try {
      if (signal?.aborted) throw abortedError(signal)
      const number = this.#open(FLAG_STREAM | TYPE_JSON, path, args, kind)
      stream = new Stream(this, number, kind, raw)
      this.#opened.set(number, stream)
    } catch (error) {
      // A stream that never was: its reader is told, like that of any other that fails.
      stream = new Stream(this, REQUEST_MAX, kind, raw)
      stream.onSettled = settled
      stream.drop(error instanceof Error ? error : new Error(String(error)))
      stream.run(input)
      return stream
    }
    const onAbort = (): void => stream.abort(abortedError(signal as AbortSignal))
    signal?.addEventListener('abort', onAbort, { once: true })
    stream.onSettled = (error) => {
      signal?.removeEventListener('abort', onAbort)
      settled?.(error)
    }
    if (input !== null) stream.run(input)
    return stream
  }

  // The end -----------------------------------------------------------------------------------------

  #fault(fault: PacketFault): void {
    this.#finish(new RpcError(fault.code, fault.message), 'drop')
  }

  /** `flush`: what waits, then goodbye; `drop`: goodbye alone; `gone`: nothing can be written. */
  #finish(error: Error | null, how: 'flush' | 'drop' | 'gone'): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#parser.stop()
    // an error is dear to make, and most connections end with nothing open
    if (this.#calls.size + this.#opened.size + this.#served.streams.size > 0) {
      const reason = closedError(error)
      for (const waiting of this.#calls.values()) waiting.reject(reason)
      this.#calls.clear()
      for (const stream of this.#opened.values()) stream.drop(reason)
      this.#opened.clear()
      this.#served.drop(reason)
    } else this.#served.drop(null)
    if (how === 'gone') this.outbox.discard()
    else this.outbox.close(how === 'drop')
    this.#resolveClosed(error)
    this.#options.onClose?.(error)
  }
}

const abortedError = (signal: AbortSignal): RpcError =>
  new RpcError('SSB_MUXRPC_ABORTED', 'the stream was aborted', null, { cause: signal.reason })
