import { lowBytes, utf8 } from '@scuttlebot/ssb-encode'
import { MESSAGE_UNITS_MAX, SIGNATURE_UNITS } from './limits.ts'

/** The part of Node's `Buffer` that writes UTF-8 into given memory; `TextEncoder` elsewhere. */
interface FastBytes {
  from(memory: ArrayBufferLike, offset: number, length: number): FastView
}
interface FastView {
  write(text: string, offset: number): number
}
const fast: FastBytes | undefined = (globalThis as { readonly Buffer?: FastBytes }).Buffer

/** Bytes that 8192 units of text take at most: the canonical text, or the shorter compact one. */
const ROOM = 3 * MESSAGE_UNITS_MAX
/** `"\n}` and what {@link SIGNATURE_UNITS} counts: what the canonical text ends with from the signature on. */
const TAIL = SIGNATURE_UNITS + 2

/** Where texts are written as bytes, one behind the other: an allocation per message would cost more than the writing. */
export class Slab {
  readonly #reuse: boolean
  #memory: Uint8Array
  #view: FastView | undefined
  #at = 0

  /** @param bytes size of a piece of memory; with `reuse`, one piece is written over and over, for use on the spot */
  constructor(bytes: number, reuse: boolean) {
    this.#reuse = reuse
    this.#memory = new Uint8Array(Math.max(bytes, ROOM))
    this.#view = fast?.from(this.#memory.buffer, 0, this.#memory.length)
  }

  /** Write text of at most 8192 units as UTF-8. */
  write(text: string): Uint8Array {
    if (this.#reuse) this.#at = 0
    else if (this.#at + 3 * text.length > this.#memory.length) {
      this.#memory = new Uint8Array(this.#memory.length)
      this.#view = fast?.from(this.#memory.buffer, 0, this.#memory.length)
      this.#at = 0
    }
    const start = this.#at
    if (this.#view !== undefined) this.#at += this.#view.write(text, start)
    else {
      const bytes = utf8(text)
      this.#memory.set(bytes, start)
      this.#at += bytes.length
    }
    return this.#memory.subarray(start, this.#at)
  }
}

/**
 * The bytes whose hash is the id. Where the text is ASCII they are those of the UTF-8 form.
 *
 * @param bytes the text as UTF-8
 */
export function hashedBytes(text: string, bytes: Uint8Array): Uint8Array {
  return bytes.length === text.length ? bytes : lowBytes(text)
}

/**
 * Turn the UTF-8 of a signed canonical text into that of the unsigned one, in place: `,\n  "signature": "…"\n}`
 * becomes `\n}`.
 *
 * @param bytes of a text whose last key is a signature of 100 characters
 */
export function cutSignature(bytes: Uint8Array): Uint8Array {
  const cut = bytes.length - TAIL
  bytes[cut] = 10
  bytes[cut + 1] = 125
  return bytes.subarray(0, cut + 2)
}
