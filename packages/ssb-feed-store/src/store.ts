import type { Event } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import {
  type Content,
  createValidator,
  type FeedState,
  type MessageValue,
  type Verdict,
  type Verified,
  type Verifier,
} from '@scuttlebot/ssb-validate'
import type { AuditRecord } from './audit.ts'
import { createCore } from './core.ts'
import type { Database } from './database.ts'
import { createEraser } from './erase.ts'
import { type FsckOptions, type FsckReport, fsck } from './fsck.ts'
import { createGuard, type FeedStatus, type ForkProof } from './guard.ts'
import type {
  IndexDefinition,
  IndexState,
  OrderDefinition,
  OrderIndex,
  SequenceRange,
  SequenceReader,
  TermIndex,
} from './index-types.ts'
import { createIngest } from './ingest.ts'
import { highest, type MarkPlace } from './marks.ts'
import { type KeyValueTimestamp, kvtBytes, type StoredMessage } from './message.ts'
import { type OpenedValue, opened } from './opened.ts'
import { createPublisher } from './publish.ts'
import type { FeedRange, LogRange } from './reading.ts'
import { type Boxer, boxed, privateBoxer, type Unboxed, type Unboxer } from './recipients.ts'
import { tail } from './tail.ts'

/** A judged message of {@link StoreApi.add}. */
export type AddVerdict =
  | Verdict
  | {
      readonly ok: false
      readonly code: 'SSB_STORE_KNOWN' | 'SSB_STORE_UNWANTED'
      readonly reason: string
      readonly fatal: false
    }

/** Options of {@link StoreApi.add}. */
export interface AddOptions {
  /** Which authors are taken; the others' messages get the verdict `SSB_STORE_UNWANTED`. Default: all. Must not throw. */
  readonly wanted?: ((author: FeedId) => boolean) | undefined
}

