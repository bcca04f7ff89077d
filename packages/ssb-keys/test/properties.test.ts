import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  box,
  generate,
  KeysError,
  readSecret,
  replaceSecret,
  signObj,
  unbox,
  unboxKey,
  verify,
  verifyObj,
  writeSecret,
} from '../src/index.ts'

// `npm run properties -- --cases N` raises it, to a tenth of N: most of these laws sign or box.
fc.configureGlobal({
  numRuns: Math.max(100, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10),
})

const keys = generate(null, 'properties')
const object = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue())

test('what is signed verifies, and with one field changed it does not', () => {
  fc.assert(
    fc.property(
      object,
      fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 })),
      (value, hmac) => {
        const signed = signObj(keys, hmac, value)
        expect(verifyObj(keys, hmac, signed)).toBe(true)
        expect(verifyObj(keys, hmac, { ...signed, added: 1 })).toBe(
          'added' in value && value['added'] === 1,
        )
      },
    ),
  )
})

test('any text or bytes as signature is judged, never thrown at', () => {
  const signature = fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ maxLength: 70 }))
  fc.assert(
    fc.property(signature, (odd) => {
      expect(verify(keys, odd, 'hello')).toBe(false)
    }),
  )
})

test('what is boxed opens to the same JSON', () => {
  fc.assert(
    fc.property(object, (value) => {
      expect(unbox(box(value, [keys.id]), keys)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('random boxes are for nobody', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.base64String(), fc.uint8Array({ maxLength: 300 }), fc.string()),
      (odd) => {
        expect(unbox(odd, keys)).toBeUndefined()
        expect(unboxKey(odd, keys)).toBeNull()
      },
    ),
  )
})

test('a secret file reads as it was written; any other text gives a KeysError', () => {
  const other = generate(null, 'other')
  expect(readSecret(writeSecret(keys))).toEqual(keys)
  expect(readSecret(replaceSecret(writeSecret(keys), other))).toEqual(other)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => readSecret(text)).toThrow(KeysError)
    }),
  )
})
