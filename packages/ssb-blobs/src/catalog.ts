// What is here, in memory: size, time, last use, where it came from, and who wants it kept. It is read from the
// storage's listing and its notes when the server starts; after that every change goes through here.
import { type BlobId, type FeedId, isBlobId, isFeedId } from '@scuttlebot/ssb-ref'
import { USE_MS } from './limits.ts'
import type { BlobEntry, BlobStorage } from './storage.ts'

/** A stored blob. */
export interface Known extends BlobEntry {
  /** Last use that is written down, milliseconds since 1970. */
  readonly used: number
  /** `own`: added here; a feed id: fetched from there; `found`: it was in the folder already. */
  readonly origin: 'own' | 'found' | FeedId
  readonly pinned: boolean
}

type Note =
  | readonly ['own' | 'pin' | 'unpin' | 'push' | 'pushed' | 'want' | 'unwant' | 'rm', BlobId]
  | readonly ['from', BlobId, FeedId]
  | readonly ['use', BlobId, number]

interface Facts {
  origin?: 'own' | FeedId
  used?: number
  pinned?: boolean
}

/** The index of a storage. */
export class Catalog {
  readonly #storage: BlobStorage
  readonly #known = new Map<BlobId, Known>()
  readonly #now: () => number
  /** Blobs to be offered until enough peers have them. */
  readonly pushing: Set<BlobId> = new Set()
  /** Blobs that our owner asked for. */
  readonly wanted: Set<BlobId> = new Set()
  #bytes = 0

  constructor(storage: BlobStorage, now: () => number) {
    this.#storage = storage
    this.#now = now
  }

  /** Bytes of all blobs together. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many blobs there are. */
  get count(): number {
    return this.#known.size
  }

  /** Read the notes and the listing. Blobs that are stored meanwhile stay as they are. */
  async load(): Promise<void> {
    const facts = new Map<BlobId, Facts>()
    const lines = await this.#storage.notes.read()
    for (const line of lines) {
      const note = readNote(line)
      if (note !== null) this.#apply(note, facts)
    }
    for await (const batch of this.#storage.list())
      for (const entry of batch) if (!this.#known.has(entry.id)) this.#found(entry, facts)
    for (const id of this.wanted) if (this.#known.has(id)) this.wanted.delete(id)
    for (const id of this.pushing) if (!this.#known.has(id)) this.pushing.delete(id)
    const compact = this.#lines()
    if (lines.length > 2 * compact.length + 1000) await this.#storage.notes.replace(compact)
  }

  get(id: BlobId): Known | undefined {
    return this.#known.get(id)
  }

  all(): IterableIterator<Known> {
    return this.#known.values()
  }

  /** Write down that a blob is ours; resolves when that is durable. Before it is stored is early enough. */
  async own(id: BlobId): Promise<void> {
    if (this.#known.get(id)?.origin !== 'own') await this.#note([['own', id]], true)
  }

  /** A blob has been stored, ours after {@link own}. Where others come from need not outlive a crash. */
  async stored(entry: BlobEntry, origin: 'own' | FeedId): Promise<void> {
    const before = this.#known.get(entry.id)
    const kept = before?.origin === 'own' ? 'own' : origin
    this.#put({ ...entry, used: this.#now(), origin: kept, pinned: before?.pinned ?? false })
    const notes: Note[] = []
    if (kept !== 'own') notes.push(['from', entry.id, kept as FeedId])
    if (this.wanted.delete(entry.id)) notes.push(['unwant', entry.id])
    await this.#note(notes, false)
  }

  /** It is not here any more. */
  async removed(id: BlobId): Promise<void> {
    const before = this.#known.get(id)
    if (before === undefined) return
    this.#known.delete(id)
    this.#bytes -= before.size
    this.pushing.delete(id)
    await this.#note([['rm', id]], false)
  }

  /** Somebody reads it. */
  use(id: BlobId): void {
    const known = this.#known.get(id)
    const now = this.#now()
    if (known === undefined || now - known.used < USE_MS) return
    this.#known.set(id, { ...known, used: now })
    this.#note([['use', id, now]], false).catch(() => undefined)
  }

  async pin(id: BlobId, on: boolean): Promise<boolean> {
    const known = this.#known.get(id)
    if (known === undefined) return false
    this.#known.set(id, { ...known, pinned: on })
    await this.#note([[on ? 'pin' : 'unpin', id]], true)
    return true
  }

  async push(id: BlobId, on: boolean): Promise<void> {
    if (on) this.pushing.add(id)
    else this.pushing.delete(id)
    await this.#note([[on ? 'push' : 'pushed', id]], true)
  }

  async want(id: BlobId): Promise<void> {
    if (this.wanted.has(id)) return
    this.wanted.add(id)
    await this.#note([['want', id]], false)
  }

  #put(known: Known): void {
    this.#bytes += known.size - (this.#known.get(known.id)?.size ?? 0)
    this.#known.set(known.id, known)
  }

  #found(entry: BlobEntry, facts: ReadonlyMap<BlobId, Facts>): void {
    const { origin = 'found', used = entry.ts, pinned = false } = facts.get(entry.id) ?? {}
    this.#put({ ...entry, used, origin, pinned })
  }

  #apply(note: Note, facts: Map<BlobId, Facts>): void {
    const [kind, id] = note
    const fact = facts.get(id) ?? {}
    if (kind === 'own') fact.origin = 'own'
    else if (kind === 'from') fact.origin = note[2]
    else if (kind === 'use') fact.used = note[2]
    else if (kind === 'pin') fact.pinned = true
    else if (kind === 'unpin') fact.pinned = false
    else if (kind === 'push') this.pushing.add(id)
    else if (kind === 'pushed') this.pushing.delete(id)
    else if (kind === 'want') this.wanted.add(id)
    else if (kind === 'unwant') this.wanted.delete(id)
    else {
      facts.delete(id)
      this.pushing.delete(id)
      return
    }
    facts.set(id, fact)
  }

  /** The fewest notes that say what holds now. */
  #lines(): string[] {
    const notes: Note[] = []
    for (const { id, origin, used, ts, pinned } of this.#known.values()) {
      if (origin === 'own') notes.push(['own', id])
      else if (origin !== 'found') notes.push(['from', id, origin])
      if (used > ts) notes.push(['use', id, used])
      if (pinned) notes.push(['pin', id])
    }
    for (const id of this.pushing) notes.push(['push', id])
    for (const id of this.wanted) notes.push(['want', id])
    return notes.map((note) => JSON.stringify(note))
  }

  #note(notes: readonly Note[], durable: boolean): Promise<void> {
    return this.#storage.notes.append(
      notes.map((note) => JSON.stringify(note)),
      durable,
    )
  }
}

const KINDS: ReadonlySet<unknown> = new Set([
  'own',
  'pin',
  'unpin',
  'push',
  'pushed',
  'want',
  'unwant',
  'rm',
  'from',
  'use',
])

/** The line that has a blob pushed. */
export const pushNote = (id: BlobId): string => JSON.stringify(['push', id] satisfies Note)

/** Lines of another version, or damaged ones, count for nothing. */
export function readNote(line: string): Note | null {
  try {
    const note: unknown = JSON.parse(line)
    if (!Array.isArray(note) || !KINDS.has(note[0]) || !isBlobId(note[1])) return null
    if (note[0] === 'from' && !isFeedId(note[2])) return null
    if (note[0] === 'use' && !Number.isFinite(note[2])) return null
    return note as unknown as Note
  } catch {
    return null
  }
}
