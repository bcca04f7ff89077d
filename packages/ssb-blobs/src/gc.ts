import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import type { Alone } from './alone.ts'
import type { Catalog, Known } from './catalog.ts'

/** Options of `blobs.gc`. */
export interface GcOptions {
  /** Only say what would be removed. The second name is what a command line makes of `--dry-run`. */
  readonly dryRun?: boolean
  readonly 'dry-run'?: boolean
  /** Bytes to come down to. Default: the quota; without a quota nothing is removed. */
  readonly quotaBytes?: number
}

/** What a collection has removed, or would. */
export interface GcReport {
  /** What happened, or would, in a sentence. */
  readonly summary: string
  readonly dryRun: boolean
  readonly quotaBytes: number | null
  /** Bytes of all blobs. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Least recently used first; at most {@link SHOWN_MAX} of them. */
  readonly removed: readonly { readonly id: BlobId; readonly size: number; readonly used: number }[]
  readonly removedCount: number
  /** Blobs that were passed over, by the reason. */
  readonly kept: Readonly<Record<string, number>>
}

/** Removed blobs that a report names. */
export const SHOWN_MAX = 1000

/** What a collection needs. */
export interface GcParts {
  readonly catalog: Catalog
  /** The authors of messages that refer to a blob. */
  authors(id: BlobId): Promise<ReadonlySet<FeedId>>
  /** Whose blobs are kept: ours, and those of feeds near enough. */
  near(author: FeedId): boolean
  /** Whether it came not long ago because we wanted it. */
  awaited(id: BlobId): boolean
  /** Keeps what is being added from being removed. */
  readonly alone: Alone
  remove(id: BlobId): Promise<void>
}

/** Remove the least recently used blobs that nobody keeps, until all together have at most `quotaBytes`. */
export async function collect(
  parts: GcParts,
  quotaBytes: number | null,
  dryRun: boolean,
): Promise<GcReport> {
  const { catalog } = parts
  const bytesBefore = catalog.bytes
  let bytes = bytesBefore
  const removed: { id: BlobId; size: number; used: number }[] = []
  const kept: Record<string, number> = {}
  let removedCount = 0
  const over = (): boolean => quotaBytes !== null && bytes > quotaBytes
  if (over())
    for (const known of [...catalog.all()].sort((a, b) => a.used - b.used)) {
      if (!over()) break
      const reason = await keptBecause(parts, known)
      if (reason !== null) {
        kept[reason] = (kept[reason] ?? 0) + 1
        continue
      }
      const { id, size, used } = known
      // it may have been pinned, added, pushed, fetched again or removed while that was looked up
      const isUnused = await parts.alone.run(id, async () => {
        const isSame = catalog.get(id) === known && !catalog.pushing.has(id)
        if (isSame && !dryRun) await parts.remove(id)
        return isSame
      })
      if (!isUnused) {
        kept['in use'] = (kept['in use'] ?? 0) + 1
        continue
      }
      bytes -= size
      removedCount++
      if (removed.length < SHOWN_MAX) removed.push({ id, size, used })
    }
  const facts = { dryRun, quotaBytes, bytesBefore, bytesAfter: bytes, removed, removedCount, kept }
  return { summary: summaryOf(facts), ...facts }
}

function summaryOf(facts: Omit<GcReport, 'summary'>): string {
  const { dryRun, quotaBytes, bytesBefore, bytesAfter, removedCount } = facts
  if (quotaBytes === null)
    return `no quota is set, so that nothing is removed: set blobs.quota, or give quotaBytes`
  if (bytesBefore <= quotaBytes) return `${bytesBefore} bytes are within the ${quotaBytes} allowed`
  const blobs = removedCount === 1 ? '1 blob' : `${removedCount} blobs`
  const done = `${dryRun ? 'would remove' : 'removed'} ${blobs}, ${bytesBefore - bytesAfter} bytes`
  if (bytesAfter <= quotaBytes) return done
  return `${done}; ${bytesAfter - quotaBytes} bytes too many ${dryRun ? 'would be left' : 'are left'}, and all of them are kept on purpose`
}

async function keptBecause(
  { catalog, authors, near, awaited }: GcParts,
  known: Known,
): Promise<string | null> {
  if (known.pinned) return 'pinned'
  if (known.origin === 'own') return 'own'
  if (catalog.pushing.has(known.id)) return 'pushed'
  if (awaited(known.id)) return 'just wanted'
  for (const author of await authors(known.id)) if (near(author)) return 'referred to nearby'
  return null
}
