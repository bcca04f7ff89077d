import { describe, expect, test } from 'vitest'
import { drawingOf, nodeAt, STEPS, settle } from '../../src/page/data/graph.ts'
import { messageOf, recipientsOf, rootOf, textOf } from '../../src/page/data/message.ts'
import { tokenIn } from '../../src/page/data/pass.ts'
import { descriptionOf } from '../../src/page/data/relation.ts'

const id = (letter: string): `@${string}.ed25519` => `@${letter.repeat(42)}A=.ed25519`
const key = `%${'M'.repeat(43)}=.sha256`
const value = { author: id('A'), sequence: 1, timestamp: 5, content: { type: 'post', text: 'x' } }

describe('what a stream hands out', () => {
  test('becomes a message', () => {
    expect(messageOf({ key, value, timestamp: 9 })).toEqual({
      key,
      author: id('A'),
      written: 5,
      order: 5,
      content: value.content,
      isPrivate: false,
    })
    expect(messageOf({ key, value: { ...value, timestamp: 99 }, timestamp: 9 })?.order).toBe(9)
    expect(messageOf({ key, value, timestamp: 9, rts: 4 })?.order).toBe(4)
    expect(messageOf({ key, value: { ...value, private: true } })?.isPrivate).toBe(true)
    expect(messageOf({ key, value: { ...value, content: 'AAAA.box' } })?.content).toBe('AAAA.box')
  })

  test.each([
    null,
    undefined,
    1,
    'x',
    [],
    {},
    { sync: true },
    { key: 'x', value },
    { key },
    { key, value: null },
    { key, value: { ...value, author: '@x' } },
    { key, value: { ...value, content: null } },
    { key, value: { ...value, content: { type: 1 } } },
    { key, value: { ...value, content: [] } },
  ])('may be anything else: %j', (item) => expect(messageOf(item)).toBe(null))

  test('has parts that may be anything', () => {
    const content = {
      type: 'post',
      root: 'x',
      text: 5,
      recps: [id('A'), { link: id('B') }, 7, 'x'],
    }
    expect([rootOf(content), textOf(content, 'text'), recipientsOf(content)]).toEqual([
      null,
      '',
      [id('A'), id('B')],
    ])
    expect([rootOf('box'), textOf('box', 'text'), recipientsOf('box')]).toEqual([null, '', []])
  })
})

test('a feed is described by what it says of itself, not by whoever spoke last', async () => {
  const about = {
    socialValue: async ({ key: asked, dest }: { key: string; dest: string }) =>
      asked === 'description' && dest === id('A') ? 'by itself' : null,
    latestValues: async () => ({ description: 'by a stranger' }),
  }
  const remote = { about } as unknown as Parameters<typeof descriptionOf>[0]
  expect(await descriptionOf(remote, id('A'))).toBe('by itself')
  expect(await descriptionOf(remote, id('B'))).toBe('')
})

test('a link that pairs is known by its end', () => {
  expect(tokenIn('#pair=Ab-_9')).toBe('Ab-_9')
  for (const hash of ['', '#/', '#/home', '#pair=', '#pair=a/b', '#/#pair=a'])
    expect(tokenIn(hash)).toBe(null)
})

describe('the drawing of people', () => {
  const hops = { [id('A')]: 0, [id('B')]: 1, [id('C')]: 2, [id('D')]: -2, [id('E')]: 9 }
  const parts = [
    { [id('A')]: { [id('B')]: 1, [id('D')]: -1 }, [id('B')]: { [id('C')]: 1 } },
    { [id('B')]: { [id('E')]: 1 } },
    { [id('C')]: { [id('B')]: 1 } },
  ]

  test('holds those within the hops, and their follows', async () => {
    const { nodes, edges } = await drawingOf(parts, hops, 3)
    expect(nodes.map(({ id: one }) => one)).toEqual([id('A'), id('B'), id('C')])
    expect([...edges]).toEqual([0, 1, 1, 2, 2, 1])
  })

  test('comes to rest with oneself in the middle, everybody somewhere, nobody on another', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, n) => [
        `@${String(n).padStart(43, '0')}=.ed25519`,
        n === 0 ? 0 : 1 + (n % 2),
      ]),
    )
    const drawing = await drawingOf([], many, 3)
    for (let step = 0; step < STEPS; step++) settle(drawing, step)
    const { nodes, x, y } = drawing
    expect([x[0], y[0]]).toEqual([0, 0])
    expect([...x, ...y].every(Number.isFinite)).toBe(true)
    expect(new Set(nodes.map((_, n) => `${x[n]?.toFixed(1)} ${y[n]?.toFixed(1)}`)).size).toBe(400)
    expect(nodeAt(drawing, x[1] ?? 0, (y[1] ?? 0) + 1, 5)).toBe(nodes[1])
    expect(nodeAt(drawing, 1e6, 1e6, 5)).toBe(null)
  })
})
