// A small picture of our own making.
import * as zlib from 'node:zlib'

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc(body))
  return Buffer.concat([length, body, sum])
}

/** Node 20 may have no `crc32` yet. */
function crc(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes)
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}

/** A PNG of `size` × `size` points: waves in one colour. */
export function picture(size, [red, green, blue]) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(size * (1 + 3 * size))
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const light = 0.75 + 0.25 * Math.sin((x + 9 * Math.sin(y / 7)) / 9)
      rows.set([red * light, green * light, blue * light], y * (1 + 3 * size) + 1 + 3 * x)
    }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', zlib.deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
