import { expect, test } from 'vitest'
import * as crypto from '../src/index.ts'

test('signs and verifies on the native backend', () => {
  const pair = crypto.signKeyPair(new Uint8Array(32).fill(1))
  const message = new TextEncoder().encode('hello')
  expect(crypto.backend()).toBe('sodium-native')
  expect(crypto.verify(crypto.sign(message, pair.secretKey), message, pair.publicKey)).toBe(true)
  expect(crypto.verify(crypto.sign(message, pair.secretKey), message.subarray(1), pair.publicKey)).toBe(false)
})
