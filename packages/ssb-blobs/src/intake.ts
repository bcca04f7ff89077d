// A blob on its way in: counted and hashed while it is written, and never longer than it may be.
import { type Sha256Stream, sha256Stream } from '@scuttlebot/ssb-crypto'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { Buffers } from './buffers.ts'
import { idOfHash } from './ids.ts'
import type { BlobStat, BlobStorage, BlobWriter } from './storage.ts'

/** So much is written at a time: a trip to the disk costs as much as hashing some 64 KiB, wherever it ends. */
const WRITE_BYTES = 524_288
/** Up to so many bytes wait as they came; more are gathered in memory of our own. */
const SMALL_BYTES = 65_536

const buffers = new Buffers(WRITE_BYTES, 16)

export class Intake {
  /** Bytes taken so far. */
  received = 0
  readonly #storage: BlobStorage
  readonly #hash: Sha256Stream
  #writer: BlobWriter | null = null
  #id: BlobId | null = null
  /** What is to be written next: first chunks as they came, then, in their place, the first bytes of a buffer. */
  #waiting: Uint8Array[] = []
  #buffer: Uint8Array | null = null
  #waitingBytes = 0
  #written: Promise<void> = Promise.resolve()

  constructor(storage: BlobStorage) {
    this.#storage = storage
    this.#hash = sha256Stream()
  }

  /**
   * Take bytes, which must not be changed afterwards. `false`: they would make it longer than `bytesMax`, and none
   * of them were taken.
   */
  async take(chunks: readonly Uint8Array[], bytesMax: number): Promise<boolean> {
    let length = 0
    for (const chunk of chunks) length += chunk.length
    if (this.received + length > bytesMax) return false
    this.received += length
    // The disk works on the part before while this one is hashed.
    for (const chunk of chunks) {
      this.#hash.update(chunk)
      await this.#gather(chunk)
    }
    return true
  }

  /** The id of what was taken. Nothing more can be taken afterwards. */
  id(): BlobId {
    this.#id ??= idOfHash(this.#hash.digest())
    return this.#id
  }

  /** Nothing comes for a while: hold no memory. */
  async rest(): Promise<void> {
    await this.#write()
    await this.#written
  }

  /** Store it under its own id, whole and durable. Must not be empty. */
  async commit(): Promise<BlobStat> {
    if (this.received === 0) throw new TypeError('the blob is empty')
    await this.rest()
    return await (this.#writer as BlobWriter).commit(this.id())
  }

  /** Leave nothing behind; nothing happens after `commit`. */
  async abort(): Promise<void> {
    this.#forget()
    await this.#written.catch(() => undefined)
    await this.#writer?.abort()
  }

  async #gather(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return
    if (this.#buffer === null && this.#waitingBytes + chunk.length <= SMALL_BYTES) {
      this.#waiting.push(chunk)
      this.#waitingBytes += chunk.length
      return
    }
    for (let at = 0; at < chunk.length; ) {
      const buffer = this.#buffer ?? this.#startBuffer()
      const part = Math.min(buffer.length - this.#waitingBytes, chunk.length - at)
      const whole = part === chunk.length
      buffer.set(whole ? chunk : chunk.subarray(at, at + part), this.#waitingBytes)
      at += part
      this.#waitingBytes += part
      if (this.#waitingBytes === buffer.length) await this.#write()
    }
  }

  #startBuffer(): Uint8Array {
    const buffer = buffers.take()
    let at = 0
    for (const chunk of this.#waiting) {
      buffer.set(chunk, at)
      at += chunk.length
    }
    this.#waiting = []
    this.#buffer = buffer
    return buffer
  }

  #forget(): void {
    if (this.#buffer !== null) buffers.give(this.#buffer)
    this.#buffer = null
    this.#waiting = []
    this.#waitingBytes = 0
  }

  /** Begin to write what waits, as soon as what came before is written. */
  async #write(): Promise<void> {
    await this.#written
    if (this.#waitingBytes === 0) return
    const buffer = this.#buffer
    const chunks = buffer === null ? this.#waiting : [buffer.subarray(0, this.#waitingBytes)]
    this.#buffer = null
    this.#waiting = []
    this.#waitingBytes = 0
    const back = (): void => {
      if (buffer !== null) buffers.give(buffer)
    }
    try {
      this.#writer ??= await this.#storage.writer()
    } catch (error) {
      back()
      throw error
    }
    this.#written = this.#writer.write(chunks).finally(back)
    // It is awaited by whatever comes next; until then a failure must not count as unhandled.
    this.#written.catch(() => undefined)
  }
}
