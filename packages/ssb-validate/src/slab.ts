import { lowBytes, utf8 } from '@scuttlebot/ssb-encode'
import { MESSAGE_UNITS_MAX, SIGNATURE_UNITS } from './limits.ts'

/** The part of Node's `Buffer` that writes UTF-8 into given memory; `TextEncoder.encodeInto` elsewhere. */
interface FastBytes {
  from(memory: ArrayBufferLike, offset: number, length: number): FastView
}
interface FastView {
  write(text: string, offset: number): number
}
const fast: FastBytes | undefined = (globalThis as { readonly Buffer?: FastBytes }).Buffer

/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const ROOM = 3 * MESSAGE_UNITS_MAX
/** `"\n}` and what {@link SIGNATURE_UNITS} counts: what the canonical text ends with from the signature on. */
const TAIL = SIGNATURE_UNITS + 2

/** A message's canonical text as the bytes that are hashed and the bytes that are signed. */
export interface TextBytes {
  /** Low byte of each UTF-16 unit of the signed text. Valid until the next call. */
  readonly hashed: Uint8Array
  /** UTF-8 of the text without its signature. */
  readonly signed: () => Uint8Array
}

/**
 * Writes canonical texts one behind the other into large pieces of memory: one encoding and no allocation per
 * message where the text is ASCII, for then UTF-8 and low bytes are the same.
 */
export class Slab {
  readonly #reuse: boolean
  #memory: Uint8Array
  #view: FastView | undefined
  #at = 0

  /** @param bytes size of a piece; with `reuse` one piece is written over and over, for use on the spot */
  constructor(bytes: number, reuse: boolean) {
    this.#reuse = reuse
    this.#memory = new Uint8Array(Math.max(bytes, ROOM))
    this.#view = fast?.from(this.#memory.buffer, 0, this.#memory.length)
  }

  #write(text: string): number {
    const view = this.#view
    if (view !== undefined) return view.write(text, this.#at)
    const bytes = utf8(text)
    this.#memory.set(bytes, this.#at)
    return bytes.length
  }

  /**
   * @param text canonical text of at most 8192 units, whose last key is a signature of 100 characters
   */
  write(text: string): TextBytes {
    if (this.#reuse) this.#at = 0
    else if (this.#at + ROOM > this.#memory.length) {
      this.#memory = new Uint8Array(this.#memory.length)
      this.#view = fast?.from(this.#memory.buffer, 0, this.#memory.length)
      this.#at = 0
    }
    const memory = this.#memory
    const start = this.#at
    const written = this.#write(text)
    const hashed =
      written === text.length ? memory.subarray(start, start + written) : lowBytes(text)
    return {
      hashed,
      signed: () => {
        // `,\n  "signature": "…"\n}` becomes `\n}`.
        const cut = start + written - TAIL
        memory[cut] = 10
        memory[cut + 1] = 125
        this.#at = cut + 2
        return memory.subarray(start, cut + 2)
      },
    }
  }
}
