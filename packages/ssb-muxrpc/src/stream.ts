// One stream, of either side: its two halves, the queue of what comes in, the pump of what goes out.
//
// Each side sends an end packet of its own. In a source or sink the half without data ends by itself
// when the other has ended; in a duplex a plain end closes one half, an error both.
import { encodeValue, FLAG_END, FLAG_STREAM, HEADER_BYTES, TYPE_JSON } from './codec.ts'
import { RpcError, remoteError, wireError } from './errors.ts'
import { Inbox, type InboxOwner } from './inbox.ts'
import type { Outbox } from './outbox.ts'
import { Batch, type Call, type CallKind } from './rpc.ts'

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly outbox: Outbox
  readonly peer: string | null
  readonly roles: Call['roles']
  /** Room for so many bytes more? Counts them when there is. */
  admit(inbox: Inbox, bytes: number): boolean
  consumed(inbox: Inbox, bytes: number): void
  /** Our half has ended and nothing more is read: forget the stream, the peer may still send to it. */
  released(stream: Stream): void
}

export type StreamKind = Exclude<CallKind, 'async'>

const NOTHING: readonly unknown[] = []

export class Stream implements InboxOwner {
  /** The number as we write it: positive for our calls, negative for the peer's. */
  readonly request: number
  readonly kind: StreamKind
  readonly raw: boolean
  readonly inbox: Inbox | null
  readonly #host: StreamHost
  readonly #ours: boolean
  #ourEnd = false
  #theirEnd = false
  #released = false
  #controller: AbortController | null = null
  #aborted = false
  #iterator: AsyncIterator<unknown> | null = null
  #batch: readonly unknown[] = NOTHING
  #at = 0
  /** Whether the source has been asked for its first item, and whether that has come. */
  #start: 'not yet' | 'asked' | 'done' = 'not yet'
  #askedAt = 0
  /** Told of the end of a sink that we opened, and of any stream that is over. */
  onSettled: ((error: Error | null) => void) | null = null

  constructor(host: StreamHost, request: number, kind: StreamKind, raw: boolean) {
    this.#host = host
    this.request = request
    this.kind = kind
    this.raw = raw
    this.#ours = request > 0
    const reads = kind === 'duplex' || (kind === 'source') === this.#ours
    this.inbox = reads ? new Inbox(this) : null
  }

  /** Whether the peer has sent its end. */
  get theirEnd(): boolean {
    return this.#theirEnd
  }

  /** The call as our handler sees it. */
  call(): Call {
    const { peer, roles } = this.#host
    const signal = (): AbortSignal => this.#signal()
    return {
      peer,
      roles,
      get signal() {
        return signal()
      },
    }
  }

