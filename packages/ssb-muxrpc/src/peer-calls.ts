// What the peer calls here: its async calls, and the streams that it opens.
//
// Async calls have no entry anywhere, their answer is a closure. A stream whose end we have sent
// leaves `streams`; its number is kept until the peer's own end comes, so that late items are not
// taken for calls.
import { decodeBody, encodeValue, FLAG_END, FLAG_STREAM, TYPE_JSON } from './codec.ts'
import { RpcError, wireError } from './errors.ts'
import type { Face } from './face.ts'
import type { MuxLimits } from './limits.ts'
import { readRequest } from './request.ts'
import type { Call } from './rpc.ts'
import { Stream, type StreamHost, type StreamKind } from './stream.ts'

const ERROR_REPLY = FLAG_END | TYPE_JSON
const STREAM_END = FLAG_STREAM | FLAG_END | TYPE_JSON

export class PeerCalls {
  /** Streams of the peer, by its number, that have not finished. */
  readonly streams: Map<number, Stream> = new Map()
  /** Calls and streams so far, those in flight, and what limits have cost. */
  calls = 0
  callsOpen = 0
  limited = 0
  readonly #ended = new Set<number>()
  readonly #host: StreamHost
  readonly #face: Face
  readonly #limits: MuxLimits
  readonly #badJson: () => void
  readonly #call: Call
  #controller: AbortController | null = null
  #closed = false

  constructor(host: StreamHost, face: Face, limits: MuxLimits, badJson: () => void) {
    this.#host = host
    this.#face = face
    this.#limits = limits
    this.#badJson = badJson
    const signal = (): AbortSignal => this.#signal()
    this.#call = {
      peer: host.peer,
      roles: host.roles,
      // Made when somebody asks: most calls never do.
      get signal() {
        return signal()
      },
    }
  }

  /** The connection is gone; `null` where no stream is open. */
  drop(reason: Error | null): void {
    this.#closed = true
    if (reason !== null) for (const stream of this.streams.values()) stream.drop(reason)
    this.streams.clear()
    this.#ended.clear()
    this.#controller?.abort()
  }

  released(stream: Stream): void {
    const number = -stream.request
    if (this.streams.delete(number) && !stream.theirEnd) this.#bury(number)
  }

  asyncCall(flags: number, request: number, body: Uint8Array): void {
    this.calls++
    if (body.length > this.#limits.callBytesMax) {
      this.limited++
      this.#answerError(request, tooLong())
      return
    }
    const decoded = decodeBody(flags, body)
    if (!decoded.ok) {
      this.#badJson()
      return
    }
    if (this.callsOpen >= this.#limits.callsMax) {
      this.limited++
      this.#answerError(request, new RpcError('SSB_MUXRPC_LIMIT', 'too many calls in flight'))
      return
    }
    let result: unknown
    try {
      const found = readRequest(this.#face, decoded.value, null)
      if (!found.ok) {
        this.#answerError(request, found)
        return
      }
      result = found.method.invoke(this.#call, found.args, null)
    } catch (error) {
      this.#answerError(request, error)
      return
    }
    if (!isThenable(result)) {
      this.#answer(request, result)
      return
    }
    this.callsOpen++
    Promise.resolve(result).then(
      (value) => {
        this.callsOpen--
        this.#answer(request, value)
      },
      (error: unknown) => {
        this.callsOpen--
        this.#answerError(request, error)
      },
    )
  }

  streamCall(flags: number, request: number, body: Uint8Array): void {
    const late = this.#ended.has(request)
    if (flags & FLAG_END) {
      // The answer to our end; or the end of a stream that never was, which is answered.
      if (late) this.#ended.delete(request)
      else this.#host.outbox.text(STREAM_END, -request, 'true')
      return
    }
    if (late) return
    this.calls++
    if (body.length > this.#limits.callBytesMax) {
      this.limited++
      this.#refuse(request, tooLong())
      return
    }
    const decoded = decodeBody(flags, body)
    if (!decoded.ok) {
      this.#badJson()
      return
    }
    const full = this.streams.size >= this.#limits.streamsMax
    if (full) this.limited++
    try {
      const found = full
        ? new RpcError('SSB_MUXRPC_LIMIT', 'too many open streams')
        : readRequest(this.#face, decoded.value, 'stream')
      if (found instanceof RpcError || !found.ok) {
        this.#refuse(request, found)
        return
      }
      const stream = new Stream(this.#host, -request, found.type as StreamKind, found.method.raw)
      this.streams.set(request, stream)
      serve(stream, () => found.method.invoke(stream.call(), found.args, stream.inbox))
    } catch (error) {
      this.#refuse(request, error)
    }
  }

  #refuse(request: number, error: unknown): void {
    this.#host.outbox.text(STREAM_END, -request, wireError(error, this.#host.roles))
    this.#bury(request)
  }

  /** Remember that the peer owes an end; of so many numbers at most, the oldest goes first. */
  #bury(request: number): void {
    if (this.#closed) return
    this.#ended.add(request)
    if (this.#ended.size <= this.#limits.streamsMax) return
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest)
      return
    }
  }

  #answer(request: number, value: unknown): void {
    try {
      const body = encodeValue(value) ?? { type: TYPE_JSON, text: 'null' }
      const sent =
        'text' in body
          ? this.#host.outbox.text(body.type, -request, body.text)
          : this.#host.outbox.bytes(body.type, -request, body.bytes)
      if (!sent) throw new RpcError('SSB_MUXRPC_LIMIT', 'the answer is too large to be sent')
    } catch (error) {
      this.#answerError(request, error)
    }
  }

  #answerError(request: number, error: unknown): void {
    this.#host.outbox.text(ERROR_REPLY, -request, wireError(error, this.#host.roles))
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#closed) this.#controller.abort()
    return this.#controller.signal
  }
}

const tooLong = (): RpcError => new RpcError('SSB_MUXRPC_LIMIT', 'the call is too long')

const isThenable = (value: unknown): boolean =>
  value instanceof Promise ||
  (typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === 'function')

/** Run the handler of a stream; whatever it does wrong ends this stream alone. */
function serve(stream: Stream, invoke: () => unknown): void {
  let result: unknown
  try {
    result = invoke()
  } catch (error) {
    stream.fail(error)
    return
  }
  const failed = (error: unknown): void => stream.fail(error)
  if (stream.kind === 'sink') Promise.resolve(result).then(() => stream.done(), failed)
  else if (isThenable(result)) Promise.resolve(result).then((output) => stream.run(output), failed)
  else stream.run(result)
}
