import { expect, test } from 'vitest'
import type { Emit, IndexDefinition } from '../src/index-types.ts'
import { makeStore, memory, run, writer } from './make.ts'

const byAuthor = (version = 1): IndexDefinition => ({
  name: 'by',
  version,
  map(message, emit: Emit) {
    emit(message.author, `${message.feedSequence % 2}`)
    if (version > 1) emit('all')
  },
})

test('an index has its terms, details, counts and ranges', async () => {
  const store = makeStore()
  const index = store.api.defineIndex(byAuthor())
  await store.open()
  const a = writer(2)
  const b = writer(3)
  for (let i = 0; i < 40; i++)
    await store.api.add([...run(a, 9), ...run(b, 1)].map(({ bytes }) => bytes))
  expect(await index.details(a.id)).toEqual(['0', '1'])
  expect(await index.count(a.id, '0')).toBe(180)
  expect(await index.count(a.id)).toBe(360)
  expect(await index.count('nobody')).toBe(0)
  const read = async (detail: string | undefined, range: object, seek?: number) => {
    const reader = index.read(b.id, detail, range)
    const found: number[] = []
    if (seek !== undefined) reader.seek(seek)
    for (let list = await reader.next(); list !== null; list = await reader.next())
      found.push(...list)
    await reader.close()
    return found
  }
  const ofB = Array.from({ length: 40 }, (_, i) => i * 10 + 9)
  expect(await read(undefined, {})).toEqual(ofB)
  expect(await read(undefined, { reverse: true })).toEqual([...ofB].reverse())
  expect(await read('1', {})).toEqual(ofB.filter((_, i) => i % 2 === 0))
  for (const at of [0, 9, 10, 200, 209, 399, 400]) {
    expect(await read(undefined, { gt: at })).toEqual(ofB.filter((n) => n > at))
    expect(await read(undefined, { lt: at })).toEqual(ofB.filter((n) => n < at))
    expect(await read('0', { gt: at })).toEqual(ofB.filter((n, i) => i % 2 === 1 && n > at))
    expect(await read('0', { lt: at, reverse: true })).toEqual(
      ofB.filter((n, i) => i % 2 === 1 && n < at).reverse(),
    )
    expect(await read('1', {}, at)).toEqual(ofB.filter((n, i) => i % 2 === 0 && n >= at))
    expect(await read('1', { reverse: true }, at)).toEqual(
      ofB.filter((n, i) => i % 2 === 0 && n <= at).reverse(),
    )
  }
  expect(index.state()).toEqual({ name: 'by', version: 1, position: 399, current: true })
  await store.close()
})

test('a group reads the same whether it has few terms or many', async () => {
  const store = makeStore()
  // Every message is in both groups; one of them has more terms than are read at once.
  const index = store.api.defineIndex({
    name: 'groups',
    version: 1,
    map({ feedSequence }, emit) {
      for (const count of [3, 90]) {
        emit(`of ${count}`, `${feedSequence % count}`)
        emit(`of ${count}`, `${feedSequence % 2} again`)
      }
    },
  })
  await store.open()
  const a = writer(2)
  for (let i = 0; i < 4; i++) await store.api.add(run(a, 60).map(({ bytes }) => bytes))
  expect((await index.details('of 90')).length).toBe(92)
  const all = Array.from({ length: 240 }, (_, i) => i)
  for (const group of ['of 3', 'of 90'])
    for (const at of [undefined, 0, 1, 119, 120, 238, 239])
      for (const reverse of [false, true])
        for (const bound of ['seek', 'gt', 'lt']) {
          const reader = index.read(group, undefined, { reverse, ...{ [bound]: at } })
          if (bound === 'seek' && at !== undefined) reader.seek(at)
          const found: number[] = []
          for (let list = await reader.next(); list !== null; list = await reader.next())
            found.push(...list)
          await reader.close()
          const isWanted = (n: number): boolean => {
            if (at === undefined) return true
            if (bound === 'gt') return n > at
            if (bound === 'lt') return n < at
            return reverse ? n <= at : n >= at
          }
          const wanted = all.filter(isWanted)
          expect(found).toEqual(reverse ? wanted.reverse() : wanted)
        }
  await store.close()
})

