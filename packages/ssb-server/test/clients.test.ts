// What desktop clients ask of a started server, typed as a person would.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { World } from './world.ts'

const world = new World()
let id = ''
let root = ''
let reply = ''
const json = async (...args: string[]): Promise<unknown> => {
  const { out, err } = await world.sbot(['--json', ...args])
  expect(err).toBe('')
  const lines = out.trim().split('\n').filter(Boolean)
  return lines.length === 1 ? JSON.parse(lines[0] as string) : lines.map((line) => JSON.parse(line))
}
const publish = async (...args: string[]): Promise<string> =>
  ((await json('publish', ...args)) as { key: string }).key

beforeAll(async () => {
  await world.start()
  id = ((await json('whoami')) as { id: string }).id
  root = await publish('--type', 'post', '--text', 'A winter journey')
  reply = await publish('--type', 'post', '--text', 'in spring', '--root', root, '--branch', root)
  await publish('--type', 'about', '--about', id, '--name', 'ann')
})
afterAll(() => world.end())

test('about.* and names.*', async () => {
  expect(await json('about.socialValue', '--key', 'name', '--dest', id)).toBe('ann')
  expect(await json('about.socialValues', '--key', 'name', '--dest', id)).toEqual({ [id]: 'ann' })
  expect(await json('names.getSignifier', id)).toBe('ann')
  expect(await json('names.getSignifies', 'an')).toEqual([
    { name: 'ann', id, rank: [1], named: 'ann' },
  ])
})

test('tangle.branch', async () => {
  expect(await json('tangle.branch', root)).toEqual([reply])
})

test('search.query, from a file of its own', async () => {
  expect(await json('search.query', '--query', 'wint jour')).toMatchObject({ key: root })
  expect(await json('search.query', 'spring')).toMatchObject({ key: reply })
  expect(await json('search.query', 'summer')).toEqual([])
  expect(existsSync(join(world.path, 'search.db'))).toBe(true)
  expect(await json('progress')).toMatchObject({ search: { current: 2, target: 2 } })
})

describe('help', () => {
  test.each(['about.socialValue', 'names.getSignifies', 'tangle.branch', 'search.query'])(
    '%s has an example',
    async (method) => {
      const { out } = await world.sbot([method, '--help'])
      expect(out).toContain(`sbot ${method}`)
    },
  )
})
