// A database in memory that can lose power, be copied, and be set back. Everything in it happens at once.

const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/** What a node's disk holds: the entries that are safe, and the batches written since. */
export class Disk {
  /** @type {Map<string, readonly [Uint8Array, Uint8Array]>} */
  safe = new Map()
  /** Batches that a loss of power may take. */
  pending = []
  /** @type {Map<string, readonly [Uint8Array, Uint8Array]>} */
  now = new Map()

  copy() {
    const copy = new Disk()
    copy.safe = new Map(this.now)
    copy.now = new Map(this.now)
    return copy
  }

  /** Lose power: of the batches since the last sync the first `kept` survive. */
  losePower(kept) {
    for (const operations of this.pending.slice(0, kept)) apply(this.safe, operations)
    this.pending = []
    this.now = new Map(this.safe)
  }

  write(operations, sync) {
    const copied = operations.map(({ type, key, value }) => ({
      type,
      key: key.slice(),
      value: value?.slice(),
    }))
    apply(this.now, copied)
    this.pending.push(copied)
    if (!sync) return
    for (const each of this.pending) apply(this.safe, each)
    this.pending = []
  }
}

function apply(map, operations) {
  for (const { type, key, value } of operations)
    if (type === 'put') map.set(hex(key), [key, value])
    else map.delete(hex(key))
}

/** A database on a disk, for as long as `alive` says so. */
export function database(disk, alive) {
  let sorted = null
  let status = 'opening'
  const check = () => {
    if (!alive()) throw new Error('the power is off')
  }
  const find = (list, key) => {
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (list[middle][0] < key) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    get status() {
      return status
    },
    async open() {
      status = 'open'
    },
    async close() {
      status = 'closed'
    },
    getSync: (key) => disk.now.get(hex(key))?.[1],
    get: async (key) => disk.now.get(hex(key))?.[1],
    getMany: async (keys) => keys.map((key) => disk.now.get(hex(key))?.[1]),
    async batch(operations, { sync = false }) {
      check()
      disk.write(operations, sync)
      sorted = null
    },
    iterator(range) {
      sorted ??= [...disk.now].sort(([a], [b]) => (a < b ? -1 : 1))
      const list = sorted
      const { reverse = false, limit = Infinity } = range
      let low = 0
      let high = list.length
      if (range.gte) low = find(list, hex(range.gte))
      // No key continues another one with these.
      if (range.gt) low = find(list, `${hex(range.gt)}0`)
      if (range.lt) high = find(list, hex(range.lt))
      if (range.lte) high = find(list, `${hex(range.lte)}0`)
      let at = reverse ? high - 1 : low
      let left = limit
      return {
        async nextv(size) {
          const found = []
          while (found.length < size && left > 0 && at >= low && at < high) {
            const [key, value] = list[at][1]
            found.push([key, range.values === false ? new Uint8Array() : value])
            at += reverse ? -1 : 1
            left--
          }
          return found
        },
        seek(target) {
          const key = hex(target)
          if (reverse) at = Math.min(high, find(list, `${key}0`)) - 1
          else at = Math.max(low, find(list, key))
        },
        async close() {},
      }
    },
  }
}
