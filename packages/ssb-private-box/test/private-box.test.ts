import { readFileSync } from 'node:fs'
import {
  exchangeKeyPair,
  ready,
  scalarMultBase,
  signKeyPair,
  signPublicToExchange,
  signSecretToExchange,
} from '@scuttlebot/ssb-crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seal } from '../src/box.ts'
import { box, PrivateBoxError, unbox, unboxBody, unboxKey } from '../src/index.ts'

/** How often each law is tried: `npm run properties -- --cases N` raises it, to a tenth of N. */
const CASES = Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)

await ready

const alice = exchangeKeyPair(filled(1))
const bob = exchangeKeyPair(filled(2))
const carla = exchangeKeyPair(filled(3))
const HI = utf8('{"type":"post","text":"hi"}')

interface Cases {
  readonly decrypt: readonly {
    readonly plaintext_hex: string
    readonly max: number | null
    readonly ciphertext_hex: string
    readonly opens_with_secret_hex: readonly string[]
    /** `max` is what the reference's reader was given; it tries one slot more, 8 by default. */
    readonly fails_with_secret_hex: readonly { readonly secret: string; readonly max: null }[]
  }[]
  readonly errors: readonly { readonly n_recipients: number; readonly max: number | null }[]
}

const cases: Cases = JSON.parse(
  readFileSync(new URL('../../../vectors/private-box/cases.json', import.meta.url), 'utf8'),
)

describe('the vector of the protocol notes', () => {
  const ephemeral = exchangeKeyPair(filled(0x33))
  const boxed = seal(HI, [alice.publicKey, bob.publicKey], {
    nonce: filled(0x11, 24),
    ephemeral,
    bodyKey: filled(0x22),
  })

  test('has these keys', () => {
    expect(toHex(alice.secretKey)).toBe(
      '58e86efb75fa4e2c410f46e16de9f6acae1a1703528651b69bc176c088bef36e',
    )
    expect(toHex(alice.publicKey)).toBe(
      '1b1b58dd50ea14b60da17b790cd02754d970c9bab864ebb3c0f3016fe51d3f57',
    )
    expect(toHex(bob.publicKey)).toBe(
      '60346e7c911a5f6ba154129174cafe75b294ac3bbd5549632f48cec6266f8410',
    )
    expect(toHex(ephemeral.secretKey)).toBe(
      '80c98de680933806d2bde7c36804bc1346a0d1658c7855fe66c477412d2d7876',
    )
    expect(toHex(ephemeral.publicKey)).toBe(
      '4eb4fafee2bd3018a24e310de8106333c2b364eaed029a7f05d7b45ccc77683a',
    )
    const signer = signKeyPair(filled(1))
    expect(signSecretToExchange(signer.secretKey)).toEqual(alice.secretKey)
    expect(signPublicToExchange(signer.publicKey)).toEqual(alice.publicKey)
  })

  test('gives these 197 bytes', () => {
    expect(Buffer.from(boxed).toString('base64')).toBe(
      'ERERERERERERERERERERERERERERERERTrT6/uK9MBiiTjEN6BBjM8KzZOrtApp/Bde0XMx3aDodipdHyKyt1EbiplT58Fa7vkyanzDJJna31EulK/NTwQOmXhtov0bbRPdomElNOHLXTU0f2cawRQXhB6v08G0XlnWD/Gz3kgCkNJkEmZZwDPmQ2Y1eamT8cvmxyDpVfo76g9iTY/JpjrSq4FzDN37O4BQfNkW5rxT9Yk09wA4BgjBuRU4Oc6oD4LF4iMk=',
    )
    expect(boxed.length).toBe(197)
  })

  test('opens for both, and for nobody else', () => {
    for (const who of [alice, bob]) {
      expect(unbox(boxed, who.secretKey)).toEqual(HI)
      expect(unboxKey(boxed, who.secretKey)).toEqual(Uint8Array.of(2, ...filled(0x22)))
    }
    expect(unbox(boxed, carla.secretKey)).toBeNull()
    expect(unboxBody(boxed, Uint8Array.of(2, ...filled(0x22)))).toEqual(HI)
  })
})

describe('messages of the reference', () => {
  test.each(cases.decrypt.map((entry, i) => [i, entry] as const))('case %i', (_, entry) => {
    const boxed = hex(entry.ciphertext_hex)
    for (const secret of entry.opens_with_secret_hex)
      expect(toHex(unbox(boxed, hex(secret)) ?? filled(0))).toBe(entry.plaintext_hex)
    for (const { secret } of entry.fails_with_secret_hex) {
      expect(unbox(boxed, hex(secret), { slotsMax: 8 })).toBeNull()
      const isRecipient = entry.opens_with_secret_hex.includes(secret)
      expect(unbox(boxed, hex(secret)) !== null).toBe(isRecipient)
    }
  })

  test.each(cases.errors)('refuses $n_recipients recipients with max $max', (entry) => {
    const keys = Array.from({ length: entry.n_recipients }, () => alice.publicKey)
    expect(() => box(HI, keys, entry.max === null ? {} : { max: entry.max })).toThrow(
      /^max recipients/,
    )
  })
})

