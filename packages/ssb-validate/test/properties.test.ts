import { sign } from '@scuttlebot/ssb-crypto'
import { lowBytes, utf8Text } from '@scuttlebot/ssb-encode'
import { keyPairOf } from '@scuttlebot/ssb-keys'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Content,
  checkInvalid,
  checkInvalidCheap,
  checkInvalidOOO,
  createMessage,
  createValidator,
  id,
  type MessageValue,
} from '../src/index.ts'
import { canonicalUnits, isModest } from '../src/measure.ts'
import { writeTexts } from '../src/writer.ts'
import { after, feedOf, keysOf } from './feeds.ts'

/** How often each law is tried: `npm run properties -- --cases N` raises it, to a tenth of N. */
const cases = (usual: number): number =>
  Math.max(usual, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10)

const keys = keysOf('properties')
const { secretKey } = keyPairOf(keys)
const messages = feedOf('properties', 6)

/** JSON with hostile keys and texts. */
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'length',
    '0',
    '10',
    '01',
    '-1',
    '4294967295',
    'a": "b',
    '\\',
    '\n',
  ),
)
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'a\udc00b', '\u2028\u007f\u0000', '": ', '\\"', '�'),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, -0, 1e21, 1e-7, 5e-324),
)
const json: fc.Arbitrary<unknown> = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 5 }),
    object: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => {
      const object: Record<string, unknown> = {}
      for (const [name, value] of entries)
        Object.defineProperty(object, name, {
          value,
          enumerable: true,
          writable: true,
          configurable: true,
        })
      return object
    }),
  }))
  .value.map((value) => JSON.parse(JSON.stringify(value)) as unknown)

describe('texts', () => {
  test('the writer’s are the platform’s', () => {
    fc.assert(
      fc.property(json, (value) => {
        const canonical = JSON.stringify(value, null, 2)
        const texts = writeTexts(value)
        expect(texts === null).toBe(canonical.length > 8192)
        if (texts === null) return
        expect(utf8Text(texts.canonical)).toBe(canonical)
        expect(utf8Text(texts.compact)).toBe(JSON.stringify(value))
        expect(texts.low).toEqual(lowBytes(canonical))
      }),
      { numRuns: cases(2000) },
    )
  })

  test('the counted length is the written one', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalUnits(value)).toBe(JSON.stringify(value, null, 2).length)
        expect(isModest(value)).toBe(true)
      }),
      { numRuns: cases(500) },
    )
  })

  test.each<[string, unknown]>([
    ['undefined', { a: undefined }],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('a')]],
    ['a BigInt', { a: 1n }],
    ['a date', { a: new Date(0) }],
    ['toJSON', { toJSON: () => 'x' }],
    ['a boxed number', [Object(5)]],
    ['a map', { a: new Map() }],
    ['bytes', { a: new Uint8Array(2) }],
  ])('%s is left to the platform', (_name, value) => {
    expect(writeTexts(value)).toBeNull()
  })
})

test('what we create re-parses to the same bytes, and is accepted by both faces', () => {
  const content = fc
    .tuple(json, fc.string({ minLength: 3, maxLength: 17 }))
    .map(([rest, type]) =>
      typeof rest === 'object' && rest !== null && !Array.isArray(rest)
        ? { ...rest, type }
        : { type, rest },
    )
  let created = 0
  fc.assert(
    fc.property(content, fc.integer({ min: 0, max: 5 }), (value, place) => {
      const last = place === 0 ? null : messages[place - 1]
      const state = last ? after(last) : null
      const made = createMessage({
        state,
        author: keys.id,
        sign: (bytes) => sign(bytes, secretKey),
        content: value as Content,
        timestamp: 1_600_000_000_000,
      })
      if (!made.ok) {
        expect(made.code).toMatch(/^SSB_VALIDATE_(TEXT|SIZE|NUMBER|TYPE)$/)
        return
      }
      created++
      const { message } = made
      const read = JSON.parse(new TextDecoder().decode(message.bytes)) as MessageValue
      expect(JSON.stringify(read)).toBe(new TextDecoder().decode(message.bytes))
      expect(id(read)).toBe(message.key)
      expect(read).toEqual(message.value)
      expect(checkInvalid(state, null, read)).toBe(false)
      const [verdict] = createValidator({ state: () => state }).validateSync([message.bytes])
      expect(verdict?.ok && verdict.message.key).toBe(message.key)
    }),
    { numRuns: cases(400) },
  )
  expect(created).toBeGreaterThan(100)
})

describe('mutations of valid messages never validate', () => {
  const validatorAt = (i: number) => {
    const before = i === 0 ? null : messages[i - 1]
    return createValidator({ state: () => (before ? after(before) : null) })
  }

  test('one byte changed', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(), fc.integer({ min: 1, max: 255 }), (i, at, flip) => {
        const message = messages[i] as (typeof messages)[number]
        const bytes = message.bytes.slice()
        const place = at % bytes.length
        bytes[place] = (bytes[place] as number) ^ flip
        const [verdict] = validatorAt(i).validateSync([bytes])
        // Changed bytes may stand for the same message: 1e3 for 1000 would. Then it is that message to the byte.
        if (verdict?.ok) expect(verdict.message.bytes).toEqual(message.bytes)
        else expect(verdict?.ok).toBe(false)
      }),
      { numRuns: cases(1500) },
    )
  })

  test('one field changed', () => {
    const field = fc.constantFrom(
      'previous',
      'author',
      'sequence',
      'timestamp',
      'hash',
      'content',
      'signature',
    )
    fc.assert(
      fc.property(fc.nat(5), field, json, (i, name, value) => {
        const message = messages[i] as (typeof messages)[number]
        const changed = { ...message.value, [name]: value } as MessageValue
        fc.pre(JSON.stringify(changed) !== JSON.stringify(message.value))
        const [verdict] = validatorAt(i).validateSync([changed])
        expect(verdict?.ok).toBe(false)
        const before = i === 0 ? null : messages[i - 1]
        expect(checkInvalid(before && after(before), null, changed)).not.toBe(false)
      }),
      { numRuns: cases(1500) },
    )
  })
})

test('values of every kind get a verdict and never throw', async () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withBoxedValues: true,
  })
  const claim = fc.record(
    {
      previous: anything,
      author: fc.oneof(anything, fc.constant(keys.id)),
      sequence: fc.oneof(anything, fc.constant(1)),
      timestamp: anything,
      hash: fc.oneof(anything, fc.constant('sha256')),
      content: anything,
      signature: fc.oneof(anything, fc.constant(messages[0]?.value.signature)),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, claim, fc.uint8Array()), async (value) => {
      const input = [value as MessageValue]
      for (const from of [null, messages[0] ? after(messages[0]) : null]) {
        const validator = createValidator({ state: () => from })
        expect(validator.validateSync(input)[0]?.ok).toBe(false)
        expect((await validator.validate(input))[0]?.ok).toBe(false)
        expect(checkInvalidCheap(from, value)).not.toBe(false)
        expect(checkInvalidOOO(value)).not.toBe(false)
      }
    }),
    { numRuns: cases(1000) },
  )
})
