import { afterEach, describe, expect, test } from 'vitest'
import { LogBook } from '../src/index.ts'
import { owner, start, stopAll } from './world.ts'

afterEach(() => stopAll())

describe('the log', () => {
  test('keeps the last lines', () => {
    const book = new LogBook(2)
    for (const line of ['one\n', 'two\n', 'three']) book.add(line)
    expect(book.recent()).toEqual([{ text: 'two' }, { text: 'three' }])
  })

  test('goes on where one that reads it fails', () => {
    const book = new LogBook()
    const read: string[] = []
    book.on(() => {
      throw new TypeError('cannot read')
    })
    book.on(({ text }) => read.push(text))
    for (const line of ['one', 'two']) book.add(line)
    expect(read).toEqual(['one', 'two'])
  })

  test('is read from its beginning, and on', async () => {
    const logs = new LogBook()
    logs.add('before')
    const { host } = await start({ logs })
    const lines = (await host.call(owner, ['web', 'logs'])) as AsyncIterable<{ text: string }>
    const reader = lines[Symbol.asyncIterator]()
    expect((await reader.next()).value).toEqual({ text: 'before' })
    logs.add('after')
    expect((await reader.next()).value).toEqual({ text: 'after' })
    await reader.return?.()
  })
})

test('settings are those that the server tells', async () => {
  const setting = {
    key: 'a.b',
    value: 1,
    origin: '--a.b',
    description: 'One.',
    unit: null,
    isInert: false,
  }
  const { host } = await start({ settings: () => [setting] })
  expect(await host.call(owner, ['web', 'settings'])).toEqual([setting])
  expect(await (await start()).host.call(owner, ['web', 'settings'])).toEqual([])
})
