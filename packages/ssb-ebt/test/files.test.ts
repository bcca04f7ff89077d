import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileClocks } from '../src/files.ts'
import { memoryClocks } from '../src/index.ts'
import { id } from './fake.ts'

const peer = '@+/aBcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO=.ed25519' as FeedId
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssb-ebt-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('a clock is kept where the classic servers keep it, and in their form', async () => {
  const clock = new Map([
    [id('A'), 5],
    [id('B'), -1],
    [id('C'), 0],
  ])
  const clocks = fileClocks(folder)
  await clocks.save(peer, { clock, session: 'mark' })
  const file = join(folder, 'ebt', '@-_aBcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO.ed25519')
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    [id('A')]: 5,
    [id('B')]: -1,
    [id('C')]: 0,
    session: 'mark',
  })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await clocks.load(peer)).toEqual({ clock, session: 'mark' })
  // From memory, then from the file.
  await clocks.end?.()
  expect(await clocks.load(peer)).toEqual({ clock, session: 'mark' })
  await clocks.save(peer, { clock: new Map(), session: null })
  expect(await clocks.load(peer)).toEqual({ clock: new Map(), session: null })
  await clocks.end?.()
  expect(await readdir(join(folder, 'ebt'))).toHaveLength(1)
})

test('the newest clocks are read at the start, so that their peers need not wait', async () => {
  const saved = { clock: new Map([[id('A'), 5]]), session: 'mark' }
  const first = fileClocks(folder)
  await first.save(id('C'), saved)
  await first.end?.()
  const second = fileClocks(folder)
  await second.begin?.()
  await rm(join(folder, 'ebt'), { recursive: true })
  expect(await second.load(id('C'))).toEqual(saved)
  expect(await second.load(id('B'))).toEqual({ clock: new Map(), session: null })
})

test('after a run that did not come to its end nothing is known', async () => {
  const saved = { clock: new Map([[id('A'), 5]]), session: 'mark' }
  const first = fileClocks(folder)
  await first.save(peer, saved)
  await first.end?.()
  const second = fileClocks(folder)
  expect(await second.load(peer)).toEqual(saved)
  // The power fails here.
  expect(await fileClocks(folder).load(peer)).toEqual({ clock: new Map(), session: null })
})

test.each([
  ['nothing', null],
  ['an empty file', ''],
  ['half a file', '{"@A'],
  ['no object', '5'],
  ['null', 'null'],
  ['a list', '[1]'],
])('%s counts as an empty clock', async (_, text) => {
  const clocks = fileClocks(folder)
  await clocks.save(peer, { clock: new Map([[id('A'), 1]]), session: 'x' })
  await clocks.end?.()
  const file = join(folder, 'ebt', (await readdir(join(folder, 'ebt'))).sort()[0] as string)
  if (text === null) await rm(file)
  else await writeFile(file, text)
  expect(await clocks.load(peer)).toEqual({ clock: new Map(), session: null })
})

test('entries that are no feed, or no sequence, are left out', async () => {
  const clocks = fileClocks(folder)
  await clocks.save(peer, { clock: new Map(), session: null })
  await clocks.end?.()
  const file = join(folder, 'ebt', (await readdir(join(folder, 'ebt'))).sort()[0] as string)
  const odd = { x: 1, [id('A')]: null, [id('B')]: -2, [id('C')]: 1.5, [id('D')]: 7, session: 5 }
  await writeFile(file, JSON.stringify(odd))
  expect(await clocks.load(peer)).toEqual({ clock: new Map([[id('D'), 7]]), session: null })
})

test('of more than so many peers the oldest are forgotten', async () => {
  const clocks = fileClocks(folder, { peersMax: 2 })
  for (const [at, letter] of ['A', 'B', 'C'].entries()) {
    await clocks.save(id(letter), { clock: new Map([[id('Z'), at]]), session: null })
    for (const name of await readdir(join(folder, 'ebt')))
      if (name.startsWith(`@${letter}`)) await utimes(join(folder, 'ebt', name), at, at)
  }
  await clocks.save(id('C'), { clock: new Map([[id('Z'), 2]]), session: null })
  const left = await Promise.all(
    ['A', 'B', 'C'].map(async (l) => (await clocks.load(id(l))).clock.get(id('Z'))),
  )
  expect(left).toEqual([undefined, 1, 2])
})

test('in memory the least recently saved are forgotten', async () => {
  const clocks = memoryClocks(2)
  const save = (letter: string): Promise<void> =>
    clocks.save(id(letter), { clock: new Map([[id('Z'), 1]]), session: null })
  for (const letter of ['A', 'B', 'A', 'C']) await save(letter)
  const sizes = await Promise.all(
    ['A', 'B', 'C'].map(async (l) => (await clocks.load(id(l))).clock.size),
  )
  expect(sizes).toEqual([1, 0, 1])
  const small = memoryClocks(9, 3)
  const clock = new Map(['X', 'Y'].map((letter) => [id(letter), 1]))
  for (const letter of ['A', 'B']) await small.save(id(letter), { clock, session: null })
  expect((await small.load(id('A'))).clock.size).toBe(0)
  expect((await small.load(id('B'))).clock.size).toBe(2)
})
