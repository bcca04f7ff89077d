// The core owns the database and the one writer. Jobs (messages to append) wait in a queue; the writer takes what
// waits, builds one batch of record, id, feed block, heads, index entries and index positions, writes it, and only
// then lets memory follow: heads and position never say what is not written. A failed write breaks the store until
// it is opened again, since nobody knows what of the batch has reached the disk.
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { type Event, event } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Verified } from '@scuttlebot/ssb-validate'
import { reachedOp } from './aftermath.ts'
import { readAhead } from './ahead.ts'
import { type Database, type DatabaseOp, ENCODING, entries } from './database.ts'
import { StoreError } from './errors.ts'
import { createFeeds, type Feeds } from './feeds.ts'
import { createIndexes, type Indexes } from './indexes.ts'
import { BATCH_MESSAGES_MAX } from './limits.ts'
import { type StoredMessage, stored } from './message.ts'
import { createReading, type Reading } from './reading.ts'
import { createMemory, RECORD_HEADER, recordTime, writeRecord } from './record.ts'
import { createSession } from './session.ts'
import { getU48, idKey, logKey, metaKey, TABLE, tableRange, u48 } from './tables.ts'

/** Layout version of the database. */
const LAYOUT = 1

/** Work that needs the writer for itself. */
interface Change {
  run(): Promise<void>
  reject(error: unknown): void
}

interface Job {
  readonly messages: readonly Verified[]
  readonly sync: boolean
  resolve(stored: readonly (StoredMessage | null)[]): void
  reject(error: unknown): void
}

/** The database with its one writer. */
export interface Core {
  readonly feeds: Feeds
  readonly indexes: Indexes
  readonly reading: Reading
  readonly appended: Event<[batch: readonly StoredMessage[]]>
  /** Last committed log position; −1 when empty. */
  readonly position: number
  /** What had to be mended when it was opened, in sentences. */
  readonly mended: readonly string[]
  /** Why nothing is written any more, or `null`. */
  readonly broken: StoreError | null
  open(): Promise<void>
  /** Finish what waits, then close the database. */
  close(): Promise<void>
  /**
   * Append messages that have been validated, in order; `null` stands for one that does not follow its feed's head
   * any more. Resolves when they are written; with `sync`, when they survive a power loss.
   */
  commit(messages: readonly Verified[], sync: boolean): Promise<readonly (StoredMessage | null)[]>
  readonly database: Database
  /** Read and then write with nothing written in between: one atomic batch, synced. */
  change<T>(build: () => Promise<{ operations: DatabaseOp[]; result: T }>): Promise<T>
  /** Build all indexes anew; resolves when that is done. */
  rebuild(): Promise<void>
  /** Resolves when everything written so far survives a power loss. */
  sync(): Promise<void>
  /** Read a named value. */
  getMeta(name: string): Promise<Uint8Array | undefined>
  /** Write a named value durably; `null` removes it. */
  putMeta(name: string, value: Uint8Array | null): Promise<void>
  /** Let a newly defined index catch up. */
  wake(): void
  /** Resolves when all indexes are current. */
  settled(): Promise<void>
}

/** Receive times: strictly increasing, in thousandths when messages come faster than milliseconds. */
function createStamp(now: () => number): {
  /** `received`: when it was received elsewhere, if that is known. */
  next(received: number | null): number
  after(time: number): void
} {
  let last = -Infinity
  let millisecond = 0
  let count = 0
  return {
    next(received) {
      if (received !== null && Number.isFinite(received)) {
        last = received > last ? received : last + 0.001
        millisecond = Math.ceil(last)
        count = 0
        return last
      }
      const time = Math.floor(now())
      if (time > millisecond) {
        millisecond = time
        count = 0
      } else if (++count > 999) {
        millisecond++
        count = 0
      }
      last = count === 0 ? millisecond : millisecond + count / 1000
      return last
    },
    after(time) {
      last = time
      millisecond = Math.ceil(time)
      count = 0
    },
  }
}

// COMPAT: the network compares `previous` loosely, so that a list of one id counts as the id.
const follows = (previous: unknown, id: string | null): boolean =>
  id === null ? previous === null : String(previous) === id

/**
 * Make a core over a database, which is opened by `open`. `own`: a feed that is never cut. `received`: when a message
 * was received elsewhere; `null`: now. `onError` gets what listeners of `appended` throw.
 */
