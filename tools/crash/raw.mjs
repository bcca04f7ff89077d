// The tables of the database, read by hand: the layout is in packages/ssb-feed-store/src/tables.ts.

const TABLE = { log: 1, key: 2, posting: 6, order: 7 }
const ENCODING = { keyEncoding: 'view', valueEncoding: 'view' }

const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

async function* rows(database, table) {
  const range = { gte: Uint8Array.of(table), lt: Uint8Array.of(table + 1) }
  const iterator = database.iterator({ ...range, ...ENCODING })
  for (;;) {
    const batch = await iterator.nextv(1000)
    if (batch.length === 0) break
    for (const [key, value] of batch) yield [buffer(key), buffer(value)]
  }
  await iterator.close()
}

function varints(bytes) {
  let at = 0
  return {
    next() {
      let value = 0
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++]
        value += (byte & 127) * scale
        if (byte < 128) return value
      }
    },
    double() {
      at += 8
      return bytes.readDoubleBE(at - 8)
    },
    get isAtEnd() {
      return at === bytes.length
    },
  }
}

function groupOf(bytes) {
  if (bytes[0] === 0) return bytes.toString('utf8', 1)
  const sigil = String.fromCharCode(bytes[0])
  return `${sigil}${bytes.toString('base64', 1)}.${sigil === '@' ? 'ed25519' : 'sha256'}`
}

/** How many rows a table has. */
export async function countRows(database, table) {
  let count = 0
  for await (const _ of rows(database, TABLE[table])) count++
  return count
}

/** Numbers and positions of the indexes that exist: `{ number, version, position }` by name. */
export async function indexMeta(database) {
  const found = new Map()
  for await (const [key, value] of rows(database, 5)) {
    const name = key.toString('utf8', 1)
    if (name.startsWith('index/')) found.set(name.slice(6), JSON.parse(value.toString()))
  }
  return found
}

/** How many superseded indexes are still to be removed. */
export async function garbageLeft(database) {
  let count = 0
  for await (const [key] of rows(database, 5))
    if (key.toString('utf8', 1).startsWith('garbage/')) count++
  return count
}

/**
 * All entries of all indexes, as text, in order: `index group detail → sequences`.
 *
 * @returns {Promise<Map<number, Map<string, (number | string)[]>>>} by index number, then term
 */
export async function indexEntries(database) {
  const all = new Map()
  const list = (index, term) => {
    if (!all.has(index)) all.set(index, new Map())
    const terms = all.get(index)
    if (!terms.has(term)) terms.set(term, [])
    return terms.get(term)
  }
  for await (const [key, value] of rows(database, TABLE.posting)) {
    const groupEnd = 5 + key.readUInt16BE(3)
    const end = groupEnd + 2 + key.readUInt16BE(groupEnd)
    const group = groupOf(key.subarray(5, groupEnd))
    const entries = list(
      key.readUInt16BE(1),
      JSON.stringify([group, key.toString('utf8', groupEnd + 2, end)]),
    )
    const numbers = varints(value)
    let sequence = key.readUIntBE(end, 6)
    for (let left = numbers.next(); left > 0; left--) {
      entries.push(sequence)
      if (left > 1) sequence += numbers.next()
    }
    if (!numbers.isAtEnd) entries.push('more bytes than entries')
  }
  for await (const [key, value] of rows(database, TABLE.order)) {
    const entries = list(key.readUInt16BE(1), '')
    const numbers = varints(value)
    let sequence = key.readUIntBE(9, 6)
    for (let left = numbers.next(); left > 0; left--) {
      const number = numbers.double()
      sequence += numbers.next()
      entries.push(`${sequence}=${number}`)
    }
    if (!numbers.isAtEnd) entries.push('more bytes than entries')
  }
  return all
}
