// The outgoing side of a connection: packets are written into slabs of memory, gathered over one
// turn of the event loop, and handed to the transport in one write. While the transport is full
// nothing is written; sources wait (`ready`, `wait`), replies are kept up to a limit.
import { goodbye, HEADER_BYTES, writeHeader } from './codec.ts'

/** Bytes gathered in a turn after which sources stop to let them be written. */
const HIGH_WATER = 65_536
/**
 * Bytes gathered in a turn that are written at once. Sources stop long before; what gets here are the replies to many
 * calls of one chunk, and only what the transport has refused counts towards the limit.
 */
const BURST = 262_144
/**
 * Bytes after which sources wait for the next turn of the event loop though the transport takes more: a system with large
 * buffers takes megabytes at once, and everything else would wait while they are read, encrypted and copied. Our choice:
 * some milliseconds of work.
 */
const TURN_BYTES = 131_072
/** Slabs start small, for the many connections that only ping, and double while they are used up. */
const SLAB_FIRST = 2048
const SLAB_LAST = 65_536
/** Text of at most this many UTF-16 units is encoded into the slab, bytes of this many copied. */
const SMALL_TEXT = 16_384
const SMALL_BYTES = 4096
/** Microtask hops without a new packet after which a turn is taken to be over. */
const QUIET_HOPS = 4
/**
 * Streams that may hold a batch of which not all is sent, or wait for their first one. Without it a
 * peer that opens hundreds of streams would have each of them fetch a batch, long before it is sent.
 */
const HOLDERS_MAX = 4
/** Milliseconds after which one that waits for its first batch keeps nobody else out: it may be live. */
const STARTS_MS = 20
/** The same where first batches have been slow to come: on a busy machine all would be fetched at once otherwise. */
const STARTS_MS_MAX = 400

const { setImmediate: immediate, setTimeout: timeout } = globalThis as {
  readonly setImmediate?: (run: () => void) => unknown
  readonly setTimeout: (run: () => void) => unknown
}
const nextTurn = immediate ?? timeout
const encoder = new TextEncoder()
/** Its `then` is a hop that costs a quarter of `queueMicrotask`, which Node makes an object for its tracing for. */
const settled = Promise.resolve()

/** What the outbox tells its connection. Neither may throw. */
export interface OutboxOwner {
  /** The transport threw. */
  writeFailed(error: Error): void
  /** The peer does not read: more than the limit waits. */
  overflowed(bytes: number): void
}

export class Outbox {
  readonly #write: (chunks: readonly Uint8Array[]) => boolean
  readonly #owner: OutboxOwner
  readonly #bodyBytesMax: number
  readonly #waitBytesMax: number
  #slab = new Uint8Array(0)
  #slabNext = SLAB_FIRST
  /** Where the part of the slab begins that no chunk covers yet, and where it ends. */
  #from = 0
  #to = 0
  #chunks: Uint8Array[] = []
  #pending = 0
  #bytesOut = 0
  #blocked = false
  /** Written since the sources last waited for a turn, and whether they wait for one now. */
  #turnBytes = 0
  #resting = false
  #closed = false
  #writing = false
  #scheduled = false
  #seen = 0
  #quiet = 0
  readonly #waiting = new Set<() => void>()
  #starts = 0
  #holders = 0
  #startsMs = STARTS_MS
  #startsTimer: ReturnType<typeof setTimeout> | null = null
  readonly #hop = (): void => {
    if (!this.#scheduled) return
    if (this.#pending !== this.#seen) {
      this.#seen = this.#pending
      this.#quiet = 0
    } else this.#quiet++
    if (this.#quiet < QUIET_HOPS && this.#pending < HIGH_WATER) void settled.then(this.#hop)
    else this.flush()
  }

  constructor(
    write: (chunks: readonly Uint8Array[]) => boolean,
    owner: OutboxOwner,
    limits: { readonly sendBytesMax: number; readonly outBytesMax: number },
  ) {
    this.#write = write
    this.#owner = owner
    this.#bodyBytesMax = limits.sendBytesMax
    this.#waitBytesMax = limits.outBytesMax
  }

  get bytesOut(): number {
    return this.#bytesOut
  }

  get pending(): number {
    return this.#pending
  }

  /** Whether a source may go on; where not, `wait`. */
  ready(): boolean {
    return !this.#blocked && !this.#resting && this.#pending < HIGH_WATER
  }

  /** Whether a source may be asked for more; where not, `wait`. */
  mayAsk(isFirst: boolean): boolean {
    if (!this.ready()) return false
    if (this.#holders + (isFirst ? this.#starts : 0) < HOLDERS_MAX) {
      if (isFirst) this.#starts++
      return true
    }
    this.#startsTimer ??= setTimeout(() => {
      this.#startsTimer = null
      this.#starts = 0
      this.#wake()
    }, this.#startsMs)
    return false
  }

