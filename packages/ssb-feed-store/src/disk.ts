// Node only: the store's database in a folder.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fromBase64, toHex } from '@scuttlebot/ssb-encode'
import { replaceFile, syncFolder } from '@scuttlebot/ssb-plugin/files'
import { type FeedId, keyOfFeedId } from '@scuttlebot/ssb-ref'
import { ClassicLevel } from 'classic-level'
import type { Database } from './database.ts'
import { StoreError } from './errors.ts'
import { type MarkPlace, readMark, writeMark } from './marks.ts'

const MIB = 1 << 20

/** Sizes of {@link openDisk}. */
export interface DiskOptions {
  /** Bytes gathered in memory before they are sorted into a file; twice of it is used at times. Default 8 MiB. */
  readonly writeBufferBytes?: number
  /** Bytes of uncompressed blocks kept in memory; scans do not fill it. Default 16 MiB. */
  readonly cacheBytes?: number
}

// Folders and files of other servers' logs, and whose they are.
const FOREIGN: readonly (readonly [name: string, whose: string])[] = [
  ['flume', 'ssb-server (flume/)'],
  ['db2', 'ssb-db2 (db2/)'],
  ['db', 'an old scuttlebot (db/)'],
  ['log', 'go-sbot (log/)'],
  ['ssb-db2', 'ssb-db2'],
  ['ooo', 'ssb-server (ooo/)'],
  ['sublogs', 'go-sbot (sublogs/)'],
  ['repo', 'go-ssb (repo/)'],
]
// Files that hold a log, of whatever server: none of ours lies at the top of the data folder.
const FOREIGN_FILE = /\.(?:offset|bipf|jlog)$|^(?:MANIFEST-\d+|data\.mdb)$/

/**
 * Refuse a data folder that holds another server's log, or anything that may be one; empty folders of such a name are
 * no log. Starting beside an old database with its key and an empty log
 * would publish sequence numbers a second time and so fork that identity for good.
 *
 * @throws {@link StoreError} with code `SSB_STORE_FOREIGN`; its message is a sentence for people.
 */
export function refuseForeignFolder(folder: string): void {
  for (const [name, whose] of FOREIGN) {
    const path = join(folder, name)
    if (existsSync(path) && !isEmpty(path)) throw foreign(folder, `the database of ${whose}`)
  }
  const file = list(folder).find((name) => FOREIGN_FILE.test(name))
  if (file !== undefined) throw foreign(folder, `an unknown database (${file})`)
}

function foreign(folder: string, what: string): StoreError {
  return new StoreError(
    'SSB_STORE_FOREIGN',
    `the folder ${folder} holds ${what}: starting here would fork that identity; take it over with "sbot migrate", or choose another folder with --path`,
  )
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch {
    return false
  }
}

type Level = ClassicLevel<Uint8Array, Uint8Array>

/**
 * The store's database in `folder/store`, on classic-level. It is opened by the store, and closed with it; until then
 * nothing on disk is touched.
 * One process at a time: a second one is refused with a sentence that says who has it.
 */
export function openDisk(folder: string, options: DiskOptions = {}): Database {
  const path = join(folder, 'store')
  const holder = join(folder, 'store.pid')
  // A new `ClassicLevel` opens itself at the next turn, so there is none until somebody opens it.
  let made: Level | null = null
  const level = (): Level => {
    if (made === null) throw new StoreError('SSB_STORE_CLOSED', 'the database is not open')
    return made
  }
  const asKey = createScratch()
  const asValue = createScratch()
  return {
    get status() {
      return made?.status ?? 'closed'
    },
    supports: { getSync: true },
    async open() {
      made ??= levelAt(path, options)
      try {
        await made.open()
      } catch (error) {
        throw lockedBy(error, folder, holder)
      }
      writeFileSync(holder, `${process.pid}\n`)
    },
    async close() {
      const wasOpen = made?.status === 'open'
      await made?.close()
      if (wasOpen) rmSync(holder, { force: true })
    },
    get: async (key, encoding) => await level().get(key, encoding),
    getSync: (key, encoding) => level().getSync(key, encoding),
    getMany: async (keys, encoding) => await level().getMany(keys, encoding),
    // Operation by operation into a chained batch: a third of what the array form costs, which copies each one.
    async batch(operations, { sync = false }) {
      const chain = level().batch()
      for (const operation of operations)
        if (operation.type === 'put') chain.put(asKey(operation.key), asValue(operation.value))
        else chain.del(asKey(operation.key))
      await chain.write({ sync })
    },
    iterator: (range) => level().iterator(range),
    async flush() {
      // A synced batch speaks for the newest file of the write-ahead log only.
      for (const name of readdirSync(path))
        if (name.endsWith('.log')) await syncFile(join(path, name))
      await syncFolder(path)
    },
  }
}

function levelAt(path: string, { writeBufferBytes, cacheBytes }: DiskOptions): Level {
  mkdirSync(path, { recursive: true })
  return new ClassicLevel<Uint8Array, Uint8Array>(path, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    writeBufferSize: writeBufferBytes ?? 8 * MIB,
    cacheSize: cacheBytes ?? 16 * MIB,
    // All files of one compaction are mapped into memory while it runs.
    maxFileSize: 2 * MIB,
  })
}

// The binding reads memory outside of the engine's heap only, so it would have each small array, which lies on that
// heap, moved out of it for good: dearer than all the rest of a put. A copy in a place that lasts is not moved.
const SMALL_BYTES = 64

/** The same bytes where the binding can read them; good until the next call. It copies them before that. */
function createScratch(): (bytes: Uint8Array) => Uint8Array {
  const place = new Uint8Array(2 * SMALL_BYTES)
  const views: Uint8Array[] = []
  return (bytes) => {
    const { length } = bytes
    if (length > SMALL_BYTES) return bytes
    let view = views[length]
    if (view === undefined) {
      view = place.subarray(0, length)
      views[length] = view
    }
    view.set(bytes)
    return view
  }
}

async function syncFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+')
    await file.sync()
    await file.close()
  } catch (error) {
    // Gone: then what was in it lies in a table, which was synced.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function lockedBy(error: unknown, folder: string, holder: string): unknown {
  const cause = (error as { readonly cause?: { readonly code?: string } }).cause
  if (cause?.code !== 'LEVEL_LOCKED') return error
  let who = 'another process'
  try {
    who = `process ${readFileSync(holder, 'utf8').trim()}`
  } catch {
    // Nobody has written down who it is: it has just begun.
  }
  return new StoreError(
    'SSB_STORE_LOCKED',
    `the folder ${folder} is in use by ${who}: stop that server first, or choose another folder with --path`,
    { cause: error },
  )
}

/**
 * The places for the mark of a feed: in the data folder, and in a folder of the user, so that a data folder that was
 * deleted or put back from a backup is noticed.
 *
 * @param stateFolder such as `~/.local/state/ssb`; `null`: in the data folder alone
 */
export function openMarks(folder: string, feed: FeedId, stateFolder: string | null): MarkPlace[] {
  const key = fromBase64(keyOfFeedId(feed))
  const name = toHex(key ?? new Uint8Array())
  return [folder, ...(stateFolder === null ? [] : [stateFolder])].map((place) =>
    fileMark(join(place, 'marks', name), feed),
  )
}

function fileMark(path: string, feed: FeedId): MarkPlace {
  return {
    async read() {
      try {
        return readMark(feed, await readFile(path, 'utf8'))
      } catch {
        return null
      }
    },
    async write(mark) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await replaceFile(path, writeMark(feed, mark))
    },
  }
}