/** What the store offers in this process. */
export interface StoreApi {
  /**
   * Publish on the own feed. Resolves when the message survives a power loss; only then do others hear of it.
   *
   * @throws {@link StoreError} with code `SSB_STORE_CONTENT`, `SSB_STORE_PUBLISH_LOCKED`, `SSB_STORE_BROKEN` or
   * `SSB_STORE_CLOSED`.
   */
  publish(content: Content): Promise<KeyValueTimestamp>
  /** As `publish`, and answers the message as the log holds it. */
  publishStored(content: Content): Promise<StoredMessage>
  /**
   * Judge and append messages, in their order. Callers at the same time share batches. Resolves when what was
   * accepted is written (not synced: it can be fetched again). A message that is stored already is answered with the
   * code `SSB_STORE_KNOWN`, not fatal.
   */
  add(
    batch: readonly (Uint8Array | MessageValue)[],
    options?: AddOptions,
  ): Promise<readonly AddVerdict[]>
  get(key: MsgId): Promise<StoredMessage | null>
  /** In the order of `keys`; `null` for one that is not there. */
  getMany(keys: readonly MsgId[]): Promise<readonly (StoredMessage | null)[]>
  /** By log position. */
  at(sequence: number): Promise<StoredMessage | null>
  /** By feed and sequence in the feed (from 1). */
  atFeed(feed: FeedId, feedSequence: number): Promise<StoredMessage | null>
  /** By log positions, in their order; positions without a message are left out. */
  read(sequences: readonly number[]): Promise<readonly StoredMessage[]>
  /** The last message of a feed that is written; `null` for an unknown feed. */
  head(feed: FeedId): FeedState | null
  heads(): IterableIterator<[FeedId, FeedState]>
  /** The last log position; −1 when the log is empty. */
  readonly position: number
  /** Whether messages were ever deleted, so that some positions are empty. */
  readonly hasHoles: boolean
  /** The log in batches, up to the position at the time of the call. */
  log(range?: LogRange): AsyncIterable<readonly StoredMessage[]>
  /** One feed in batches. */
  feed(id: FeedId, range?: FeedRange): AsyncIterable<readonly StoredMessage[]>
  /** All messages after a log position, then each batch as it is appended; ends with the signal. */
  tail(after: number, signal: AbortSignal): AsyncIterable<readonly StoredMessage[]>
  /** The first log position whose message was received at that time (ms) or later; past the end if none. */
  sequenceAt(timestamp: number): Promise<number>
  /** After each commit, in log order, once for each batch. */
  readonly appended: Event<[batch: readonly StoredMessage[]]>
  /**
   * `{"key":…,"value":…,"timestamp":…}` as UTF-8, spliced from the stored bytes.
   *
   * @param more further members as JSON text with a leading comma, such as `,"rts":1.5`
   */
  kvt(message: StoredMessage, more?: string): Uint8Array
  /** Log positions of one author's messages. */
  feedSequences(id: FeedId, range?: SequenceRange): SequenceReader
  /** Define an index of messages by terms; call it while plugins are set up. It catches up in the background. */
  defineIndex(definition: IndexDefinition): TermIndex
  /** Define an index of messages by a number. */
  defineOrder(definition: OrderDefinition): OrderIndex
  /** How far each index is. */
  indexes(): readonly IndexState[]
  /** Resolves when all indexes have caught up. */
  indexed(): Promise<void>
  /** Build all indexes anew; resolves when they have caught up. Until then reads find what is there already. */
  rebuild(): Promise<void>
  /** Delete one message, with its index entries; `false` when it is not there. Its position stays empty. */
  del(key: MsgId): Promise<boolean>
  /** Delete all messages of a feed; its head stays, so that later messages validate. Answers their ids. */
  eraseFeed(id: FeedId): Promise<readonly MsgId[]>
  /** Check the database, in place of opening it: only before the store is opened, or after it is closed. */
  fsck(options?: FsckOptions): Promise<FsckReport>
  /** What was deleted, oldest first. */
  audit(): AsyncIterable<AuditRecord>
  /** Encrypt content that names recipients; asked in the order of adding, after the built-in ones. */
  addBoxer(boxer: Boxer): () => void
  /** Open boxed content for callers that ask for it. */
  addUnboxer(unboxer: Unboxer): () => void
  /** Open boxed content with the first unboxer that can. `at`: where the message is in the log, if it is. */
  unbox(text: string, author: FeedId, at?: number): Unboxed | null
  /**
   * The value with its content opened and marked; `null` when it is not boxed, or not for us.
   *
   * @param key base64 of the key that opens this one message, in place of ours
   */
  opened(message: StoredMessage, key?: string | null): OpenedValue | null
  /** Lock publishing with a sentence that says why; the first of several is shown. Returns the way to unlock. */
  lockPublishing(reason: string): () => void
  /** Why publishing is locked, or `null`. */
  readonly publishLocked: string | null
  /** What is known of the own feed's safety. */
  feedStatus(): FeedStatus
  /** A person takes the risk of a fork: publishing is unlocked, and the log's end is taken for the truth. */
  unlockPublishing(): Promise<void>
  /** Proofs that feeds have forked, the first one of each feed. */
  forks(): AsyncIterable<ForkProof>
}

