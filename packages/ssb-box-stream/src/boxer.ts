import { secretBoxDetached, wipe } from '@scuttlebot/ssb-crypto'
import { BODY_BYTES_MAX, HEADER_BYTES, TAG_BYTES } from './constants.ts'
import { nextPacket, type Secrets, secretsOf } from './nonce.ts'

/**
 * The sending side of one direction.
 *
 * ```text
 *  0             16            18            34                  34 + n
 *  | header tag  | n, 16 bits  | body tag    | body              |
 *  | 16 bytes    | big-endian  | 16 bytes    | n bytes, n <= 4096|
 *                '--- boxed with nonce N ----'  boxed with N + 1; then N += 2
 * ```
 */
export class Boxer {
  readonly #secrets: Secrets
  #ended = false

  /**
   * Key (32 bytes) and starting nonce (24 bytes) come from the handshake and are copied.
   *
   * @throws RangeError for wrong lengths.
   */
  constructor(key: Uint8Array, nonce: Uint8Array) {
    this.#secrets = secretsOf(key, nonce)
  }

  /**
   * Box the concatenation of the chunks as the fewest packets that hold it, in one new buffer.
   * Nothing for nothing: without a byte of plaintext the result is empty.
   *
   * @throws TypeError after `goodbye` or `wipe`.
   */
  box(chunks: readonly Uint8Array[]): Uint8Array {
    this.#open()
    let total = 0
    for (const chunk of chunks) total += chunk.length
    const packets = Math.ceil(total / BODY_BYTES_MAX)
    const out = new Uint8Array(packets * HEADER_BYTES + total)
    spread(chunks, out)
    let start = 0
    while (start < out.length) {
      const length = Math.min(out.length - start - HEADER_BYTES, BODY_BYTES_MAX)
      this.#seal(out, start, length)
      start += HEADER_BYTES + length
    }
    return out
  }

  /**
   * The 34 bytes that end this direction. To be sent when the stream ends well, and not when it
   * ends with an error.
   *
   * @throws TypeError when called twice, or after `wipe`.
   */
  goodbye(): Uint8Array {
    this.#open()
    this.#ended = true
    const out = new Uint8Array(HEADER_BYTES)
    this.#sealHeader(out, 0)
    return out
  }

  /** Overwrite the key. Nothing can be boxed afterwards. */
  wipe(): void {
    this.#ended = true
    wipe(this.#secrets.key)
  }

  #open(): void {
    if (this.#ended) throw new TypeError('the box stream has ended')
  }

  /** Box one packet in place: its plaintext lies already where the body goes. */
  #seal(out: Uint8Array, start: number, length: number): void {
    const { key, body } = this.#secrets
    const end = start + HEADER_BYTES
    const plain = out.subarray(end, end + length)
    secretBoxDetached(plain, out.subarray(end - TAG_BYTES, end), plain, body, key)
    out[start + TAG_BYTES] = length >> 8
    out[start + TAG_BYTES + 1] = length & 0xff
    this.#sealHeader(out, start)
  }

  #sealHeader(out: Uint8Array, start: number): void {
    const { key, header } = this.#secrets
    const plain = out.subarray(start + TAG_BYTES, start + HEADER_BYTES)
    secretBoxDetached(plain, out.subarray(start, start + TAG_BYTES), plain, header, key)
    nextPacket(this.#secrets)
  }
}

/** Copy the chunks, one after another, to where the bodies of full packets lie. */
function spread(chunks: readonly Uint8Array[], out: Uint8Array): void {
  let at = HEADER_BYTES
  let room = BODY_BYTES_MAX
  for (const chunk of chunks) {
    let taken = 0
    while (taken < chunk.length) {
      if (room === 0) {
        at += HEADER_BYTES
        room = BODY_BYTES_MAX
      }
      const length = Math.min(room, chunk.length - taken)
      out.set(length === chunk.length ? chunk : chunk.subarray(taken, taken + length), at)
      taken += length
      at += length
      room -= length
    }
  }
}
