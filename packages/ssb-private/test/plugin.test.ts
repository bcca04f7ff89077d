import { readFileSync } from 'node:fs'
import { toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { type Keys, unbox, unboxKey } from '@scuttlebot/ssb-keys'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import { afterEach, describe, expect, test } from 'vitest'
import { box1, openerOf } from '../src/index.ts'
import {
  add,
  ann,
  bob,
  boxedTo,
  counting,
  me,
  memory,
  type Running,
  start,
  type Writer,
  writer,
} from './make.ts'

const running: Running[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
})
const begin = async (...args: Parameters<typeof start>): Promise<Running> => {
  const one = await start(...args)
  running.push(one)
  return one
}

interface Item {
  readonly key: string
  readonly value: MessageValue & Readonly<Record<string, unknown>>
  readonly timestamp: number
}
const textsOf = (items: readonly unknown[]): unknown[] =>
  (items as Item[]).map(({ value }) => (value.content as { text?: unknown }).text)
const post = (text: string): { type: string; text: string } => ({ type: 'post', text })

describe('private.publish', () => {
  test('boxes to recipients and ourselves, and answers the boxed message', async () => {
    const one = await begin()
    const made = (await one.call('private.publish', post('hi'), [ann.keys.id])) as Item
    const content = { ...post('hi'), recps: [ann.keys.id, me.keys.id] }
    expect(Object.keys(made)).toEqual(['key', 'value', 'timestamp'])
    expect(made.value.content).toMatch(/^[A-Za-z0-9+/]+=*\.box$/)
    expect(unbox(made.value.content, ann.keys)).toEqual(content)
    expect(unbox(made.value.content, me.keys)).toEqual(content)
    expect(unbox(made.value.content, bob.keys)).toBeUndefined()
  })

  test('takes recipients out of the content, as the command line gives them', async () => {
    const one = await begin()
    const made = (await one.call('private.publish', { recps: ann.keys.id, ...post('x') })) as Item
    const recps = [ann.keys.id, me.keys.id]
    expect(unbox(made.value.content, ann.keys)).toEqual({ recps, ...post('x') })
    expect(unbox(made.value.content, me.keys)).toEqual({ recps, ...post('x') })
  })

  test('leaves ourselves out when told, and names nobody twice', async () => {
    const one = await begin()
    const to = [{ link: ann.keys.id }, ann.keys.id]
    const made = (await one.call('private.publish', post('x'), to, { own: false })) as Item
    expect(unbox(made.value.content, me.keys)).toBeUndefined()
    expect(unbox(made.value.content, ann.keys)).toMatchObject({ recps: [ann.keys.id] })
  })

  test.each([
    [undefined, 'needs recipients'],
    [[], 'needs recipients'],
    [[7], 'recipient 1 of 1 is no id: 7'],
    [['@ann'], 'no feed id, and nothing else that can be boxed to: @ann'],
    [['@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519'], 'no key that can be boxed to'],
    [Array.from({ length: 7 }, (_, i) => writer(i + 9).keys.id), 'max recipients is:7 found:8'],
  ])('refuses recipients %j', async (recps, text) => {
    const one = await begin()
    const error = await one.call('private.publish', post('x'), recps).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'SSB_PRIVATE_RECIPIENTS' })
    expect((error as Error).message).toContain(text)
    expect(one.store.position).toBe(-1)
  })

  test.each([[null], ['text'], [[]], [{ text: 'no type' }]])('refuses content %j', async (x) => {
    const one = await begin()
    const call = one.call('private.publish', x, [ann.keys.id])
    await expect(call).rejects.toMatchObject({ code: 'SSB_PRIVATE_CONTENT' })
  })

  test('fits to the last character, and says by how much it does not', async () => {
    const one = await begin()
    const publish = (length: number): Promise<unknown> =>
      one.call('private.publish', post('x'.repeat(length)), [ann.keys.id])
    const error = await publish(6000).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'SSB_PRIVATE_TOO_LARGE' })
    const { over, perRecipient, message } = error as Error & Record<'over' | 'perRecipient', number>
    expect(message).toContain(`${over} characters too large`)
    expect(message).toContain(`costs ${perRecipient} characters`)
    expect(one.store.position).toBe(-1)
    const fits = 6000 - Math.ceil((over * 3) / 4)
    await publish(fits)
    // The second message has a longer `previous`; within three bytes base64 has one length.
    await expect(publish(fits + 3)).rejects.toMatchObject({ code: 'SSB_PRIVATE_TOO_LARGE' })
    // One recipient less saves what was said.
    const two = await one
      .call('private.publish', post('x'.repeat(6000)), [ann.keys.id, bob.keys.id])
      .catch((e: unknown) => e)
    const first = await publish(6000).catch((e: unknown) => e)
    const saved = (two as { over: number }).over - (first as { over: number }).over
    expect(Math.abs(saved - perRecipient)).toBeLessThanOrEqual(4)
  })
})

