import { isAllZero, secretUnboxDetached, wipe } from '@scuttlebot/ssb-crypto'
import { BODY_BYTES_MAX, HEADER_BYTES, TAG_BYTES } from './constants.ts'
import { nextPacket, type Secrets, secretsOf } from './nonce.ts'

/**
 * Why a stream cannot be read on.
 *
 * - `SSB_BOX_STREAM_BAD_HEADER`: a header does not authenticate.
 * - `SSB_BOX_STREAM_BAD_BODY`: a body does not authenticate.
 * - `SSB_BOX_STREAM_TOO_LONG`: a header announces more than 4096 bytes.
 * - `SSB_BOX_STREAM_NO_GOODBYE`: the source ended before the goodbye.
 */
export type BoxStreamErrorCode =
  | 'SSB_BOX_STREAM_BAD_HEADER'
  | 'SSB_BOX_STREAM_BAD_BODY'
  | 'SSB_BOX_STREAM_TOO_LONG'
  | 'SSB_BOX_STREAM_NO_GOODBYE'

/** The stream is broken for good: close the connection. */
export interface UnboxFailure {
  readonly ok: false
  readonly code: BoxStreamErrorCode
  /** A sentence for a log. */
  readonly message: string
  /** What was authentic before the fault; often empty. */
  readonly plain: readonly Uint8Array[]
}

/** What came of a piece of the stream. */
export type UnboxResult =
  | {
      readonly ok: true
      /** Plaintext in new memory. Where it is cut carries no meaning. */
      readonly plain: readonly Uint8Array[]
      /** Whether the other side has ended this direction, now or before. */
      readonly goodbye: boolean
    }
  | UnboxFailure

const MESSAGES: Readonly<Record<BoxStreamErrorCode, string>> = {
  SSB_BOX_STREAM_BAD_HEADER: 'a header of the box stream does not authenticate',
  SSB_BOX_STREAM_BAD_BODY: 'a body of the box stream does not authenticate',
  SSB_BOX_STREAM_TOO_LONG: `a packet of the box stream is longer than ${BODY_BYTES_MAX} bytes`,
  SSB_BOX_STREAM_NO_GOODBYE: 'the box stream ended without a goodbye',
}

/** The receiving side of one direction. Nothing that arrives makes it throw. */
export class Unboxer {
  readonly #secrets: Secrets
  /** A boxed header, or the boxed body that follows, whose end has not arrived. */
  readonly #partial: Uint8Array = new Uint8Array(BODY_BYTES_MAX)
  #have = 0
  /** The header that is open: length of its body, then the body's tag. */
  readonly #header: Uint8Array = new Uint8Array(HEADER_BYTES - TAG_BYTES)
  readonly #bodyTag: Uint8Array = this.#header.subarray(2)
  /** Bytes of the body that is expected; -1 when a header is. */
  #bodyLength = -1
  #finished = false
  #failure: BoxStreamErrorCode | null = null

  /**
   * Key (32 bytes) and starting nonce (24 bytes) come from the handshake and are copied.
   *
   * @throws RangeError for wrong lengths.
   */
  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#secrets = secretsOf(key, nonce)
  }

  /** Whether the goodbye has arrived. */
  get finished(): boolean {
    return this.#finished
  }

  /** Whether no packet is half here: between two of them, or at the end. */
  get idle(): boolean {
    return this.#have === 0 && this.#bodyLength < 0
  }

  /**
   * Take in the next bytes, cut anywhere. The chunk is neither kept nor changed. Bytes after the
   * goodbye are ignored; after a failure every call gives that failure.
   */
  push(chunk: Uint8Array): UnboxResult {
    // Views of a Buffer are Buffers, and slow to make.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const out = new Uint8Array(this.#finished || this.#failure ? 0 : this.#most(bytes.length))
    let used = 0
    let at = 0
    while (!this.#finished && this.#failure === null) {
      const isHeader = this.#bodyLength < 0
      const wanted = isHeader ? HEADER_BYTES : this.#bodyLength
      const missing = wanted - this.#have
      if (bytes.length - at < missing) {
        this.#partial.set(at === 0 ? bytes : bytes.subarray(at), this.#have)
        this.#have += bytes.length - at
        break
      }
      const whole = this.#whole(bytes, at, wanted)
      at += missing
      if (isHeader) this.#openHeader(whole)
      else used += this.#openBody(whole, out.subarray(used, used + wanted))
    }
    return this.#result(fitted(out, used))
  }

  /** What it means that the source ends here: null after a goodbye, otherwise a failure. */
  end(): UnboxFailure | null {
    if (this.#finished) return null
    this.#failure ??= 'SSB_BOX_STREAM_NO_GOODBYE'
    return failed(this.#failure, [])
  }

  /** Overwrite the key. Nothing can be read afterwards. */
  wipe(): void {
    if (!this.#finished) this.#failure ??= 'SSB_BOX_STREAM_NO_GOODBYE'
    wipe(this.#secrets.key)
    this.#partial.fill(0)
  }

  /** How much plaintext can come of that many more bytes. */
  #most(length: number): number {
    return this.#bodyLength < 0
      ? Math.max(0, this.#have + length - HEADER_BYTES)
      : this.#have + length
  }

  /** The bytes of a whole header or body: a view of the chunk, or joined with what came before. */
  #whole(bytes: Uint8Array, at: number, wanted: number): Uint8Array {
    const have = this.#have
    if (have === 0) return bytes.subarray(at, at + wanted)
    this.#partial.set(bytes.subarray(at, at + wanted - have), have)
    this.#have = 0
    return this.#partial.subarray(0, wanted)
  }

  #openHeader(boxed: Uint8Array): void {
    const { key, header } = this.#secrets
    const plain = this.#header
    const tag = boxed.subarray(0, TAG_BYTES)
    if (!secretUnboxDetached(plain, boxed.subarray(TAG_BYTES), tag, header, key)) {
      this.#failure = 'SSB_BOX_STREAM_BAD_HEADER'
      return
    }
    const length = ((plain[0] as number) << 8) | (plain[1] as number)
    if (length === 0 && isAllZero(plain)) this.#finished = true
    else if (length > BODY_BYTES_MAX) this.#failure = 'SSB_BOX_STREAM_TOO_LONG'
    else this.#bodyLength = length
  }

  /** Returns the number of bytes of plaintext. */
  #openBody(boxed: Uint8Array, out: Uint8Array): number {
    const { key, body } = this.#secrets
    if (!secretUnboxDetached(out, boxed, this.#bodyTag, body, key)) {
      this.#failure = 'SSB_BOX_STREAM_BAD_BODY'
      return 0
    }
    nextPacket(this.#secrets)
    this.#bodyLength = -1
    return boxed.length
  }

  #result(plain: readonly Uint8Array[]): UnboxResult {
    if (this.#failure !== null) return failed(this.#failure, plain)
    return { ok: true, plain, goodbye: this.#finished }
  }
}

function failed(code: BoxStreamErrorCode, plain: readonly Uint8Array[]): UnboxFailure {
  return { ok: false, code, message: MESSAGES[code], plain }
}

/** The used part; a copy when most of the memory would be held for nothing. */
function fitted(out: Uint8Array, used: number): readonly Uint8Array[] {
  if (used === 0) return []
  return [used * 2 < out.length ? out.slice(0, used) : out.subarray(0, used)]
}
