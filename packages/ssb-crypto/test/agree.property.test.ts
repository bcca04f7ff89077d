import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Crypto } from '../src/index.ts'
import { BOTH, filled, hex, LOW_ORDER, withTopBit } from './both.ts'
import {
  add,
  B,
  encode,
  forge,
  fromLittleEndian,
  L,
  littleEndian,
  multiply,
  P,
  TORSION,
} from './edwards.ts'

// Cases per law: `npm run properties -- --cases 200000` for a long run.
const CASES = Number(process.env['SSB_CASES'] ?? 1000)
const options = { numRuns: CASES }
const TIMEOUT_MS = 5000 + 5 * CASES

const [native, wasm] = BOTH.map(([, crypto]) => crypto) as [Crypto, Crypto]

/** The same answer, or the same kind of error. */
function agree(call: (crypto: Crypto) => unknown): unknown {
  const [a, b] = [native, wasm].map((crypto) => {
    try {
      return call(crypto)
    } catch (error) {
      return (error as Error).name
    }
  })
  expect(b).toEqual(a)
  return a
}

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })

/** Mostly right, sometimes a little too short or too long. */
const about = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 20, arbitrary: bytes(length) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: length - 1, maxLength: length + 1 }) },
  )

const text = fc.uint8Array({ maxLength: 300 })

const weakPoints: readonly Uint8Array[] = [
  ...TORSION.map(encode),
  ...Array.from({ length: 19 }, (_, i) => littleEndian(P + BigInt(i))),
  ...[...LOW_ORDER].map(hex),
].flatMap((point) => [point, withTopBit(point)])

/** Honest points with a part of small order added to them. */
const mixedPoints: readonly Uint8Array[] = Array.from({ length: 10 }, (_, i) =>
  multiply(BigInt(i + 1) * 77777777777777777777n, B),
).flatMap((honest) => TORSION.slice(1).map((part) => encode(add(honest, part))))

/** Points that some library takes and some other refuses, honest ones, and noise. */
const point = fc.oneof(
  fc.constantFrom(...weakPoints),
  fc.constantFrom(...mixedPoints),
  bytes(32),
  fc.nat(255).map((seed) => native.signKeyPair(filled(seed)).publicKey),
)

const scalar = fc.oneof(
  fc
    .constantFrom(0n, 1n, L - 1n, L, L + 1n, 2n ** 252n, 2n ** 253n, 2n ** 256n - 1n)
    .map(littleEndian),
  bytes(32),
)

const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

/** Signatures with parts of small order, most of which satisfy some form of the equation. */
const forged = Array.from({ length: 64 }, (_, i) =>
  forge({
    a: BigInt(i % 5) * 77777777777777777777n,
    r: BigInt(i % 3) * 99999999999999999999n,
    torsionA: i % 8,
    torsionR: i >> 3,
    where: (k) => i % 2 === 0 || (k * BigInt(i % 8) + BigInt(i >> 3)) % 8n === 0n,
  }),
)

/** One edit, as an attacker or a bad line would make. */
const edit = fc.oneof(
  fc.constant((s: Uint8Array) => s),
  fc.constant((s: Uint8Array) =>
    join(s.subarray(0, 32), littleEndian(fromLittleEndian(s.subarray(32)) + L)),
  ),
  fc.nat(511).map((bit) => (s: Uint8Array) => {
    const copy = s.slice()
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
    return copy
  }),
  point.map((r) => (s: Uint8Array) => join(r, s.subarray(32))),
  scalar.map((value) => (s: Uint8Array) => join(s.subarray(0, 32), value)),
  fc.nat(66).map((length) => (s: Uint8Array) => join(s, filled(0, 2)).subarray(0, length)),
)

test(
  'on edited signatures of honest signers',
  () => {
    let good = 0
    fc.assert(
      fc.property(fc.nat(9), text, edit, (seed, message, change) => {
        const pair = native.signKeyPair(filled(seed))
        const signature = agree((crypto) => crypto.sign(message, pair.secretKey)) as Uint8Array
        const changed = change(signature)
        const verdict = agree((crypto) => crypto.verify(changed, message, pair.publicKey))
        expect(verdict).toBe(native.equal(changed, signature))
        if (verdict) good++
      }),
      options,
    )
    expect(good).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

test(
  'on signatures that only a forger makes',
  () => {
    fc.assert(
      fc.property(fc.constantFrom(...forged), edit, fc.option(point), (f, change, key) => {
        const signature = change(f.signature)
        agree((crypto) => crypto.verify(signature, f.message, key ?? f.publicKey))
      }),
      options,
    )
  },
  TIMEOUT_MS,
)

test(
  'on points and scalars from anywhere',
  () => {
    fc.assert(
      fc.property(point, point, scalar, text, (a, r, s, message) => {
        agree((crypto) => crypto.verify(join(r, s), message, a))
        agree((crypto) => crypto.scalarMult(s, a))
        agree((crypto) => crypto.signPublicToExchange(a))
        agree((crypto) => crypto.scalarMultBase(s))
      }),
      options,
    )
  },
  TIMEOUT_MS,
)

test(
  'on key pairs, boxes, tags and hashes',
  () => {
    fc.assert(
      fc.property(about(32), about(24), text, fc.nat(), (key, nonce, message, bit) => {
        agree((crypto) => crypto.signKeyPair(key))
        agree((crypto) => crypto.exchangeKeyPair(key))
        agree((crypto) => crypto.sha256(message))
        agree((crypto) => crypto.sha256Base64(message))
        agree((crypto) => crypto.auth(message, key))
        const boxed = agree((crypto) => crypto.secretBox(message, nonce, key))
        if (!(boxed instanceof Uint8Array)) return
        const at = bit % (boxed.length * 9)
        if (at < boxed.length * 8) boxed[at >> 3] = (boxed[at >> 3] as number) ^ (1 << (at & 7))
        const opened = agree((crypto) => crypto.secretUnbox(boxed, nonce, key))
        expect(opened).toEqual(at < boxed.length * 8 ? null : message)
      }),
      options,
    )
  },
  TIMEOUT_MS,
)