describe('the store’s own publish of content with recps', () => {
  test('boxes by our formats, to those who are named and nobody else', async () => {
    const one = await begin()
    const content = { ...post('x'), recps: [{ link: ann.keys.id }, bob.keys.id] }
    const made = (await one.call('publish', content)) as Item
    for (const reader of [ann, bob]) expect(unbox(made.value.content, reader.keys)).toEqual(content)
    expect(unbox(made.value.content, me.keys)).toBeUndefined()
    const odd = one.call('publish', { ...post('x'), recps: ['nobody'] })
    await expect(odd).rejects.toThrow('no boxers could encrypt these recps: ["nobody"]')
    const many = Array.from({ length: 8 }, (_, i) => writer(i + 9).keys.id)
    await expect(one.call('publish', { ...post('x'), recps: many })).rejects.toMatchObject({
      code: 'SSB_PRIVATE_RECIPIENTS',
      message: 'max recipients is:7 found:8',
    })
  })

  test('says by how much it is too large, before it is signed', async () => {
    const one = await begin()
    const long = { ...post('x'.repeat(6000)), recps: [ann.keys.id] }
    const error = await one.call('publish', long).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'SSB_PRIVATE_TOO_LARGE' })
    const { over, message } = error as Error & { over: number }
    expect(message).toContain(`${over} characters too large`)
    expect(one.store.position).toBe(-1)
  })
})

describe('more recipients than others read', () => {
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => writer(i + 9).keys.id)

  test('twenty, when told, as a message that the last of them reads', async () => {
    const one = await begin()
    const made = (await one.call('private.publish', post('x'), ids(20), { max: 21 })) as Item
    for (const reader of [writer(9), writer(28), me])
      expect(unbox(made.value.content, reader.keys)).toMatchObject(post('x'))
  })

  test('255 do not fit into a message: by how much, and what each costs', async () => {
    const one = await begin()
    const call = one.call('private.publish', post('x'), ids(255), { max: 255, own: false })
    const error = (await call.catch((e: unknown) => e)) as Error & { perRecipient: number }
    expect(error).toMatchObject({ code: 'SSB_PRIVATE_TOO_LARGE', perRecipient: 140 })
    expect(error.message).toMatch(/is \d+ characters too large .* each of the 255 costs 140/)
    // Without their ids in the text, only the slots count.
    const few = one.call('private.publish', { ...post('x'), recps: [me.keys.id] }, ids(100), {
      max: 255,
    })
    expect(unbox(((await few) as Item).value.content, writer(108).keys)).toMatchObject(post('x'))
  })

  test.each([0, 256, 1.5, '9', null])('max is a number of recipients, not %j', async (max) => {
    const one = await begin()
    const call = one.call('private.publish', post('x'), ids(1), { max })
    await expect(call).rejects.toMatchObject({ code: 'SSB_PRIVATE_RECIPIENTS' })
  })
})

