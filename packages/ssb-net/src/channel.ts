import type { Wire } from '@scuttlebot/ssb-shs/stream'

/** What a mux runs over: the `SecureChannel` of ssb-shs, or {@link PlainChannel}. Starts paused. */
export interface Channel {
  readonly bytesIn: number
  readonly bytesOut: number
  onData: ((chunk: Uint8Array) => void) | null
  onDrain: (() => void) | null
  onEnd: ((error: Error | null) => void) | null
  onClose: (() => void) | null
  write(chunks: readonly Uint8Array[]): boolean
  pause(): void
  resume(): void
  end(): void
  destroy(): void
}

/** A wire as a channel without handshake or encryption: `noauth`, for unix sockets only. */
export class PlainChannel implements Channel {
  onData: Channel['onData'] = null
  onDrain: Channel['onDrain'] = null
  onEnd: Channel['onEnd'] = null
  onClose: Channel['onClose'] = null
  bytesIn = 0
  bytesOut = 0
  readonly #wire: Wire
  #ended = false
  #over = false

  constructor(wire: Wire) {
    this.#wire = wire
    wire.onData = (chunk) => {
      this.bytesIn += chunk.length
      if (!this.#over) this.onData?.(chunk)
    }
    wire.onDrain = () => this.onDrain?.()
    wire.onEnd = () => this.#finish(null)
    wire.onError = (error) => this.#finish(error)
    wire.onClose = () => {
      this.#finish(null)
      this.onClose?.()
    }
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#ended) return true
    const [first] = chunks
    if (first === undefined) return true
    const bytes = chunks.length === 1 ? first : Buffer.concat(chunks)
    this.bytesOut += bytes.length
    return this.#wire.write(bytes)
  }

  pause(): void {
    this.#wire.pause()
  }

  resume(): void {
    this.#wire.resume()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#wire.end()
    this.#wire.resume()
  }

  destroy(): void {
    this.#ended = true
    this.#over = true
    this.#wire.destroy()
  }

  #finish(error: Error | null): void {
    if (this.#over) return
    this.#over = true
    this.onEnd?.(error)
  }
}