  /** An item from the peer. */
  item(value: unknown, bytes: number): void {
    const inbox = this.inbox
    if (this.#theirEnd || inbox === null || inbox.discarding) return
    if (this.#host.admit(inbox, bytes)) {
      inbox.push(value, bytes)
      return
    }
    this.abort(new RpcError('SSB_MUXRPC_OVERFLOW', 'stream is ahead of its reader by too much'))
  }

  /** Whether items are wanted, so that others are not even decoded. */
  get listening(): boolean {
    return this.inbox !== null && !this.#theirEnd && !this.inbox.discarding
  }

  /** The peer's end: `true`, or an error in whatever form it has. */
  end(value: unknown): void {
    if (this.#theirEnd) return
    this.#theirEnd = true
    const failed = typeof value === 'string' || (typeof value === 'object' && value !== null)
    const error = failed ? remoteError(value) : null
    this.inbox?.end(error)
    // A sink of ours answers the end when its handler has finished; a duplex when its output has.
    const later = this.kind === 'duplex' || (this.kind === 'sink' && !this.#ours)
    if (!failed && later) {
      if (this.#ourEnd) this.#release()
      return
    }
    this.#stop()
    this.#sendEnd(failed ? echo(value) : 'true')
    if (error !== null || this.kind === 'source') this.#abortSignal()
    this.#settle(error)
    this.#release()
  }

  /** Send what this gives; its end is our end. */
  run(output: unknown): void {
    if (this.#ourEnd) {
      ignore(() => (output as AsyncIterable<unknown>)[Symbol.asyncIterator]().return?.())
      return
    }
    try {
      this.#iterator = (output as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    } catch {
      this.fail(new TypeError('the output of a stream must be an async iterable'))
      return
    }
    this.#pull()
  }

  /** Our half has come to its end. */
  done(): void {
    if (this.#ourEnd) return
    this.#iterator = null
    this.#sendEnd('true')
    if (this.#ours) {
      if (this.#theirEnd) this.#release()
      return
    }
    const inbox = this.inbox
    // Nobody began to read the input, so nobody will: unread it would stop the connection.
    const unread = inbox === null || this.kind === 'sink' || !inbox.reading || inbox.discarding
    if (unread) inbox?.discard()
    if (unread || this.#theirEnd) this.#release()
  }

  /** Our half has failed: the handler threw, or the input of a call of ours did. */
  fail(error: unknown): void {
    if (this.#ourEnd) return
    this.#stop()
    this.#sendEnd(wireError(error, this.#host.roles))
    const reason = error instanceof Error ? error : new Error(String(error))
    if (this.#ours) this.inbox?.end(reason)
    else this.inbox?.discard()
    this.#abortSignal()
    this.#settle(reason)
    this.#release()
  }

  /** Give up both halves at once, from this side. */
  abort(error: Error): void {
    this.#stop()
    if (!this.#ourEnd) this.#sendEnd(wireError(error, this.#host.roles))
    this.inbox?.end(error)
    this.#abortSignal()
    this.#settle(error)
    this.#release()
  }

  /** The connection is gone: no packets any more. */
  drop(error: Error): void {
    this.#ourEnd = true
    this.#stop()
    this.inbox?.end(error)
    this.#abortSignal()
    this.#settle(error)
  }

  consumed(inbox: Inbox, bytes: number): void {
    this.#host.consumed(inbox, bytes)
  }

  /** Whoever read the input has left. A caller who leaves aborts; a handler may go on writing. */
  left(): void {
    if (this.#ours) {
      this.#stop()
      this.#sendEnd('true')
      this.#settle(null)
      this.#release()
    } else if (this.#ourEnd) this.#release()
  }

  #release(): void {
    if (this.#released) return
    this.#released = true
    this.#settle(null)
    this.#host.released(this)
  }

  #settle(error: Error | null): void {
    const settled = this.onSettled
    this.onSettled = null
    settled?.(error)
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort()
    return this.#controller.signal
  }

  #abortSignal(): void {
    this.#aborted = true
    this.#controller?.abort()
  }

  #sendEnd(json: string): void {
    if (this.#ourEnd) return
    this.#ourEnd = true
    const flags = FLAG_STREAM | FLAG_END | TYPE_JSON
    const { outbox } = this.#host
    if (!outbox.text(flags, this.request, json)) outbox.text(flags, this.request, 'true')
  }

  /** No more output; lets the iterator clean up. */
  #stop(): void {
    const iterator = this.#iterator
    this.#iterator = null
    this.#host.outbox.unwait(this.#pull)
    this.#hold(NOTHING)
    if (iterator !== null) ignore(() => iterator.return?.())
  }

  readonly #pull = (): void => {
    const iterator = this.#iterator
    if (iterator === null) return
    const { outbox } = this.#host
    while (this.#at < this.#batch.length) {
      if (!outbox.ready()) {
        outbox.wait(this.#pull)
        return
      }
      if (!this.#send(this.#batch[this.#at++])) return
    }
    this.#hold(NOTHING)
    if (!outbox.mayAsk(this.#start === 'not yet')) {
      outbox.wait(this.#pull)
      return
    }
    if (this.#start === 'not yet') {
      this.#start = 'asked'
      this.#askedAt = performance.now()
    }
    try {
      Promise.resolve(iterator.next()).then(this.#pulled, this.#threw)
    } catch (error) {
      this.#threw(error)
    }
  }

  readonly #pulled = (step: IteratorResult<unknown>): void => {
    this.#begun()
    if (this.#iterator === null) return
    if (step.done === true) {
      this.done()
      return
    }
    if (step.value instanceof Batch) {
      this.#hold(step.value.items)
    } else if (!this.#send(step.value)) return
    this.#pull()
  }

  readonly #threw = (error: unknown): void => {
    this.#begun()
    this.#iterator = null
    this.fail(error)
  }

  /** Take a batch to send, or give up the one there is. */
  #hold(batch: readonly unknown[]): void {
    if (this.#batch.length > 0 !== batch.length > 0) this.#host.outbox.holds(batch.length > 0)
    this.#batch = batch
    this.#at = 0
  }

  #begun(): void {
    if (this.#start !== 'asked') return
    this.#start = 'done'
    this.#host.outbox.started(performance.now() - this.#askedAt)
  }

  #send(value: unknown): boolean {
    const { outbox } = this.#host
    try {
      const body = encodeValue(value)
      if (body === null) return true
      const flags = FLAG_STREAM | body.type
      const sent =
        'text' in body
          ? outbox.text(flags, this.request, body.text)
          : outbox.bytes(flags, this.request, body.bytes)
      if (!sent) this.fail(new RpcError('SSB_MUXRPC_LIMIT', 'stream item is too large to be sent'))
      return sent
    } catch (error) {
      this.fail(error)
      return false
    }
  }
}

/** Bytes that an item counts for in a queue: those of its packet. */
export const itemBytes = (body: Uint8Array): number => HEADER_BYTES + body.length

/** An error end is answered with the same error. */
function echo(value: unknown): string {
  if (value instanceof Uint8Array) return 'true'
  try {
    return JSON.stringify(value)
  } catch {
    // Nested too deep to be written again.
    return 'true'
  }
}

/** Clean-up whose outcome interests nobody. */
function ignore(run: () => unknown): void {
  try {
    Promise.resolve(run()).catch(() => undefined)
  } catch {
    // The same, thrown at once.
  }
}
