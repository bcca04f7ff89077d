import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireConfig } from '@scuttlebot/ssb-config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeFolder } from '../src/folder.ts'
import { serve } from '../src/start.ts'
import { World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

const start = ['start', '--local-only', '--port', '0']
const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }

describe('a start that is interrupted', () => {
  test('before it began, leaves nothing locked', async () => {
    const { code, out } = await world.sbot(start, { signal: AbortSignal.abort() })
    expect([code, out]).toEqual([0, ''])
    await world.start()
  })

  test('while a plugin is starting, does not wait for it', async () => {
    const abort = new AbortController()
    const events: string[] = []
    const server = {
      start: () => {
        events.push('start')
        abort.abort()
        return new Promise<void>(() => undefined)
      },
      stop: async () => void events.push('stop'),
    }
    const options = { signal: abort.signal, out: async (text: string) => void events.push(text) }
    expect(await serve(options as never, server as never, silent, 1)).toBe(0)
    expect(events).toEqual(['start', 'stop'])
  })

  test('ends when the start ends, and then what it says of that is no news', async () => {
    const abort = new AbortController()
    let fail = (_: Error): void => undefined
    const server = {
      start: () => {
        abort.abort()
        return new Promise<void>((_, reject) => {
          fail = reject
        })
      },
      stop: async () => fail(new Error('stopped while it was starting')),
    }
    expect(await serve({ signal: abort.signal } as never, server as never, silent, 60_000)).toBe(0)
  })
})

test.each([
  [[], 'Others in your network can find this server; --local-only keeps it to this machine.'],
  [['local-only'], 'Only this machine can reach it.'],
])('the greeting of a server with %j', async (keys, sentence) => {
  const flags = keys.map((key) => ({ key, value: true }))
  const { config } = requireConfig({ home: world.home, flags })
  mkdirSync(world.path)
  const abort = new AbortController()
  let greeting = ''
  const server = {
    id: '@x',
    start: async () => undefined,
    stop: async () => undefined,
    manifest: () => ({}),
    plugins: { net: { addresses: () => [] }, web: { link: () => null, url: () => null } },
  }
  const out = async (text: string): Promise<void> => {
    greeting = text
    abort.abort()
  }
  const options = { config, signal: abort.signal, program: 'sbot', out }
  expect(await serve(options as never, server as never, silent)).toBe(0)
  expect(greeting.split('\n')).toContain(sentence)
})

describe('folders', () => {
  // mkdir answers there that the folder above does not exist, which it does
  const unmakeable = process.platform === 'linux' ? ['/proc/x', '/proc/x/y/z'] : []
  test.each(unmakeable)('a data folder at %s is refused in a sentence', async (path) => {
    const { code, err } = await world.sbot([...start, '--path', path])
    expect([code, err]).toEqual([1, `The data folder ${path} cannot be made (ENOENT).\n`])
  })

  test('are made with those above, for the owner alone', () => {
    const deep = join(world.home, 'a', 'b', 'c')
    makeFolder(deep)
    makeFolder(deep)
    for (const path of [deep, join(world.home, 'a')])
      expect(statSync(path).mode & 0o777).toBe(0o700)
    writeFileSync(join(world.home, 'file'), '')
    expect(() => makeFolder(join(world.home, 'file'))).toThrow('EEXIST')
    expect(() => makeFolder(join(world.home, 'file', 'x'))).toThrow('ENOTDIR')
    mkdirSync(join(world.home, 'there'), { mode: 0o755 })
    makeFolder(join(world.home, 'there'))
    expect(statSync(join(world.home, 'there')).mode & 0o777).toBe(0o755)
  })
})
