// Indexes over the log. A current index is written in the batch of the messages; one that is behind (new, changed,
// or not defined for a while) is caught up in batches of its own, in turn with the appends, until it is current.
// The position of each index is in the batch that moves it, so no crash can part an index from its position.
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { Database, DatabaseOp } from './database.ts'
import { ENCODING, entries } from './database.ts'
import type { CheckedIndex } from './fsck-indexes.ts'
import type {
  IndexDefinition,
  IndexState,
  OrderDefinition,
  OrderIndex,
  TermIndex,
} from './index-types.ts'
import { createWriters, type IndexWriter } from './index-writers.ts'
import type { StoredMessage } from './message.ts'
import { readOrder } from './order.ts'
import { blockReader, countBlocks, groupReader, termsOf, union } from './readers.ts'
import { orderRemoval, termRemoval } from './removal.ts'
import { metaKey, TABLE } from './tables.ts'
import { prefixEnd, termPrefix } from './terms.ts'

/** An index as it runs. */
export interface Running {
  readonly definition: IndexDefinition | OrderDefinition
  readonly order: boolean
  number: number
  position: number
  /** Position with the batch that is being written. */
  next: number
  current: boolean
  writer: IndexWriter | null
}

interface IndexMeta {
  readonly number: number
  readonly version: number
  readonly position: number
}

/** The indexes of a store. */
export interface Indexes {
  defineIndex(definition: IndexDefinition): TermIndex
  defineOrder(definition: OrderDefinition): OrderIndex
  /** Read positions; decide what is current. */
  load(position: number): Promise<void>
  /** Load what was defined after the store was opened. */
  admit(position: number): Promise<void>
  /** Add entries of new messages for all current indexes. */
  append(messages: readonly StoredMessage[], operations: DatabaseOp[]): void
  /** The batch is written. */
  settle(): void
  /** Whether an index is behind, or defined and not loaded. */
  readonly unfinished: boolean
  /** The indexes that are farthest behind, all at one position. */
  behind(): readonly Running[]
  /** Add entries of the messages that follow their position, to indexes that are behind. */
  catchUp(
    indexes: readonly Running[],
    messages: readonly StoredMessage[],
    upTo: number,
    operations: DatabaseOp[],
  ): void
  /** The catch-up batch is written: who has reached `position` is current. */
  caughtUp(indexes: readonly Running[], position: number): void
  /** Begin all indexes anew; their old entries become garbage. */
  restart(operations: DatabaseOp[]): void
  /** Take the entries of messages that are deleted out of all indexes. */
  remove(messages: readonly StoredMessage[], operations: DatabaseOp[]): Promise<void>
  /** Numbers of superseded indexes, whose entries are still to be removed. */
  readonly garbage: readonly number[]
  /** Remove the entries of the first of them. */
  collect(): Promise<void>
  states(): readonly IndexState[]
  /** Indexes whose entries come with the messages. */
  currentNames(): readonly string[]
  /** What is defined, for a check. */
  definitions(): readonly CheckedIndex[]
}

const GARBAGE = 'garbage/'
const garbageKey = (number: number): Uint8Array => metaKey(GARBAGE + number)
const metaName = (name: string): string => `index/${name}`

