// Libraries disagree about odd keys, points and signatures. What is refused here is refused
// whichever of them does the arithmetic. The checks look at one or two bytes of honest input.

/** The seven x-coordinates of Curve25519 points of low order, canonical or not (RFC 7748, §6.1). */
const LOW_ORDER_EXCHANGE: readonly Uint8Array[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(fromHex)

/** y of the four points of order 8; the others of small order have y = 0, 1 or -1. */
const ORDER_EIGHT: readonly Uint8Array[] = [
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(fromHex)

/** Upper half of the group order L = 2^252 + 27742317777372353535851937790883648493 is 2^252; this is the lower, 16 bytes little-endian. */
const ORDER_LOW: Uint8Array = fromHex('edd3f55c1a631258d69cf7a2def9de14')

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  )
}

/** Whether the value is a Uint8Array, of this realm or another one. */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]')
  )
}

/** Whether 32 bytes at `offset` equal the point, the top bit (the sign of x) left aside. */
function samePoint(bytes: Uint8Array, offset: number, point: Uint8Array): boolean {
  for (let i = 0; i < 31; i++) if (bytes[offset + i] !== point[i]) return false
  return ((bytes[offset + 31] ?? 0) & 0x7f) === point[31]
}

/** Whether bytes 1 to 30 have one value and byte 31, without its top bit, another. */
function isFilled(bytes: Uint8Array, offset: number, middle: number, last: number): boolean {
  for (let i = 1; i < 31; i++) if (bytes[offset + i] !== middle) return false
  return ((bytes[offset + 31] ?? 0) & 0x7f) === last
}

/**
 * Whether 32 bytes at `offset` are an Ed25519 point that no honest key or signature holds: of small
 * order, in any of its encodings, or written with y ≥ 2^255 - 19. The point itself is not checked
 * to be on the curve. The array must reach to `offset + 32`.
 */
export function isWeakSignPoint(bytes: Uint8Array, offset: number = 0): boolean {
  switch (bytes[offset]) {
    case 0x00:
    case 0x01:
      return isFilled(bytes, offset, 0, 0)
    case 0x26:
      return samePoint(bytes, offset, ORDER_EIGHT[0] as Uint8Array)
    case 0xc7:
      return samePoint(bytes, offset, ORDER_EIGHT[1] as Uint8Array)
    default:
      // -1 is 0xec ff … ff 7f; what is above it is not reduced.
      return (bytes[offset] ?? 0) >= 0xec && isFilled(bytes, offset, 0xff, 0x7f)
  }
}

/** Whether the second half of a 64-byte signature, S, is below the group order: S + L is refused. */
export function isReducedScalar(signature: Uint8Array): boolean {
  const top = signature[63] ?? 0xff
  if (top !== 0x10) return top < 0x10
  for (let i = 62; i >= 48; i--) if (signature[i] !== 0) return false
  for (let i = 15; i >= 0; i--) {
    const byte = signature[32 + i] ?? 0
    const bound = ORDER_LOW[i] ?? 0
    if (byte !== bound) return byte < bound
  }
  return false
}

/** Whether 32 bytes are a Curve25519 point of low order, the ignored top bit set or not. */
export function isLowOrderExchange(publicKey: Uint8Array): boolean {
  for (const point of LOW_ORDER_EXCHANGE)
    if (point[0] === publicKey[0] && samePoint(publicKey, 0, point)) return true
  return false
}

/** Whether all bytes are zero, in time that depends on the length alone. */
export function isAllZero(bytes: Uint8Array): boolean {
  let seen = 0
  for (let i = 0; i < bytes.length; i++) seen |= bytes[i] as number
  return seen === 0
}

/** Whether two byte strings are equal, in time that depends on their lengths alone. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}
