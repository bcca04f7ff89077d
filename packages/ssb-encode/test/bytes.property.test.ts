import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64Portable, toBase64Portable } from '../src/base64.ts'
import {
  compareBytes,
  concat,
  fromBase64,
  fromBase64Lenient,
  fromHex,
  lowBytes,
  toBase64,
  toHex,
  utf8,
  utf8Text,
  utf8TextStrict,
} from '../src/index.ts'
import { lowBytesPortable } from '../src/text.ts'

/** How often each law is tried: `npm run properties -- --cases N` raises it, to a tenth of N. */
const cases = (usual: number): number =>
  Math.max(usual, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10)

const RUNS = { numRuns: cases(400) }

// Both sides of the length from which the platform takes over.
const bytes = fc.uint8Array({ maxLength: 400, size: 'max' })
const text = fc.string({ unit: 'binary', maxLength: 400, size: 'max' })
/** A view with bytes before and after it, which must not be read. */
const inside = (view: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(1, 2, 3), view, Uint8Array.of(4)]).subarray(3, 3 + view.length)

describe('base64, with Buffer and without', () => {
  test('round-trips and agrees with the platform', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const written = toBase64(inside(value))
        expect(written).toBe(Buffer.from(value).toString('base64'))
        expect(toBase64Portable(inside(value))).toBe(written)
        expect(fromBase64(written)).toStrictEqual(value)
        expect(fromBase64Portable(written)).toStrictEqual(value)
        expect(fromBase64Lenient(written)).toStrictEqual(value)
      }),
      RUNS,
    )
  })

  test('takes canonical text and nothing else', () => {
    const near = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'AQgw/+-_= \né9='), maxLength: 12 }),
      fc.tuple(bytes, fc.nat(), fc.constantFrom(...'AB=- \u0141')).map(([value, at, char]) => {
        const good = toBase64(value)
        const i = good.length === 0 ? 0 : at % good.length
        return good.slice(0, i) + char + good.slice(i + 1)
      }),
    )
    fc.assert(
      fc.property(near, (given) => {
        const canonical = Buffer.from(given, 'base64').toString('base64') === given
        expect(fromBase64(given) !== null).toBe(canonical)
        expect(fromBase64Portable(given)).toStrictEqual(fromBase64(given))
      }),
      { numRuns: cases(3000) },
    )
  })

  test.each([
    'A',
    'AA',
    'AA=',
    'AAA',
    'AB==',
    'AAB=',
    'AA==AA==',
    '=AAA',
    'A===',
    '====',
    'AA=A',
    'AAA\n',
    'AA-_',
  ])('refuses %j', (given) => {
    expect(fromBase64(given)).toBeNull()
    expect(fromBase64(given + 'A'.repeat(200))).toBeNull()
  })

  test('reads carelessly written base64 as Node does', () => {
    const careless = fc.string({ unit: fc.constantFrom(...'AZaz09+/-_= \n.!'), maxLength: 40 })
    fc.assert(
      fc.property(careless, (given) => {
        // Node reads on after a lone `=` in some positions, depending on its version; up to it all agree.
        const upToPad = given.split('=', 1)[0] ?? ''
        expect(fromBase64Lenient(given)).toStrictEqual(
          Uint8Array.from(Buffer.from(upToPad, 'base64')),
        )
      }),
      RUNS,
    )
  })
})

describe('hex', () => {
  test('round-trips, in either case', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(inside(value))).toBe(Buffer.from(value).toString('hex'))
        expect(fromHex(toHex(value))).toStrictEqual(value)
        expect(fromHex(toHex(value).toUpperCase())).toStrictEqual(value)
      }),
      RUNS,
    )
  })

  test.each(['0', '0g', 'g0', '000', ' 0', '0x', '\u0130\u0130'])('refuses %j', (given) =>
    expect(fromHex(given)).toBeNull(),
  )
})

describe('UTF-8', () => {
  test('well-formed text round-trips', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8(value)).toStrictEqual(Uint8Array.from(Buffer.from(value, 'utf8')))
        expect(utf8Text(inside(utf8(value)))).toBe(value)
        expect(utf8TextStrict(inside(utf8(value)))).toBe(value)
      }),
      RUNS,
    )
  })

  test('on any bytes the lenient reader agrees with the platform and the strict one returns', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const lenient = utf8Text(value)
        expect(Buffer.from(value).toString('utf8')).toBe(lenient)
        const wellFormed = compareBytes(utf8(lenient), value) === 0
        expect(utf8TextStrict(value)).toBe(wellFormed ? lenient : null)
      }),
      RUNS,
    )
  })

  test('keeps a byte order mark and replaces lone surrogates', () => {
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)
    for (const read of [utf8Text, utf8TextStrict]) expect(read(marked)).toBe('\ufeffa')
    expect(toHex(utf8('\ud800'))).toBe('efbfbd')
  })
})

describe('lowBytes', () => {
  test('is the low byte of each unit, with Buffer and without', () => {
    const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 120, size: 'max' })
    fc.assert(
      fc.property(units, (codes) => {
        const value = String.fromCharCode(...codes)
        const low = Uint8Array.from(codes, (code) => code & 0xff)
        expect(lowBytes(value)).toStrictEqual(low)
        expect(lowBytesPortable(value)).toStrictEqual(low)
      }),
      RUNS,
    )
  })
})

describe('concat and compareBytes', () => {
  test('joins in order, into fresh memory', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        expect(concat(chunks)).toStrictEqual(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])))
      }),
    )
    const only = Uint8Array.of(1)
    concat([only])[0] = 2
    expect(only).toStrictEqual(Uint8Array.of(1))
  })

  test('orders as the platform does', () => {
    const short = fc.uint8Array({ maxLength: 4, max: 3 })
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(compareBytes(a, b)).toBe(Buffer.compare(a, b))
      }),
      RUNS,
    )
  })
})
