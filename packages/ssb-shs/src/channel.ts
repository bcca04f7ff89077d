import { Boxer, type BoxStreamErrorCode, Unboxer } from '@scuttlebot/ssb-box-stream'
import { wipe } from '@scuttlebot/ssb-crypto'
import type { Session } from './handshake.ts'
import type { Wire } from './wire.ts'

/** An encrypted stream that broke: what came is forged, damaged, or cut off inside a packet. */
export class ChannelError extends Error {
  override readonly name: string = 'ChannelError'
  readonly code: BoxStreamErrorCode | 'SSB_SHS_TRUNCATED'

  constructor(code: BoxStreamErrorCode | 'SSB_SHS_TRUNCATED', message: string) {
    super(message)
    this.code = code
  }
}

/**
 * A wire after the handshake: plaintext here, box stream there. Like a wire it is silent before
 * the first `resume()`.
 */
export class SecureChannel {
  /** The other side's long-term public key, 32 bytes, proven. */
  readonly remote: Uint8Array
  /** Plaintext came, in fresh memory: the receiver may keep it. */
  onData: ((chunk: Uint8Array) => void) | null = null
  /**
   * The other side has ended, once: `null` after a goodbye or at the border of a packet (live
   * peers close without a goodbye), an error when the stream broke. Nothing comes after it.
   */
  onEnd: ((error: Error | null) => void) | null = null
  onDrain: (() => void) | null = null
  /** Both directions are over; the last call, once. */
  onClose: (() => void) | null = null
  readonly #wire: Wire
  readonly #boxer: Boxer
  readonly #unboxer: Unboxer
  #rest: Uint8Array
  #bytesIn = 0
  #bytesOut = 0
  #readEnded = false
  #writeEnded = false
  #paused = true
  /** what `onEnd` has not been told yet, as nobody listened */
  #untold: { readonly error: Error | null } | null = null
  #wireClosed = false

  /** Takes over the wire and the session's keys, which it wipes; `rest` came after the handshake. */
  constructor(wire: Wire, session: Session, rest: Uint8Array) {
    this.remote = session.remote
    this.#wire = wire
    this.#boxer = new Boxer(session.encryptKey, session.encryptNonce)
    this.#unboxer = new Unboxer(session.decryptKey, session.decryptNonce)
    wipe(session.encryptKey)
    wipe(session.decryptKey)
    this.#rest = rest
    wire.onData = (chunk) => this.#receive(chunk)
    wire.onEnd = () => this.#finish(this.#unboxer.idle ? null : truncated())
    wire.onError = (error) => this.#finish(error)
    wire.onDrain = () => this.onDrain?.()
    wire.onClose = () => this.#closed()
  }

  /** Bytes of box stream that came. */
  get bytesIn(): number {
    return this.#bytesIn
  }

  /** Bytes of box stream that were written. */
  get bytesOut(): number {
    return this.#bytesOut
  }

  /**
   * Box the concatenation of the chunks and write it in one piece. False asks to wait for
   * `onDrain`. After the end nothing is written and the answer is true.
   */
  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#writeEnded) return true
    return this.#send(this.#boxer.box(chunks))
  }

  pause(): void {
    this.#paused = true
    this.#wire.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#rest.length > 0) {
      const rest = this.#rest
      this.#rest = new Uint8Array(0)
      this.#receive(rest)
    }
    // what came early may have made the reader pause
    if (!this.#readEnded && !this.#paused) this.#wire.resume()
    this.#tell()
  }

  /** Say goodbye and end our direction. */
  end(): void {
    if (this.#writeEnded) return
    this.#writeEnded = true
    this.#send(this.#boxer.goodbye())
    this.#boxer.wipe()
    this.#wire.end()
    // a goodbye or end of the other side may still be unread
    this.#wire.resume()
  }

  /** Drop the connection now, without a goodbye. */
  destroy(): void {
    this.#writeEnded = true
    this.#readEnded = true
    this.#boxer.wipe()
    this.#unboxer.wipe()
    this.#wire.destroy()
    this.#tell()
  }

  #send(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true
    this.#bytesOut += bytes.length
    return this.#wire.write(bytes)
  }

  #receive(chunk: Uint8Array): void {
    this.#bytesIn += chunk.length
    if (this.#readEnded) return
    const result = this.#unboxer.push(chunk)
    for (const plain of result.plain) this.onData?.(plain)
    if (!result.ok) this.#finish(new ChannelError(result.code, result.message))
    else if (result.goodbye) this.#finish(null)
  }

  #finish(error: Error | null): void {
    if (this.#readEnded) return
    this.#readEnded = true
    this.#unboxer.wipe()
    this.#untold = { error }
    this.#tell()
    if (error !== null) this.destroy()
  }

  /** Ends that came before anyone listened are told at the first `resume()`. */
  #tell(): void {
    const { onEnd, onClose } = this
    if (this.#untold !== null && onEnd !== null) {
      const { error } = this.#untold
      this.#untold = null
      onEnd(error)
    }
    if (this.#wireClosed && onClose !== null) {
      this.onClose = null
      onClose()
    }
  }

  #closed(): void {
    this.#finish(this.#unboxer.idle ? null : truncated())
    this.#writeEnded = true
    this.#boxer.wipe()
    this.#wireClosed = true
    this.#tell()
  }
}

function truncated(): ChannelError {
  return new ChannelError('SSB_SHS_TRUNCATED', 'the connection ended inside a packet')
}
