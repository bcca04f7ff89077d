import { afterEach, expect, test } from 'vitest'
import { boxedTo, ME, type Running, start, type Writer, writer } from './make.ts'

const PICTURE = '&47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.sha256'

let running: Running
let me: Writer
let ann: Writer
let bob: Writer
let cat: Writer
let dan: Writer
afterEach(() => running.stop())

async function begin(): Promise<void> {
  running = await start()
  ;[me, ann, bob, cat, dan] = [ME, 2, 3, 4, 5].map(writer) as [
    Writer,
    Writer,
    Writer,
    Writer,
    Writer,
  ]
}
const say = (who: Writer, about: Writer, more: object): Promise<void> =>
  running.add(who.next({ type: 'about', about: about.keys.id, ...more }))
const follow = (who: Writer, whom: Writer): Promise<void> =>
  running.add(who.next({ type: 'contact', contact: whom.keys.id, following: true }))
const nameOf = (who: Writer): Promise<unknown> => running.call('names.getSignifier', who.keys.id)

test('the nearest word counts: ours, friends, their friends, the feed itself, its id', async () => {
  await begin()
  await follow(me, bob)
  await follow(bob, cat)
  expect(await nameOf(dan)).toBe(dan.keys.id)
  await say(dan, dan, { name: 'Dan' })
  expect(await nameOf(dan)).toBe('Dan')
  await say(cat, dan, { name: 'danny' })
  expect(await nameOf(dan)).toBe('danny')
  await say(bob, dan, { name: 'daniel' })
  expect(await nameOf(dan)).toBe('daniel')
  await say(me, dan, { name: 'my dan' })
  expect(await nameOf(dan)).toBe('my dan')
  expect(await running.plugin.nameOf(dan.keys.id)).toBe('my dan')
  await say(me, dan, { name: { remove: true } })
  expect(await nameOf(dan)).toBe('daniel')
})

test('strangers’ words do not count', async () => {
  await begin()
  await say(cat, dan, { name: 'mean word' })
  expect(await nameOf(dan)).toBe(dan.keys.id)
  expect(await running.call('names.getSignifies', 'mean')).toEqual([])
})

test('who is mentioned by a name is called so', async () => {
  await begin()
  const mentions = [{ link: dan.keys.id, name: 'robert' }, { link: 'no id', name: 'x' }, null, 7]
  await running.add(me.next({ type: 'post', text: 'hi', mentions }))
  expect(await nameOf(dan)).toBe('robert')
  expect(await running.call('names.getSignifier', { id: dan.keys.id })).toBe('robert')
  expect(await running.call('names.get', {})).toEqual({
    [me.keys.id]: { [dan.keys.id]: 'robert' },
  })
})

test('tables are made of what is there, and follow what comes', async () => {
  await begin()
  await say(dan, dan, { name: 'Dan', image: { link: PICTURE } })
  const secret = { type: 'about', about: ann.keys.id, name: 'in private' }
  await running.add(ann.next(boxedTo(secret, me)))
  expect(await running.call('names.get')).toEqual({
    [dan.keys.id]: { [dan.keys.id]: 'Dan' },
    [ann.keys.id]: { [ann.keys.id]: 'in private' },
  })
  expect(await running.call('names.getImages')).toEqual({
    [dan.keys.id]: { [dan.keys.id]: PICTURE },
  })
  expect(await running.call('names.getImageFor', dan.keys.id)).toBe(PICTURE)
  await say(dan, dan, { name: 'Daniel', image: { remove: true } })
  expect(await nameOf(dan)).toBe('Daniel')
  expect(await running.call('names.getImageFor', dan.keys.id)).toBe(dan.keys.id)
})

test('what may be told to anybody is what a feed calls itself, in public', async () => {
  await begin()
  const ownName = (who: Writer): Promise<string | null> => running.plugin.ownNameOf(who.keys.id)
  await follow(me, bob)
  await say(bob, me, { name: 'given' })
  await running.add(bob.next(boxedTo({ type: 'about', about: me.keys.id, name: 'secret' }, me)))
  await running.add(ann.next(boxedTo({ type: 'about', about: ann.keys.id, name: 'mine' }, me)))
  expect(await running.plugin.nameOf(me.keys.id)).toBe('secret')
  expect([await ownName(me), await ownName(ann)]).toEqual([null, null])
  await say(ann, ann, { name: 'Ann' })
  expect(await ownName(ann)).toBe('Ann')
  await running.add(ann.next(boxedTo({ type: 'about', about: ann.keys.id, name: 'Anna' }, me)))
  expect([await running.plugin.nameOf(ann.keys.id), await ownName(ann)]).toEqual(['Anna', 'Ann'])
  await say(ann, ann, { name: { remove: true } })
  expect(await ownName(ann)).toBe(null)
})

test('feeds by the beginning of their name, near ones first', async () => {
  await begin()
  await follow(me, bob)
  await say(bob, cat, { name: 'robot' })
  await say(bob, bob, { name: 'rob' })
  await say(me, dan, { name: 'robert' })
  const found = await running.call('names.getSignifies', 'rob')
  expect(found).toEqual([
    { name: 'robert', id: dan.keys.id, rank: [1], named: 'robert' },
    { name: 'robot', id: cat.keys.id, rank: [0, 1], named: 'robot' },
    { name: 'rob', id: bob.keys.id, rank: [0, 1], named: 'rob' },
  ])
})

test.each([[undefined], [7], [{}]])('the id %j is refused', async (id) => {
  await begin()
  await expect(running.call('names.getSignifier', id)).rejects.toMatchObject({
    code: 'SSB_ABOUT_USAGE',
  })
})

test('others are answered while the names are read', async () => {
  await begin()
  for (let n = 0; n < 192; n++) await say(dan, dan, { name: `Dan the ${n}th` })
  let turns = 0
  let isOver = false
  const turn = (): void => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  expect(await nameOf(dan)).toBe('Dan the 191th')
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(192 / 64)
})
