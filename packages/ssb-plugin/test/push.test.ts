import { expect, test } from 'vitest'
import { pushSource } from '../src/index.ts'

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

test('hands on what was pushed before and while it is read, then ends', async () => {
  let over = 0
  const source = pushSource<number>({ itemsMax: 10, onEnd: () => over++ })
  source.push(1)
  const read = all(source)
  source.push(2)
  await Promise.resolve()
  source.push(3)
  source.end()
  expect(source.push(4)).toBe(false)
  expect(await read).toEqual([1, 2, 3])
  expect(over).toBe(1)
})

test('fails at the bound and not before it', async () => {
  const source = pushSource<number>({ itemsMax: 2 })
  expect([source.push(1), source.push(2), source.push(3)]).toEqual([true, true, false])
  await expect(all(source)).rejects.toMatchObject({ code: 'SSB_PLUGIN_SLOW_READER' })
})

test('an error comes after what is queued', async () => {
  const source = pushSource<number>({ itemsMax: 2 })
  source.push(1)
  source.end(new Error('gone'))
  const seen: number[] = []
  const read = async (): Promise<void> => {
    for await (const item of source) seen.push(item)
  }
  await expect(read()).rejects.toThrow('gone')
  expect(seen).toEqual([1])
})

test('a reader that leaves, and a signal, both end it once', async () => {
  let over = 0
  const source = pushSource<number>({ itemsMax: 5, onEnd: () => over++ })
  source.push(1)
  source.push(2)
  for await (const item of source) {
    expect(item).toBe(1)
    break
  }
  expect(source.push(3)).toBe(false)
  expect(over).toBe(1)

  const abort = new AbortController()
  const other = pushSource<number>({ itemsMax: 5, signal: abort.signal, onEnd: () => over++ })
  const read = all(other)
  other.push(1)
  abort.abort()
  expect(await read).toEqual([])
  expect(over).toBe(2)
  expect(await all(pushSource<number>({ itemsMax: 5, signal: abort.signal }))).toEqual([])
})
