import type { FeedId } from '@scuttlebot/ssb-ref'
import type { BlobsService } from './service.ts'

/** Blobs that are here, by who refers to them. */
export interface BlobsByAuthor {
  /** When it was counted, milliseconds since 1970. */
  readonly at: number
  /** The largest share first; a blob counts for each author who refers to it. */
  readonly authors: readonly AuthorShare[]
  /** Those that no stored message refers to. */
  readonly nobody: { readonly blobs: number; readonly bytes: number }
}

/** What one author refers to. */
export interface AuthorShare {
  readonly id: FeedId
  readonly blobs: number
  readonly bytes: number
}

/** Each blob costs a look into the index: that is not done more often than this. */
const FRESH_MS = 600_000

/** Counts when asked, at most once in ten minutes; who asks in between gets what was counted. */
export function countByAuthor(service: BlobsService): () => Promise<BlobsByAuthor> {
  let counted: Promise<BlobsByAuthor> | null = null
  let until = 0
  return () => {
    const now = service.context.clock.now()
    if (counted === null || now >= until) {
      until = now + FRESH_MS
      const own = count(service, now)
      counted = own
      own.catch(() => {
        if (counted === own) counted = null
      })
    }
    return counted
  }
}

async function count(service: BlobsService, at: number): Promise<BlobsByAuthor> {
  await service.ready()
  const shares = new Map<FeedId, { id: FeedId; blobs: number; bytes: number }>()
  const nobody = { blobs: 0, bytes: 0 }
  for (const { id, size } of [...service.catalog.all()]) {
    const messages = (await service.links?.messages(id)) ?? []
    const authors = new Set(messages.map(({ author }) => author))
    if (authors.size === 0) {
      nobody.blobs += 1
      nobody.bytes += size
    }
    for (const author of authors) {
      const share = shares.get(author) ?? { id: author, blobs: 0, bytes: 0 }
      share.blobs += 1
      share.bytes += size
      shares.set(author, share)
    }
  }
  return { at, authors: [...shares.values()].sort((a, b) => b.bytes - a.bytes), nobody }
}
