import { describe, expect, test } from 'vitest'
import {
  contentOf,
  mentionsOf,
  sizeOf,
  typedMention,
  withMention,
} from '../../src/page/data/draft.ts'

const id = (letter: string): `@${string}.ed25519` => `@${letter.repeat(42)}A=.ed25519`
const root = `%${'R'.repeat(42)}A=.sha256` as const
const blob = `&${'B'.repeat(42)}A=.sha256` as const
const file = { link: blob, name: 'cat.png', size: 7, type: 'image/png' }

describe('the content of a post', () => {
  test('of text alone', () => {
    expect(contentOf({ text: 'hello', root: null, branch: [], attached: [] })).toEqual({
      type: 'post',
      text: 'hello',
    })
  })

  test('of a reply names the thread and its ends', () => {
    const one = contentOf({ text: 'yes', root, branch: [root], attached: [] })
    expect(one).toMatchObject({ root, branch: root })
    const two = contentOf({ text: 'yes', root, branch: [root, root], attached: [] })
    expect(two).toMatchObject({ branch: [root, root] })
  })

  test('names whom and what its text links to, each once', () => {
    const text = `[@ada](${id('A')}) and [@ada](${id('A')}), ![cat](${blob}), [thread](${root}) [x](https://a.b)`
    expect(mentionsOf(text, [file])).toEqual([{ link: id('A'), name: 'ada' }, file, { link: root }])
  })
})

describe('the size', () => {
  const of = (text: string, recipients: readonly `@${string}.ed25519`[] = []): number =>
    sizeOf({ type: 'post', text }, recipients)

  test('grows with each character as it is written in JSON', () => {
    expect(of('ab') - of('a')).toBe(1)
    expect(of('a\n') - of('a')).toBe(2)
    expect(of('a"') - of('a')).toBe(2)
  })

  test('of a private one is that of its box', () => {
    expect(of('', [id('A')])).toBeGreaterThan(of(''))
    expect(of('a'.repeat(300), [id('A')]) - of('', [id('A')])).toBe(400)
    expect(of('', [id('A'), id('B')]) - of('', [id('A')])).toBeGreaterThan(60)
  })
})

describe('a mention that is being typed', () => {
  test.each([
    ['@al', 3, 'al'],
    ['hello @Bér', 10, 'Bér'],
    ['hello @al and', 9, 'al'],
    ['a@b.example', 11, null],
    ['@', 1, null],
    ['@a b', 4, null],
  ])('%s at %i: %s', (text, caret, typed) => expect(typedMention(text, caret)).toBe(typed))

  test('becomes a link, whatever is in the name', () => {
    const one = { id: id('A'), name: 'A](javascript:x)[da' }
    const done = withMention('hello @a!', 8, one)
    expect(done.text).toBe(`hello [@A(javascript:x)da](${id('A')}) !`)
    expect(done.text.slice(done.caret)).toBe('!')
  })
})
