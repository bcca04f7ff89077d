import { signObj } from '@scuttlebot/ssb-keys'
import { afterEach, describe, expect, test } from 'vitest'
import { boxedTo, ME, type Running, start, type Writer, writer } from './make.ts'

const NOWHERE = '%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256'
const PICTURE = '&47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.sha256'

let running: Running
let me: Writer
let ann: Writer
let bob: Writer
let cat: Writer
afterEach(() => running.stop())

async function begin(): Promise<void> {
  running = await start()
  ;[me, ann, bob, cat] = [ME, 2, 3, 4].map(writer) as [Writer, Writer, Writer, Writer]
}

const say = (who: Writer, about: string, more: object): Promise<void> =>
  running.add(who.next({ type: 'about', about, ...more }))
const ask = (method: string, key: string, dest: unknown): Promise<unknown> =>
  running.call(`about.${method}`, { key, dest })

describe('values', () => {
  test('ours wins, then the feed’s own, then what most say', async () => {
    await begin()
    const dest = ann.keys.id
    await say(bob, dest, { name: 'annie' })
    expect(await ask('socialValue', 'name', dest)).toBe('annie')
    await say(cat, dest, { name: 'a' })
    expect(await ask('socialValue', 'name', dest)).toBe('annie')
    await say(writer(5), dest, { name: 'a' })
    expect(await ask('socialValue', 'name', dest)).toBe('a')
    await say(ann, dest, { name: 'Ann' })
    expect(await ask('socialValue', 'name', dest)).toBe('Ann')
    await say(me, dest, { name: 'my ann' })
    expect(await ask('socialValue', 'name', dest)).toBe('my ann')
    expect(await ask('latestValue', 'name', dest)).toBe('my ann')
    expect(await ask('socialValues', 'name', dest)).toEqual({
      [bob.keys.id]: 'annie',
      [cat.keys.id]: 'a',
      [writer(5).keys.id]: 'a',
      [ann.keys.id]: 'Ann',
      [me.keys.id]: 'my ann',
    })
  })

  test('of a message, its author’s word counts', async () => {
    await begin()
    const root = ann.next({ type: 'gathering' })
    await running.add(root)
    await say(bob, root.key, { title: 'party' })
    await say(cat, root.key, { title: 'party' })
    await say(ann, root.key, { title: 'quiet evening' })
    expect(await ask('socialValue', 'title', root.key)).toBe('quiet evening')
  })

  test('what is taken back does not count any more', async () => {
    await begin()
    const dest = ann.keys.id
    await say(bob, dest, { name: 'annie' })
    await say(me, dest, { name: 'x' })
    await say(me, dest, { name: { remove: true } })
    expect(await ask('socialValue', 'name', dest)).toBe('annie')
    expect(await ask('latestValue', 'name', dest)).toBe('annie')
    expect(await ask('socialValues', 'name', dest)).toEqual({ [bob.keys.id]: 'annie' })
  })

  test('several at once', async () => {
    await begin()
    const dest = ann.keys.id
    const image = { link: PICTURE, size: 3 }
    await say(ann, dest, { name: 'Ann', image })
    await say(ann, dest, { name: 'Anna' })
    const all = await running.call('about.latestValues', { keys: ['name', 'image', 'x'], dest })
    expect(all).toEqual({ name: 'Anna', image })
    expect(await ask('socialValue', 'image', dest)).toEqual(image)
  })

  test.each([['@ann'], [undefined], [7], [ME], ['naming'], ['__proto__']])(
    'nothing is said of %j',
    async (dest) => {
      await begin()
      await say(ann, ann.keys.id, { name: 'Ann' })
      expect(await ask('socialValue', 'name', dest)).toBeNull()
      expect(await ask('latestValue', 'name', dest)).toBeNull()
      expect(await ask('socialValues', 'name', dest)).toEqual({})
      expect(await running.call('about.latestValues', { keys: ['name'], dest })).toEqual({})
    },
  )

  test('names of properties are taken from content alone', async () => {
    await begin()
    const dest = ann.keys.id
    await say(ann, dest, { name: 'Ann' })
    for (const key of ['constructor', '__proto__', 'toString'])
      for (const method of ['socialValue', 'latestValue'])
        expect(await ask(method, key, dest), key).toBeNull()
  })

  test('a message that is not here', async () => {
    await begin()
    await expect(ask('socialValue', 'title', NOWHERE)).rejects.toMatchObject({
      name: 'NotFoundError',
      message: `Key not found in database [${NOWHERE}]`,
    })
    expect(await ask('latestValue', 'title', NOWHERE)).toBeNull()
    await expect(running.call('about.latestValues', { dest: NOWHERE })).rejects.toMatchObject({
      code: 'SSB_ABOUT_USAGE',
    })
  })

  test('what was said to us in private counts, in its place', async () => {
    await begin()
    const dest = ann.keys.id
    await say(ann, dest, { name: 'Ann' })
    await running.add(ann.next(boxedTo({ type: 'about', about: dest, name: 'secret ann' }, me)))
    expect(await ask('socialValue', 'name', dest)).toBe('secret ann')
    await running.add(ann.next(boxedTo({ type: 'about', about: dest, name: 'not ours' }, bob)))
    await say(ann, dest, { name: 'open ann' })
    expect(await ask('latestValue', 'name', dest)).toBe('open ann')
    const items = (await running.items('about.read', { dest })) as { value: object }[]
    expect(items.map(({ value }) => (value as { private?: true }).private)).toEqual([
      undefined,
      true,
      undefined,
    ])
  })
})

