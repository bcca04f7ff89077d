import { concat } from '@scuttlebot/ssb-encode'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { hexOf } from './ids.ts'
import type { BlobNotes, BlobStat, BlobStorage, BlobWriter } from './storage.ts'

/** A storage that forgets: for tests, and for servers without a disk. */
export interface MemoryStorage extends BlobStorage {
  /** Writers that have neither committed nor aborted. */
  readonly writing: number
}

const READ_BYTES = 262_144

/** Make a storage in memory. `now` gives the time of storing. */
export function memoryStorage(now: () => number = Date.now): MemoryStorage {
  const blobs = new Map<BlobId, BlobStat & { readonly bytes: Uint8Array }>()
  let writing = 0
  const writer = (): BlobWriter => {
    let chunks: Uint8Array[] = []
    let open = true
    writing++
    const close = (): void => {
      if (open) writing--
      open = false
      chunks = []
    }
    return {
      async write(more) {
        if (!open) throw new TypeError('the writer is closed')
        for (const chunk of more) chunks.push(chunk.slice())
      },
      async commit(id) {
        if (!open) throw new TypeError('the writer is closed')
        hexOf(id)
        const bytes = concat(chunks)
        close()
        blobs.set(id, { bytes, size: bytes.length, ts: now() })
        return { size: bytes.length, ts: now() }
      },
      abort: async () => close(),
    }
  }
  return {
    get writing() {
      return writing
    },
    open: async () => undefined,
    close: async () => undefined,
    async stat(id) {
      hexOf(id)
      const found = blobs.get(id)
      return found === undefined ? null : { size: found.size, ts: found.ts }
    },
    async *read(id, range) {
      hexOf(id)
      const found = blobs.get(id)
      if (found === undefined) throw new Error('no such blob')
      const end = Math.min(found.size, range?.end ?? found.size)
      for (let at = range?.start ?? 0; at < end; at += READ_BYTES)
        yield found.bytes.slice(at, Math.min(end, at + READ_BYTES))
    },
    writer: async () => writer(),
    async remove(id) {
      hexOf(id)
      return blobs.delete(id)
    },
    async *list() {
      const all = [...blobs].map(([id, { size, ts }]) => ({ id, size, ts }))
      if (all.length > 0) yield all
    },
    notes: memoryNotes(),
  }
}

function memoryNotes(): BlobNotes {
  let lines: string[] = []
  return {
    read: async () => [...lines],
    append: async (more) => void lines.push(...more),
    replace: async (all) => {
      lines = [...all]
    },
  }
}
