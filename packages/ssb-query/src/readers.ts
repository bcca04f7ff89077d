import type { Reader } from './store.ts'

/** Nothing. */
export const NOTHING: Reader = {
  next: async () => null,
  seek: () => {},
  close: async () => {},
}

/** A list that is at hand, in reading order. */
export function listReader(list: readonly number[], reverse: boolean): Reader {
  let rest = [...list].sort((a, b) => (reverse ? b - a : a - b))
  return {
    async next() {
      if (rest.length === 0) return null
      const all = rest
      rest = []
      return all
    },
    seek(sequence) {
      rest = rest.filter((one) => (reverse ? one <= sequence : one >= sequence))
    },
    close: async () => {},
  }
}

// A first page wants few; who reads on wants many.
const RANGE_FIRST = 64
const RANGE_MAX = 1024

/** Every position between two, which are inclusive. */
export function rangeReader(low: number, high: number, reverse: boolean): Reader {
  let from = low
  let to = high
  let size = RANGE_FIRST
  return {
    async next() {
      if (from > to) return null
      const count = Math.min(size, to - from + 1)
      size = Math.min(RANGE_MAX, 2 * size)
      const list = Array.from({ length: count }, (_, i) => (reverse ? to - i : from + i))
      if (reverse) to -= count
      else from += count
      return list
    },
    seek(sequence) {
      if (reverse) to = Math.min(to, sequence)
      else from = Math.max(from, sequence)
    },
    close: async () => {},
  }
}

/** Tells for ascending (reversed: descending) positions whether a reader has them. */
function membership(reader: Reader, reverse: boolean) {
  let block: readonly number[] | null | undefined
  let at = 0
  let first: Promise<readonly number[] | null> | undefined
  const before = (a: number, b: number): boolean => (reverse ? a > b : a < b)
  const isBehind = (list: readonly number[], sequence: number): boolean =>
    at >= list.length || before(list[list.length - 1] as number, sequence)
  /** The first block: it is there already, or the reader is sent to where it is wanted. */
  const begin = (sequence: number): Promise<readonly number[] | null> => {
    if (first !== undefined) return first
    reader.seek(sequence)
    return reader.next()
  }
  /** Go on to the first member at `sequence` or behind it, by halving: in long lists few are asked for. */
  const advance = (list: readonly number[], sequence: number): void => {
    let high = list.length - 1
    while (at < high) {
      const middle = (at + high) >> 1
      if (before(list[middle] as number, sequence)) at = middle + 1
      else high = middle
    }
  }
  return {
    /** Begin to read, for who will want the first members. */
    prime(): void {
      first ??= reader.next()
      // Met when it is awaited, if ever.
      first.catch(() => {})
    },
    /** The members among `list`, and where the reader has its next one; `null` when it has ended. */
    async members(list: readonly number[], keep: boolean) {
      const kept: number[] = []
      for (const sequence of list) {
        if (block === undefined) block = await begin(sequence)
        while (block !== null && isBehind(block, sequence)) {
          reader.seek(sequence)
          block = await reader.next()
          at = 0
        }
        if (block === null) {
          if (!keep) kept.push(sequence)
          else break
          continue
        }
        advance(block, sequence)
        if ((block[at] === sequence) === keep) kept.push(sequence)
      }
      return kept
    },
    /** The next position that the reader has; `null` when it has ended, `undefined` when not known. */
    get ahead(): number | null | undefined {
      return block === null ? null : block?.[at]
    },
  }
}

/** Positions that all readers have: the first drives, the others are asked. */
export function intersection(readers: readonly Reader[], reverse: boolean): Reader {
  const [driver, ...others] = readers as [Reader, ...Reader[]]
  if (others.length === 0) return driver
  const tests = others.map((reader) => membership(reader, reverse))
  let isPrimed = false
  return {
    async next() {
      for (;;) {
        const next = driver.next()
        // All lists are read at once. Later blocks of the others are asked for where the driver is by then.
        if (!isPrimed) for (const test of tests) test.prime()
        isPrimed = true
        let list = await next
        if (list === null) return null
        for (const test of tests) {
          list = await test.members(list, true)
          if (test.ahead === null && list.length === 0) return null
          if (list.length === 0) {
            if (typeof test.ahead === 'number') driver.seek(test.ahead)
            break
          }
        }
        if (list.length > 0) return list
      }
    },
    seek: (sequence) => driver.seek(sequence),
    close: () => closeAll(readers),
  }
}

/** Positions of the first reader that the second has not. */
export function difference(reader: Reader, without: Reader, reverse: boolean): Reader {
  const test = membership(without, reverse)
  return {
    async next() {
      for (let list = await reader.next(); list !== null; list = await reader.next()) {
        const kept = await test.members(list, false)
        if (kept.length > 0) return kept
      }
      return null
    },
    seek: (sequence) => reader.seek(sequence),
    close: () => closeAll([reader, without]),
  }
}

/** Positions that any reader has, each once. */
export function union(readers: readonly Reader[], reverse: boolean): Reader {
  if (readers.length === 0) return NOTHING
  if (readers.length === 1) return readers[0] as Reader
  const heads: (readonly number[] | null | undefined)[] = readers.map(() => undefined)
  const before = (a: number, b: number): boolean => (reverse ? a > b : a < b)
  return {
    async next() {
      const fill = async (reader: Reader, i: number): Promise<void> => {
        if (heads[i] === undefined) heads[i] = await reader.next()
      }
      await Promise.all(readers.map(fill))
      // Up to the nearest end among the blocks at hand nothing can come in between any more.
      let border: number | undefined
      for (const list of heads) {
        const end = list?.at(-1)
        if (end !== undefined && (border === undefined || before(end, border))) border = end
      }
      if (border === undefined) return null
      const merged = new Set<number>()
      for (let i = 0; i < heads.length; i++) {
        const list = heads[i]
        if (!list) continue
        for (const one of list) if (!before(border, one)) merged.add(one)
        const rest = list.filter((one) => before(border, one))
        heads[i] = rest.length > 0 ? rest : undefined
      }
      return [...merged].sort((a, b) => (reverse ? b - a : a - b))
    },
    seek(sequence) {
      for (let i = 0; i < readers.length; i++) {
        const rest = heads[i]?.filter((have) => !before(have, sequence))
        if (heads[i] !== null) heads[i] = rest && rest.length > 0 ? rest : undefined
        readers[i]?.seek(sequence)
      }
    },
    close: () => closeAll(readers),
  }
}

async function closeAll(readers: readonly Reader[]): Promise<void> {
  await Promise.all(readers.map((reader) => reader.close()))
}
