import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const sample = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 256)
const base64 = Buffer.from(sample).toString('base64')

beforeEach(() => {
  vi.resetModules()
  vi.stubGlobal('Buffer', undefined)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('everything works where there is no Buffer', async () => {
  expect(globalThis.Buffer).toBeUndefined()
  const encode = await import('../src/index.ts')
  expect(encode.toBase64(sample)).toBe(base64)
  expect(encode.fromBase64(base64)).toStrictEqual(sample)
  expect(encode.fromBase64(`${base64.slice(0, -1)}!`)).toBeNull()
  expect(encode.fromBase64Lenient(base64)).toStrictEqual(sample)
  expect(encode.fromHex(encode.toHex(sample))).toStrictEqual(sample)
  expect(encode.utf8Text(encode.utf8('é ☃ 😀'))).toBe('é ☃ 😀')
  expect(encode.lowBytes('☃'.repeat(100))).toStrictEqual(new Uint8Array(100).fill(3))
})
