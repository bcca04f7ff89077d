// The guard of the own feed. A feed forks when two different messages get the same sequence number, and nothing mends
// that. It happens when the log is behind what others have seen: a backup put back, a folder deleted, a disk rolled
// back, the same key in two places. So the sequence of the last safe message is kept outside the log, too, and
// whatever does not fit locks publishing, with a sentence, until the feed is fetched back or a person says otherwise.
//
//   publish:  sync the log → answer → later, the mark      (the log may be ahead of the mark, never the reverse)
//   open:     log behind its mark, or another message there → locked
//   add:      a message of ours that we did not know, or that contradicts ours → locked
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { verifyObj } from '@scuttlebot/ssb-keys'
import { type FeedId, keyOfFeedId } from '@scuttlebot/ssb-ref'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import type { Core } from './core.ts'
import { ENCODING, entries } from './database.ts'
import { highest, type Mark, type MarkPlace } from './marks.ts'
import { metaKey } from './tables.ts'
import { prefixEnd } from './terms.ts'

/** Two messages of one feed that cannot both belong to it, each signed by its author. */
export interface ForkProof {
  readonly feed: FeedId
  /** The one in the log. */
  readonly a: MessageValue
  readonly b: MessageValue
}

/** What is known of the own feed's safety. */
export interface FeedStatus {
  readonly id: FeedId
  readonly sequence: number
  /** Why publishing is locked: sentences, the first is shown to who publishes. Empty: it is not locked. */
  readonly locked: readonly string[]
  /** The last mark that was written or read; `null`: marks are not kept. */
  readonly mark: Mark | null
}

/** What the guard needs. */
export interface GuardOptions {
  readonly core: Core
  readonly id: FeedId
  readonly places: readonly MarkPlace[]
  /** Whether this identity was made just now: then an empty log is no surprise. */
  readonly isNew: boolean
  readonly hmacKey?: Uint8Array | undefined
  /** Call later; returns the way to cancel. */
  later(run: () => void, ms: number): () => void
}

/** Watches over the own feed, and keeps proofs of forks of any feed. */
export interface Guard {
  open(): Promise<void>
  /** Write the mark, if it is due. */
  close(): Promise<void>
  /** Why publishing is locked; `null`: it is not. */
  locked(): string | null
  lock(reason: string): () => void
  status(): FeedStatus
  /** A person takes the risk: forget all reasons, and take the log's end for the truth. */
  unlock(): Promise<void>
  /** Messages of the own feed have been appended; `isOurs`: made here. */
  appended(sequence: number, isOurs: boolean): void
  /** A message that was refused by its sequence or predecessor: is it proof of something? */
  refused(value: MessageValue): Promise<void>
  forks(): AsyncIterable<ForkProof>
}

const FORK = 'fork/'
const LOCK = 'publish-lock'
const MARK_MS = 500
const HOW =
  'let your peers send the feed back, or run "sbot feed.unlock --i-accept-a-fork" if you are sure that nobody has seen newer messages'

