/**
 * Memory for what is to be written, used again and again: parts of blobs that each have memory of their own make the
 * engine collect the whole heap every few megabytes.
 */
export class Buffers {
  readonly #bytes: number
  readonly #keptMax: number
  readonly #free: Uint8Array[] = []

  /** @param bytes of each buffer. @param keptMax how many are kept for later. */
  constructor(bytes: number, keptMax: number) {
    this.#bytes = bytes
    this.#keptMax = keptMax
  }

  /** One whose content is arbitrary; nobody else has it until it is given back. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#bytes)
  }

  /** Give back one that was taken, once, when nothing reads it any more. */
  give(buffer: Uint8Array): void {
    if (this.#free.length < this.#keptMax) this.#free.push(buffer)
  }
}
