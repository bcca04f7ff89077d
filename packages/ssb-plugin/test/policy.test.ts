import { expect, test } from 'vitest'
import { createPolicy, decision, event, filter } from '../src/index.ts'

const me = '@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519'
const you = '@BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519'

test('without judges, nothing is replicated and the rest is allowed, each with its reason', () => {
  const policy = createPolicy()
  expect(policy.ask('replicate', me, you)).toMatchObject({ allow: false, judge: 'default' })
  for (const kind of ['connect', 'serve', 'show'] as const)
    expect(policy.ask(kind, me, you)).toMatchObject({ allow: true, judge: 'default' })
})

test('the first judge that knows answers, in the order of the numbers and not of the adding', () => {
  const policy = createPolicy()
  policy.add('serve', 'late', 50, () => ({ allow: true, reason: 'late' }))
  const remove = policy.add('serve', 'early', 10, (_from, to) =>
    to === you ? { allow: false, reason: 'early' } : undefined,
  )
  expect(policy.ask('serve', me, you)).toEqual({ allow: false, reason: 'early', judge: 'early' })
  expect(policy.ask('serve', you, me)).toEqual({ allow: true, reason: 'late', judge: 'late' })
  remove()
  remove()
  expect(policy.ask('serve', me, you).judge).toBe('late')
})

test('says when judges come and go', () => {
  const policy = createPolicy()
  const seen: unknown[] = []
  const stop = policy.changed.on((kind, feed) => seen.push([kind, feed]))
  const remove = policy.add('show', 'x', 0, () => undefined)
  remove()
  stop()
  policy.add('show', 'y', 0, () => undefined)
  expect(seen).toEqual([
    ['show', null],
    ['show', null],
  ])
})

test('explains all four kinds for a pair', () => {
  const policy = createPolicy()
  policy.add('connect', 'blocks', 0, () => ({ allow: false, reason: 'you blocked it' }))
  const explained = policy.explain(me, you)
  expect(Object.keys(explained)).toEqual(['connect', 'replicate', 'serve', 'show'])
  expect(explained.connect).toEqual({ allow: false, reason: 'you blocked it', judge: 'blocks' })
})

test('an event tells every listener, even when one throws', () => {
  const errors: unknown[] = []
  const told: string[] = []
  const happened = event<[string]>((error) => errors.push(error))
  happened.on(() => {
    throw new Error('first')
  })
  const stop = happened.on((text) => told.push(text))
  happened.emit('a')
  stop()
  happened.emit('b')
  expect(told).toEqual(['a'])
  expect(errors).toHaveLength(2)
})

test('a decision asks in order and stops at the first answer', async () => {
  const asked: string[] = []
  const judge = decision<[number], string>()
  judge.add(2, () => {
    asked.push('second')
    return 'yes'
  })
  const remove = judge.add(1, async () => {
    asked.push('first')
    return undefined
  })
  judge.add(3, () => {
    asked.push('third')
    return 'no'
  })
  expect(await judge.ask(1)).toBe('yes')
  expect(asked).toEqual(['first', 'second'])
  remove()
  asked.length = 0
  await judge.ask(1)
  expect(asked).toEqual(['second'])
})

test('a filter hands the value on', () => {
  const chain = filter<number>()
  chain.add((n) => n + 1)
  const remove = chain.add((n) => n * 10)
  expect(chain.apply(1)).toBe(20)
  remove()
  expect(chain.apply(1)).toBe(2)
})