/** Make a guard. */
export function createGuard(options: GuardOptions): Guard {
  const { core, id, places } = options
  const locks = new Set<{ readonly reason: string }>()
  let behind: string | null = null
  let standing: string | null = null
  let mark: Mark | null = null
  // Before the marks are read nothing may be written over them.
  let isOpen = false
  let cancel: (() => void) | null = null
  let writing: Promise<void> = Promise.resolve()

  const head = (): Mark => {
    const last = core.feeds.byId(id)?.head
    return last ? { sequence: last.sequence, id: last.id } : { sequence: 0, id: null }
  }
  const writeAll = async (): Promise<void> => {
    cancel = null
    if (!isOpen || places.length === 0 || behind !== null || core.broken !== null) return
    const now = head()
    if (mark !== null && now.sequence <= mark.sequence) return
    // Own messages may have come from outside without a sync: the mark must not be ahead of the disk.
    await core.sync()
    mark = now
    await Promise.all(places.map((place) => place.write(now)))
  }
  const write = (): Promise<void> => {
    writing = writing.then(writeAll).catch(() => {
      // A place that cannot be written makes the guard weaker, not the log wrong; the next mark tries again.
      mark = null
    })
    return writing
  }
  const stand = (reason: string): void => {
    if (standing !== null) return
    standing = reason
    void core.putMeta(LOCK, utf8(JSON.stringify({ reason }))).catch(() => {})
  }
  /** Whether the log is what the mark says. */
  const compare = async (): Promise<void> => {
    behind = null
    const now = head()
    if (mark === null || mark.sequence === 0) return
    if (now.sequence < mark.sequence)
      behind = `the log ends at message ${now.sequence} of your feed, but message ${mark.sequence} was published already: publishing now would fork it; ${HOW}`
    else {
      const there = await core.reading.atFeed(id, mark.sequence)
      if (there !== null && there.key !== mark.id)
        behind = `message ${mark.sequence} of your feed is another one in this log than the one that was published: it has forked; ${HOW}`
    }
  }
  const isSigned = (value: MessageValue): boolean => {
    try {
      const keys = { curve: 'ed25519' as const, public: keyOfFeedId(value.author) }
      return options.hmacKey === undefined
        ? verifyObj(keys, value)
        : verifyObj(keys, options.hmacKey, value)
    } catch {
      return false
    }
  }
  const keep = async (a: MessageValue, b: MessageValue): Promise<void> => {
    const name = FORK + b.author
    if ((await core.getMeta(name)) !== undefined) return
    const proof: ForkProof = { feed: b.author, a, b }
    await core.putMeta(name, utf8(JSON.stringify(proof)))
  }

  return {
    async open() {
      const stored = await core.getMeta(LOCK)
      standing =
        stored === undefined ? null : (JSON.parse(utf8Text(stored)) as { reason: string }).reason
      mark = highest(await Promise.all(places.map((place) => place.read().catch(() => null))))
      await compare()
      isOpen = true
      const now = head()
      if (!options.isNew && mark === null && now.sequence === 0 && places.length > 0)
        stand(
          `this identity is not new, but its log is empty: publishing now would fork the feed if it has messages elsewhere; ${HOW}`,
        )
      if (behind === null && standing === null) await write()
    },
    async close() {
      cancel?.()
      await write()
      isOpen = false
    },
    locked: () => locks.values().next().value?.reason ?? behind ?? standing,
    lock(reason) {
      const lock = { reason }
      locks.add(lock)
      return () => void locks.delete(lock)
    },
    status() {
      const reasons = [...[...locks].map(({ reason }) => reason), behind, standing]
      const locked = reasons.filter((reason) => reason !== null)
      return { id, sequence: head().sequence, locked, mark }
    },
    async unlock() {
      locks.clear()
      behind = null
      standing = null
      mark = null
      await core.putMeta(LOCK, null)
      await write()
    },
    appended(sequence, isOurs) {
      if (!isOurs) {
        const known = mark?.sequence ?? 0
        if (behind !== null && sequence >= known) void compare()
        // While somebody holds publishing locked, as after a restore, own messages are expected to come back.
        else if (behind === null && sequence > known && places.length > 0 && locks.size === 0)
          stand(
            `a peer has sent message ${sequence} of your own feed, which this log did not have: the key is in use elsewhere, or the log is old; ${HOW}`,
          )
      }
      if (cancel === null && places.length > 0) cancel = options.later(() => void write(), MARK_MS)
    },
    async refused(value) {
      const last = core.feeds.byId(value.author)?.head
      if (!last) return
      const isAhead = value.sequence > last.sequence + 1
      if (isAhead && value.author !== id) return
      const ours = isAhead
        ? null
        : await core.reading.atFeed(value.author, Math.min(value.sequence, last.sequence))
      if (!isAhead && (ours === null || sameText(ours.bytes, value) || !isSigned(value))) return
      if (isAhead && !isSigned(value)) return
      if (ours !== null) await keep(ours.value, value)
      if (value.author !== id || behind !== null) return
      if (ours !== null)
        stand(
          `a peer holds another message ${value.sequence} of your own feed: the feed has forked, and peers will follow only one of the branches; ${HOW}`,
        )
      else if (places.length > 0 && locks.size === 0)
        stand(
          `a peer holds message ${value.sequence} of your own feed, but this log ends at ${last.sequence}: publishing now would fork it; ${HOW}`,
        )
    },
    async *forks() {
      const range = { gte: metaKey(FORK), lt: prefixEnd(metaKey(FORK)) }
      for await (const batch of entries(core.database, { ...range, ...ENCODING }, 100))
        for (const [, value] of batch) yield JSON.parse(utf8Text(value)) as ForkProof
    },
  }
}

function sameText(bytes: Uint8Array, value: MessageValue): boolean {
  return utf8Text(bytes) === JSON.stringify(value)
}
