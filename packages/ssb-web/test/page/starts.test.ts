import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SHEET, startsOf } from '../../src/page/data/starts.ts'

/** The sheets of a list that was `before`, then is `after`. */
function sheets(before: readonly string[], after: readonly string[]): readonly string[] {
  const heads = new Set(startsOf(before, new Set()).map((at) => before[at]))
  const starts = startsOf(after, heads)
  return starts.map((at, n) => after.slice(at, starts[n + 1]).join(''))
}

test('a list grows at its end, the last sheet first', () => {
  expect(sheets([...'abcd'], [...'abcdefgh'])).toEqual(['abc', 'def', 'gh'])
  expect(sheets([], [])).toEqual([])
})

test('what comes before a sheet moves nothing to another one', () => {
  expect(sheets([...'abcdef'], [...'zabcdef'])).toEqual(['z', 'abc', 'def'])
  expect(sheets([...'abcdef'], [...'vwxyzabcdef'])).toEqual(['vwx', 'yz', 'abc', 'def'])
})

test('one that leads a sheet may go: the others stay together', () => {
  expect(sheets([...'abcdef'], [...'abcef'])).toEqual(['abc', 'ef'])
  expect(sheets([...'abcdef'], [...'dabcef'])).toEqual(['d', 'abc', 'ef'])
})

test('whatever was there before, all are shown once, in order, on sheets that are not too long', () => {
  const list = fc.uniqueArray(fc.nat(60), { maxLength: 40 })
  fc.assert(
    fc.property(list, list, (before, after) => {
      const heads = new Set(startsOf(before, new Set()).map((at) => before[at]))
      const starts = startsOf(after, heads)
      const parts = starts.map((at, n) => after.slice(at, starts[n + 1]))
      expect(parts.flat()).toEqual(after)
      expect(parts.every(({ length }) => length > 0 && length <= SHEET)).toBe(true)
    }),
  )
})