  /** A source that was asked for the first time has answered, after so many milliseconds. */
  started(ms: number): void {
    if (this.#starts > 0) this.#starts--
    // one that took longer has waited for news, and says nothing of the machine
    if (ms <= STARTS_MS_MAX) this.#startsMs = Math.min(STARTS_MS_MAX, Math.max(STARTS_MS, ms * 4))
  }

  /** A stream has a batch to send, or has sent it or given it up. */
  holds(isHolding: boolean): void {
    this.#holders += isHolding ? 1 : -1
  }

  /** Call back once, when it is worth asking `ready` again; never after `close`. */
  wait(callback: () => void): void {
    if (!this.#closed) this.#waiting.add(callback)
  }

  /** Forget who waits: its stream is over. */
  unwait(callback: () => void): void {
    this.#waiting.delete(callback)
  }

  /** Queue a packet with a text body, which is not empty. `false`: it is too large, nothing is queued. */
  text(flags: number, request: number, text: string): boolean {
    if (text.length > SMALL_TEXT) return this.bytes(flags, request, encoder.encode(text))
    if (this.#closed) return true
    this.#reserve(HEADER_BYTES + text.length * 3)
    const start = this.#to + HEADER_BYTES
    const { written } = encoder.encodeInto(text, this.#slab.subarray(start))
    if (written > this.#bodyBytesMax) return false
    writeHeader(this.#slab, this.#to, flags, written, request)
    this.#to = start + written
    this.#queued(HEADER_BYTES + written)
    return true
  }

  /** The same for a body of bytes; large ones are not copied. */
  bytes(flags: number, request: number, bytes: Uint8Array): boolean {
    if (bytes.length > this.#bodyBytesMax) return false
    if (this.#closed) return true
    const copied = bytes.length <= SMALL_BYTES
    this.#reserve(HEADER_BYTES + (copied ? bytes.length : 0))
    writeHeader(this.#slab, this.#to, flags, bytes.length, request)
    this.#to += HEADER_BYTES
    if (copied) {
      this.#slab.set(bytes, this.#to)
      this.#to += bytes.length
    } else {
      this.#seal()
      this.#chunks.push(bytes)
    }
    this.#queued(HEADER_BYTES + bytes.length)
    return true
  }

  /** Write what has gathered, unless the transport is full. */
  flush(): void {
    if (this.#writing || this.#blocked) {
      this.#scheduled = false
      return
    }
    this.#send()
    if (this.#turnBytes >= TURN_BYTES) this.#rest()
    if (!this.#blocked && !this.#resting) this.#wake()
  }

  /** The transport takes bytes again. */
  drain(): void {
    if (!this.#blocked || this.#closed) return
    this.#blocked = false
    this.flush()
  }

  /** Say goodbye as the last thing, after what waits unless `drop` says to forget it. */
  close(drop: boolean): void {
    if (this.#closed) return
    this.#seal()
    if (drop) this.#chunks = []
    this.#chunks.push(goodbye())
    this.#pending += HEADER_BYTES
    this.#closed = true
    this.#forget()
    if (!this.#writing) this.#send()
  }

  /** The transport is gone. */
  discard(): void {
    this.#closed = true
    this.#scheduled = false
    this.#chunks = []
    this.#from = this.#to
    this.#pending = 0
    this.#forget()
  }

  #forget(): void {
    this.#waiting.clear()
    if (this.#startsTimer !== null) clearTimeout(this.#startsTimer)
    this.#startsTimer = null
  }

  #send(): void {
    this.#scheduled = false
    this.#seal()
    while (this.#chunks.length > 0 && (!this.#blocked || this.#closed)) {
      const chunks = this.#chunks
      this.#chunks = []
      this.#bytesOut += this.#pending
      this.#turnBytes += this.#pending
      this.#pending = 0
      this.#writing = true
      try {
        if (!this.#write(chunks)) this.#blocked = true
      } catch (error) {
        this.#blocked = true
        this.#owner.writeFailed(error instanceof Error ? error : new Error(String(error)))
      } finally {
        this.#writing = false
      }
      // The transport may have called back, and queued more.
      this.#seal()
    }
  }

  /** Let sources go on in the next turn. */
  #rest(): void {
    this.#turnBytes = 0
    if (this.#resting) return
    this.#resting = true
    nextTurn(() => {
      this.#resting = false
      if (!this.#blocked) this.#wake()
    })
  }

  #wake(): void {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of waiting) callback()
  }

  #queued(bytes: number): void {
    this.#pending += bytes
    if (!this.#blocked && !this.#writing && this.#pending >= BURST) this.#send()
    if (this.#blocked) {
      if (this.#pending > this.#waitBytesMax) this.#owner.overflowed(this.#pending)
    } else if (!this.#scheduled) {
      this.#scheduled = true
      this.#seen = 0
      this.#quiet = 0
      void settled.then(this.#hop)
    }
  }

  #reserve(bytes: number): void {
    if (this.#slab.length - this.#to >= bytes) return
    this.#seal()
    this.#slab = new Uint8Array(Math.max(this.#slabNext, bytes))
    this.#slabNext = Math.min(SLAB_LAST, this.#slabNext * 2)
    this.#from = 0
    this.#to = 0
  }

  /** Make a chunk of the part of the slab that was written since the last one. */
  #seal(): void {
    if (this.#to === this.#from) return
    this.#chunks.push(this.#slab.subarray(this.#from, this.#to))
    this.#from = this.#to
  }
}
