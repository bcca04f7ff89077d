import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as ref from '../src/index.ts'
import { anything, ODD } from './values.ts'

const functions = Object.entries(ref).filter(
  (entry): entry is [string, (x: unknown, y?: unknown) => unknown] =>
    typeof entry[1] === 'function',
)

describe('no function throws on any value of any type', () => {
  test('covers the whole face', () => expect(functions.length).toBeGreaterThan(85))

  test.each(functions)('%s', (_name, fn) => {
    for (const odd of ODD) fn(odd)
    fc.assert(
      fc.property(anything, (x) => {
        fn(x)
        return true
      }),
      { numRuns: 300 },
    )
  })

  test('nor do the functions that functions give', () => {
    const isClaim = ref.isExperimentalSSBURIWithAction('claim-http-invite')
    for (const odd of ODD) expect(isClaim(odd)).toBe(false)
  })
})
