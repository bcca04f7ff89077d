import { describe, expect, test } from 'vitest'
import { isReducedScalar, isWeakSignPoint } from '../src/index.ts'
import { BOTH, filled, withTopBit } from './both.ts'
import {
  encode,
  type Forged,
  forge,
  fromLittleEndian,
  L,
  littleEndian,
  P,
  pointAt,
  TORSION,
} from './edwards.ts'

const A = 0x1234567890abcdefn
const R = 0xfedcba0987654321n
const honest = forge({ a: A, r: R })

const withS = (forged: Forged, change: (s: bigint) => bigint): Forged => ({
  ...forged,
  signature: Uint8Array.of(
    ...forged.signature.subarray(0, 32),
    ...littleEndian(change(fromLittleEndian(forged.signature.subarray(32)))),
  ),
})

/** Every encoding of each point of small order: y, y + p where that fits, and both signs of x = 0. */
const SMALL_ORDER: readonly (readonly [text: string, index: number, bytes: Uint8Array])[] =
  TORSION.flatMap((point, index) => {
    const ys = point.y < 19n ? [point.y, point.y + P] : [point.y]
    const plain = ys.map((y) => littleEndian(y | ((point.x & 1n) << 255n)))
    const all = point.x === 0n ? plain.flatMap((bytes) => [bytes, withTopBit(bytes)]) : plain
    return all.map((bytes) => [Buffer.from(bytes).toString('hex'), index, bytes] as const)
  })

/** A signature whose equation holds with the point as A, as R, or as both. */
function weak(as: 'A' | 'R' | 'both', index: number, bytes: Uint8Array): Forged {
  const harmless = (k: bigint): boolean => (k * BigInt(index)) % 8n === 0n
  if (as === 'A') return forge({ a: 0n, r: R, encodedA: bytes, where: harmless })
  if (as === 'R') return forge({ a: A, r: 0n, encodedR: bytes })
  const closes = (k: bigint): boolean => ((k + 1n) * BigInt(index)) % 8n === 0n
  return forge({ a: 0n, r: 0n, encodedA: bytes, encodedR: bytes, where: closes })
}

test('there are fourteen encodings of points of small order', () => {
  expect(new Set(SMALL_ORDER.map(([text]) => text)).size).toBe(14)
  expect(TORSION.map((point) => toOrder(encode(point)))).toEqual(Array(8).fill(true))
})

const toOrder = (bytes: Uint8Array): boolean => isWeakSignPoint(bytes)

describe.each(BOTH)('verify on %s', (_, { verify }) => {
  const check = (f: Forged): boolean => verify(f.signature, f.message, f.publicKey)

  test('takes an honest signature', () => {
    expect(check(honest)).toBe(true)
    expect(verify(honest.signature, filled(0, 9), honest.publicKey)).toBe(false)
  })

  test('refuses S + L and all other unreduced S', () => {
    for (let times = 1n; times < 16n; times++)
      expect(check(withS(honest, (s) => s + times * L))).toBe(false)
  })

  test.each(SMALL_ORDER)('refuses %s as A and as R', (_text, index, bytes) => {
    for (const as of ['A', 'R', 'both'] as const) expect(check(weak(as, index, bytes))).toBe(false)
  })

  test('refuses the identity for A and R with S = 0 on every message', () => {
    const identity = encode({ x: 0n, y: 1n })
    for (const encoding of [identity, withTopBit(identity), littleEndian(P + 1n)])
      for (let i = 0; i < 9; i++)
        expect(verify(Uint8Array.of(...encoding, ...filled(0)), filled(i, i), encoding)).toBe(false)
  })

  test.each([1, 2, 3, 4, 5, 6, 7])(
    'has one rule for keys with a part of small order %i',
    (index) => {
      const cofactorOnly = (k: bigint): boolean => (k * BigInt(index)) % 8n !== 0n
      const exact = (k: bigint): boolean => k % 8n === 0n
      expect(check(forge({ a: A, r: R, torsionA: index, where: cofactorOnly }))).toBe(false)
      expect(check(forge({ a: A, r: R, torsionR: index }))).toBe(false)
      expect(check(forge({ a: A, r: R, torsionA: index, where: exact }))).toBe(true)
    },
  )

  test('refuses all unreduced A and R', () => {
    for (let y = P; y < 2n ** 255n; y++)
      for (const bytes of [littleEndian(y), withTopBit(littleEndian(y))]) {
        expect(verify(honest.signature, honest.message, bytes)).toBe(false)
        const signature = Uint8Array.of(...bytes, ...honest.signature.subarray(32))
        expect(verify(signature, honest.message, honest.publicKey)).toBe(false)
      }
  })

  test('refuses keys that are not on the curve', () => {
    const off = [2n, 5n, 7n, 8n].filter((y) => pointAt(y, false) === null)
    expect(off.length).toBeGreaterThan(0)
    for (const y of off)
      expect(verify(honest.signature, honest.message, littleEndian(y))).toBe(false)
  })

  test.each([
    [63, 32],
    [65, 32],
    [0, 32],
    [64, 31],
    [64, 33],
    [64, 0],
  ])('refuses %i bytes of signature with %i of key', (signature, key) => {
    expect(verify(filled(1, signature), honest.message, filled(1, key))).toBe(false)
  })

  test('gives false for values that are no bytes', () => {
    const values: unknown[] = [undefined, null, 0, 'x'.repeat(64), {}, [], new Float64Array(64)]
    for (const value of values) {
      const wrong = value as Uint8Array
      expect(verify(wrong, honest.message, honest.publicKey)).toBe(false)
      expect(verify(honest.signature, wrong, honest.publicKey)).toBe(false)
      expect(verify(honest.signature, honest.message, wrong)).toBe(false)
    }
  })

  test('takes views that do not begin with their memory, and Buffers', () => {
    const shifted = (bytes: Uint8Array): Uint8Array => Uint8Array.of(9, ...bytes, 9).subarray(1, -1)
    const { signature, message, publicKey } = honest
    expect(verify(shifted(signature), shifted(message), shifted(publicKey))).toBe(true)
    expect(verify(Buffer.from(signature), Buffer.from(message), Buffer.from(publicKey))).toBe(true)
  })
})

describe('the guards', () => {
  test.each([
    [0n, true],
    [1n, true],
    [2n ** 252n - 1n, true],
    [2n ** 252n, true],
    [L - 1n, true],
    [L, false],
    [L + 1n, false],
    [L - 2n ** 64n, true],
    [L + 2n ** 64n, false],
    [2n ** 252n + 2n ** 128n, false],
    [2n ** 253n, false],
    [2n ** 256n - 1n, false],
  ])('S = %i is reduced: %s', (s, expected) => {
    expect(isReducedScalar(Uint8Array.of(...filled(7), ...littleEndian(s)))).toBe(expected)
  })

  test('find weak points at their edges and at any offset', () => {
    for (const [, , bytes] of SMALL_ORDER) {
      expect(isWeakSignPoint(bytes)).toBe(true)
      expect(isWeakSignPoint(Uint8Array.of(5, 5, ...bytes), 2)).toBe(true)
      for (let bit = 0; bit < 255; bit++) {
        const other = bytes.slice()
        other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
        const y = fromLittleEndian(other) % 2n ** 255n
        const isSmall = TORSION.some((point) => point.y === y)
        expect(isWeakSignPoint(other)).toBe(isSmall || y >= P)
      }
    }
    for (const y of [2n, 3n, P - 2n, P - 3n]) expect(isWeakSignPoint(littleEndian(y))).toBe(false)
  })
})
