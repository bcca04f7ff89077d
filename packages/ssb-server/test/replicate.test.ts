import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Running, World } from './world.ts'

let worlds: [World, World]
let servers: [Running, Running]
beforeEach(async () => {
  worlds = [new World(), new World()]
  servers = [await worlds[0].start(), await worlds[1].start()]
})
afterEach(async () => {
  await Promise.all(worlds.map((world) => world.end()))
})

const publish = (world: World, ...argv: string[]): Promise<unknown> =>
  world.sbot(['publish', ...argv])
const address = ({ id, port }: Running): string =>
  `net:127.0.0.1:${port}~shs:${id.slice(1).replace('.ed25519', '')}`

/** Print a live stream until `isEnough`. */
async function until(
  world: World,
  argv: readonly string[],
  isEnough: (lines: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const abort = new AbortController()
  let lines: readonly string[] = []
  const onOut = (all: string): void => {
    lines = all.split('\n').filter((line) => line !== '')
    if (isEnough(lines)) abort.abort()
  }
  const { code, err } = await world.sbot(argv, { signal: abort.signal, onOut })
  expect([code, err]).toEqual([130, ''])
  return lines
}

describe('two servers', () => {
  test('one follows the other, connects, and has its messages, old and new', async () => {
    const [a, b] = worlds
    const [serverA, serverB] = servers
    for (const text of ['één', 'zwei']) await publish(a, '--type', 'post', '--text', text)
    await publish(b, '--type', 'contact', '--contact', serverA.id, '--following')
    const connected = await b.sbot(['gossip.connect', address(serverA)])
    expect(connected).toMatchObject({ code: 0, err: '' })

    const live = ['--json', 'hist', '--id', serverA.id, '--live', '--values', '--no-keys']
    const has =
      (text: string) =>
      (lines: readonly string[]): boolean =>
        lines.some((line) => line.includes(text))
    await until(b, live, has('zwei'))
    await publish(a, '--type', 'post', '--text', 'трое')
    const copied = await until(b, live, has('трое'))
    const own = await a.sbot(['--json', 'hist', '--id', serverA.id, '--values', '--no-keys'])
    const messages = copied.filter((line) => !line.includes('"sync"'))
    expect(messages).toEqual(own.out.trim().split('\n'))

    const friends = await b.sbot(['--json', 'friends.hops'])
    expect(JSON.parse(friends.out)).toEqual({ [serverB.id]: 0, [serverA.id]: 1 })
  })

  test('a stranger is served public feeds and nothing of the owner’s', async () => {
    const [a, b] = worlds
    const [serverA] = servers
    await publish(a, '--type', 'post', '--text', 'open')
    const remote = ['--remote', address(serverA)]
    expect((await b.sbot([...remote, '--json', 'hist', '--id', serverA.id])).out).toContain('open')
    const { code, err } = await b.sbot([...remote, 'publish', '--type', 'post', '--text', 'x'])
    expect([code, err]).toEqual([1, 'method:publish is not in list of allowed methods\n'])
  })

  test('a master has the owner’s rights', async () => {
    const [a, b] = worlds
    const other = new World()
    try {
      const [, serverB] = servers
      const served = await other.start('--master', serverB.id)
      const { out } = await b.sbot(['--remote', address(served), '--json', 'whoami'])
      expect(JSON.parse(out)).toEqual({ id: served.id })
      const { code } = await a.sbot(['--remote', address(served), 'whoami'])
      expect(code).toBe(1)
    } finally {
      await other.end()
    }
  })
})

test('a blob goes from one server to another that wants it', async () => {
  const [a, b] = worlds
  const [serverA, serverB] = servers
  await publish(a, '--type', 'contact', '--contact', serverB.id, '--following')
  await publish(b, '--type', 'contact', '--contact', serverA.id, '--following')
  const added = await a.sbot(['blobs.add'], { stdin: 'a blob' })
  const id = added.out.trim()
  expect(id).toMatch(/^&.{44}\.sha256$/)
  expect((await b.sbot(['gossip.connect', address(serverA)])).code).toBe(0)
  expect((await b.sbot(['--json', 'blobs.want', id])).out).toBe('true\n')
  expect((await b.sbot(['blobs.get', id])).out).toBe('a blob')
})

test('log, logt, feed, links and export', async () => {
  const [a] = worlds
  const [{ id }] = servers
  await publish(a, '--type', 'post', '--text', 'one')
  await publish(a, '--type', 'about', '--about', id, '--name', 'me')
  const texts = async (...argv: string[]): Promise<number> => {
    const { code, out, err } = await a.sbot(['--json', ...argv])
    expect([code, err]).toEqual([0, ''])
    return out.split('\n').filter((line) => line !== '').length
  }
  expect(await texts('log')).toBe(2)
  expect(await texts('log', '--limit', '1', '--reverse')).toBe(1)
  expect(await texts('logt', '--type', 'post', '--limit', '10')).toBe(1)
  expect(await texts('feed')).toBe(2)
  expect(await texts('createUserStream', '--id', id)).toBe(2)
  expect(await texts('links', '--dest', id, '--rel', 'about', '--values')).toBe(1)
  expect(await texts('export')).toBe(2)
  expect(await texts('export', '--author', id, '--values')).toBe(2)
  const whole = await a.sbot(['export'])
  const [b] = [worlds[1]]
  const imported = await b.sbot(['--json', 'import', '-'], { stdin: whole.out })
  expect(JSON.parse(imported.out)).toMatchObject({ read: 2, added: 2, refused: [] })
  const again = await b.sbot(['export', '--author', id])
  const values = (text: string): unknown[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).value)
  expect(values(again.out)).toEqual(values(whole.out))
})
