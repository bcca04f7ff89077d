/**
 * Wires inside one process, for tests and for programs that hold both ends: what goes in at one end comes out at the
 * other, in order, in later turns.
 *
 * @packageDocumentation
 */
import type { Wire } from '@scuttlebot/ssb-shs/stream'
import { NetError } from './errors.ts'
import type { Arrival, Listener, ListenHandlers } from './transport.ts'

export type { Arrival, Listener, ListenHandlers } from './transport.ts'

/** Bytes on their way to one who does not read, above which a writer is asked to wait. */
const WAITING_MAX = 65_536

/** One end. What it is sent waits in `#inbox` until it may be delivered. */
class MemoryWire implements Wire {
  onData: Wire['onData'] = null
  onEnd: Wire['onEnd'] = null
  onDrain: Wire['onDrain'] = null
  onError: Wire['onError'] = null
  onClose: Wire['onClose'] = null
  other: MemoryWire | null = null
  readonly #inbox: Uint8Array[] = []
  #waiting = 0
  #isFlowing = false
  #isScheduled = false
  #hasEnded = false
  #otherEnded = false
  #isEndTold = false
  #isClosed = false
  #mustDrain = false

  write(bytes: Uint8Array): boolean {
    const { other } = this
    if (this.#isClosed || this.#hasEnded || other === null) return true
    other.#inbox.push(bytes.slice())
    other.#waiting += bytes.length
    other.#schedule()
    if (other.#waiting <= WAITING_MAX) return true
    this.#mustDrain = true
    return false
  }

  pause(): void {
    this.#isFlowing = false
  }

  resume(): void {
    if (this.#isClosed) return
    this.#isFlowing = true
    this.#schedule()
  }

  end(): void {
    if (this.#isClosed || this.#hasEnded) return
    this.#hasEnded = true
    if (this.other === null) return
    this.other.#otherEnded = true
    this.other.#schedule()
    this.#schedule()
  }

  destroy(): void {
    if (this.#isClosed) return
    this.#close()
    this.other?.destroy()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      try {
        this.#deliver()
      } catch {
        // whatever a handler throws ends this wire and nothing else
        this.destroy()
      }
    })
  }

  #deliver(): void {
    while (this.#isFlowing && !this.#isClosed) {
      const chunk = this.#inbox.shift()
      if (chunk === undefined) break
      this.#waiting -= chunk.length
      this.onData?.(chunk)
    }
    if (this.#isClosed) return
    const { other } = this
    if (this.#waiting === 0 && other !== null) other.#drained()
    const isEmpty = this.#inbox.length === 0
    if (this.#otherEnded && isEmpty && this.#isFlowing && !this.#isEndTold) {
      this.#isEndTold = true
      this.onEnd?.()
    }
    if (this.#isEndTold && this.#hasEnded) {
      if (other !== null) other.#schedule()
      this.#close()
    }
  }

  #drained(): void {
    if (!this.#mustDrain || this.#isClosed) return
    this.#mustDrain = false
    this.onDrain?.()
  }

  #close(): void {
    this.#isClosed = true
    this.#inbox.length = 0
    queueMicrotask(() => this.onClose?.())
  }
}

/** Somewhere to listen, and to dial. */
export interface MemoryTransport {
  /** One listener at a time. @throws NetError (as a rejection) `SSB_NET_IN_USE` */
  listen(handlers: ListenHandlers): Promise<Listener>
  /** @throws NetError (as a rejection) `SSB_NET_UNREACHABLE`, also when `signal` is aborted */
  dial(signal?: AbortSignal): Promise<Arrival>
}

/** A transport of its own: only its own `dial` leads to its listener. */
export function memoryTransport(): MemoryTransport {
  let handlers: ListenHandlers | null = null
  const open = new Set<MemoryWire>()
  return {
    async listen(given) {
      if (handlers !== null) throw new NetError('SSB_NET_IN_USE', 'somebody listens already')
      handlers = given
      return {
        port: 0,
        async close() {
          handlers = null
          for (const wire of open) wire.destroy()
          open.clear()
        },
      }
    },
    async dial(signal) {
      const listening = handlers
      if (listening === null || signal?.aborted)
        throw new NetError('SSB_NET_UNREACHABLE', 'nobody listens, or we have given up')
      const [ours, theirs] = [new MemoryWire(), new MemoryWire()]
      ours.other = theirs
      theirs.other = ours
      open.add(theirs)
      queueMicrotask(() => {
        try {
          listening.onArrival({ wire: theirs, host: '', port: 0 })
        } catch (error) {
          theirs.destroy()
          listening.onError?.(error instanceof Error ? error : new Error(String(error)))
        }
      })
      return { wire: ours, host: '', port: 0 }
    },
  }
}
