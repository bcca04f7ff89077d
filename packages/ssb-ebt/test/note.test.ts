import type { FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeStand, encodeStand, peekMessage, readItem, SEQUENCE_MAX } from '../src/index.ts'

const feed = `@${'A'.repeat(43)}=.ed25519` as FeedId

test.each([
  [-1, -1, false],
  [0, 0, true],
  [1, 0, false],
  [2, 1, true],
  [3, 1, false],
  [12, 6, true],
  [450, 225, true],
])('the note %i', (note, sequence, receive) => {
  expect(decodeStand(note)).toEqual({ sequence, receive })
  expect(encodeStand(sequence, receive)).toBe(note)
})

test('the bounds of a note', () => {
  expect(encodeStand(SEQUENCE_MAX, false)).toBe(2 ** 31 - 1)
  expect(encodeStand(SEQUENCE_MAX + 1, true)).toBe(2 ** 31 - 2)
  expect(decodeStand(2 ** 31 - 1)).toEqual({ sequence: SEQUENCE_MAX, receive: false })
  for (const bad of [2 ** 31, -2, 1.5, Number.NaN, '2', null, {}, undefined])
    expect(decodeStand(bad).sequence).toBe(-1)
})

test('items are told apart', () => {
  expect(readItem({ author: feed, sequence: 2, content: 'x' }, 9)).toEqual({
    kind: 'message',
    author: feed,
    sequence: 2,
  })
  const note = { kind: 'note', session: null, stands: [[feed, { sequence: 1, receive: true }]] }
  expect(readItem({ [feed]: 2 }, 9)).toEqual(note)
  expect(readItem({ clock: { [feed]: 2 }, extra: 1 }, 9)).toEqual(note)
  expect(readItem({ clock: { [feed]: 2 }, session: 'mark' }, 9)).toEqual({
    ...note,
    session: 'mark',
  })
  expect(readItem({ clock: {}, session: 'x'.repeat(65) }, 9)).toMatchObject({ session: null })
  expect(readItem({ [feed]: null }, 9)).toMatchObject({
    kind: 'note',
    stands: [[feed, { sequence: 0, receive: true }]],
  })
  expect(readItem({}, 9)).toMatchObject({ kind: 'note', stands: [] })
  expect(readItem({ nonsense: 2, __proto__: { a: 1 } }, 9)).toMatchObject({ stands: [] })
  for (const other of [null, 5, 'x', [], true, undefined])
    expect(readItem(other, 9)).toEqual({ kind: 'other' })
})

test('any value at all is read without a throw', () => {
  fc.assert(fc.property(fc.anything(), (item) => void readItem(item, 10)))
  fc.assert(fc.property(fc.jsonValue(), (item) => void readItem(item, 10)))
})

test('a message is known by its first bytes, in both orders, and nothing else is', () => {
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
  const rest = { timestamp: 1, hash: 'sha256', content: 'x'.repeat(200) }
  const previous = `%${'A'.repeat(43)}=.sha256`
  for (const before of [null, previous]) {
    expect(peekMessage(bytes({ previous: before, author: feed, sequence: 7, ...rest }))).toEqual({
      author: feed,
      sequence: 7,
    })
    expect(peekMessage(bytes({ previous: before, sequence: 7, author: feed, ...rest }))).toEqual({
      author: feed,
      sequence: 7,
    })
  }
  for (const other of [
    { [feed]: 2 },
    {},
    { previous: 5, author: feed, sequence: 1, ...rest },
    rest,
  ])
    expect(peekMessage(bytes(other))).toBeNull()
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (any) => void peekMessage(any)))
})
