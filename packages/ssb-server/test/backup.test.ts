import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setPassphraseSync } from '@scuttlebot/ssb-keys/file'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Running, World } from './world.ts'

const environment = { SSB_PASSPHRASE: 'correct horse' }

let world: World
let running: Running
let file = ''
beforeEach(async () => {
  world = new World()
  running = await world.start()
  for (const text of ['one', 'two', 'three'])
    await world.sbot(['publish', '--type', 'post', '--text', text])
  file = join(world.home, 'ssb.backup')
})
afterEach(() => world.end())

const backUp = () => world.sbot(['backup', file], { environment })
const values = (out: string): unknown[] =>
  out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { value: unknown }).value)

describe('backup and restore', () => {
  test('key, feed and settings come back; publishing waits for a person, or a peer', async () => {
    writeFileSync(join(world.path, 'config'), '{"friends":{"hops":3}}')
    expect((await backUp()).code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = await world.sbot(['export'])
    await running.stop()
    const other = new World()
    try {
      const ran = await other.sbot(['restore', file], { environment })
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out).toContain(`${running.id} is restored into ${other.path}: 3 messages`)
      expect(readFileSync(join(other.path, 'config'), 'utf8')).toBe('{"friends":{"hops":3}}')
      expect(statSync(join(other.path, 'secret')).mode & 0o777).toBe(0o400)
      const again = await other.start()
      expect(again.id).toBe(running.id)
      expect(values((await other.sbot(['export'])).out)).toEqual(values(before.out))
      const locked = await other.sbot(['publish', '--type', 'post', '--text', 'four'])
      expect([locked.code, locked.out]).toEqual([1, ''])
      expect(locked.err).toContain('restored from a backup')
      await other.sbot(['feed.unlock', '--i-accept-a-fork'])
      const free = await other.sbot(['publish', '--type', 'post', '--text', 'four'])
      expect(JSON.parse(free.out)).toMatchObject({ value: { author: running.id, sequence: 4 } })
    } finally {
      await other.end()
    }
  })

  test('the passphrase is needed, and a file is never written over', async () => {
    expect((await world.sbot(['backup', file])).err).toContain('set SSB_PASSPHRASE')
    const weak = await world.sbot(['backup', file], { environment: { SSB_PASSPHRASE: 'short' } })
    expect([weak.code, existsSync(`${file}.part`), existsSync(file)]).toEqual([1, false, false])
    writeFileSync(file, 'mine')
    const there = await backUp()
    expect([there.code, there.err]).toEqual([
      1,
      `${file} cannot be written: there is such a file already.\n`,
    ])
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  test('nothing is made of a wrong passphrase, a cut file or no file, nor where a server is', async () => {
    await backUp()
    const other = new World()
    try {
      const wrong = { SSB_PASSPHRASE: 'wrong horse' }
      const refused = await other.sbot(['restore', file], { environment: wrong })
      expect(refused).toMatchObject({
        code: 1,
        err: 'The passphrase does not open this backup.\n',
      })
      writeFileSync(`${file}.cut`, readFileSync(file).subarray(0, -5))
      expect((await other.sbot(['restore', `${file}.cut`], { environment })).code).toBe(1)
      expect((await other.sbot(['restore', `${file}.none`], { environment })).err).toContain(
        'there is no such file',
      )
      expect(existsSync(other.path)).toBe(false)
      const taken = await world.sbot(['restore', file], { environment })
      expect(taken.err).toContain("There is a server's data in")
    } finally {
      await other.end()
    }
  })

  test('a key under a passphrase of its own comes back under it', async () => {
    await running.stop()
    const cost = { operations: 1, memoryBytes: 8192 }
    setPassphraseSync(join(world.path, 'secret'), { to: 'of the key', cost })
    world.passphrase = 'of the key'
    running = await world.start()
    expect((await backUp()).code).toBe(0)
    await running.stop()
    const other = new World()
    other.passphrase = world.passphrase
    try {
      const ran = await other.sbot(['restore', file], { environment })
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out).toContain(': 3 messages')
      expect(readFileSync(join(other.path, 'secret'), 'utf8')).toContain('"locked"')
      expect((await other.start()).id).toBe(running.id)
    } finally {
      await other.end()
    }
  })

  test('of a feed with a hole comes back what is before it; publishing waits for the rest', async () => {
    const [, second = ''] = (await world.sbot(['export'])).out.trim().split('\n')
    await world.sbot(['del', (JSON.parse(second) as { key: string }).key])
    expect((await backUp()).code).toBe(0)
    await running.stop()
    const other = new World()
    try {
      const ran = await other.sbot(['restore', file], { environment })
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out).toContain(': 1 messages')
      await other.start()
      await other.sbot(['publish', '--type', 'post', '--text', 'four'])
      const status = await other.sbot(['--json', 'feed.status'])
      expect(JSON.parse(status.out)).toMatchObject({ sequence: 1, mark: { sequence: 3 } })
      expect(status.out).toContain('message 3 was published already')
    } finally {
      await other.end()
    }
  })

  test('friends that have the same feed unlock it', async () => {
    const friends = [new World(), new World()]
    const other = new World()
    try {
      const addresses: string[] = []
      for (const friend of friends) {
        const { id, port } = await friend.start()
        await world.sbot(['publish', '--type', 'contact', '--contact', id, '--following'])
        await friend.sbot(['publish', '--type', 'contact', '--contact', running.id, '--following'])
        addresses.push(`net:127.0.0.1:${port}~shs:${keyOf(id)}`)
      }
      for (const address of addresses) await world.sbot(['gossip.connect', address])
      for (const friend of friends)
        await friend.until(async () => (await headOf(friend, running.id)) === 5)
      await backUp()
      await running.stop()
      await other.sbot(['restore', file], { environment })
      await other.start()
      for (const address of addresses) await other.sbot(['gossip.connect', address])
      await other.until(async () => {
        const ran = await other.sbot(['publish', '--type', 'post', '--text', 'six'])
        return ran.code === 0
      })
      expect(await headOf(other, running.id)).toBe(6)
      expect(existsSync(join(other.path, 'restored'))).toBe(false)
    } finally {
      await other.end()
      for (const friend of friends) await friend.end()
    }
  }, 60_000)
})

const keyOf = (id: string): string => id.slice(1).replace('.ed25519', '')

async function headOf(at: World, id: string): Promise<number> {
  const clock = JSON.parse((await at.sbot(['getVectorClock'])).out) as Record<string, number>
  return clock[id] ?? 0
}