test('an index that is defined late or changed catches up', async () => {
  const database = memory()
  const first = makeStore(database)
  await first.open()
  const a = writer(2)
  await first.api.add(run(a, 1200).map(({ bytes }) => bytes))
  const late = first.api.defineIndex(byAuthor())
  await first.api.indexed()
  expect(late.state()).toMatchObject({ position: 1199, current: true })
  expect(await late.count(a.id)).toBe(1200)
  await first.close()

  const second = makeStore(database)
  const same = second.api.defineIndex(byAuthor())
  await second.open()
  expect(same.state()).toMatchObject({ position: 1199, current: true })
  await second.close()

  const third = makeStore(database)
  await third.open()
  await third.api.add(run(a, 10).map(({ bytes }) => bytes))
  await third.close()

  const fourth = makeStore(database)
  const changed = fourth.api.defineIndex(byAuthor(2))
  await fourth.open()
  await fourth.api.indexed()
  expect(await changed.count('all')).toBe(1210)
  await fourth.api.add(run(a, 1).map(({ bytes }) => bytes))
  expect(await changed.count('all')).toBe(1211)
  await fourth.close()
})

test('all indexes are built anew on demand, while messages come', async () => {
  const database = memory()
  const store = makeStore(database)
  const index = store.api.defineIndex(byAuthor(2))
  const time = store.api.defineOrder({ name: 'time', version: 1, order: (m) => m.timestamp })
  await store.open()
  const a = writer(2)
  await store.api.add(run(a, 700).map(({ bytes }) => bytes))
  const rebuilt = store.api.rebuild()
  const added = store.api.add(run(a, 50).map(({ bytes }) => bytes))
  await Promise.all([rebuilt, added])
  await store.api.indexed()
  expect(store.api.indexes().every(({ current }) => current)).toBe(true)
  expect(await index.count('all')).toBe(750)
  let count = 0
  for await (const batch of time.read()) count += batch.length
  expect(count).toBe(750)
  await store.close()
  expect((await store.fsck()).problems).toEqual([])
})

test('what an index throws on is left out of it, also when it is deleted', async () => {
  const store = makeStore()
  const odd = (message: { readonly feedSequence: number }): void => {
    if (message.feedSequence === 2) throw new TypeError('not expected')
  }
  const index = store.api.defineIndex({
    name: 'by',
    version: 1,
    map(message, emit) {
      emit('all')
      odd(message)
      emit('even')
    },
  })
  const time = store.api.defineOrder({
    name: 'time',
    version: 1,
    order(message) {
      odd(message)
      return message.timestamp
    },
  })
  await store.open()
  const [one, two, three] = run(writer(2), 3)
  await store.api.add([one, two, three].map((message) => message?.bytes ?? new Uint8Array()))
  const times = async (): Promise<number> => {
    let count = 0
    for await (const batch of time.read()) count += batch.length
    return count
  }
  expect([await index.count('all'), await index.count('even'), await times()]).toEqual([3, 2, 2])
  if (two !== undefined) await store.api.del(two.key)
  expect([await index.count('all'), await index.count('even'), await times()]).toEqual([2, 2, 2])
  expect((await store.api.add([run(writer(3), 1)[0]?.bytes ?? new Uint8Array()]))[0]?.ok).toBe(true)
  await store.close()
  expect((await store.fsck()).problems).toEqual([])
})

test('what a listener throws is told, and the others hear of the message', async () => {
  const errors: unknown[] = []
  const store = makeStore(memory(), writer(1), { onError: (error) => errors.push(error) })
  await store.open()
  const heard: number[] = []
  store.api.appended.on(() => {
    throw new TypeError('not expected')
  })
  store.api.appended.on((batch) => heard.push(...batch.map(({ sequence }) => sequence)))
  for (const { bytes } of run(writer(2), 2)) await store.api.add([bytes])
  expect([heard, errors.map(String)]).toEqual([
    [0, 1],
    ['TypeError: not expected', 'TypeError: not expected'],
  ])
  await store.close()
})
