// Ed25519 by the book, with big integers: slow, unsafe with secrets, and free to make the signatures
// that no honest signer makes.
import { createHash } from 'node:crypto'

export const P: bigint = 2n ** 255n - 19n
export const L: bigint = 2n ** 252n + 27742317777372353535851937790883648493n

/** An affine point of the twisted Edwards curve. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
}

const mod = (a: bigint, m: bigint = P): bigint => ((a % m) + m) % m

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = mod(base)
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = mod(result * square)
    square = mod(square * square)
  }
  return result
}

/** By Euclid's algorithm. */
function inverse(a: bigint): bigint {
  let [low, high] = [mod(a), P]
  let [x, y] = [1n, 0n]
  while (low > 1n) {
    const quotient = high / low
    ;[low, high] = [high - quotient * low, low]
    ;[x, y] = [y - quotient * x, x]
  }
  return mod(x)
}

const D: bigint = mod(-121665n * inverse(121666n))
const ROOT_OF_MINUS_ONE: bigint = power(2n, (P - 1n) / 4n)

export function add(a: Point, b: Point): Point {
  const t = mod(D * mod(a.x * b.x) * mod(a.y * b.y))
  return {
    x: mod((a.x * b.y + a.y * b.x) * inverse(1n + t)),
    y: mod((a.y * b.y + a.x * b.x) * inverse(1n - t)),
  }
}

export function multiply(scalar: bigint, point: Point): Point {
  let result: Point = { x: 0n, y: 1n }
  let double = point
  for (let e = scalar; e > 0n; e >>= 1n) {
    if (e & 1n) result = add(result, double)
    double = add(double, double)
  }
  return result
}

/** The point with this y and an even or odd x; null when there is none. */
export function pointAt(y: bigint, odd: boolean): Point | null {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n))
  let x = power(square, (P + 3n) / 8n)
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE)
  if (mod(x * x) !== square) return null
  return { x: ((x & 1n) === 1n) === odd ? x : mod(-x), y: mod(y) }
}

export const B: Point = pointAt(mod(4n * inverse(5n)), false) as Point

/** 32 bytes, little-endian. */
export function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

export function encode(point: Point): Uint8Array {
  return littleEndian(point.y | ((point.x & 1n) << 255n))
}

/** The eight points of small order: multiples of one of order 8. */
export const TORSION: readonly Point[] = (() => {
  for (let y = 2n; ; y++) {
    const point = pointAt(y, false)
    const torsion = point && multiply(L, point)
    if (torsion && multiply(4n, torsion).y !== 1n)
      return Array.from({ length: 8 }, (_, i) => multiply(BigInt(i), torsion))
  }
})()

/** k = SHA-512(R, A, message) mod L. */
function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  const digest = createHash('sha512').update(r).update(a).update(message).digest()
  return mod(fromLittleEndian(digest), L)
}

export interface Forged {
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
  readonly message: Uint8Array
  readonly k: bigint
}

/**
 * S = r + k · a, for A = a B + T_a and R = r B + T_r, or for other encodings of the two. The message
 * is the first of the numbered ones whose k passes the test.
 */
export function forge(options: {
  readonly a: bigint
  readonly r: bigint
  readonly torsionA?: number
  readonly torsionR?: number
  readonly encodedA?: Uint8Array
  readonly encodedR?: Uint8Array
  readonly where?: (k: bigint) => boolean
}): Forged {
  const torsion = (index: number | undefined): Point => TORSION[index ?? 0] as Point
  const publicKey =
    options.encodedA ?? encode(add(multiply(options.a, B), torsion(options.torsionA)))
  const r = options.encodedR ?? encode(add(multiply(options.r, B), torsion(options.torsionR)))
  for (let i = 0; ; i++) {
    const message = new TextEncoder().encode(`message ${i}`)
    const k = challenge(r, publicKey, message)
    if (options.where && !options.where(k)) continue
    const s = mod(options.r + k * options.a, L)
    return { publicKey, signature: Uint8Array.of(...r, ...littleEndian(s)), message, k }
  }
}
