import { describe, expect, test } from 'vitest'
import { failed } from '../../src/page/data/ask.ts'
import { labelOf, type Message, messageOf } from '../../src/page/data/message.ts'
import { audienceOf, publicEndsOf } from '../../src/page/data/thread.ts'

const id = (letter: string): `@${string}.ed25519` => `@${letter.repeat(42)}A=.ed25519`
const msg = (letter: string): `%${string}.sha256` => `%${letter.repeat(42)}A=.sha256`

const itemOf = (letter: string, more: object, isPrivate = false) => ({
  key: msg(letter),
  value: {
    author: id(letter),
    previous: null,
    timestamp: 1,
    content: { type: 'post', text: 'x', ...more },
    ...(isPrivate ? { private: true } : {}),
  },
})
const messageFrom = (...args: Parameters<typeof itemOf>): Message => {
  const message = messageOf(itemOf(...args))
  if (message === null) throw new TypeError('no message')
  return message
}

describe('a reply', () => {
  const open = messageFrom('A', {})
  const boxed = messageFrom('B', { recps: [id('B'), { link: id('C') }] }, true)

  test('to what everybody can read is for everybody', () => {
    expect(audienceOf(open, open)).toBe(null)
    expect(audienceOf(null, open)).toBe(null)
    expect(audienceOf(null, null)).toBe(null)
  })

  test('to a private message is for its people', () => {
    expect(audienceOf(boxed, boxed)).toEqual([id('B'), id('C')])
    expect(audienceOf(open, boxed)).toEqual([id('B'), id('C')])
  })

  test('to a private message in a public thread stays private', () => {
    expect(audienceOf(boxed, open)).toEqual([id('B'), id('C')])
    expect(audienceOf(boxed, null)).toEqual([id('B'), id('C')])
  })

  test.each([[{}], [{ recps: 'x' }], [{ recps: [] }], [{ recps: [7, '@x'] }]])(
    'to a private message that names nobody goes to its author: %j',
    (more) => expect(audienceOf(messageFrom('D', more, true), open)).toEqual([id('D')]),
  )

  test('to a note to oneself stays private', () => {
    const note = messageFrom('E', { recps: [id('E')] }, true)
    expect(audienceOf(note, note)).toEqual([id('E')])
  })
})

describe('the ends of a public thread', () => {
  test('are what nobody names, and its first message while there is none', () => {
    expect(publicEndsOf(msg('R'), [])).toEqual([msg('R')])
    const replies = [
      itemOf('A', { root: msg('R'), branch: msg('R') }),
      itemOf('B', { root: msg('R'), branch: [msg('A')] }),
      itemOf('C', { root: msg('R'), branch: msg('A') }),
    ]
    expect(publicEndsOf(msg('R'), replies)).toEqual([msg('B'), msg('C')])
  })

  test('never name a private message', () => {
    const replies = [itemOf('A', { root: msg('R'), branch: msg('R') }, true), null, { key: 'x' }]
    expect(publicEndsOf(msg('R'), replies)).toEqual([msg('R')])
  })
})

test('what is warned of is not read out', () => {
  expect(labelOf({ type: 'post', text: 'the end', contentWarning: 'spoiler' })).toBe('spoiler')
  expect(labelOf({ type: 'post', text: 'x'.repeat(80) })).toBe('x'.repeat(60))
  expect(labelOf('AAAA.box')).toBe('')
})

test('what was asked before is no answer to a question that failed', () => {
  expect(failed({ key: 'a', value: 1, error: null }, 'b', 'no')).toEqual({ key: 'b', error: 'no' })
  expect(failed({ key: 'a', value: 1, error: null }, 'a', 'no')).toEqual({
    key: 'a',
    value: 1,
    error: 'no',
  })
})
