// A blob on its way in: counted and hashed while it is written, and never longer than it may be.
import { type Sha256Stream, sha256Stream } from '@scuttlebot/ssb-crypto'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { idOfHash } from './ids.ts'
import type { BlobStat, BlobStorage, BlobWriter } from './storage.ts'

/** So much is written at a time: a trip to the disk costs as much as hashing some 64 KiB, wherever it ends. */
const WRITE_BYTES = 524_288

export class Intake {
  /** Bytes taken so far. */
  received = 0
  readonly #storage: BlobStorage
  readonly #hash: Sha256Stream
  #writer: BlobWriter | null = null
  #id: BlobId | null = null
  #waiting: Uint8Array[] = []
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
    this.#waitingBytes += length
    for (const chunk of chunks) if (chunk.length > 0) this.#waiting.push(chunk)
    // The disk works on the part before while this one is hashed.
    for (const chunk of chunks) this.#hash.update(chunk)
    if (this.#waitingBytes >= WRITE_BYTES) await this.#write()
    return true
  }

  /** The id of what was taken. Nothing more can be taken afterwards. */
  id(): BlobId {
    this.#id ??= idOfHash(this.#hash.digest())
    return this.#id
  }

  /** Store it under its own id, whole and durable. Must not be empty. */
  async commit(): Promise<BlobStat> {
    if (this.received === 0) throw new TypeError('the blob is empty')
    await this.#write()
    await this.#written
    return await (this.#writer as BlobWriter).commit(this.id())
  }

  /** Leave nothing behind; nothing happens after `commit`. */
  async abort(): Promise<void> {
    this.#waiting = []
    await this.#written.catch(() => undefined)
    await this.#writer?.abort()
  }

  /** Begin to write what waits, as soon as what came before is written. */
  async #write(): Promise<void> {
    await this.#written
    const chunks = this.#waiting
    if (chunks.length === 0) return
    this.#waiting = []
    this.#waitingBytes = 0
    this.#writer ??= await this.#storage.writer()
    this.#written = this.#writer.write(chunks)
    // It is awaited by whatever comes next; until then a failure must not count as unhandled.
    this.#written.catch(() => undefined)
  }
}