export function createCore(
  raw: Database,
  now: () => number,
  own: FeedId | null = null,
  received: (message: Verified) => number | null = () => null,
  onError?: (error: unknown) => void,
): Core {
  const session = createSession(raw)
  const { database } = session
  const appended = event<[batch: readonly StoredMessage[]]>(onError)
  const feeds = createFeeds()
  const indexes = createIndexes(() => database)
  const reading = createReading(
    () => database,
    feeds,
    () => position,
  )
  const ahead = readAhead(reading, () => position)
  const stamp = createStamp(now)
  const memory = createMemory()
  const jobs: Job[] = []
  const changes: Change[] = []
  let position = -1
  let mended: readonly string[] = []
  let broken: StoreError | null = null
  let isOpen = false
  let closing = false
  let running: Promise<void> | null = null

  const append = (
    message: Verified,
    sequence: number,
    operations: DatabaseOp[],
  ): StoredMessage | null => {
    const { value, bytes, keyBytes, key } = message
    const feed = feeds.intern(value.author)
    const head = feed.next ?? feed.head
    if (value.sequence !== (head?.sequence ?? 0) + 1 || !follows(value.previous, head?.id ?? null))
      return null
    const timestamp = stamp.next(received(message))
    const record = memory(RECORD_HEADER + bytes.length)
    const feedSequence = value.sequence
    writeRecord(record, { timestamp, id: keyBytes, feed: feed.number, feedSequence, bytes })
    operations.push({ type: 'put', key: logKey(sequence), value: record })
    operations.push({ type: 'put', key: idKey(keyBytes), value: u48(sequence) })
    const next = {
      id: key,
      sequence: feedSequence,
      timestamp: value.timestamp,
      logSequence: sequence,
    }
    feeds.advance(feed, next, keyBytes)
    // Of the record, not of the received memory, which may be part of a large chunk.
    return stored(sequence, feed.id, record, key, value, timestamp)
  }

  const write = async (taken: readonly Job[]): Promise<void> => {
    const operations: DatabaseOp[] = []
    const batch: StoredMessage[] = []
    const answers = taken.map((job) =>
      job.messages.map((message) => {
        const made = append(message, position + 1 + batch.length, operations)
        if (made !== null) batch.push(made)
        return made
      }),
    )
    if (batch.length > 0) {
      feeds.flush(operations)
      indexes.append(batch, operations)
      const sync = taken.some((job) => job.sync)
      await database.batch(operations, { ...ENCODING, sync })
      feeds.settle()
      indexes.settle()
      position += batch.length
    }
    for (const [i, job] of taken.entries()) job.resolve(answers[i] as (StoredMessage | null)[])
    if (batch.length > 0) appended.emit(batch)
  }

  const take = (): Job[] => {
    const taken: Job[] = []
    let count = 0
    while (jobs[0] !== undefined) {
      count += jobs[0].messages.length
      if (taken.length > 0 && count > BATCH_MESSAGES_MAX) break
      taken.push(jobs.shift() as Job)
    }
    return taken
  }

  const isBehind = (): boolean =>
    indexes.unfinished || indexes.garbage.length > 0 || !session.trusts(indexes.currentNames())

  /** One step of what may wait: entries of an index that is behind, or the removal of old ones. */
  const background = async (): Promise<boolean> => {
    await indexes.admit(position)
    const behind = indexes.behind()
    const from = behind[0]?.position
    if (from === undefined) {
      await session.settle(indexes.currentNames())
      if (indexes.garbage.length === 0) return false
      await indexes.collect()
      return true
    }
    const { messages, upTo } = await ahead.part(from)
    const operations: DatabaseOp[] = []
    indexes.catchUp(behind, messages, upTo, operations)
    await database.batch(operations, ENCODING)
    indexes.caughtUp(behind, position)
    return true
  }

  const fail = (error: unknown, taken: readonly Job[]): void => {
    broken = new StoreError(
      'SSB_STORE_BROKEN',
      `a write to the database failed, so nothing more is written until it is opened again: ${(error as Error)?.message}`,
      { cause: error },
    )
    for (const job of [...taken, ...jobs.splice(0), ...changes.splice(0)]) job.reject(broken)
  }

  const run = async (): Promise<void> => {
    let more = true
    while (broken === null && (jobs.length + changes.length > 0 || (more && !closing))) {
      const taken = take()
      try {
        if (taken.length > 0) await write(taken)
        if (changes.length > 0) {
          await ahead.forget()
          await changes.shift()?.run()
        }
        // Who publishes again at once must find the writer free: it takes no turn when there is nothing to do.
        if (!closing) more = isBehind() && (await background())
      } catch (error) {
        fail(error, taken)
      }
    }
  }
  const wake = (): void => {
    if (running !== null || !isOpen) return
    running = run().finally(() => {
      running = null
      if (broken !== null) return
      if (jobs.length + changes.length > 0 || (indexes.unfinished && !closing)) wake()
    })
  }

  const load = async (): Promise<void> => {
    const value = await database.get(metaKey('layout'), ENCODING)
    if (value === undefined)
      await database.batch(
        [{ type: 'put', key: metaKey('layout'), value: utf8(String(LAYOUT)) }],
        ENCODING,
      )
    else if (Number(utf8Text(value)) > LAYOUT)
      throw new StoreError('SSB_STORE_VERSION', 'the database was written by a newer program')
    mended = await session.begin(own, now())
    position = -1
    const last = { ...tableRange(TABLE.log), reverse: true, limit: 1 }
    for await (const [entry] of entries(database, last, 1))
      if (entry !== undefined) {
        position = getU48(entry[0], 1)
        stamp.after(recordTime(entry[1]))
      }
    await feeds.load(database)
    // The last positions may be of deleted messages: they are not given away again.
    for (const { head } of feeds.all()) position = Math.max(position, head?.logSequence ?? -1)
    session.startAt(position)
    await indexes.load(position)
    session.trust(indexes.currentNames())
  }

  const core: Core = {
    feeds,
    indexes,
    reading,
    appended,
    get position() {
      return position
    },
    get mended() {
      return mended
    },
    get broken() {
      return broken
    },
    async open() {
      await database.open()
      broken = null
      closing = false
      await load()
      isOpen = true
      wake()
    },
    async close() {
      closing = true
      while (running !== null) await running
      await ahead.forget()
      isOpen = false
      for (const job of [...jobs.splice(0), ...changes.splice(0)])
        job.reject(new StoreError('SSB_STORE_CLOSED', 'the store is closed'))
      if (broken === null) await session.end().catch(() => {})
      await database.close()
    },
    commit(messages, sync) {
      return new Promise((resolve, reject) => {
        if (broken !== null) return reject(broken)
        if (!isOpen || closing)
          return reject(new StoreError('SSB_STORE_CLOSED', 'the store is not open'))
        jobs.push({ messages, sync, resolve, reject })
        wake()
      })
    },
    change(build) {
      return new Promise((resolve, reject) => {
        if (broken !== null) return reject(broken)
        if (!isOpen || closing)
          return reject(new StoreError('SSB_STORE_CLOSED', 'the store is not open'))
        changes.push({
          reject,
          async run() {
            // What cannot be read is told to who asked: nothing was written, so all is as it was.
            const built = await build().catch(reject)
            if (built === undefined) return
            const { operations, result } = built
            if (operations.length === 0) return resolve(result)
            try {
              // They may stand on messages that are not on the disk yet; see aftermath.ts.
              await database.batch([...operations, reachedOp(position)], {
                ...ENCODING,
                sync: true,
              })
              resolve(result)
            } catch (error) {
              reject(error)
              throw error
            }
          },
        })
        wake()
      })
    },
    database,
    async rebuild() {
      await core.change(async () => {
        session.distrust()
        const operations: DatabaseOp[] = []
        indexes.restart(operations)
        return { operations, result: undefined }
      })
      await core.settled()
      if (broken !== null) throw broken
    },
    sync: () => session.flush(),
    getMeta: (name) => database.get(metaKey(name), ENCODING),
    async putMeta(name, value) {
      const key = metaKey(name)
      const change: DatabaseOp = value === null ? { type: 'del', key } : { type: 'put', key, value }
      await database.batch([change], { ...ENCODING, sync: true })
    },
    wake,
    async settled() {
      while (broken === null && isOpen && !closing && indexes.unfinished) {
        wake()
        await running
      }
    },
  }
  return core
}
