// What was opened, by log position: which box opened it, with what key, and its terms. Content itself is not kept: the
// key of one message opens it again at the cost of a symmetric cipher. All of it is in memory; where there is a
// database it is written there, too, and read back at the start. How far each box has tried is kept beside it: what
// lies before that mark and is not here has failed, and is not tried again.
import { fromBase64, toBase64, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { ShelfDatabase, ShelfEncoding, ShelfOp } from './needs.ts'
import { type Condition, termsWanted } from './terms.ts'

/** One opened message. */
export interface Entry {
  readonly position: number
  /** What opens this one message, by the name of the box that opened it. */
  readonly keys: ReadonlyMap<string, Uint8Array | null>
  readonly terms: readonly string[]
}

/** Up to where a box has tried, and a message by which a replaced log is noticed. */
export interface Mark {
  readonly position: number
  /** Id of the message at `position`; `null`: there was none. */
  readonly id: string | null
}

interface Row {
  readonly keys: readonly (readonly [box: string, key: string | null])[]
  readonly terms: readonly string[]
}

const ENCODING: ShelfEncoding = { keyEncoding: 'view', valueEncoding: 'view' }
const ROW = 'row/'
const MARK = 'mark/'
const rowKey = (position: number): Uint8Array => utf8(`${ROW}${position}`)
const markKey = (box: string): Uint8Array => utf8(`${MARK}${box}`)
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value))

/** The place of the first number that is not below `value`. */
function placeOf(list: readonly number[], value: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

function insert(list: number[], value: number): void {
  const at = placeOf(list, value)
  if (list[at] !== value) list.splice(at, 0, value)
}

function remove(list: number[], value: number): void {
  const at = placeOf(list, value)
  if (list[at] === value) list.splice(at, 1)
}

/** Opened messages and how far was tried. */
export class Shelf {
  #database: ShelfDatabase | null = null
  readonly #entries = new Map<number, Entry>()
  readonly #positions: number[] = []
  readonly #terms = new Map<string, number[]>()
  readonly #marks = new Map<string, Mark>()
  #changes = new Map<string, ShelfOp>()

  /** Read what is kept; `null`: nothing is. When it fails the shelf is empty, and in memory alone. */
  async open(database: ShelfDatabase | null): Promise<void> {
    if (database === null) return
    try {
      await database.open()
      await this.#read(database)
      this.#database = database
    } catch (error) {
      for (const position of [...this.#positions]) this.forget(position)
      this.#marks.clear()
      await database.close()
      throw error
    }
  }

  async #read(database: ShelfDatabase): Promise<void> {
    const iterator = database.iterator(ENCODING)
    try {
      for (;;) {
        const found = await iterator.nextv(1000)
        if (found.length === 0) break
        for (const [key, value] of found)
          if (value !== undefined) this.#load(utf8Text(key), JSON.parse(utf8Text(value)) as unknown)
      }
    } finally {
      await iterator.close()
    }
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#database?.close()
  }

  #load(name: string, value: unknown): void {
    if (name.startsWith(MARK)) this.#marks.set(name.slice(MARK.length), value as Mark)
    else {
      const { keys, terms } = value as Row
      const bytes = keys.map(([box, key]) => [box, key === null ? null : fromBase64(key)] as const)
      this.#put({ position: Number(name.slice(ROW.length)), keys: new Map(bytes), terms })
    }
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.position, entry)
    insert(this.#positions, entry.position)
    for (const term of entry.terms) {
      const list = this.#terms.get(term)
      if (list === undefined) this.#terms.set(term, [entry.position])
      else insert(list, entry.position)
    }
  }

  get size(): number {
    return this.#entries.size
  }

  get(position: number): Entry | undefined {
    return this.#entries.get(position)
  }

  /** Note that a box has opened what is at a position. */
  add(position: number, box: string, key: Uint8Array | null, terms: readonly string[]): void {
    const keys = new Map(this.#entries.get(position)?.keys).set(box, key)
    this.#write({ position, keys, terms })
  }

  #write(entry: Entry): void {
    this.#put(entry)
    const keys = [...entry.keys].map(
      ([box, key]) => [box, key === null ? null : toBase64(key)] as const,
    )
    const row: Row = { keys, terms: entry.terms }
    this.#change({ type: 'put', key: rowKey(entry.position), value: json(row) })
  }

  forget(position: number): void {
    const entry = this.#entries.get(position)
    if (entry === undefined) return
    this.#entries.delete(position)
    remove(this.#positions, position)
    for (const term of entry.terms) {
      const list = this.#terms.get(term)
      if (list === undefined) continue
      remove(list, position)
      if (list.length === 0) this.#terms.delete(term)
    }
    this.#change({ type: 'del', key: rowKey(position) })
  }

  /** Forget what lies behind a position. */
  forgetBehind(position: number): void {
    for (const at of this.#positions.slice(placeOf(this.#positions, position + 1))) this.forget(at)
  }

  /** Forget all that a box has opened, and that it has tried. */
  forgetBox(box: string): void {
    for (const entry of [...this.#entries.values()]) {
      const keys = new Map(entry.keys)
      if (!keys.delete(box)) continue
      if (keys.size === 0) this.forget(entry.position)
      else this.#write({ ...entry, keys })
    }
    this.#marks.delete(box)
    this.#change({ type: 'del', key: markKey(box) })
  }

  mark(box: string): Mark {
    return this.#marks.get(box) ?? { position: -1, id: null }
  }

  setMark(box: string, mark: Mark): void {
    this.#marks.set(box, mark)
    this.#change({ type: 'put', key: markKey(box), value: json(mark) })
  }

  /** Boxes that have tried something, or opened it. */
  boxes(): ReadonlySet<string> {
    const named = [...this.#entries.values()].flatMap(({ keys }) => [...keys.keys()])
    return new Set([...this.#marks.keys(), ...named])
  }

  /** Positions of messages that fit, in order. */
  positions(condition: Condition): readonly number[] {
    const lists = termsWanted(condition).map((term) => this.#terms.get(term) ?? [])
    const [first = this.#positions, ...more] = lists.toSorted((a, b) => a.length - b.length)
    return first.filter((position) =>
      more.every((list) => list[placeOf(list, position)] === position),
    )
  }

  #change(operation: ShelfOp): void {
    if (this.#database !== null) this.#changes.set(utf8Text(operation.key), operation)
  }

  /** Write what has changed. Not synced: what is lost is opened again. */
  async flush(): Promise<void> {
    if (this.#changes.size === 0) return
    const changes = this.#changes
    this.#changes = new Map()
    try {
      await this.#database?.batch([...changes.values()], ENCODING)
    } catch (error) {
      // What has changed since then counts.
      this.#changes = new Map([...changes, ...this.#changes])
      throw error
    }
  }
}
