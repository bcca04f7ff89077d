// The index from blobs to the messages that refer to them.
import { type BlobId, isBlobId } from '@scuttlebot/ssb-ref'
import { REFERENCES_MAX } from './limits.ts'
import type { BlobsMessage, BlobsStore } from './needs.ts'

const ANYWHERE = /&[A-Za-z0-9+/]{43}=\.sha256/g
/** Content is not looked into deeper than this. */
const DEPTH_MAX = 32

/** The blobs that a content refers to: as links, and within texts. Each once. */
export function blobsIn(content: unknown): ReadonlySet<BlobId> {
  const found = new Set<BlobId>()
  look(content, found, 0)
  return found
}

function look(value: unknown, found: Set<BlobId>, depth: number): void {
  if (typeof value === 'string') {
    if (value.includes('&'))
      for (const [id] of value.matchAll(ANYWHERE)) if (isBlobId(id)) found.add(id)
    return
  }
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return
  for (const part of Object.values(value)) look(part, found, depth + 1)
}

/** Who refers to what. */
export interface BlobLinks {
  /** Messages that refer to a blob, newest first, at most {@link REFERENCES_MAX}. */
  messages(id: BlobId): Promise<readonly BlobsMessage[]>
}

/** Define the index in the store. */
export function blobLinks(store: BlobsStore): BlobLinks {
  const index = store.defineIndex({
    name: 'blobs',
    version: 1,
    map(message, emit) {
      for (const id of blobsIn(message.value.content)) emit(id)
    },
  })
  return {
    async messages(id) {
      await store.indexed()
      const reader = index.read(id, undefined, { reverse: true })
      const sequences: number[] = []
      try {
        for (;;) {
          const block = await reader.next()
          if (block === null || sequences.length >= REFERENCES_MAX) break
          sequences.push(...block)
        }
      } finally {
        await reader.close()
      }
      return await store.read(sequences.slice(0, REFERENCES_MAX))
    },
  }
}
