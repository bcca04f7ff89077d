import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { abortBySignals, type SignalSource } from '../src/signals.ts'

test('the first signal asks, the second ends', () => {
  const codes: number[] = []
  const source = Object.assign(new EventEmitter(), {
    exit: (code: number) => codes.push(code),
  })
  const signal = abortBySignals(source as unknown as SignalSource)
  expect(signal.aborted).toBe(false)
  source.emit('SIGTERM')
  expect([signal.aborted, codes]).toEqual([true, []])
  source.emit('SIGINT')
  expect(codes).toEqual([130])
})
