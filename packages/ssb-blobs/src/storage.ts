import type { BlobId } from '@scuttlebot/ssb-ref'

/** What is known of a stored blob. */
export interface BlobStat {
  /** Bytes. */
  readonly size: number
  /** When it was stored, milliseconds since 1970. */
  readonly ts: number
}

/** A stored blob in a listing. */
export interface BlobEntry extends BlobStat {
  readonly id: BlobId
}

/** Bytes from `start` up to, not including, `end`. */
export interface BlobRange {
  readonly start: number
  readonly end: number
}

/** One blob on its way into the storage: nobody sees it before `commit`. */
export interface BlobWriter {
  /** Append. The chunks must not be changed before it resolves. One call at a time. */
  write(chunks: readonly Uint8Array[]): Promise<void>
  /**
   * Make it visible under `id`, whole and durable, in place of one that is there. The caller has checked the
   * hash. When it rejects, nothing is left behind.
   */
  commit(id: BlobId): Promise<BlobStat>
  /** Leave nothing behind. May be called at any time, again, and after `commit` (then it does nothing). */
  abort(): Promise<void>
}

/** Room on a disk. */
export interface DiskSpace {
  /** For us: what is kept for the administrator is not counted. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Small facts beside the blobs, as lines of text: who wanted, pinned and pushed what. */
export interface BlobNotes {
  /** All lines, oldest first. A line that was cut by a crash is left out. */
  read(): Promise<readonly string[]>
  /** Append lines; `durable`: they outlive a crash once it resolves. */
  append(lines: readonly string[], durable: boolean): Promise<void>
  /** Put these lines in place of all, at once and durably. */
  replace(lines: readonly string[]): Promise<void>
}

/**
 * Where blobs lie. It does not hash: ids are checked before they come here, and content before `commit`.
 * Ids are canonical; anything else is refused with a TypeError.
 */
export interface BlobStorage {
  /** Get ready, and remove what unfinished writers left. */
  open(): Promise<void>
  /** Nothing is called after it. */
  close(): Promise<void>
  /** `null`: not here. */
  stat(id: BlobId): Promise<BlobStat | null>
  /** The bytes in non-empty chunks of any size, or those of a range within it. Throws when it is not here. */
  read(id: BlobId, range?: BlobRange): AsyncIterable<Uint8Array>
  writer(): Promise<BlobWriter>
  /** Whether it was here. */
  remove(id: BlobId): Promise<boolean>
  /** Every blob once, in batches, in any order. */
  list(): AsyncIterable<readonly BlobEntry[]>
  readonly notes: BlobNotes
  /** Room on what the blobs lie on; absent or `null`: it has no bounds that we could tell. */
  space?(): Promise<DiskSpace | null>
}
