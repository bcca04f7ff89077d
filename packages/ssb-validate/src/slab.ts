import { laidSize, layJob } from './laid-job.ts'
import { SIGNATURE_UNITS } from './limits.ts'
import type { SignatureJob } from './types.ts'

/** `"\n}` and what {@link SIGNATURE_UNITS} counts: what the canonical text ends with from the signature on. */
const TAIL = SIGNATURE_UNITS + 2

/** Pieces that wait for use. */
const SPARE_MAX = 8

/** Where bytes are kept, one array behind the other: memory for each of them would cost more than the copying. */
export class Slab {
  readonly #size: number
  readonly #reuse: boolean
  readonly #share: boolean
  readonly #full: Uint8Array[] = []
  readonly #spare: Uint8Array[] = []
  /** Pieces that were full before the first in `#full`. */
  #released = 0
  #memory: Uint8Array = new Uint8Array()
  #at = 0

  /**
   * @param bytes size of a piece of memory, which lives as long as anything in it
   * @param reuse whether pieces are used again when they are released: fresh memory costs as much as filling it
   * @param share whether it is memory that threads share
   */
  constructor(bytes: number, reuse: boolean, share: boolean = false) {
    this.#size = bytes
    this.#reuse = reuse
    this.#share = share
  }

  /** Copy bytes, at most as many as a piece of memory has. */
  keep(bytes: Uint8Array): Uint8Array {
    const start = this.#reserve(bytes.length)
    this.#memory.set(bytes, start)
    return this.#memory.subarray(start, this.#at)
  }

  /** Copy a job, at most as large as a piece of memory. The key has 32 bytes, the signature 64. */
  keepJob(job: SignatureJob): SignatureJob {
    const start = this.#reserve(laidSize(job.message.length))
    return layJob(job, this.#memory, start)
  }

  #fresh(): Uint8Array {
    return this.#share
      ? new Uint8Array(new SharedArrayBuffer(this.#size))
      : new Uint8Array(this.#size)
  }

  #reserve(length: number): number {
    if (this.#at + length > this.#memory.length) {
      if (this.#reuse && this.#memory.length > 0) this.#full.push(this.#memory)
      this.#memory = this.#spare.pop() ?? this.#fresh()
      this.#at = 0
    }
    const start = this.#at
    this.#at += length
    return start
  }

  /** How far it has come: see {@link release}. */
  mark(): number {
    return this.#released + this.#full.length
  }

  /** What was kept before this mark was set is needed no longer. */
  release(mark: number): void {
    for (; this.#released < mark; this.#released++) {
      const piece = this.#full.shift()
      if (piece !== undefined && this.#spare.length < SPARE_MAX) this.#spare.push(piece)
    }
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
