import { describe, expect, test } from 'vitest'
import { growthPercent } from '../src/memory.ts'

const MIB = 2 ** 20

describe('growthPercent', () => {
  test.each([
    [0, 600],
    [1, 600],
    [6 * MIB, 600],
    [12 * MIB, 300],
    [24 * MIB, 100],
    [30 * MIB, 60],
    [31 * MIB, 60],
    [1024 * MIB, 60],
  ])('of a heap of %d bytes is %d', (bytes, percent) => {
    expect(growthPercent(bytes)).toBe(percent)
  })
})
