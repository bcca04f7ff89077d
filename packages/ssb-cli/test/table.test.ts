import { Batch } from '@scuttlebot/ssb-muxrpc'
import { describe, expect, test } from 'vitest'
import { type HumanView, sizeText } from '../src/cell.ts'
import { humanText } from '../src/human.ts'
import { NOW, run, type Served } from './world.ts'

const id = (letter: string): string => `@${letter.repeat(42)}A=.ed25519`
const [A, B, C] = [id('A'), id('B'), id('C')] as const
const names = new Map([[A, 'Alice']])
const view: HumanView = { now: NOW, isColourful: false, names }
const show = (value: unknown): string[] => humanText(value, view).split('\n')

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [5_242_880, '5.2 MB'],
  [2e15, '2000.0 TB'],
])('%d is %s', (bytes, expected) => {
  expect(sizeText(bytes)).toBe(expected)
})

describe('tables', () => {
  test('hops: feeds with their names', () => {
    expect(show({ [A]: 0, [B]: 1 })).toEqual([
      `feed${' '.repeat(51)}name   value`,
      `${A}  Alice  0`,
      `${B}         1`,
    ])
  })
  test('times are relative, sizes have units, nothing is nothing', () => {
    expect(
      show([
        { state: 'connected', stateChange: NOW - 120_000, size: 5_000, failure: 0, source: null },
        { state: 'connecting', stateChange: NOW - 7_200_000, size: 10, failure: 3, source: 'lan' },
      ]),
    ).toEqual([
      'state       stateChange  size      failure  source',
      'connected   2 min ago    5.0 kB    0',
      'connecting  2 h ago      10 bytes  3        lan',
    ])
  })
  test('addresses with their data', () => {
    expect(show([['net:a:1~shs:x', { key: B, hubBirth: NOW - 60_000 }]])).toEqual([
      `address        key${' '.repeat(52)}hubBirth`,
      `net:a:1~shs:x  ${B}  1 min ago`,
    ])
  })
  test('of too many columns those that say nothing go, and it is said how many', () => {
    const row = (n: number) => ({
      ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`c${at}`, at + n])),
      empty: null,
      nested: { deep: n },
      same: 'x',
      more: n,
    })
    const [header = '', , , note] = show([row(1), row(2)])
    expect(header.split(/ +/)).toEqual([...Array.from({ length: 9 }, (_, at) => `c${at}`), 'more'])
    expect(note).toBe('3 more columns with --json')
  })
  test('an id in an object has its name beside it', () => {
    expect(show({ author: A, other: C })).toEqual([`author: ${A} (Alice)`, `other: ${C}`])
  })
})

describe('sources on a terminal', () => {
  const served = (...batches: readonly (readonly unknown[])[]): Served => ({
    manifest: { ls: { kind: 'source' } },
    handlers: {
      async *ls() {
        for (const batch of batches) yield new Batch(batch)
      },
    },
  })
  const ran = async (
    tty: boolean,
    argv: readonly string[],
    ...batches: readonly (readonly unknown[])[]
  ) => (await run(argv, { served: served(...batches), outIsTTY: tty })).out

  test('items that are alike stand below one header, batch after batch', async () => {
    const blob = (n: number) => ({ id: `&${n}`, size: n * 1000, ts: NOW - n * 60_000 })
    expect(await ran(true, ['ls'], [blob(1), blob(2)], [blob(3)])).toBe(
      [
        'id  size    ts',
        '&1  1.0 kB  1 min ago',
        '&2  2.0 kB  2 min ago',
        '&3  3.0 kB  3 min ago',
        '',
      ].join('\n'),
    )
  })
  test('other fields begin another table', async () => {
    expect(await ran(true, ['ls'], [{ a: 1 }], [{ b: 2 }])).toBe('a\n1\nb\n2\n')
  })
  test('words stand on a line each, nested values apart', async () => {
    expect(await ran(true, ['ls'], ['&a', '&b'])).toBe('&a\n&b\n')
    expect(await ran(true, ['ls'], [{ a: { b: 1 } }])).toBe('a:\n  b: 1\n\n')
  })
  test('piped it is JSON, as ever', async () => {
    expect(await ran(false, ['ls'], ['&a', { a: 1 }])).toBe('"&a"\n\n{\n  "a": 1\n}\n\n')
    expect(await ran(true, ['--json', 'ls'], ['&a', { a: 1 }])).toBe('"&a"\n{"a":1}\n')
    expect(await ran(true, ['--pretty', 'ls'], [{ a: 1 }])).toBe('{\n  "a": 1\n}\n\n')
  })
})
