import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lowBytes, toHex } from '../src/index.ts'

interface LowByteCase {
  readonly input: string
  readonly low_bytes_hex: string
}

const lowByteCases: readonly LowByteCase[] = JSON.parse(
  readFileSync(new URL('../../../vectors/go-ssb/v8-binary-strings.json', import.meta.url), 'utf8'),
)

describe('go-ssb: V8 binary strings', () => {
  test('has its six cases', () => expect(lowByteCases).toHaveLength(6))

  test.each(lowByteCases)('$input', ({ input, low_bytes_hex }) => {
    expect(toHex(lowBytes(input))).toBe(low_bytes_hex)
  })
})
