import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Engine, wordsOf } from '../src/index.ts'
import { openSqlite } from '../src/sqlite.ts'
import { boxedTo, ME, memory, type Running, start, type Writer, writer } from './make.ts'

const running: Running[] = []
const folders: string[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})
const begin = async (...args: Parameters<typeof start>): Promise<Running> => {
  const one = await start(...args)
  running.push(one)
  return one
}
const fileIn = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-search-'))
  folders.push(folder)
  return join(folder, 'search.db')
}
const me = (): Writer => writer(ME)
const post = (text: string, more: object = {}): { type: string; text: string } => ({
  type: 'post',
  text,
  ...more,
})

interface Hit {
  readonly key: string
  readonly value: { readonly content: { readonly text: string }; readonly private?: true }
  readonly rank?: number
}
const ask = async (one: Running, query: unknown): Promise<Hit[]> =>
  (await one.items('search.query', query)) as Hit[]
const textsOf = async (one: Running, query: string): Promise<string[]> =>
  (await ask(one, { query })).map(({ value }) => value.content.text)

describe('search.query', () => {
  test('all words, by their beginning, whatever the case and the marks', async () => {
    const one = await begin()
    const ann = writer(2)
    const texts = ['An Elephant in the snow', 'elephants like Äpfel', 'snow', 'слоны и снег']
    for (const text of texts) await one.add(ann.next(post(text)))
    await one.add(ann.next({ type: 'about', about: ann.keys.id, name: 'elephant' }))
    expect(await textsOf(one, 'elephant')).toEqual([texts[1], texts[0]])
    expect(await textsOf(one, 'ELEPH snow')).toEqual([texts[0]])
    expect(await textsOf(one, 'apfel')).toEqual([texts[1]])
    expect(await textsOf(one, 'слон')).toEqual([texts[3]])
    expect(await textsOf(one, 'elephant whale')).toEqual([])
    expect(await textsOf(one, 'lephant')).toEqual([])
  })

  test('those first that others link to, then new ones; a limit', async () => {
    const one = await begin()
    const ann = writer(2)
    const root = ann.next(post('whale one'))
    const reply = ann.next(post('whale two', { root: root.key, branch: root.key }))
    const other = ann.next(post('whale three'))
    await one.add(root, reply, other)
    const found = await ask(one, { query: 'whale' })
    expect(found.map(({ key }) => key)).toEqual([root.key, other.key, reply.key])
    expect(found.map(({ rank }) => rank)).toEqual([2, undefined, undefined])
    expect(await ask(one, { query: 'whale', limit: 1 })).toEqual(found.slice(0, 1))
    expect(await ask(one, 'whale')).toEqual(found)
    const key = await one.plugin.find('whale', 2)
    expect(key.map(({ key }) => key)).toEqual([root.key, other.key])
  })

  test.each([[undefined], [{}], [{ query: '' }], [{ query: 'el' }], [{ query: 7 }], [7], [null]])(
    'nothing is found for %j',
    async (query) => {
      const one = await begin()
      await one.add(writer(2).next(post('el elephant 7')))
      expect(await ask(one, query)).toEqual([])
    },
  )

  test.each(['"', '""', 'whale" OR "snow', 'NEAR(whale snow)', 'text : whale', 'whale*', '-whale'])(
    'nothing in %j is syntax',
    async (query) => {
      const one = await begin()
      await one.add(writer(2).next(post('a whale')), writer(3).next(post('a snow whale')))
      const words = wordsOf(query)
      const fits = words.length > 0 && words.every((word) => 'a snow whale'.includes(word))
      expect((await textsOf(one, query)).includes('a snow whale')).toBe(fits)
    },
  )

  test('private messages are found for the owner who asks for them, opened, and never written to the engine on disk', async () => {
    const file = fileIn()
    const one = await begin({ engine: () => openSqlite(file) })
    const ann = writer(2)
    await one.add(ann.next(boxedTo(post('secret walrus'), me())))
    await one.add(ann.next(boxedTo(post('walrus of others'), writer(3))))
    await one.add(ann.next(post('open walrus')))
    const found = await ask(one, { query: 'walrus', private: true })
    expect(found.map(({ value }) => [value.content.text, value.private])).toEqual([
      ['open walrus', undefined],
      ['secret walrus', true],
    ])
    for (const query of [
      'walrus',
      ...[false, 'true', 1].map((open) => ({ query: 'walrus', private: open })),
    ])
      expect((await ask(one, query)).map(({ value }) => value.content.text)).toEqual([
        'open walrus',
      ])
    expect((await one.plugin.find('walrus')).length).toBe(1)
    await one.stop()
    running.splice(0)
    // the write-ahead log may outlive a closing
    const written = readdirSync(dirname(file)).map((name) =>
      readFileSync(join(dirname(file), name)),
    )
    expect(written.some((bytes) => bytes.includes('secret'))).toBe(false)
    expect(written.some((bytes) => bytes.includes('walrus'))).toBe(true)
  })

  test('what is deleted is not found any more', async () => {
    const one = await begin()
    const message = writer(2).next(post('a mistake'))
    await one.add(message, writer(2 + 1).next(post('no mistake')))
    expect(await textsOf(one, 'mistake')).toHaveLength(2)
    await one.store.del(message.key)
    expect(await textsOf(one, 'mistake')).toEqual(['no mistake'])
  })
})

