// The vectors printed in the protocol sheet "keys", made with ssb-keys 8.5.0.
import { describe, expect, test } from 'vitest'
import {
  generate,
  getTag,
  hash,
  KeysError,
  keyPairOf,
  messageId,
  sign,
  signObj,
  verify,
  verifyObj,
} from '../src/index.ts'

const seed = new Uint8Array(32).fill(1)
const hmac = new Uint8Array(32).fill(2)
const keys = generate('ed25519', seed)

const SIGNED = {
  hello:
    '4UMMbr0NU1c7XIA0UhdPiZHvWVXgkGoJ6P3HMQRZ6cgqQCUmdIw0Mf5/Dl+q+/fnAyNHiXNAY+5CvhevFkONCA==.sig.ed25519',
  helloHmac:
    '4JKoCctLnVouioHD2H8L7KFWihVlUYbdV2XNSfBsJS07z66FKATi581N5jOl7MeEGZYAWj0v+DvH0jrZkxyIBw==.sig.ed25519',
  object:
    'W4OWGrMThur/nCfKwu2gDdZFq8meccOvnRk1WorauiuW+558xyRJNRtGvCzA8jQ9dfsmc4f1Aaq/Dq5zuzymDg==.sig.ed25519',
  objectHmac:
    'kefwJbCcKyNp+DrWXaA5eZPlerJ2vAOWOXUh2w223AFPG2OTpU8VTwsHEFSIGp8+fWlHLuMxrRb4JogwLGvsAA==.sig.ed25519',
}

describe('generate', () => {
  test('writes the four keys in their order', () => {
    expect(JSON.stringify(keys)).toBe(
      JSON.stringify({
        curve: 'ed25519',
        public: 'iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519',
        private:
          'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGKiOPddAnxlf1S2y08ul1yymcJvx2UEhvzdIgBtA9vXA==.ed25519',
        id: '@iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519',
      }),
    )
  })

  test('takes 32 units of a text as seed', () => {
    const id = '@Br2VCFcAblz0YQ5vlWmIG/UsNKoh9XoDlAw9f/IECEk=.ed25519'
    expect(generate('ed25519', 'hello').id).toBe(id)
    const long = '☃'.repeat(40)
    expect(generate(null, long).id).toBe(generate(null, long.slice(0, 32)).id)
  })

  test('is random without a seed', () => {
    expect(generate().id).not.toBe(generate().id)
  })

  test('refuses other curves and other lengths', () => {
    expect(() => generate('k256')).toThrow(
      new KeysError('SSB_KEYS_UNKNOWN_CURVE', 'unknown curve:k256'),
    )
    for (const length of [1, 31, 33, 64])
      expect(() => generate(null, new Uint8Array(length))).toThrow(RangeError)
  })

  test('writes the id of newer formats as a URI', () => {
    for (const format of ['bendybutt-v1', 'buttwoo-v1', 'indexed-v1', 'gabbygrove-v1'] as const) {
      const made = generate('ed25519', seed, format)
      expect(made.id).toBe(`ssb:feed/${format}/iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=`)
      expect(made.public).toBe(keys.public)
    }
    expect(generate('ed25519', seed, 'classic').id).toBe(keys.id)
  })
})

