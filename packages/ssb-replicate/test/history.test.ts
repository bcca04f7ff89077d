import { JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { expect, test } from 'vitest'
import { id, type Made, make, settle } from './fake.ts'

const owner = { peer: null, rights: ['owner'] }
const decoder = new TextDecoder()

/** Items of a source, plain, as a client would get them; live ones until `stop`. */
async function read(made: Made, options: unknown, live = false): Promise<unknown[]> {
  const source = (await made.host.call(
    owner,
    ['createHistoryStream'],
    ...(options === undefined ? [] : [options]),
  )) as AsyncIterable<{ items: readonly unknown[] }>
  const items: unknown[] = []
  const all = async (): Promise<void> => {
    for await (const batch of source)
      for (const item of batch.items)
        items.push(item instanceof JsonBytes ? JSON.parse(decoder.decode(item.bytes)) : item)
  }
  if (live) {
    all().catch((error: unknown) => items.push(error))
    await settle()
  } else await all()
  return items
}

const sequences = (items: readonly unknown[]): unknown[] =>
  items.map((item) => (item as { sequence: number }).sequence)

test.each([
  [{}, [1, 2, 3, 4, 5]],
  [{ seq: 3 }, [3, 4, 5]],
  [{ sequence: 3 }, [3, 4, 5]],
  [{ sequence: 0, seq: 4 }, [4, 5]],
  [{ sequence: 2, seq: 4 }, [2, 3, 4, 5]],
  [{ seq: 5 }, [5]],
  [{ seq: 6 }, []],
  [{ seq: -3 }, [1, 2, 3, 4, 5]],
  [{ seq: 2.5 }, [3, 4, 5]],
  [{ limit: 0 }, []],
  [{ limit: 2 }, [1, 2]],
  [{ limit: -1 }, [1, 2, 3, 4, 5]],
  [{ seq: 2, limit: 3 }, [2, 3, 4]],
  [{ reverse: true, gt: 3 }, [1, 2, 3, 4, 5]],
])('%j gives %j', async (options, expected) => {
  const a = await make('A')
  a.store.publish(id('A'), 5)
  const items = await read(a, { id: id('A'), keys: false, ...options })
  expect(sequences(items)).toEqual(expected)
})

test('keys and values choose the shape', async () => {
  const a = await make('A')
  a.store.publish(id('A'), 1)
  const of = async (options: object): Promise<unknown> =>
    (await read(a, { id: id('A'), ...options }))[0]
  const kvt = (await of({})) as { key: string; value: object }
  expect(Object.keys(kvt)).toEqual(['key', 'value', 'timestamp'])
  expect(await of({ values: false })).toBe(kvt.key)
  expect(await of({ keys: false })).toEqual(kvt.value)
  expect(await of({ keys: false, values: false })).toEqual(kvt.value)
})

test.each([
  [{ live: true }, [1, 2, 3, 4, 5], [6, 7]],
  [{ live: true, old: false }, [], [6, 7]],
  [{ old: false }, [], [6, 7]],
  [{ live: true, seq: 4 }, [4, 5], [6, 7]],
  [{ live: true, seq: 7 }, [], [7]],
  [{ live: true, limit: 2 }, [1, 2], [6, 7]],
  [{ live: true, limit: 0 }, [], [6, 7]],
])('%j gives %j, then %j', async (options, old, fresh) => {
  const a = await make('A')
  a.store.publish(id('A'), 5)
  const items = await read(a, { id: id('A'), keys: false, ...options }, true)
  expect(sequences(items)).toEqual(old)
  a.store.publish(id('B'), 1)
  a.store.publish(id('A'), 2)
  await settle()
  expect(sequences(items)).toEqual([...old, ...fresh])
})

test('an unknown feed is empty', async () => {
  const a = await make('A')
  expect(await read(a, { id: id('X') })).toEqual([])
})

test.each([
  [undefined, 'UsageError', 'Param 0 is required'],
  [0, 'UsageError', 'Param 0 is required'],
  [null, 'UsageError', 'Param 0 is required'],
  ['', 'UsageError', 'Param 0 is required'],
  [{}, 'TypeError', 'Param 0 must by of type feedId'],
  [{ id: 'x' }, 'TypeError', 'Param 0 must by of type feedId'],
  [{ id: id('A'), seq: 'x' }, 'TypeError', 'Param 0 must by of type feedId'],
  [{ id: id('A'), limit: {} }, 'TypeError', 'Param 0 must by of type feedId'],
  [[], 'TypeError', 'Param 0 must by of type feedId'],
  ['%x', 'TypeError', 'Param 0 must by of type feedId'],
])('%j is refused as %s', async (options, name, message) => {
  const a = await make('A')
  await expect(read(a, options)).rejects.toMatchObject({ name, message })
})
