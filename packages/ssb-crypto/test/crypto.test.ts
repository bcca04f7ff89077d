import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BOTH, filled, hex, LOW_ORDER, toHex, withTopBit } from './both.ts'
import {
  add,
  B,
  encode,
  littleEndian,
  multiply,
  P,
  type Point,
  pointAt,
  TORSION,
} from './edwards.ts'

describe.each(BOTH)('%s', (name, crypto) => {
  test('says its name', () => {
    expect(crypto.backend()).toBe(name)
  })

  test.each([
    // RFC 8032, 7.1: seed, public key, message, signature
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('signs with seed %s', (seed, publicKey, message, signature) => {
    const pair = crypto.signKeyPair(hex(seed))
    expect(toHex(pair.publicKey)).toBe(publicKey)
    expect(toHex(pair.secretKey)).toBe(seed + publicKey)
    expect(toHex(crypto.sign(hex(message), pair.secretKey))).toBe(signature)
    expect(crypto.verify(hex(signature), hex(message), hex(publicKey))).toBe(true)
  })

  test('multiplies as in RFC 7748, 5.2 and 6.1', () => {
    const scalar = hex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4')
    const point = hex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c')
    expect(toHex(crypto.scalarMult(scalar, point))).toBe(
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    )
    const nine = Uint8Array.of(9, ...filled(0, 31))
    const once = '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079'
    expect(toHex(crypto.scalarMult(nine, nine))).toBe(once)
    expect(toHex(crypto.scalarMultBase(nine))).toBe(once)
    const bob = hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
    expect(toHex(crypto.scalarMultBase(bob))).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    )
  })

  test('boxes as NaCl does', () => {
    const key = hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389')
    const nonce = hex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37')
    const plain = hex(
      'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
    )
    const boxed = crypto.secretBox(plain, nonce, key)
    expect(toHex(boxed)).toBe(
      'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
    )
    expect(crypto.secretUnbox(boxed, nonce, key)).toEqual(plain)
    expect(crypto.secretUnbox(boxed, filled(1, 24), key)).toBeNull()
    const inPlace = plain.slice()
    const tag = new Uint8Array(16)
    crypto.secretBoxDetached(inPlace, tag, inPlace, nonce, key)
    expect(Uint8Array.of(...tag, ...inPlace)).toEqual(boxed)
    const opened = new Uint8Array(plain.length)
    expect(crypto.secretUnboxDetached(opened, inPlace, tag, nonce, key)).toBe(true)
    expect(opened).toEqual(plain)
    expect(crypto.secretUnboxDetached(opened, inPlace, filled(0, 16), nonce, key)).toBe(false)
    for (let length = 0; length < 16; length++)
      expect(crypto.secretUnbox(boxed.subarray(0, length), nonce, key)).toBeNull()
  })

  test.each([0, 1, 55, 56, 63, 64, 65, 500, 8192])(
    'hashes and authenticates %i bytes',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7)
      const digest = createHash('sha256').update(bytes).digest('hex')
      expect(toHex(crypto.sha256(bytes))).toBe(digest)
      expect(crypto.sha256Base64(bytes)).toBe(Buffer.from(digest, 'hex').toString('base64'))
      const stream = crypto.sha256Stream()
      for (let at = 0; at < length; at += 50) stream.update(bytes.subarray(at, at + 50))
      expect(toHex(stream.digest())).toBe(digest)
      expect(() => stream.digest()).toThrow(TypeError)
      expect(() => stream.update(bytes)).toThrow(TypeError)
      const tag = crypto.auth(bytes, filled(2))
      expect(toHex(tag)).toBe(
        createHmac('sha512', filled(2)).update(bytes).digest('hex').slice(0, 64),
      )
      expect(crypto.authVerify(tag, bytes, filled(2))).toBe(true)
      expect(crypto.authVerify(tag, bytes, filled(3))).toBe(false)
      expect(crypto.authVerify(tag.subarray(0, 31), bytes, filled(2))).toBe(false)
    },
  )

  test.each(LOW_ORDER)('agrees on nothing with the low-order point %s', (point) => {
    for (const bytes of [hex(point), withTopBit(hex(point))])
      for (const secret of [filled(0), filled(1), filled(255)])
        expect(crypto.scalarMult(secret, bytes)).toBeNull()
  })

  test('reduces the other unreduced points, top bit left aside', () => {
    for (let x = P + 2n; x < 2n ** 255n; x++) {
      const shared = crypto.scalarMult(filled(1), littleEndian(x - P))
      expect(shared).not.toBeNull()
      expect(crypto.scalarMult(filled(1), littleEndian(x))).toEqual(shared)
      expect(crypto.scalarMult(filled(1), withTopBit(littleEndian(x)))).toEqual(shared)
    }
  })

  test('converts keys', () => {
    const pair = crypto.signKeyPair(filled(1))
    const converted = crypto.exchangeKeyPair(filled(1))
    expect(toHex(converted.secretKey)).toBe(
      '58e86efb75fa4e2c410f46e16de9f6acae1a1703528651b69bc176c088bef36e',
    )
    expect(toHex(converted.publicKey)).toBe(
      '1b1b58dd50ea14b60da17b790cd02754d970c9bab864ebb3c0f3016fe51d3f57',
    )
    expect(crypto.signPublicToExchange(pair.publicKey)).toEqual(converted.publicKey)
    expect(crypto.signSecretToExchange(pair.secretKey)).toEqual(converted.secretKey)
  })

  test('converts no public key that is weak, unreduced, off the curve or partly of small order', () => {
    const honest = multiply(5n, B)
    const mixed = TORSION.slice(1).map((point) => encode(add(honest, point as Point)))
    const off = [2n, 5n, 7n, 8n].filter((y) => pointAt(y, false) === null).map(littleEndian)
    const unreduced = Array.from({ length: 19 }, (_, i) => littleEndian(P + BigInt(i)))
    for (const key of [...TORSION.map(encode), ...mixed, ...off, ...unreduced, filled(1, 31)])
      expect(crypto.signPublicToExchange(key)).toBeNull()
    expect(crypto.signPublicToExchange(encode(honest))).not.toBeNull()
  })

  test('gives a converted key that is new memory each time, however many keys came between', () => {
    const keyOf = (n: number): Uint8Array => crypto.signKeyPair(filled(n)).publicKey
    const first = crypto.signPublicToExchange(keyOf(1)) as Uint8Array
    const wanted = toHex(first)
    first.fill(0)
    expect(toHex(crypto.signPublicToExchange(keyOf(1)))).toBe(wanted)
    crypto.signPublicToExchange(keyOf(1))?.fill(0)
    for (let i = 0; i < 1100; i++) {
      const seed = new Uint8Array(32)
      new DataView(seed.buffer).setUint32(0, i)
      crypto.signPublicToExchange(crypto.signKeyPair(seed).publicKey)
    }
    expect(toHex(crypto.signPublicToExchange(keyOf(1)))).toBe(wanted)
  })

  test('derives keys from passwords with Argon2id', () => {
    const limits = { operations: 1, memoryBytes: 8192 }
    expect(toHex(crypto.passwordKey(filled(1), filled(0, 16), limits))).toBe(
      'c46aad257cc0b58c3d5fcfed7fcd73398a8ac53193b7e8a160ef9d4bf2434282',
    )
    expect(toHex(crypto.passwordKey(new Uint8Array(0), filled(0, 16), limits))).toBe(
      'cfa0d2d242da6703d311d7eefc922e39cc60c9f4ec93a67d20995be541a06be4',
    )
    expect(crypto.passwordKey(filled(1), filled(0, 16), { ...limits, keyBytes: 64 }).length).toBe(
      64,
    )
  })

  test('draws, compares and wipes', () => {
    expect(crypto.randomBytes(0)).toEqual(new Uint8Array(0))
    expect(crypto.randomBytes(32)).not.toEqual(crypto.randomBytes(32))
    expect(crypto.signKeyPair().publicKey).not.toEqual(crypto.signKeyPair().publicKey)
    const pair = crypto.exchangeKeyPair()
    expect(crypto.scalarMultBase(pair.secretKey)).toEqual(pair.publicKey)
    expect(crypto.equal(filled(1), filled(1))).toBe(true)
    expect(crypto.equal(filled(1), withTopBit(filled(1)))).toBe(false)
    expect(crypto.equal(filled(1), filled(1, 31))).toBe(false)
    const secret = filled(9)
    crypto.wipe(secret.subarray(1))
    expect(secret).toEqual(Uint8Array.of(9, ...filled(0, 31)))
    crypto.wipe(new Uint8Array(0))
  })

  test('gives the same answers for memory that threads share', () => {
    const share = (bytes: Uint8Array): Uint8Array => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 2)).subarray(1, -1)
      shared.set(bytes)
      return shared
    }
    const pair = crypto.signKeyPair(filled(1))
    const [text, key, nonce] = [filled(5, 100), filled(2), filled(3, 24)]
    const signature = crypto.sign(text, pair.secretKey)
    const boxed = crypto.secretBox(text, nonce, key)
    const at = (s: Uint8Array, m: Uint8Array, k: Uint8Array): boolean => crypto.verify(s, m, k)
    expect(at(share(signature), share(text), share(pair.publicKey))).toBe(true)
    expect(at(signature, share(text), pair.publicKey)).toBe(true)
    expect(at(signature, share(text.subarray(1)), pair.publicKey)).toBe(false)
    expect(crypto.sign(share(text), share(pair.secretKey))).toEqual(signature)
    expect(crypto.signKeyPair(share(filled(1)))).toEqual(pair)
    expect(crypto.sha256(share(text))).toEqual(crypto.sha256(text))
    expect(crypto.auth(share(text), share(key))).toEqual(crypto.auth(text, key))
    expect(crypto.secretBox(share(text), share(nonce), share(key))).toEqual(boxed)
    expect(crypto.secretUnbox(share(boxed), share(nonce), share(key))).toEqual(text)
    expect(crypto.scalarMult(share(key), share(filled(9)))).toEqual(
      crypto.scalarMult(key, filled(9)),
    )
    expect(crypto.signPublicToExchange(share(pair.publicKey))).toEqual(
      crypto.signPublicToExchange(pair.publicKey),
    )
    const secret = share(filled(7))
    crypto.wipe(secret)
    expect([...secret]).toEqual(Array(32).fill(0))
  })

  test('answers for memory that was given away', () => {
    const pair = crypto.signKeyPair(filled(1))
    const text = filled(5, 100)
    const signature = crypto.sign(text, pair.secretKey)
    structuredClone(text.buffer, { transfer: [text.buffer as ArrayBuffer] })
    expect(crypto.verify(signature, text, pair.publicKey)).toBe(false)
    const ofNothing = crypto.sign(new Uint8Array(0), pair.secretKey)
    expect(crypto.verify(ofNothing, text, pair.publicKey)).toBe(true)
    structuredClone(signature.buffer, { transfer: [signature.buffer as ArrayBuffer] })
    expect(crypto.verify(signature, text, pair.publicKey)).toBe(false)
  })

  const message = filled(1, 5)
  const calls: readonly (readonly [string, number, (n: number) => unknown])[] = [
    ['seed of signKeyPair', 32, (n) => crypto.signKeyPair(filled(1, n))],
    ['secret of sign', 64, (n) => crypto.sign(message, filled(1, n))],
    ['key of auth', 32, (n) => crypto.auth(message, filled(1, n))],
    ['nonce of secretBox', 24, (n) => crypto.secretBox(message, filled(1, n), filled(1))],
    ['key of secretBox', 32, (n) => crypto.secretBox(message, filled(1, 24), filled(1, n))],
    ['nonce of secretUnbox', 24, (n) => crypto.secretUnbox(message, filled(1, n), filled(1))],
    ['secret of scalarMult', 32, (n) => crypto.scalarMult(filled(1, n), filled(9))],
    ['secret of scalarMultBase', 32, (n) => crypto.scalarMultBase(filled(1, n))],
    ['secret to convert', 64, (n) => crypto.signSecretToExchange(filled(1, n))],
    ['seed of exchangeKeyPair', 32, (n) => crypto.exchangeKeyPair(filled(1, n))],
    [
      'salt',
      16,
      (n) => crypto.passwordKey(message, filled(1, n), { operations: 1, memoryBytes: 8192 }),
    ],
    [
      'tagOut',
      16,
      (n) =>
        crypto.secretBoxDetached(filled(1, 5), filled(1, n), message, filled(1, 24), filled(1)),
    ],
    [
      'cipherOut',
      5,
      (n) =>
        crypto.secretBoxDetached(filled(1, n), filled(1, 16), message, filled(1, 24), filled(1)),
    ],
  ]
  test.each(calls)('wants %s of %i bytes', (_what, length, call) => {
    expect(() => call(length)).not.toThrow()
    for (const wrong of [0, length - 1, length + 1]) expect(() => call(wrong)).toThrow(RangeError)
  })

  test('wants bytes where it wants bytes', () => {
    const text = 'x'.repeat(32) as unknown as Uint8Array
    for (const call of [
      () => crypto.sha256(text),
      () => crypto.sha256Base64(text),
      () => crypto.sha256Stream().update(text),
      () => crypto.auth(text, filled(1)),
      () => crypto.sign(text, filled(1, 64)),
      () => crypto.secretBox(text, filled(1, 24), filled(1)),
      () => crypto.wipe(text),
    ])
      expect(call).toThrow(TypeError)
    expect(crypto.scalarMult(filled(1), text)).toBeNull()
    expect(crypto.signPublicToExchange(text)).toBeNull()
    expect(crypto.secretUnbox(text, filled(1, 24), filled(1))).toBeNull()
    expect(() => crypto.randomBytes(-1)).toThrow(RangeError)
    expect(() => crypto.randomBytes(0.5)).toThrow(RangeError)
    const limits = { operations: 0, memoryBytes: 8192 }
    expect(() => crypto.passwordKey(filled(1), filled(1, 16), limits)).toThrow(RangeError)
  })
})
