import type { Duplex } from 'node:stream'
import type { Wire } from '@scuttlebot/ssb-shs/stream'

/**
 * A socket as a wire. Whatever the handlers throw ends this socket and nothing else, so that
 * no peer can reach the process through a socket callback.
 */
export class SocketWire implements Wire {
  onData: Wire['onData'] = null
  onEnd: Wire['onEnd'] = null
  onDrain: Wire['onDrain'] = null
  onError: Wire['onError'] = null
  onClose: Wire['onClose'] = null
  readonly #socket: Duplex

  /** Takes over a socket that has delivered nothing yet. */
  constructor(socket: Duplex) {
    this.#socket = socket
    // before the data listener, which would start the flow
    socket.pause()
    socket.on('data', (chunk: Uint8Array) =>
      // a plain array: views of a Buffer are slow to make
      this.#guard(() =>
        this.onData?.(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
      ),
    )
    socket.on('end', () => this.#guard(() => this.onEnd?.()))
    socket.on('drain', () => this.#guard(() => this.onDrain?.()))
    socket.on('error', (error: Error) => this.#guard(() => this.onError?.(error)))
    socket.on('close', () => this.#guard(() => this.onClose?.()))
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket
    return socket.writable ? socket.write(bytes) : true
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#socket.destroyed) this.#socket.resume()
  }

  end(): void {
    if (this.#socket.writable) this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
