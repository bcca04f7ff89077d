import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode, parseJson, signedText, tryEncode, unsignedText, utf8 } from '../src/index.ts'

/** How often each law is tried: `npm run properties -- --cases N` raises it, to a tenth of N. */
const cases = (usual: number): number =>
  Math.max(usual, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10)

const SIGNATURE = `${'A'.repeat(86)}==.sig.ed25519`

describe('canonical text', () => {
  test('is two-space JSON, with nothing inside what is empty and no line break at the end', () => {
    expect(encode({ a: {}, b: [], c: [1, { d: null }] })).toBe(
      '{\n  "a": {},\n  "b": [],\n  "c": [\n    1,\n    {\n      "d": null\n    }\n  ]\n}',
    )
  })

  test('writes integer keys first, in ascending order, then the others as they were put in', () => {
    const value = JSON.parse(
      '{"b":0,"2":0,"a":0,"1":0,"01":0,"-1":0,"4294967294":0,"4294967295":0,"1.5":0}',
    )
    const keys = [...encode(value).matchAll(/"([^"]+)":/g)].map((match) => match[1])
    expect(keys).toEqual(['1', '2', '4294967294', 'b', 'a', '01', '-1', '4294967295', '1.5'])
  })

  test.each([
    ['1e21', '1e+21'],
    ['1E2', '100'],
    ['1.0', '1'],
    ['0.000001', '0.000001'],
    ['1e-7', '1e-7'],
    ['123456789012345678901', '123456789012345680000'],
    ['9007199254740993', '9007199254740992'],
    ['-0', '0'],
    ['5e-324', '5e-324'],
    ['1e400', 'null'],
    ['{"a":1,"b":2,"a":3}', '{\n  "a": 3,\n  "b": 2\n}'],
    ['{"__proto__":{"x":1}}', '{\n  "__proto__": {\n    "x": 1\n  }\n}'],
    [
      '"\\u0000\\u001f\\u007f\\u2028\\/\\"\\\\\\b\\t\\n\\f\\r"',
      '"\\u0000\\u001f\x7f\u2028/\\"\\\\\\b\\t\\n\\f\\r"',
    ],
    ['"\\uD800"', '"\\ud800"'],
  ])('of %s', (json, text) => {
    const parsed = parseJson(utf8(json))
    expect(parsed.ok && encode(parsed.value)).toBe(text)
  })

  test('is what the platform writes, for any JSON value, and stable under reading again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }), (value) => {
        const text = encode(value)
        expect(text).toBe(JSON.stringify(value, null, 2))
        expect(encode(JSON.parse(text))).toBe(text)
      }),
      { numRuns: cases(2000) },
    )
  })

  test.each([undefined, () => 0, Symbol('s'), 1n])('does not exist for %s', (value) => {
    expect(() => encode(value)).toThrow(TypeError)
    expect(tryEncode(value)).toBeNull()
  })

  test('tryEncode survives cycles and any depth', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(tryEncode(cycle)).toBeNull()
    const deep = parseJson(utf8(`${'['.repeat(200_000)}${']'.repeat(200_000)}`))
    if (deep.ok) expect(tryEncode(deep.value)).toBeNull()
    expect(tryEncode({ a: 1 })).toBe(encode({ a: 1 }))
  })
})

describe('unsignedText', () => {
  const message = fc
    .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }))
    .map(({ signature: _, ...rest }) => JSON.parse(JSON.stringify(rest)) as object)

  test('is the text of the message without its signature', () => {
    fc.assert(
      fc.property(message, fc.string({ unit: 'binary' }), (value, signature) => {
        const signed = encode({ ...value, signature })
        expect(unsignedText(signed)).toBe(encode(value))
        expect(signedText(encode(value), signature)).toBe(signed)
      }),
      { numRuns: cases(2000) },
    )
  })

  test('is not led astray by a signature inside the content', () => {
    const content = { signature: 'x', text: ',\n  "signature": "no"\n}' }
    const value = { author: '@a', content }
    expect(unsignedText(encode({ ...value, signature: SIGNATURE }))).toBe(encode(value))
    expect(unsignedText(encode(value))).toBeNull()
  })

  test.each([
    ['not last', { signature: 'x', a: 'y' }],
    ['not last, after another key', { b: 1, signature: 'x', a: 'y' }],
    ['no string', { a: 1, signature: 5 }],
    ['an object', { a: 1, signature: { b: 'x' } }],
    ['absent', { a: 'x' }],
    ['nothing at all', {}],
    ['in an array', ['signature']],
  ])('is null when the signature is %s', (_, value) => {
    expect(unsignedText(encode(value))).toBeNull()
  })

  test('never throws on any text', () => {
    const pieces = fc.constantFrom('{\n  ', '"signature": "', ',\n  ', '"\n}', '\n}', 'x', '"a": 1')
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = unsignedText(parts.join(''))
        expect(text === null || text.endsWith('}')).toBe(true)
      }),
    )
  })

  test('signedText wants the text of an object', () => {
    expect(signedText('{}', 'x')).toBe(encode({ signature: 'x' }))
    expect(() => signedText('[]', 'x')).toThrow(TypeError)
    expect(() => signedText('', 'x')).toThrow(TypeError)
  })
})

describe('parseJson', () => {
  test('is total', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        const parsed = parseJson(bytes)
        expect(typeof parsed.ok).toBe('boolean')
      }),
      { numRuns: cases(2000) },
    )
  })

  test('gives what was written', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        expect(parseJson(utf8(text))).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })

  test.each([
    ['nothing', []],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate as UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x98, 0x22]],
    ['beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['a control character in a string', [0x22, 0x0a, 0x22]],
    ['two values', [0x31, 0x20, 0x32]],
  ])('refuses %s', (_, bytes) => expect(parseJson(Uint8Array.from(bytes))).toEqual({ ok: false }))
})
