import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { relativeTime } from '../src/cell.ts'
import { humanText } from '../src/human.ts'
import { NOW } from './world.ts'

const show = (value: unknown): string =>
  humanText(value, { now: NOW, isColourful: false, names: new Map() })

describe('relative times', () => {
  const s = 1000
  test.each([
    [NOW, 'just now'],
    [NOW - 9 * s, 'just now'],
    [NOW - 10 * s, '10 s ago'],
    [NOW - 59 * s, '59 s ago'],
    [NOW - 60 * s, '1 min ago'],
    [NOW - 3599 * s, '59 min ago'],
    [NOW - 3600 * s, '1 h ago'],
    [NOW - 86_399 * s, '23 h ago'],
    [NOW - 86_400 * s, '1 day ago'],
    [NOW - 86_400 * 29 * s, '29 days ago'],
    [NOW - 86_400 * 30 * s, '2026-01-01'],
    [NOW + 120 * s, 'in 2 min'],
    [Number.NaN, 'at no time'],
    [Number.POSITIVE_INFINITY, 'at no time'],
    [-8.7e15, 'at no time'],
  ])('%d is %s', (time, expected) => {
    expect(relativeTime(time, NOW)).toBe(expected)
  })
})

describe('messages', () => {
  const value = {
    previous: null,
    author: '@bob',
    sequence: 3,
    timestamp: NOW - 120_000,
    hash: 'sha256',
    content: { type: 'post', text: 'hello\nworld', mentions: [{ link: '@a', name: 'x' }] },
    signature: 's',
  }
  test('with their key, text and the rest', () => {
    expect(show({ key: '%k', value, timestamp: 1 })).toBe(
      [
        'post by @bob #3, 2 min ago',
        '  hello',
        '  world',
        '  mentions:',
        '    -',
        '      link: @a',
        '      name: x',
        '  %k',
      ].join('\n'),
    )
  })
  test('bare, and boxed', () => {
    expect(show({ ...value, content: 'AAAA.box' })).toBe(
      'private, not opened by @bob #3, 2 min ago',
    )
  })
  test('the mark between old and new', () => {
    expect(show({ sync: true })).toContain('now what comes')
  })
  test('colours where they are welcome, and names', () => {
    const colourful = humanText(value, {
      now: NOW,
      isColourful: true,
      names: new Map([['@bob', 'Bob\u001b']]),
    })
    expect(colourful).toContain('\u001b[1mpost\u001b[0m by Bob  (@bob) #3')
  })
})

describe('other values', () => {
  test.each<[unknown, string]>([
    ['text', 'text'],
    [5, '5'],
    [null, 'null'],
    [true, 'true'],
    [[], '(none)'],
    [{}, '(nothing)'],
    [['a', 'b'], 'a\nb'],
    [{ id: '@a', deep: { n: [1, { m: 2 }] } }, 'id: @a\ndeep:\n  n:\n    - 1\n    -\n      m: 2'],
    [
      [
        { id: '@a', state: 'connected' },
        { id: '@bb', n: { x: 1 } },
      ],
      'id   state      n\n@a   connected\n@bb             {"x":1}',
    ],
    [[{ long: 'x'.repeat(100) }], `long\n${'x'.repeat(59)}…`],
  ])('%j', (value, expected) => {
    expect(show(value)).toBe(expected)
  })

  test('whatever comes, no letter of it steers the terminal', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: false }), fc.string(), (value, text) => {
        const json = JSON.parse(JSON.stringify({ value, [text]: `${text}\u001b[2J\u009b\u202e` }))
        expect(show(json)).not.toMatch(
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/,
        )
      }),
    )
  })

  test('deep nesting is cut', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 5_000; depth++) deep = { deep }
    expect(show(deep)).toContain('…')
  })
})
