import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as ref from '../src/index.ts'
import { anything, FEED, ODD } from './values.ts'

const functions = Object.entries(ref).filter(
  (entry): entry is [string, (x: unknown, y?: unknown) => unknown] =>
    typeof entry[1] === 'function',
)

/** Of each of some 90 functions: `npm run properties -- --cases N` raises it, to a hundredth of N. */
const CASES = Math.max(300, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 100)

describe('no function throws on any value of any type', () => {
  test('covers the whole face', () => expect(functions.length).toBeGreaterThan(85))

  test.each(functions)('%s', (_name, fn) => {
    for (const odd of ODD) {
      fn(odd)
      fn(FEED, odd)
      fn(odd, odd)
    }
    fc.assert(
      fc.property(anything, anything, (x, y) => {
        fn(x)
        fn(x, y)
        return true
      }),
      { numRuns: CASES },
    )
  })

  test('nor do the functions that functions give', () => {
    const isClaim = ref.isExperimentalSSBURIWithAction('claim-http-invite')
    for (const odd of ODD) expect(isClaim(odd)).toBe(false)
  })
})