describe('reading', () => {
  const setUp = async (): Promise<{ one: Running; a: Writer; b: Writer }> => {
    const one = await begin()
    const a = writer(2)
    await add(one, a.next(post('public')))
    return { one, a, b: writer(3) }
  }

  test('private.unbox opens a text or a message, and answers nothing for others’', async () => {
    const one = await begin()
    const text = boxedTo(post('to me'), me)
    const key = Buffer.from(unboxKey(text, me.keys) as Uint8Array).toString('base64')
    expect(await one.call('private.unbox', text)).toEqual(post('to me'))
    const author = ann.keys.id
    const value = { previous: null, author, sequence: 1, content: text, signature: 's' }
    const message = { key: '%x', value, timestamp: 7 }
    expect(await one.call('private.unbox', message)).toEqual({
      key: '%x',
      timestamp: 7,
      value: {
        ...value,
        content: post('to me'),
        private: true,
        cyphertext: text,
        unbox: key,
        meta: { private: true, original: { content: text }, unbox: key },
      },
      meta: { private: true, originalContent: text, encryptionFormat: 'box' },
    })
    for (const other of [boxedTo(post('x'), ann), 'x', '.box', 7, null, {}, { value: null }])
      expect(await one.call('private.unbox', other)).toBeUndefined()
  })

  test('private.read finds what was opened, by filter, order, limit and live', async () => {
    const { one, a, b } = await setUp()
    const root = '%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256'
    await add(
      one,
      a.next(boxedTo(post('1'), me)),
      a.next(boxedTo(post('not for me'), bob)),
      b.next(boxedTo({ ...post('2'), root }, me, ann)),
      a.next(boxedTo({ type: 'vote', text: 'v' }, me)),
    )
    expect(textsOf(await one.items('private.read'))).toEqual(['1', '2', 'v'])
    expect(textsOf(await one.items('private.read', { reverse: true, limit: 2 }))).toEqual([
      'v',
      '2',
    ])
    const filter = (rule: object): object => ({ query: [{ $filter: { value: rule } }] })
    const byType = filter({ content: { type: 'post' } })
    expect(textsOf(await one.items('private.read', byType))).toEqual(['1', '2'])
    expect(textsOf(await one.items('private.read', JSON.stringify(byType)))).toEqual(['1', '2'])
    const byAuthor = filter({ author: ann.keys.id, content: { type: 'post' } })
    expect(textsOf(await one.items('private.read', byAuthor))).toEqual(['1'])
    expect(textsOf(await one.items('private.read', filter({ content: { root } })))).toEqual(['2'])
    const count = { query: [{ $reduce: { n: { $count: true } } }] }
    expect(await one.items('private.read', count)).toEqual([3])
    await expect(one.items('private.read', { query: [{ $nope: 1 }] })).rejects.toThrow('$nope')

    const live = one.source('private.read', { live: true, old: false })
    const first = live.next()
    await one.call('private.publish', post('live'), [ann.keys.id])
    expect(textsOf([(await first).value])).toEqual(['live'])
    await live.return(undefined)
    const marked = await one.items('private.read', { live: true, limit: 5 }, 5)
    expect(marked.at(-1)).toEqual({ sync: true })
  })

  test('get and the classic streams open it when asked, and only then', async () => {
    const { one, b } = await setUp()
    await add(one, b.next(boxedTo(post('secret'), me)))
    const [, boxed] = (await one.items('createLogStream')) as Item[]
    expect(boxed?.value.content).toMatch(/\.box$/)
    const key = boxed?.key
    expect(await one.call('get', { id: key })).toEqual(boxed?.value)
    expect(await one.call('get', { id: key, private: true })).toMatchObject({
      content: post('secret'),
      private: true,
      meta: { private: true, original: { content: boxed?.value.content } },
      cyphertext: boxed?.value.content,
    })
    const beside = {
      meta: { private: true, originalContent: boxed?.value.content, encryptionFormat: 'box' },
    }
    expect(await one.call('get', { id: key, private: true, meta: true })).toMatchObject(beside)
    const asked = await one.items('query.read', { private: true, reverse: true, limit: 1 })
    expect(asked).toMatchObject([beside])
    expect(boxed).not.toHaveProperty('meta')
    for (const [path, more] of [
      ['createLogStream', {}],
      ['createFeedStream', {}],
      ['createUserStream', { id: bob.keys.id }],
    ] as const)
      expect(textsOf(await one.items(path, { ...more, private: true }))).toContain('secret')
  })
})

