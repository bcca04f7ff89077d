import { toBase64, toHex } from '@scuttlebot/ssb-encode'
import { describe, expect, test } from 'vitest'
import {
  box,
  generate,
  KeysError,
  secretBox,
  secretUnbox,
  ssbSecretKeyToPrivateBoxSecret,
  unbox,
  unboxBody,
  unboxKey,
} from '../src/index.ts'

const keysOf = (byte: number): ReturnType<typeof generate> =>
  generate(null, new Uint8Array(32).fill(byte))
const [a, b, c] = [keysOf(1), keysOf(2), keysOf(3)]
const content = { type: 'post', text: 'hi ☃' }

test('the vectors printed in the sheets', () => {
  expect(toHex(ssbSecretKeyToPrivateBoxSecret(a))).toBe(
    '58e86efb75fa4e2c410f46e16de9f6acae1a1703528651b69bc176c088bef36e',
  )
  const boxed =
    'ERERERERERERERERERERERERERERERERTrT6/uK9MBiiTjEN6BBjM8KzZOrtApp/Bde0XMx3aDodipdHyKyt1EbiplT58Fa7vkyanzDJJna31EulK/NTwQOmXhtov0bbRPdomElNOHLXTU0f2cawRQXhB6v08G0XlnWD/Gz3kgCkNJkEmZZwDPmQ2Y1eamT8cvmxyDpVfo76g9iTY/JpjrSq4FzDN37O4BQfNkW5rxT9Yk09wA4BgjBuRU4Oc6oD4LF4iMk=.box'
  expect(unbox(boxed, a)).toEqual({ type: 'post', text: 'hi' })
  expect(unbox(boxed, b.private)).toEqual({ type: 'post', text: 'hi' })
  expect(unbox(boxed, c)).toBeUndefined()
  const key = new Uint8Array(32).fill(3)
  expect(toBase64(secretBox({ a: 1 }, key) ?? new Uint8Array())).toBe(
    'IVchrmlFb0Wexp0/oRkoceA2sDp+ILc=',
  )
})

describe('box', () => {
  test('takes ids, public keys and key objects; each recipient opens it', () => {
    const boxed = box(content, [a.id, b.public, c])
    expect(boxed).toMatch(/^[A-Za-z0-9+/]+=*\.box$/)
    for (const keys of [a, b, c, a.private]) expect(unbox(boxed, keys)).toEqual(content)
    expect(unbox(boxed, generate())).toBeUndefined()
  })

  test('takes 7 recipients by default, up to 255 when told', () => {
    expect(unbox(box(content, Array(7).fill(a)), a)).toEqual(content)
    expect(() => box(content, Array(8).fill(a))).toThrow('max recipients is:7 found:8')
    const many = Array.from({ length: 255 }, (_, i) => generate(null, `many ${i}`))
    const boxed = box(content, many, { max: 255 })
    for (const i of [0, 7, 8, 254]) expect(unbox(boxed, many[i] as typeof a)).toEqual(content)
    expect(() => box(content, many, { max: 256 })).toThrow(RangeError)
  })

  test('refuses what is no key, and what is no JSON', () => {
    expect(() => box(content, ['@AAAA.ed25519'])).toThrow(KeysError)
    expect(() => box(content, [`@${'A'.repeat(43)}=.ed25519`])).toThrow(/recipient 0/)
    expect(() => box(undefined, [a])).toThrow(TypeError)
  })
})

describe('unboxKey and unboxBody', () => {
  const boxed = box(content, [a, b])

  test('open in two steps, with the key as bytes or base64', () => {
    const key = unboxKey(boxed, b)
    expect(key).toHaveLength(33)
    expect(key?.[0]).toBe(2)
    expect(unboxBody(boxed, key)).toEqual(content)
    expect(unboxBody(boxed, toBase64(key ?? new Uint8Array()))).toEqual(content)
  })

  test('say nothing to others', () => {
    expect(unboxKey(boxed, c)).toBeNull()
    expect(unboxKey('AAAA.box', a)).toBeNull()
    expect(unboxBody(boxed, null)).toBeNull()
    expect(unboxBody(boxed, new Uint8Array(33))).toBeUndefined()
    expect(() => unboxBody(boxed, new Uint8Array(32))).toThrow(RangeError)
  })

  test('anything that is not boxed is not for us', () => {
    for (const odd of [undefined, null, 5, {}, content, '', '.box', 'this is invalid content'])
      expect(unbox(odd, a)).toBeUndefined()
    expect(() => unbox(boxed, 'AAAA.ed25519')).toThrow(KeysError)
  })

  test('follow a key object whose private key was changed', () => {
    const changing = { ...a }
    expect(unbox(boxed, changing)).toEqual(content)
    Object.assign(changing, { private: c.private })
    expect(unbox(boxed, changing)).toBeUndefined()
  })
})

test('secretBox round trip, and what does not open', () => {
  const key = new Uint8Array(32).fill(7)
  const boxed = secretBox(content, key) as Uint8Array
  expect(secretUnbox(boxed, key)).toEqual(content)
  expect(secretBox(null, key)).toBeUndefined()
  expect(secretBox(0, key)).toBeUndefined()
  expect(secretUnbox(boxed, new Uint8Array(32))).toBeUndefined()
  expect(secretUnbox(boxed.subarray(1), key)).toBeUndefined()
  expect(secretUnbox(new Uint8Array(15), key)).toBeUndefined()
  expect(() => secretBox(content, new Uint8Array(31))).toThrow(RangeError)
})