describe('box', () => {
  test.each([1, 2, 7])('takes %i recipients by default', (count) => {
    const keys = Array.from({ length: count }, (_, i) => exchangeKeyPair(filled(i)))
    const boxed = box(
      HI,
      keys.map((key) => key.publicKey),
    )
    expect(boxed.length).toBe(72 + 49 * count + HI.length)
    for (const key of keys) expect(unbox(boxed, key.secretKey)).toEqual(HI)
  })

  test('refuses none, eight by default, and more than it is allowed', () => {
    const eight = Array.from({ length: 8 }, () => alice.publicKey)
    expect(() => box(HI, [])).toThrow(PrivateBoxError)
    expect(() => box(HI, eight)).toThrow('max recipients is:7 found:8')
    expect(() => box(HI, eight.slice(0, 2), { max: 1 })).toThrow('max recipients is:1 found:2')
    expect(box(HI, eight, { max: 8 }).length).toBe(72 + 49 * 8 + HI.length)
  })

  test.each([-1, 0, 256, 1.5, Number.NaN])('refuses max %d', (max) => {
    expect(() => box(HI, [alice.publicKey], { max })).toThrow(RangeError)
  })

  test('takes 255 recipients, and finds the last', () => {
    const keys = Array.from({ length: 255 }, () => alice.publicKey)
    keys[254] = bob.publicKey
    const boxed = box(HI, keys, { max: 255 })
    expect(unbox(boxed, bob.secretKey)).toEqual(HI)
    expect(unbox(boxed, bob.secretKey, { slotsMax: 254 })).toBeNull()
    expect(unbox(boxed, alice.secretKey, { slotsMax: 1 })).toEqual(HI)
    expect(unbox(boxed, carla.secretKey)).toBeNull()
  })

  test('refuses keys of a wrong length or of low order', () => {
    expect(() => box(HI, [filled(9, 31)])).toThrow(RangeError)
    const low = hex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800')
    for (const point of [filled(0), low])
      expect(() => box(HI, [alice.publicKey, point])).toThrow(
        expect.objectContaining({ code: 'SSB_PRIVATE_BOX_BAD_RECIPIENT' }),
      )
  })

  test('draws new keys each time', () => {
    const [a, b] = [box(HI, [alice.publicKey]), box(HI, [alice.publicKey])]
    for (const [from, to] of [
      [0, 24],
      [24, 56],
      [56, 105],
      [105, a.length],
    ])
      expect(a.subarray(from, to)).not.toEqual(b.subarray(from, to))
  })
})

describe('unbox', () => {
  test('gives null for an ephemeral key of low order', () => {
    const boxed = box(HI, [alice.publicKey])
    for (const last of [0, 0x80]) {
      boxed.fill(0, 24, 56)
      boxed[55] = last
      expect(unbox(boxed, alice.secretKey)).toBeNull()
    }
  })

  test('gives null for every shorter message', () => {
    const boxed = box(HI, [alice.publicKey])
    for (let length = 0; length < boxed.length; length++)
      expect(unbox(boxed.subarray(0, length), alice.secretKey)).toBeNull()
    const empty = box(new Uint8Array(0), [alice.publicKey])
    expect(empty.length).toBe(121)
    expect(unbox(empty, alice.secretKey)).toEqual(new Uint8Array(0))
  })

  test('gives null for a key that is not one', () => {
    const boxed = box(HI, [alice.publicKey])
    const key = unboxKey(boxed, alice.secretKey) as Uint8Array
    expect(unboxBody(boxed, key)).toEqual(HI)
    for (const wrong of [new Uint8Array(0), key.subarray(0, 32), Uint8Array.of(...key, 0)])
      expect(unboxBody(boxed, wrong)).toBeNull()
    for (const count of [0, 2, 255])
      expect(unboxBody(boxed, Uint8Array.of(count, ...key.subarray(1)))).toBeNull()
  })

  test('refuses a secret of a wrong length and slots out of range', () => {
    const boxed = box(HI, [alice.publicKey])
    expect(() => unbox(boxed, filled(1, 64))).toThrow(RangeError)
    for (const slotsMax of [0, 256, 1.5])
      expect(() => unbox(boxed, alice.secretKey, { slotsMax })).toThrow(RangeError)
  })
})

describe('laws', () => {
  const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 })

  test('each recipient reads what was written, and a stranger does not', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5000 }),
        fc.array(secrets, { minLength: 1, maxLength: 16 }),
        (plain, members) => {
          const boxed = box(plain, members.map(scalarMultBase), { max: 16 })
          for (const member of members) expect(unbox(boxed, member)).toEqual(plain)
          expect(unbox(boxed, carla.secretKey)).toBeNull()
        },
      ),
      { numRuns: Math.max(50, CASES / 10) },
    )
  })

  test('any changed byte that a reader needs makes it unreadable', () => {
    const boxed = box(HI, [alice.publicKey])
    fc.assert(
      fc.property(fc.nat(boxed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        // The top bit of the ephemeral key does not count in X25519.
        fc.pre(!(at === 55 && change === 0x80))
        const changed = boxed.slice()
        changed[at] = (changed[at] as number) ^ change
        expect(unbox(changed, alice.secretKey)).toBeNull()
      }),
      { numRuns: Math.max(300, CASES) },
    )
  })

  test('random bytes open for nobody and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(unbox(bytes, alice.secretKey)).toBeNull()
      }),
      { numRuns: Math.max(100, CASES) },
    )
  })
})