test('messagesByType has those that are of the type once they are opened, when asked', async () => {
  const one = await begin()
  const [a, b] = [writer(2), writer(3)]
  await add(
    one,
    a.next(post('public 1')),
    a.next(boxedTo(post('private 1'), me)),
    b.next(boxedTo({ type: 'vote', text: 'no post' }, me)),
    b.next(boxedTo(post('for others'), ann)),
    a.next(post('public 2')),
    b.next(boxedTo(post('private 2'), me)),
  )
  const read = async (more: object): Promise<unknown[]> =>
    textsOf(await one.items('messagesByType', { type: 'post', ...more }))
  const all = ['public 1', 'private 1', 'public 2', 'private 2']
  expect(await read({})).toEqual(['public 1', 'public 2'])
  expect(await read({ private: true })).toEqual(all)
  expect(await read({ private: true, reverse: true, limit: 3 })).toEqual(
    all.toReversed().slice(0, 3),
  )
  const keys = await one.items('messagesByType', { type: 'post', private: true, values: false })
  expect(keys).toHaveLength(4)
  const [, value] = await one.items('messagesByType', { type: 'post', private: true, keys: false })
  expect(value).toMatchObject({ content: post('private 1'), private: true })
  for (const private_ of [false, true]) {
    const options = { type: 'post', live: true, old: false, private: private_ }
    const live = one.source('messagesByType', options)
    const first = live.next()
    await add(one, a.next(boxedTo(post(`live ${private_}`), me)), a.next(post(`seen`)))
    expect(textsOf([(await first).value])).toEqual([private_ ? 'live true' : 'seen'])
    await live.return(undefined)
  }
})

test('opens the private messages of ssb-fixtures that a key can read, and no other', async () => {
  const folder = new URL('../../../vectors/ssb-fixtures/', import.meta.url)
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
  const { secrets, messages } = JSON.parse(read('private-200.json')) as {
    secrets: Record<string, Keys>
    messages: { key: string; readable_by: string[]; content: object }[]
  }
  const log = read('messages-200.jsonl').trim().split('\n')
  const values = log.map((line) => (JSON.parse(line) as { value: MessageValue }).value)
  const one = await begin({ boxes: [] })
  for (const verdict of await one.store.add(values)) expect(verdict.ok).toBe(true)
  const names = [...new Set(messages.flatMap((message) => message.readable_by))]
  for (const name of names) {
    const remove = one.api.addBox(box1(openerOf(secrets[name] as Keys)))
    const opened: [string, unknown][] = []
    for await (const list of one.api.read())
      for (const { key, content } of list) opened.push([key, content])
    remove()
    const mine = messages.filter(({ readable_by }) => readable_by.includes(name))
    const order = log.map((line) => (JSON.parse(line) as { key: string }).key)
    const inOrder = mine.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key))
    expect(opened).toEqual(inOrder.map(({ key, content }) => [key, content]))
  }
  expect(names.length).toBeGreaterThan(10)
})

