// A blob on its way in: counted and hashed while it is written, and never longer than it may be.
import { type Sha256Stream, sha256Stream } from '@scuttlebot/ssb-crypto'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { idOfHash } from './ids.ts'
import type { BlobStat, BlobStorage, BlobWriter } from './storage.ts'

export class Intake {
  /** Bytes taken so far. */
  received = 0
  readonly #storage: BlobStorage
  readonly #hash: Sha256Stream
  #writer: BlobWriter | null = null
  #id: BlobId | null = null

  constructor(storage: BlobStorage) {
    this.#storage = storage
    this.#hash = sha256Stream()
  }

  /** Take bytes. `false`: they would make it longer than `bytesMax`, and none of them were taken. */
  async take(chunks: readonly Uint8Array[], bytesMax: number): Promise<boolean> {
    let length = 0
    for (const chunk of chunks) length += chunk.length
    if (this.received + length > bytesMax) return false
    if (length === 0) return true
    this.#writer ??= await this.#storage.writer()
    // The disk and the hash work at the same time.
    const written = this.#writer.write(chunks)
    for (const chunk of chunks) this.#hash.update(chunk)
    await written
    this.received += length
    return true
  }

  /** The id of what was taken. Nothing more can be taken afterwards. */
  id(): BlobId {
    this.#id ??= idOfHash(this.#hash.digest())
    return this.#id
  }

  /** Store it under its own id, whole and durable. Must not be empty. */
  async commit(): Promise<BlobStat> {
    const writer = this.#writer
    if (writer === null) throw new TypeError('the blob is empty')
    return await writer.commit(this.id())
  }

  /** Leave nothing behind; nothing happens after `commit`. */
  async abort(): Promise<void> {
    await this.#writer?.abort()
  }
}