/** Options of {@link openStore}. */
export interface StoreOptions {
  readonly database: Database
  /** Own feed, for publishing. */
  readonly id: FeedId
  sign(bytes: Uint8Array): Uint8Array
  /** Milliseconds since 1970. */
  now(): number
  /**
   * When a message was received elsewhere, for a store that takes over the log of another; `null`: now. Receive times
   * stay in the log's order: one that is not later than the one before is moved behind it by a thousandth.
   */
  readonly received?: ((message: Verified) => number | null) | undefined
  /** Where the network signs with a key of its own (`caps.sign`): 32 bytes. */
  readonly hmacKey?: Uint8Array | undefined
  /** Who verifies signatures; this thread when absent. */
  readonly verifier?: Verifier | undefined
  /** Where the mark of the own feed is kept, outside the log; see `openMarks` of `/disk`. Default: nowhere. */
  readonly marks?: readonly MarkPlace[] | undefined
  /** Whether the identity was made just now; if not, an empty log without a mark locks publishing. */
  readonly isNew?: boolean | undefined
  /** Timers; the platform's when absent. */
  readonly later?: ((run: () => void, ms: number) => () => void) | undefined
  readonly boxers?: readonly Boxer[] | undefined
  readonly unboxers?: readonly Unboxer[] | undefined
  /** Told what listeners of `appended` throw; when absent, it becomes an uncaught error of the process. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A store with its life in hand: what the plugin wraps. */
export interface Store {
  readonly api: StoreApi
  open(): Promise<void>
  /** What had to be mended when it was opened: what a loss of power had taken, in sentences. */
  readonly mended: readonly string[]
  /** Check the database, in place of opening it: records, chains, ids, feeds, heads, and the indexes defined so far. */
  fsck(options?: FsckOptions): Promise<FsckReport>
  /** Finish what waits and close the database. */
  close(): Promise<void>
}

/** Make a store over a database. Nothing is read or written before `open`. */
export function createStore(options: StoreOptions): Store {
  const { database, now, id, received, onError } = options
  const core = createCore(database, now, id, received, onError)
  const { reading, feeds, indexes } = core
  const validator = createValidator({
    state: (feed) => feeds.byId(feed)?.head ?? null,
    hmacKey: options.hmacKey,
    verifier: options.verifier,
  })
  const guard = createGuard({
    core,
    id: options.id,
    places: options.marks ?? [],
    isNew: options.isNew === true,
    hmacKey: options.hmacKey,
    later: options.later ?? later,
  })
  const eraser = createEraser(core, options.now)
  const ingest = createIngest(core, validator, guard, options.id)
  const publisher = createPublisher({
    core,
    author: options.id,
    sign: options.sign,
    hmacKey: options.hmacKey,
    now: options.now,
    locked: () => guard.locked(),
  })
  const boxers = new Set<Boxer>([privateBoxer, ...(options.boxers ?? [])])
  const unboxers = new Set<Unboxer>(options.unboxers)

  const publishStored = async (content: Content): Promise<StoredMessage> => {
    const message = await publisher.publish(boxed(content, boxers))
    guard.appended(message.feedSequence, true)
    return message
  }

  const check = async (wanted: FsckOptions = {}): Promise<FsckReport> => {
    const marks = await Promise.all((options.marks ?? []).map((place) => place.read()))
    const surroundings = {
      indexes: indexes.definitions(),
      own: options.id,
      mark: highest(marks),
      time: options.now(),
    }
    return fsck(options.database, surroundings, { hmacKey: options.hmacKey, ...wanted })
  }

  const api: StoreApi = {
    ...reading,
    fsck: check,
    publishStored,
    async publish(content) {
      const { key, value, timestamp } = await publishStored(content)
      return { key, value, timestamp }
    },
    add: ingest.add,
    getMany: (keys) => Promise.all(keys.map((key) => reading.get(key))),
    head: (feed) => feeds.byId(feed)?.head ?? null,
    *heads() {
      for (const { id, head } of feeds.all()) if (head !== null) yield [id, head]
    },
    get position() {
      return core.position
    },
    get hasHoles() {
      return eraser.hasErased
    },
    tail: (after, signal) => tail(core, after, signal),
    appended: core.appended,
    kvt: kvtBytes,
    defineIndex(definition) {
      const index = indexes.defineIndex(definition)
      core.wake()
      return index
    },
    defineOrder(definition) {
      const index = indexes.defineOrder(definition)
      core.wake()
      return index
    },
    indexes: () => indexes.states(),
    indexed: () => core.settled(),
    rebuild: () => core.rebuild(),
    del: (key) => eraser.message(key),
    eraseFeed: (id) => eraser.feed(id),
    audit: () => eraser.audit(),
    addBoxer(boxer) {
      boxers.add(boxer)
      return () => void boxers.delete(boxer)
    },
    addUnboxer(unboxer) {
      unboxers.add(unboxer)
      return () => void unboxers.delete(unboxer)
    },
    unbox(text, author, at) {
      for (const open of unboxers) {
        const found = open(text, author, at)
        if (found !== null) return found
      }
      return null
    },
    opened: (message, key) => opened(api, message, key),
    lockPublishing: (reason) => guard.lock(reason),
    get publishLocked() {
      return guard.locked()
    },
    feedStatus: () => guard.status(),
    unlockPublishing: () => guard.unlock(),
    forks: () => guard.forks(),
  }
  return {
    api,
    get mended() {
      return core.mended
    },
    async open() {
      // What was accepted and then not written, before a failed write, is no head any more.
      validator.settle()
      await core.open()
      await guard.open()
      await eraser.resume()
    },
    fsck: check,
    async close() {
      if (core.broken === null) await Promise.all([publisher.idle(), ingest.idle()])
      await guard.close()
      await core.close()
    },
  }
}

function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms) as unknown
  // In Node a timer keeps the process alive unless told otherwise.
  ;(timer as { unref?(): void }).unref?.()
  return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0])
}

/** Make a store and open it. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = createStore(options)
  await store.open()
  return store
}