describe('opening', () => {
  test('tries everything once for each key, and remembers over a restart', async () => {
    const log = memory()
    const shelf = memory()
    const box = counting(box1(openerOf(me.keys)))
    let one = await start({ log, shelf, boxes: [box] })
    const a = writer(20)
    await add(one, ...[0, 1, 2, 3].map((i) => a.next(boxedTo(post(`${i}`), i % 2 ? me : bob))))
    await one.api.settled()
    expect(box.tried).toBe(4)
    expect(textsOf(await one.items('createLogStream', { private: true }))).toHaveLength(4)
    expect(textsOf(await one.items('private.read'))).toEqual(['1', '3'])
    expect(box.tried).toBe(4)
    await one.stop()

    one = await begin({ log, shelf, boxes: [box] })
    expect(textsOf(await one.items('private.read'))).toEqual(['1', '3'])
    await one.items('createLogStream', { private: true })
    expect(box.tried).toBe(4)
    await add(one, a.next(boxedTo(post('4'), me)))
    expect(textsOf(await one.items('private.read'))).toEqual(['1', '3', '4'])
    expect(box.tried).toBe(5)
    expect(one.progress()).toMatchObject({ private: { current: 4, target: 4 } })
  })

  test('what was opened behind the end of a log that a loss of power has cut is forgotten', async () => {
    const [log, shelf, other] = [memory(), memory(), writer(77)]
    const first = await start({ log, shelf })
    await add(first, other.next({ type: 'post', text: 'public' }))
    await first.api.settled()
    await first.stop()
    // A message at position 1 had been opened before its turn.
    await shelf.open()
    const row = { keys: [[`box:${me.keys.id}`, toBase64(new Uint8Array(33))]], terms: ['type old'] }
    await shelf.put(utf8('row/1'), utf8(JSON.stringify(row)))
    await shelf.close()
    const again = await start({ log, shelf })
    const told: unknown[] = []
    again.api.opened.on((messages) => void told.push(...messages.map(({ content }) => content)))
    const content = { type: 'new', text: 'another message took its place' }
    await add(again, other.next(boxedTo(content, me)))
    await again.api.settled()
    expect(told).toEqual([content])
    const query = [{ $filter: { value: { content: { type: 'new' } } } }]
    expect(await again.items('private.read', { query })).toHaveLength(1)
    await again.stop()
  })

  test('keeps nothing on disk without a database', async () => {
    const log = memory()
    const one = await start({ log })
    await add(one, writer(21).next(boxedTo(post('kept nowhere'), me)))
    await one.api.settled()
    await one.stop()
    await log.open()
    const held: string[] = []
    for await (const [, value] of log.iterator({ keyEncoding: 'view', valueEncoding: 'view' }))
      held.push(Buffer.from(value).toString('latin1'))
    expect(held.length).toBeGreaterThan(0)
    expect(held.join('')).not.toContain('kept nowhere')
    await log.close()
  })

  test('opens old messages when a key appears, and forgets them when it goes', async () => {
    const one = await begin()
    const a = writer(22)
    await add(one, a.next(boxedTo(post('both'), me, bob)), a.next(boxedTo(post('bob'), bob)))
    expect(textsOf(await one.items('private.read'))).toEqual(['both'])
    const told: unknown[] = []
    one.api.opened.on((list) => told.push(...list.map(({ content }) => content)))
    const remove = one.api.addBox(box1(openerOf(bob.keys)))
    expect(textsOf(await one.items('private.read'))).toEqual(['both', 'bob'])
    expect(told).toEqual([post('bob')])
    remove()
    expect(textsOf(await one.items('private.read'))).toEqual(['both'])
  })

  test('begins anew when the log is another one', async () => {
    const shelf = memory()
    let one = await start({ shelf })
    await add(one, writer(23).next(boxedTo(post('old log'), me)))
    await one.api.settled()
    await one.stop()
    one = await begin({ shelf })
    expect(await one.items('private.read')).toEqual([])
    await add(one, writer(24).next(boxedTo(post('new log'), me)))
    expect(textsOf(await one.items('private.read'))).toEqual(['new log'])
  })

  test('a deleted message is gone here, too', async () => {
    const one = await begin()
    const message = writer(25).next(boxedTo(post('gone'), me))
    await add(one, message)
    expect(textsOf(await one.items('private.read'))).toEqual(['gone'])
    await one.store.del(message.key)
    expect(await one.items('private.read')).toEqual([])
  })
})
