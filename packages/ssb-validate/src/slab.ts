import { SIGNATURE_UNITS } from './limits.ts'

/** `"\n}` and what {@link SIGNATURE_UNITS} counts: what the canonical text ends with from the signature on. */
const TAIL = SIGNATURE_UNITS + 2

/** Where bytes are kept, one array behind the other: memory for each of them would cost more than the copying. */
export class Slab {
  readonly #size: number
  #memory: Uint8Array = new Uint8Array()
  #at = 0

  /** @param bytes size of a piece of memory, which lives as long as anything in it */
  constructor(bytes: number) {
    this.#size = bytes
  }

  /** Copy bytes, at most as many as a piece of memory has. */
  keep(bytes: Uint8Array): Uint8Array {
    if (this.#at + bytes.length > this.#memory.length) {
      this.#memory = new Uint8Array(this.#size)
      this.#at = 0
    }
    const start = this.#at
    this.#memory.set(bytes, start)
    this.#at += bytes.length
    return this.#memory.subarray(start, this.#at)
  }
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
