type Crc = (bytes: Uint8Array, start: number) => number

let table: Uint32Array | undefined

function makeTable(): Uint32Array {
  const made = new Uint32Array(256)
  for (let n = 0; n < 256; n++) {
    let c = n
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    made[n] = c >>> 0
  }
  return made
}

/** CRC-32 (IEEE 802.3) in plain JavaScript, for platforms that have none. */
export function portableCrc32(bytes: Uint8Array, start = 0): number {
  table ??= makeTable()
  let crc = 0xffffffff
  for (let i = start; i < bytes.length; i++)
    crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

interface Zlib {
  crc32?(bytes: Uint8Array): number
}

// Asked of the platform at run time, so that a browser bundle holds no import of Node's modules.
function platformCrc(): Crc | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process
  const zlib = host?.getBuiltinModule?.('node:zlib') as Zlib | undefined
  const crc = zlib?.crc32
  return crc === undefined ? undefined : (bytes, start) => crc(bytes.subarray(start))
}

/** CRC-32 (IEEE 802.3) of the bytes from `start` on: the platform's where it has one. */
export const crc32: (bytes: Uint8Array, start: number) => number = platformCrc() ?? portableCrc32
