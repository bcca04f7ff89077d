import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDisk } from '@scuttlebot/ssb-feed-store/disk'
import { setPassphraseSync } from '@scuttlebot/ssb-keys/file'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFolder } from '../src/index.ts'
import { World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

const publish = (text: string) => world.sbot(['publish', '--type', 'post', '--text', text])

describe('sbot fsck', () => {
  test('without a store says so, and makes nothing', async () => {
    const ran = await world.sbot(['fsck'])
    expect(ran).toMatchObject({
      code: 2,
      out: '',
      err: `There is no store in ${world.path}: nothing was checked.\n`,
    })
    expect(existsSync(world.path)).toBe(false)
  })

  test('leaves a running server alone, with one sentence', async () => {
    await world.start()
    const ran = await world.sbot(['fsck'])
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err).toMatch(/^the folder .* is in use by process \d+: stop that server first.*\n$/)
  })

  test('finds what a server has written in order, with all its indexes', async () => {
    const running = await world.start()
    for (const text of ['one', 'two']) await publish(text)
    const names = Object.keys(JSON.parse((await world.sbot(['status'])).out).sync.plugins)
    await running.stop()
    const ran = await world.sbot(['--json', 'fsck', '--signatures'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    const report = JSON.parse(ran.out)
    expect(report).toMatchObject({ messages: 2, feeds: 1, problemCount: 0 })
    expect(report.indexes).toEqual(names)
  })

  test('finds and mends damage; the server then starts, and goes on behind what was published', async () => {
    const running = await world.start()
    for (const text of ['one', 'two', 'three']) await publish(text)
    await running.stop()
    const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const
    const disk = openDisk(world.path)
    await disk.open()
    // The record of the second message: table 1, position 1.
    await disk.batch([{ type: 'del', key: Uint8Array.of(1, 0, 0, 0, 0, 0, 1) }], encoding)
    await disk.close()
    const found = await world.sbot(['fsck'])
    expect(found.code).toBe(1)
    expect(found.out).toContain(`the feed ${running.id} lacks message 2, and has later ones`)
    expect(found.out).toContain('sbot fsck --repair mends')
    const mended = await world.sbot(['fsck', '--repair'])
    expect(mended.code).toBe(1)
    expect(mended.out).toContain('of your own feed 1 messages from 2 on are lost here')
    expect((await world.sbot(['fsck'])).code).toBe(0)
    await world.start()
    const { value } = JSON.parse((await publish('four')).out)
    expect(value.sequence).toBe(4)
  })

  test('a store that was rolled back is told from its mark', async () => {
    const running = await world.start()
    await publish('one')
    await running.stop()
    rmSync(join(world.path, 'store'), { recursive: true })
    const again = await world.start()
    expect((await publish('two')).err).toContain('publishing now would fork it')
    const stopped = await again.stop()
    expect(stopped.err).toContain('publishing is locked: the log ends at message 0')
    const ran = await world.sbot(['fsck'])
    expect(ran.code).toBe(1)
    expect(ran.out).toContain('mark: the log ends at message 0 of your feed, but 1 was published')
  })
})

test('a key under a passphrase is opened with it; without a key nothing is checked', async () => {
  const running = await world.start()
  await publish('one')
  await running.stop()
  const secret = join(world.path, 'secret')
  setPassphraseSync(secret, { to: 'open sesame', cost: { operations: 1, memoryBytes: 8192 } })
  expect(await world.sbot(['fsck'])).toMatchObject({ code: 2, out: '' })
  world.passphrase = 'open sesame'
  expect((await world.sbot(['fsck'])).code).toBe(0)
  rmSync(secret)
  const ran = await world.sbot(['fsck'])
  expect([ran.code, ran.err]).toEqual([
    2,
    `There is no key in ${world.path}: nothing was checked.\n`,
  ])
  expect(existsSync(secret)).toBe(false)
})

describe('a key that was made here', () => {
  test('is new until a server has started with it, even if the first start died', async () => {
    expect(openFolder(world.path).isNew).toBe(true)
    // As after a kill between the key and the first mark.
    expect(openFolder(world.path).isNew).toBe(true)
    const running = await world.start()
    expect((await publish('one')).code).toBe(0)
    await running.stop()
    expect(readdirSync(world.path)).not.toContain('secret-is-new')
    expect(openFolder(world.path).isNew).toBe(false)
  })

  test('and one that was brought here is not', async () => {
    const other = new World()
    openFolder(other.path)
    mkdirSync(world.path)
    copyFileSync(join(other.path, 'secret'), join(world.path, 'secret'))
    await other.end()
    await world.start()
    expect((await publish('one')).err).toContain('this identity is not new, but its log is empty')
  })
})

test.each(['flume', 'db2'])(
  'an empty %s/ is no log, and one with anything in it is',
  async (name) => {
    mkdirSync(join(world.path, name), { recursive: true })
    openFolder(world.path)
    writeFileSync(join(world.path, name, 'anything'), '')
    expect(() => openFolder(world.path)).toThrow('would fork that identity')
  },
)