describe('sign and verify', () => {
  test('text', () => {
    expect(sign(keys, 'hello')).toBe(SIGNED.hello)
    expect(sign(keys.private, 'hello')).toBe(SIGNED.hello)
    expect(sign(keys, hmac, 'hello')).toBe(SIGNED.helloHmac)
    expect(sign(keys, Buffer.from(hmac).toString('base64'), 'hello')).toBe(SIGNED.helloHmac)
    for (const key of [keys, keys.id, keys.public, { public: keys.public }]) {
      expect(verify(key, SIGNED.hello, 'hello')).toBe(true)
      expect(verify(key, SIGNED.helloHmac, hmac, 'hello')).toBe(true)
      expect(verify(key, SIGNED.hello, hmac, 'hello')).toBe(false)
      expect(verify(key, SIGNED.hello, 'hellp')).toBe(false)
    }
  })

  test('objects', () => {
    expect(signObj(keys, { foo: 'bar' })).toEqual({ foo: 'bar', signature: SIGNED.object })
    expect(signObj(keys, hmac, { foo: 'bar' }).signature).toBe(SIGNED.objectHmac)
    expect(verifyObj(keys, { signature: SIGNED.object, foo: 'bar' })).toBe(true)
    expect(verifyObj(keys, hmac, { foo: 'bar', signature: SIGNED.objectHmac })).toBe(true)
    expect(verifyObj(keys, { foo: 'bar' })).toBe(false)
    expect(verifyObj(keys, { foo: 'baz', signature: SIGNED.object })).toBe(false)
  })

  test('loses a top-level __proto__, as the classic package does', () => {
    const hostile = JSON.parse('{"foo":"bar","__proto__":{"a":1}}') as object
    expect(signObj(keys, hostile)).toEqual({ foo: 'bar', signature: SIGNED.object })
  })

  test('malformed signatures and keys are false', () => {
    for (const bad of ['', '.sig.ed25519', 'AAAA.sig.ed25519', new Uint8Array(63)])
      expect(verify(keys, bad, 'hello')).toBe(false)
    expect(verify(keys, undefined as unknown as string, 'hello')).toBe(false)
    expect(verify('@AAAA.ed25519', SIGNED.hello, 'hello')).toBe(false)
  })

  test('mistakes of the caller throw', () => {
    expect(() => verify(keys, null as unknown as string, 'hello')).toThrow(/did you mean verifyObj/)
    expect(() => verify(keys, {} as unknown as string, 'hello')).toThrow(/did you mean verifyObj/)
    expect(() => sign(keys, 5 as unknown as string)).toThrow('msg should be buffer')
    expect(() => sign(keys, new Uint8Array(31), 'hello')).toThrow(RangeError)
    expect(() => sign('AAAA.sha256', 'hello')).toThrow('unknown curve:sha256 expected: ed25519')
    expect(() => sign('AAAA.ed25519', 'hello')).toThrow(/64 bytes, got 3/)
    expect(() => verify({ public: 'AAAA.k256' }, SIGNED.hello, 'x')).toThrow(/unknown curve:k256/)
    expect(() => sign({ public: keys.public } as unknown as typeof keys, 'x')).toThrow(KeysError)
  })
})

describe('hash', () => {
  test.each([
    ['é', undefined, '3i4zHYka4menAJy0W06IMPFw4Mk3KI6icxoZQcelOw0=.sha256'],
    ['é', 'utf8', 'SplVfkAzw1Od4utlRyAXytX5VX96BiWgnxw/biumnEw=.sha256'],
    ['hello', undefined, 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=.sha256'],
    ['aGVsbG8=', 'base64', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=.sha256'],
    ['68656c6c6f', 'hex', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=.sha256'],
  ] as const)('%s as %s', (text, encoding, expected) => {
    expect(hash(text, encoding)).toBe(expected)
  })

  test('takes the low byte of each unit', () => {
    expect(hash('☃')).toBe(hash(Uint8Array.of(3)))
    expect(messageId('☃')).toBe(`%${hash(Uint8Array.of(3))}`)
  })

  test('refuses what is neither text nor bytes', () => {
    expect(() => hash(5 as unknown as string)).toThrow(TypeError)
    expect(() => hash('zz', 'hex')).toThrow(TypeError)
    expect(() => hash('a', 'utf32' as 'utf8')).toThrow(TypeError)
  })
})

test('getTag', () => {
  expect(getTag('a.sig.ed25519')).toBe('sig.ed25519')
  expect(getTag(keys.id)).toBe('ed25519')
  expect(getTag('nothing')).toBe('nothing')
})

describe('keyPairOf', () => {
  test('gives the bytes', () => {
    const pair = keyPairOf(keys)
    expect([...pair.secretKey.subarray(0, 32)]).toEqual([...seed])
    expect([...pair.secretKey.subarray(32)]).toEqual([...pair.publicKey])
  })

  test('refuses halves that do not belong together', () => {
    const other = generate()
    expect(() => keyPairOf({ public: other.public, private: keys.private })).toThrow(KeysError)
    expect(() => keyPairOf({ public: 'AAAA.ed25519', private: keys.private })).toThrow(KeysError)
  })
})
