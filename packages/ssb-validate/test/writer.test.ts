import { lowBytes, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import { describe, expect, test } from 'vitest'
import { memoryOf, portableMemory, sameBytes } from '../src/memory.ts'
import { encodeTexts, writeTexts } from '../src/writer.ts'

const TEXTS = ['', 'a', 'é', '☃ snow', '😀', 'x'.repeat(300), `${'é'.repeat(200)}\u2028`]

describe.each([
  ['the platform’s', memoryOf(2000)],
  ['portable', portableMemory(new Uint8Array(2000))],
])('memory, %s', (_name, memory) => {
  test.each(TEXTS)('takes %j in both forms', (text) => {
    const length = memory.utf8(text, 7)
    expect(memory.bytes.slice(7, 7 + length)).toEqual(utf8(text))
    memory.low(text, 1000)
    expect(memory.bytes.slice(1000, 1000 + text.length)).toEqual(lowBytes(text))
  })
})

test('the same bytes are the same whatever memory they lie in', () => {
  const bytes = Uint8Array.of(0, 1, 2, 3, 4)
  expect(sameBytes(bytes.subarray(1, 4), Uint8Array.of(1, 2, 3))).toBe(true)
  expect(sameBytes(bytes.subarray(1, 4), Uint8Array.of(1, 2, 4))).toBe(false)
  expect(sameBytes(bytes, bytes.subarray(1))).toBe(false)
})

describe('the writer', () => {
  const check = (value: unknown): void => {
    const canonical = JSON.stringify(value, null, 2)
    const texts = writeTexts(value)
    if (canonical.length > 8192) {
      expect(texts).toBeNull()
      return
    }
    expect(texts && utf8Text(texts.canonical)).toBe(canonical)
    expect(texts && utf8Text(texts.compact)).toBe(JSON.stringify(value))
    expect(texts?.low).toEqual(lowBytes(canonical))
  }

  test('whole numbers round each power of two and of ten, and others', () => {
    const powers = Array.from({ length: 64 }, (_, n) => [2 ** n, 10 ** n]).flat()
    const near = powers.flatMap((power) => [power - 1, power, power + 1, power / 10, -power])
    for (const number of [...near, 0, -0, 1.5, Number.MAX_SAFE_INTEGER, 999_999_999_999_999.9]) {
      check({ number })
      // beside a letter beyond ASCII
      check({ é: number })
    }
  })

  test.each(['x', '☃', '\n', 'x\n', '☃\n', '"', '😀', '\u0001'])(
    'texts of %j, any length',
    (unit) => {
      for (const length of [0, 1, 2, 23, 24, 25, 26, 100])
        check({ [unit.repeat(length)]: unit.repeat(length), after: ['é', unit] })
    },
  )

  test.each([
    '\n',
    '"',
    '\\',
    '\u0000',
    '\u001f',
    '\u007f',
    '\ud800',
    '\udc00',
    '\ufffd',
    '\ufeff',
    '😀',
    'ÿ',
    'Ċ',
  ])('texts with %j at any place among others', (unit) => {
    for (const other of ['x', 'é', '☃'])
      for (let before = 0; before < 32; before++) {
        const text = `${other.repeat(before)}${unit}\n${other.repeat(32 - before)}`
        check([text, `${text}${unit}`, 'x'.repeat(30), `\n${text}\n`])
      }
  })

  test('up to 8192 units and no further, of one byte and of three', () => {
    for (const unit of ['x', '☃', '\n'])
      for (let units = 8186; units <= 8195; units++)
        check(unit.repeat(units / (unit === '\n' ? 2 : 1)))
    for (let count = 1020; count <= 1030; count++) check(Array(count).fill(12345))
    for (let depth = 60; depth <= 68; depth++) {
      const nested = JSON.parse('['.repeat(depth) + ']'.repeat(depth))
      if (depth <= 66) check(nested)
      else expect(writeTexts(nested)).toBeNull()
    }
  })

  test('notices that a getter wrote another text meanwhile', () => {
    const value = {
      a: 1,
      get b() {
        writeTexts('another')
        return 'é'
      },
    }
    expect(writeTexts(value)).toBeNull()
    const texts = encodeTexts(JSON.stringify(value, null, 2), JSON.stringify(value))
    expect(utf8Text(texts.compact)).toBe('{"a":1,"b":"é"}')
    expect(texts.low).toEqual(lowBytes(JSON.stringify(value, null, 2)))
  })
})