/** Make a set of indexes. `database` is asked for at each read, so that readers follow a reopening. */
export function createIndexes(database: () => Database): Indexes {
  const running = new Map<string, Running>()
  const { forget, reset, trim, termWriter, orderWriter } = createWriters()
  let numbers = 0
  const unloaded: Running[] = []

  const define = (definition: IndexDefinition | OrderDefinition, order: boolean): Running => {
    if (running.has(definition.name))
      throw new RangeError(`an index named ${definition.name} is defined already`)
    const index: Running = {
      definition,
      order,
      number: -1,
      position: -1,
      next: -1,
      current: false,
      writer: null,
    }
    running.set(definition.name, index)
    unloaded.push(index)
    return index
  }
  const state = (index: Running): IndexState => ({
    name: index.definition.name,
    version: index.definition.version,
    position: index.position,
    current: index.current,
  })
  const writeMeta = (index: Running, position: number, operations: DatabaseOp[]): void => {
    index.next = position
    const meta: IndexMeta = { number: index.number, version: index.definition.version, position }
    const value = utf8(JSON.stringify(meta))
    operations.push({ type: 'put', key: metaKey(metaName(index.definition.name)), value })
  }
  // Message by message, not index by index: what one map finds out about a message the next one may still know.
  const advance = (
    list: readonly Running[],
    messages: readonly StoredMessage[],
    upTo: number,
    operations: DatabaseOp[],
  ): void => {
    for (const message of messages) for (const { writer } of list) writer?.add(message)
    for (const index of list) {
      index.writer?.flush(operations)
      writeMeta(index, upTo, operations)
    }
    trim()
  }
  const garbage: number[] = []
  const readGarbage = async (): Promise<void> => {
    garbage.length = 0
    const range = { gte: metaKey(GARBAGE), lt: prefixEnd(metaKey(GARBAGE)) }
    for await (const batch of entries(database(), range, 100))
      for (const [key] of batch) garbage.push(Number(utf8Text(key.subarray(1 + GARBAGE.length))))
  }
  const readNumbers = async (): Promise<void> => {
    const value = await database().get(metaKey('indexes'), ENCODING)
    numbers = value === undefined ? 0 : (JSON.parse(utf8Text(value)) as number)
  }
  const renumber = (index: Running, operations: DatabaseOp[]): void => {
    index.number = numbers++
    index.position = -1
    operations.push({ type: 'put', key: metaKey('indexes'), value: utf8(String(numbers)) })
    writeMeta(index, -1, operations)
  }
  // Named in the same batch that forgets them: a crash leaves no entries that nobody removes.
  const discard = (number: number, operations: DatabaseOp[]): void => {
    garbage.push(number)
    operations.push({ type: 'put', key: garbageKey(number), value: Uint8Array.of(1) })
  }
  const giveWriter = (index: Running): void => {
    index.writer = index.order
      ? orderWriter(index.number, index.definition as OrderDefinition)
      : termWriter(index.number, index.definition as IndexDefinition)
  }
  /** Answers whether the index was begun anew. */
  const loadOne = async (index: Running, position: number): Promise<boolean> => {
    const { name, version } = index.definition
    const value = await database().get(metaKey(metaName(name)), ENCODING)
    const meta = value === undefined ? null : (JSON.parse(utf8Text(value)) as IndexMeta)
    const operations: DatabaseOp[] = []
    const isKept = meta !== null && meta.version === version && meta.position <= position
    if (isKept) {
      index.number = meta.number
      index.position = meta.position
      index.next = meta.position
    } else {
      if (meta !== null) discard(meta.number, operations)
      renumber(index, operations)
      await database().batch(operations, ENCODING)
    }
    index.current = index.position === position
    giveWriter(index)
    return !isKept
  }
  const admit = async (position: number): Promise<void> => {
    let isNew = false
    for (let index = unloaded.shift(); index !== undefined; index = unloaded.shift())
      isNew = (await loadOne(index, position)) || isNew
    // No entry may outlive the number that it stands under.
    if (isNew) await database().flush?.()
  }

  return {
    defineIndex(definition) {
      const index = define(definition, false)
      const prefix = (group: string, detail?: string): Uint8Array =>
        termPrefix(index.number, group, detail)
      return {
        state: () => state(index),
        read(group, detail, range = {}) {
          if (detail !== undefined) return blockReader(database(), prefix(group, detail), range)
          return lazyUnion(() => groupReader(database(), prefix(group), range))
        },
        async count(group, detail) {
          if (detail !== undefined) return countBlocks(database(), prefix(group, detail))
          const terms = await termsOf(database(), prefix(group))
          if (terms.length <= 1)
            return terms[0] === undefined ? 0 : countBlocks(database(), terms[0].prefix)
          // A message may be under several details, so here sequences are looked at.
          let count = 0
          const readers = terms.map((term) => blockReader(database(), term.prefix))
          const all = union(readers, false)
          for (let list = await all.next(); list !== null; list = await all.next())
            count += list.length
          await all.close()
          return count
        },
        async details(group) {
          return (await termsOf(database(), prefix(group))).map((term) => term.detail)
        },
      }
    },
    defineOrder(definition) {
      const index = define(definition, true)
      return {
        state: () => state(index),
        read: (range = {}) => readOrder(database(), index.number, range),
      }
    },
    async load(position) {
      unloaded.length = 0
      unloaded.push(...running.values())
      reset()
      await readNumbers()
      await readGarbage()
      await admit(position)
    },
    admit,
    append(messages, operations) {
      const last = messages.at(-1)
      if (last === undefined) return
      const written: Running[] = []
      for (const index of running.values())
        if (index.current && index.writer !== null) written.push(index)
      advance(written, messages, last.sequence, operations)
    },
    settle() {
      for (const index of running.values()) index.position = index.next
    },
    get unfinished() {
      return unloaded.length > 0 || [...running.values()].some(({ current }) => !current)
    },
    behind() {
      let first: Running[] = []
      for (const index of running.values()) {
        if (index.current || index.writer === null) continue
        const lowest = first[0]?.position ?? index.position
        if (index.position < lowest) first = []
        if (index.position <= lowest) first.push(index)
      }
      return first
    },
    catchUp(indexes, messages, upTo, operations) {
      advance(indexes, messages, upTo, operations)
    },
    caughtUp(indexes, position) {
      for (const index of indexes) {
        index.position = index.next
        index.current = index.position >= position
      }
    },
    restart(operations) {
      reset()
      for (const index of running.values()) {
        if (index.writer === null) continue
        discard(index.number, operations)
        renumber(index, operations)
        index.current = false
        giveWriter(index)
      }
    },
    async remove(messages, operations) {
      // Blocks that are held open would be written again with what is taken out here.
      forget()
      for (const index of running.values()) {
        if (index.writer === null) continue
        const removal = index.order
          ? orderRemoval(database(), index.number, index.definition as OrderDefinition)
          : termRemoval(database(), index.number, index.definition as IndexDefinition)
        for (const message of messages)
          if (message.sequence <= index.position) await removal.remove(message)
        removal.flush(operations)
      }
    },
    garbage,
    async collect() {
      const number = garbage[0]
      if (number === undefined) return
      await dropEntries(database(), number)
      // What names them must not be gone before they are.
      await database().flush?.()
      await database().batch([{ type: 'del', key: garbageKey(number) }], ENCODING)
      garbage.shift()
    },
    states: () => [...running.values()].map(state),
    currentNames() {
      const names: string[] = []
      for (const { definition, current } of running.values())
        if (current) names.push(definition.name)
      return names
    },
    definitions: () =>
      [...running.values()].map(({ order, definition }) => ({ order, definition }) as CheckedIndex),
  }
}

async function dropEntries(database: Database, number: number): Promise<void> {
  for (const table of [TABLE.posting, TABLE.order]) {
    const prefix = Uint8Array.of(table, number >>> 8, number)
    const range = { gte: prefix, lt: prefixEnd(prefix), values: false }
    for await (const batch of entries(database, range, 1000))
      await database.batch(
        batch.map(([key]) => ({ type: 'del', key })),
        ENCODING,
      )
  }
}

// The terms of a group are looked up at the first read, since opening a reader does not wait.
function lazyUnion(open: () => Promise<ReturnType<typeof union>>): ReturnType<typeof union> {
  let reader: ReturnType<typeof union> | undefined
  let target: number | undefined
  return {
    async next() {
      if (reader === undefined) {
        reader = await open()
        if (target !== undefined) reader.seek(target)
      }
      return reader.next()
    },
    seek(sequence) {
      target = sequence
      reader?.seek(sequence)
    },
    close: async () => reader?.close(),
  }
}
