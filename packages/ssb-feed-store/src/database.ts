/** Bounds of a read; keys compare as bytes. */
export interface DatabaseRange {
  readonly gt?: Uint8Array
  readonly gte?: Uint8Array
  readonly lt?: Uint8Array
  readonly lte?: Uint8Array
  readonly reverse?: boolean
  /** Entries at most; absent: all. */
  readonly limit?: number
  /** Read no values (they come back empty). */
  readonly values?: boolean
  readonly highWaterMarkBytes?: number
  /** Whether what is read is likely to be read again soon. Default false. */
  readonly fillCache?: boolean
}

/** Keys and values are bytes everywhere. */
export interface DatabaseEncoding {
  readonly keyEncoding: 'view'
  readonly valueEncoding: 'view'
}

/** One change of an atomic batch. */
export type DatabaseOp =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }

/** A read in progress; it sees the database as it was when it was opened. */
export interface DatabaseIterator {
  /** The next entries, up to `size`; empty at the end. */
  nextv(size: number): Promise<[Uint8Array, Uint8Array | undefined][]>
  seek(target: Uint8Array): void
  close(): Promise<void>
}

/**
 * The few methods of an abstract-level 3 database that the store uses. `ClassicLevel`, `MemoryLevel`,
 * `BrowserLevel` and their sublevels fit; anything else that passes the suite at `./conformance` does too.
 */
export interface Database {
  readonly status: string
  /** What the database can; `getSync` is used unless it is `false` here. */
  readonly supports?: object
  open(): Promise<void>
  close(): Promise<void>
  /** `undefined` for a missing key. */
  get(key: Uint8Array, options: DatabaseEncoding): Promise<Uint8Array | undefined>
  /** As `get`, at once; only where the database can. */
  getSync?(key: Uint8Array, options: DatabaseEncoding): Uint8Array | undefined
  getMany(keys: Uint8Array[], options: DatabaseEncoding): Promise<(Uint8Array | undefined)[]>
  /** All or nothing. With `sync: true` it resolves when the changes survive a power loss. */
  batch(
    operations: DatabaseOp[],
    options: DatabaseEncoding & { readonly sync?: boolean },
  ): Promise<void>
  iterator(options: DatabaseRange & DatabaseEncoding): DatabaseIterator
  /**
   * Resolves when everything written so far survives a power loss. Where a synced batch promises that of everything
   * before it, this need not be there; LevelDB promises it only of what is in the same file of its write-ahead log.
   */
  flush?(): Promise<void>
}

/** The encodings that every call of the store passes. */
export const ENCODING: DatabaseEncoding = { keyEncoding: 'view', valueEncoding: 'view' }

/**
 * The entries of a range in arrays of up to `size`.
 *
 * @param ahead read the next array while the reader works on this one; for long scans
 */
export async function* entries(
  database: Database,
  range: DatabaseRange,
  size: number,
  ahead = false,
): AsyncIterable<[Uint8Array, Uint8Array][]> {
  type Found = [Uint8Array, Uint8Array | undefined][]
  const iterator = database.iterator({ ...range, ...ENCODING })
  let left = range.limit ?? Infinity
  let next: Promise<Found> | null = null
  try {
    for (;;) {
      const found: Found = await (next ?? iterator.nextv(size))
      if (found.length === 0) return
      // Who has all that he wants need not ask whether there is more.
      left -= found.length
      next = ahead && found.length > 1 && left > 0 ? iterator.nextv(size) : null
      // A reader that leaves early waits for nothing, so what fails then concerns nobody.
      next?.catch(() => {})
      yield found as [Uint8Array, Uint8Array][]
      if (left <= 0) return
    }
  } finally {
    await next?.catch(() => {})
    await iterator.close()
  }
}

/** The methods of a database on an object of their own, to put something else in the place of some. */
export function forward(database: Database): Omit<Database, 'status'> {
  const { supports, getSync, flush } = database
  return {
    ...(supports === undefined ? {} : { supports }),
    ...(getSync === undefined ? {} : { getSync: getSync.bind(database) }),
    ...(flush === undefined ? {} : { flush: flush.bind(database) }),
    open: () => database.open(),
    close: () => database.close(),
    get: (key, options) => database.get(key, options),
    getMany: (keys, options) => database.getMany(keys, options),
    batch: (operations, options) => database.batch(operations, options),
    iterator: (range) => database.iterator(range),
  }
}

/** Read one key, without a turn of the event loop where the database can. */
export function getNow(
  database: Database,
  key: Uint8Array,
): Uint8Array | undefined | Promise<Uint8Array | undefined> {
  const supports = database.supports as { readonly getSync?: boolean } | undefined
  if (database.getSync !== undefined && supports?.getSync !== false)
    return database.getSync(key, ENCODING)
  return database.get(key, ENCODING)
}
