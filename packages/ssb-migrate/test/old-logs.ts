// Writers of the two old layouts, from the description in `docs/OLD-LOGS.md`.

/** A record of `flume/log.offset` at `offset`. */
export function flumeRecord(offset: number, body: Uint8Array): Uint8Array {
  const record = new Uint8Array(body.length + 12)
  const view = new DataView(record.buffer)
  view.setUint32(0, body.length)
  record.set(body, 4)
  view.setUint32(4 + body.length, body.length)
  view.setUint32(8 + body.length, offset + record.length)
  return record
}

/** A whole `flume/log.offset`. */
export function flumeLog(bodies: readonly Uint8Array[]): Uint8Array {
  const records: Uint8Array[] = []
  let offset = 0
  for (const body of bodies) {
    const record = flumeRecord(offset, body)
    records.push(record)
    offset += record.length
  }
  return Buffer.concat(records)
}

/** A whole `db2/log.bipf`. */
export function db2Log(bodies: readonly Uint8Array[]): Uint8Array {
  const blocks: Buffer[] = []
  let block = Buffer.alloc(65_536)
  let at = 0
  for (const body of bodies) {
    if (at + 2 + body.length + 2 > block.length) {
      blocks.push(block)
      block = Buffer.alloc(65_536)
      at = 0
    }
    block.writeUInt16LE(body.length, at)
    block.set(body, at + 2)
    at += 2 + body.length
  }
  return Buffer.concat([...blocks, block])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from([...bytes, rest])
}

/** A value as BIPF. */
export function bipf(value: unknown): Uint8Array {
  const tagged = (type: number, body: Uint8Array): Uint8Array =>
    Buffer.concat([varint(body.length * 8 + type), body])
  if (value === null) return tagged(6, new Uint8Array())
  if (value === undefined) return tagged(6, Uint8Array.of(2))
  if (typeof value === 'boolean') return tagged(6, Uint8Array.of(value ? 1 : 0))
  if (typeof value === 'string') return tagged(0, Buffer.from(value))
  if (value instanceof Uint8Array) return tagged(1, value)
  if (typeof value === 'number') return numberOf(value, tagged)
  if (Array.isArray(value)) return tagged(4, Buffer.concat(value.map(bipf)))
  const parts = Object.entries(value as object).flatMap(([key, item]) => [bipf(key), bipf(item)])
  return tagged(5, Buffer.concat(parts))
}

function numberOf(
  value: number,
  tagged: (type: number, body: Uint8Array) => Uint8Array,
): Uint8Array {
  const bytes = Buffer.alloc(8)
  const isInteger = Number.isInteger(value) && Math.abs(value) < 2 ** 31 && !Object.is(value, -0)
  if (isInteger) {
    bytes.writeInt32LE(value)
    return tagged(2, bytes.subarray(0, 4))
  }
  bytes.writeDoubleLE(value)
  return tagged(3, bytes)
}