describe('the index', () => {
  test('waits while many messages come, but not when somebody asks', async () => {
    const one = await begin()
    const ann = writer(2)
    await one.add(...Array.from({ length: 200 }, (_, n) => ann.next(post(`whale ${n}`))))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    const { current, target } = one.plugin.progress()
    expect([current, target]).toEqual([-1, 199])
    expect(await ask(one, 'whale')).toHaveLength(200)
  })

  const counting = (file: string): { engine: () => Engine; texts: string[] } => {
    const texts: string[] = []
    const engine = (): Engine => {
      const inner = openSqlite(file)
      const write: Engine['write'] = (entries, mark) => {
        texts.push(...entries.map(({ text }) => text))
        inner.write(entries, mark)
      }
      return { ...inner, write }
    }
    return { engine, texts }
  }

  test('is kept, and goes on where it was', async () => {
    const log = memory()
    const file = fileIn()
    const first = counting(file)
    const one = await start({ engine: first.engine, log })
    const ann = writer(2)
    for (let i = 0; i < 150; i++) await one.add(ann.next(post(`whale ${i}`)))
    await one.plugin.settled()
    expect(one.progress()['search']).toEqual({ start: -1, current: 149, target: 149 })
    await one.stop()
    expect(first.texts).toHaveLength(150)
    const second = counting(file)
    const again = await begin({ engine: second.engine, log })
    await again.add(ann.next(post('whale again')))
    expect(await ask(again, { query: 'whale' })).toHaveLength(151)
    expect(second.texts).toEqual(['whale again'])
  })

  test('is begun anew for another log, and for a shorter one', async () => {
    const file = fileIn()
    for (const texts of [['whale', 'whale too'], ['walrus', 'walrus too'], ['snow']]) {
      const one = await start({ engine: () => openSqlite(file) })
      const ann = writer(2)
      for (const text of texts) await one.add(ann.next(post(text)))
      expect(await ask(one, { query: 'whale' })).toHaveLength(texts[0] === 'whale' ? 2 : 0)
      expect(await textsOf(one, texts[0] as string)).toHaveLength(texts.length)
      await one.stop()
    }
  })

  test('is begun anew when its file is damaged', async () => {
    const file = fileIn()
    writeFileSync(file, 'this is no database'.repeat(1000))
    const one = await begin({ engine: () => openSqlite(file) })
    await one.add(writer(2).next(post('a whale')))
    expect(await textsOf(one, 'whale')).toEqual(['a whale'])
  })

  test('passes messages that were deleted before it came to them', async () => {
    const log = memory()
    const one = await start({ log })
    const messages = [1, 2, 3].map((n) => writer(n + 1).next(post(`whale ${n}`)))
    await one.add(...messages)
    for (const { key } of messages.slice(1)) await one.store.del(key)
    await one.stop()
    const again = await begin({ log })
    expect(await textsOf(again, 'whale')).toEqual(['whale 1'])
    expect(again.plugin.progress()).toMatchObject({ current: 2, target: 2 })
  })
})

test.each([
  ['Two WORDS two', ['two', 'words']],
  ['a bc def', ['def']],
  ['été à 大象', ['été', 'à', '大象']],
  ['snake_case', ['snake', 'case']],
  [Array.from({ length: 99 }, (_, i) => `word${i}`).join(' '), 32],
])('words of %j', (question, words) => {
  const found = wordsOf(question)
  expect(typeof words === 'number' ? found.length : found).toEqual(words)
})
