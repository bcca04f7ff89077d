import { lowBytes, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { echoTexts } from '../src/echo.ts'
import { feedOf } from './feeds.ts'

/** How often each law is tried: `npm run properties -- --cases N` raises it, to a tenth of N. */
const cases = (usual: number): number =>
  Math.max(usual, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10)

/** What is echoed of a text of JSON, which must be the platform's; whether anything was. */
function check(text: string): boolean {
  const received = utf8(text)
  const json = utf8Text(received)
  const texts = echoTexts(received)
  if (texts === null) return false
  const value: unknown = JSON.parse(json)
  const canonical = JSON.stringify(value, null, 2)
  expect(JSON.stringify(value)).toBe(json)
  expect(utf8Text(texts.canonical)).toBe(canonical)
  expect(texts.low).toEqual(lowBytes(canonical))
  expect(texts.compact).toBe(received)
  return true
}

test('messages are echoed', () => {
  for (const message of feedOf('echo', 6)) expect(check(JSON.stringify(message.value))).toBe(true)
})

test.each([
  '{}',
  '[]',
  '""',
  '{"a":{},"b":[],"c":[{}],"d":[[],[[1]]]}',
  '{"a":true,"b":false,"c":null,"d":0,"e":999999999999999}',
  '{"":"","a":"\\n\\t\\r\\b\\f\\"\\\\","\\"":1}',
  '{"a":{"a":{"a":1}},"b":{"a":1}}',
  '{"ab":1,"ac":2,"a":3,"abc":4}',
  '{"__proto__":1,"toJSON":2,"length":3}',
  '{"a":"\u007f\u2028\u2029\ufffd\uffff","é":"☃😀\u{10ffff}\u{10000}","Ċ":"ÿ"}',
  JSON.stringify('é☃😀'.repeat(300)),
  '['.repeat(63) + ']'.repeat(63),
  JSON.stringify(Array(900).fill(12345)),
])('%.40s is echoed', (json) => {
  expect(check(json)).toBe(true)
})

test.each([
  ['space', '{"a": 1}'],
  ['space at the end', '{"a":1} '],
  ['a line end', '{\n"a":1}'],
  ['a fraction', '{"a":1.5}'],
  ['a fraction that is none', '{"a":1.0}'],
  ['an exponent', '{"a":1e3}'],
  ['a negative number', '{"a":-1}'],
  ['minus zero', '{"a":-0}'],
  ['many digits', '{"a":1234567890123456}'],
  ['an escape by number', '{"a":"\\u0041"}'],
  ['a control', '{"a":"\\u0001"}'],
  ['half of a surrogate pair', '{"a":"\\ud800"}'],
  ['an escaped slash', '{"a":"\\/"}'],
  ['a key that comes twice', '{"a":1,"b":2,"a":3}'],
  ['a key that comes twice, further in', '{"x":[{"é\\n":1,"é\\n":2}]}'],
  ['a key that is a number', '{"b":1,"1":2}'],
  [
    'many keys',
    JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, n]))),
  ],
  ['depth', '['.repeat(67) + ']'.repeat(67)],
  ['more units than a message may have', JSON.stringify('x'.repeat(8191))],
  ['the same by its indentation', JSON.stringify(Array(1030).fill(12345))],
])('%s is left to the writer', (_name, json) => {
  expect(check(json)).toBe(false)
})

test('up to 8192 units and no further, of one byte, of two, three and four', () => {
  for (const letter of ['x', 'é', '☃', '😀'])
    for (let units = 8186; units <= 8198; units += letter.length)
      expect(check(JSON.stringify(letter.repeat((units - 2) / letter.length)))).toBe(units <= 8192)
})

test('texts of any length at any place, with anything in them', () => {
  for (const letter of ['x', '☃', '\n', '"', '\\', '😀', 'é'])
    for (let length = 0; length < 40; length++)
      for (let before = 0; before < 4; before++)
        expect(check(JSON.stringify([' '.repeat(before), letter.repeat(length), 'y']))).toBe(true)
})

const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\"',
    '\\n',
    '\\u0061',
    ' ',
    '\n',
    'é',
    '😀',
    '\ufffd',
  ],
  ...[
    '"a"',
    '"a":',
    '"1":',
    '"__proto__":',
    '0',
    '-0',
    '12',
    '1.50',
    '1e2',
    'true',
    'null',
    'x',
    '{}',
    '[]',
  ],
)
const values = fc
  .json({ maxDepth: 5, stringUnit: 'binary' })
  .map((text) => JSON.stringify(JSON.parse(text)))

test('whatever JSON says, what is echoed is the platform’s', () => {
  let echoed = 0
  // Whole values weigh twice: enough of the texts are echoed.
  const text = fc.oneof(
    { arbitrary: values, weight: 2 },
    fc
      .tuple(values, values, fc.constantFrom('a', 'b', '1'))
      .map(([a, b, key]) => `{"a":${a},"${key}":[${b}]}`),
    fc.tuple(values, piece, fc.nat()).map(([json, more, place]) => {
      const at = place % (json.length + 1)
      return json.slice(0, at) + more + json.slice(at)
    }),
  )
  fc.assert(
    fc.property(text, (json) => {
      try {
        JSON.parse(json)
      } catch {
        return
      }
      if (check(json)) echoed++
    }),
    { numRuns: cases(4000) },
  )
  expect(echoed).toBeGreaterThan(500)
})

test('bytes that are no JSON at all end', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 60 }).map((all) => utf8(all.join(''))),
        fc.uint8Array({ maxLength: 200 }),
      ),
      (noise) => {
        const texts = echoTexts(noise)
        expect(texts === null || texts.compact === noise).toBe(true)
      },
    ),
    { numRuns: cases(3000) },
  )
  expect(echoTexts(utf8('"'.repeat(24_576)))).toBeNull()
  expect(echoTexts(utf8(`["${'\\'.repeat(24_574)}`))).toBeNull()
  expect(echoTexts(new Uint8Array(24_577))).toBeNull()
})