describe('streams', () => {
  const open = (method: string, options: object): AsyncGenerator<unknown> =>
    running.source(`about.${method}`, options)
  const next = async (stream: AsyncGenerator<unknown>): Promise<unknown> =>
    (await stream.next()).value

  test('what stands, then each change', async () => {
    await begin()
    const dest = ann.keys.id
    await say(bob, dest, { name: 'annie' })
    const social = open('socialValueStream', { key: 'name', dest })
    const values = open('socialValuesStream', { key: 'name', dest })
    const latest = open('latestValueStream', { key: 'name', dest })
    const bobs = open('latestValueStream', { key: 'name', dest, authorId: bob.keys.id })
    expect(await next(social)).toBe('annie')
    expect(await next(values)).toEqual({ [bob.keys.id]: 'annie' })
    expect(await next(latest)).toBe('annie')
    expect(await next(bobs)).toBe('annie')
    await say(ann, dest, { description: 'of no matter' })
    await say(ann, dest, { name: 'Ann' })
    expect(await next(social)).toBe('Ann')
    expect(await next(values)).toEqual({ [ann.keys.id]: 'Ann' })
    expect(await next(latest)).toBe('Ann')
    expect(await next(bobs)).toBe('annie')
    await say(ann, dest, { name: { remove: true } })
    expect(await next(social)).toBe('annie')
    expect(await next(values)).toEqual({ [ann.keys.id]: { remove: true } })
    expect(await next(latest)).toBe('annie')
    for (const stream of [social, values, latest, bobs]) await stream.return(undefined)
  })

  test('a claimed time that is no number counts as in query.read: as none', async () => {
    await begin()
    const dest = ann.keys.id
    await say(bob, dest, { name: 'a' })
    const { id: previous = null } = running.store.head(bob.keys.id) ?? {}
    const content = { type: 'about', about: dest, name: 'b' }
    const message = { previous, sequence: 2, author: bob.keys.id, timestamp: null, hash: 'sha256' }
    const signed = signObj(bob.keys, { ...message, content })
    expect(await running.store.add([signed as never])).toMatchObject([{ ok: true }])
    const [, item] = (await running.items('about.read', { dest })) as Record<string, unknown>[]
    expect(item?.['rts']).toBe(item?.['timestamp'])
  })

  test('messages, with the mark and what comes', async () => {
    await begin()
    const dest = ann.keys.id
    for (const name of ['a', 'b', 'c']) await say(ann, dest, { name })
    const names = (items: readonly unknown[]): unknown[] =>
      items.map((item) => (item as { value: { content: { name: string } } }).value.content.name)
    expect(names(await running.items('about.read', { dest }))).toEqual(['a', 'b', 'c'])
    const two = { dest, reverse: true, limit: 2 }
    expect(names(await running.items('about.read', two))).toEqual(['c', 'b'])
    const [item] = await running.items('about.read', { dest })
    expect(Object.keys(item as object)).toEqual(['key', 'value', 'timestamp', 'dest', 'rts'])
    const live = open('read', { dest, live: true, old: false })
    expect(await next(live)).toEqual({ sync: true })
    await say(bob, dest, { name: 'd' })
    expect(names([await next(live)])).toEqual(['d'])
    await live.return(undefined)
  })
})
