import type { Wire } from '@scuttlebot/ssb-shs/stream'

/** The part of a browser's `WebSocket` that is used. */
export interface BrowserSocket {
  binaryType: string
  /** 0: connecting, 1: open, more: over. */
  readonly readyState: number
  /** bytes that were given to `send` and have not left */
  readonly bufferedAmount: number
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'open' | 'error' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** Bytes that may wait in the socket before whoever writes is asked to wait. */
const BUFFERED_MAX = 1 << 20
/** How often it is looked whether they have left, in milliseconds: a browser does not tell. */
const LOOK_MS = 25

/**
 * A browser's WebSocket, which is open, as a wire. A browser cannot stop reading: what comes while the wire is paused
 * waits here.
 */
export class BrowserWire implements Wire {
  onData: Wire['onData'] = null
  onEnd: Wire['onEnd'] = null
  onDrain: Wire['onDrain'] = null
  onError: Wire['onError'] = null
  onClose: Wire['onClose'] = null
  readonly #socket: BrowserSocket
  #waiting: Uint8Array[] = []
  #isPaused = true
  #isOver = false
  #isLooking = false

  constructor(socket: BrowserSocket) {
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return this.#fail('the server sent text')
      this.#waiting.push(new Uint8Array(data))
      this.#deliver()
    })
    socket.addEventListener('error', () => this.#fail('the connection broke'))
    socket.addEventListener('close', () => {
      this.#isPaused = false
      this.#deliver()
      this.#over()
    })
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isOver) return true
    // a copy in memory that is not shared, as the platform wants it
    this.#socket.send(new Uint8Array(bytes))
    if (this.#socket.bufferedAmount <= BUFFERED_MAX) return true
    this.#look()
    return false
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#deliver()
  }

  /** A WebSocket has no halves: both directions end, ours when all has left. */
  end(): void {
    this.#socket.close()
  }

  destroy(): void {
    this.#waiting = []
    this.#socket.close()
    this.#over()
  }

  #deliver(): void {
    while (!this.#isPaused && !this.#isOver) {
      const chunk = this.#waiting.shift()
      if (chunk === undefined) return
      this.onData?.(chunk)
    }
  }

  #look(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    setTimeout(() => {
      this.#isLooking = false
      if (this.#isOver) return
      if (this.#socket.bufferedAmount > BUFFERED_MAX) this.#look()
      else this.onDrain?.()
    }, LOOK_MS)
  }

  #fail(text: string): void {
    if (this.#isOver) return
    this.onError?.(new Error(text))
    this.destroy()
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.onEnd?.()
    this.onClose?.()
  }
}
