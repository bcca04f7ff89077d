import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createLog } from '../src/index.ts'
import { abortBySignals, type SignalSource } from '../src/signals.ts'

describe('the log', () => {
  const linesAt = (level: Parameters<typeof createLog>[0]): string[] => {
    const lines: string[] = []
    const log = createLog(
      level,
      (line) => lines.push(line),
      () => 0,
    )('net')
    log.error('e')
    log.warn('w')
    log.info('i')
    log.debug('d')
    return lines.map((line) => line.split(' ')[1] ?? '')
  }
  test.each([
    ['error', ['error']],
    ['warning', ['error', 'warning']],
    ['notice', ['error', 'warning', 'notice']],
    ['info', ['error', 'warning', 'notice', 'info']],
  ] as const)('at %s', (level, expected) => {
    expect(linesAt(level)).toEqual(expected)
  })

  test('an entry is one line, whatever a peer called itself', () => {
    const lines: string[] = []
    const log = createLog(
      'info',
      (line) => lines.push(line),
      () => 0,
    )('net')
    log.info('hello\n\u001b[31m', { peer: '@a=.ed25519', reason: 'x\ny "z"', n: 1 })
    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z notice net: hello  [31m peer=@a=.ed25519 reason="x\\ny \\"z\\"" n=1\n',
    ])
    log.info('', { reason: 'y'.repeat(1_000_000) })
    expect(lines[1]).toHaveLength('1970-01-01T00:00:00.000Z notice net: …\n'.length + 2_000)
  })
})

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
