import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

describe('a fresh machine', () => {
  test('start makes a key, listens, says what to type next, and stops with 0', async () => {
    const running = await world.start()
    expect(running.greeting).toContain(`listening  net:127.0.0.1:${running.port}~shs:`)
    expect(running.greeting).toContain(`sbot --path ${world.path} whoami`)
    expect(statSync(join(world.path, 'secret')).mode & 0o777).toBe(0o400)
    expect(statSync(join(world.path, 'socket')).mode & 0o777).toBe(0o600)
    const manifest = JSON.parse(readFileSync(join(world.path, 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({ whoami: 'sync', publish: 'async', gossip: { ping: 'duplex' } })
    const ended = await running.stop()
    expect(ended.code).toBe(0)
    expect(existsSync(join(world.path, 'socket'))).toBe(false)
  })

  test('the key and the messages are there after a restart', async () => {
    const first = await world.start()
    await world.sbot(['publish', '--type', 'post', '--text', 'hällo'])
    await first.stop()
    const second = await world.start()
    expect(second.id).toBe(first.id)
    const { out } = await world.sbot(['--json', 'getVectorClock'])
    expect(JSON.parse(out)).toEqual({ [first.id]: 1 })
  })
})

describe('the command line against it', () => {
  test('over the socket, and over TCP with the key', async () => {
    const { id, port } = await world.start()
    for (const way of [[], ['--port', port], ['--host', 'localhost', '--port', port]]) {
      const { code, out } = await world.sbot([...way, 'whoami'])
      expect([code, JSON.parse(out)]).toEqual([0, { id }])
    }
  })

  test('publish, get, history; JSON from a pipe', async () => {
    const { id } = await world.start()
    const content = { type: 'post', text: 'hello', mentions: [{ link: id, name: 'me' }] }
    const flags = ['--mentions.0.link', id, '--mentions.0.name', 'me']
    const first = await world.sbot(['publish', '--type', 'post', '--text', 'hello', ...flags])
    const message = JSON.parse(first.out)
    expect(message.value.content).toEqual(content)
    const stdin = JSON.stringify({ type: 'post', text: 'piped' })
    expect((await world.sbot(['publish', '.'], { stdin })).code).toBe(0)
    const got = await world.sbot(['get', message.key])
    expect(JSON.parse(got.out)).toEqual(message.value)
    const history = await world.sbot(['--json', 'hist', '--id', id])
    const texts = history.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).value.content.text)
    expect(texts).toEqual(['hello', 'piped'])
  })

  test('a live stream goes on until Ctrl-C', async () => {
    const { id } = await world.start()
    const abort = new AbortController()
    const seen: string[] = []
    let told: () => void = () => undefined
    const next = (): Promise<void> =>
      new Promise((resolve) => {
        told = resolve
      })
    const onOut = (all: string): void => {
      seen.splice(0, seen.length, ...all.trim().split('\n'))
      told()
    }
    const started = next()
    const argv = ['--json', 'hist', '--id', id, '--live', '--keys', 'false']
    await world.sbot(['publish', '--type', 'post', '--text', 'old'])
    const streaming = world.sbot(argv, { signal: abort.signal, onOut })
    await started
    while (!seen.join().includes('old')) await next()
    const news = next()
    await world.sbot(['publish', '--type', 'post', '--text', 'new'])
    await news
    while (!seen.join().includes('new')) await next()
    abort.abort()
    expect((await streaming).code).toBe(130)
  })

  test.each<[string[], string]>([
    [['whoam'], 'Did you mean whoami?'],
    [['publish', '--text', 'x'], 'type must be a string'],
    [['get', '%x'], 'id of get must be a message id'],
    [['get', `%${'A'.repeat(43)}=.sha256`], 'not found'],
    [['gossip.connect', 'nowhere'], 'peer of gossip.connect must be a feed id, or an address'],
    [['hist', '--id', 'nobody'], '--id of createHistoryStream must be a feed id'],
    [['addBatch', 'x'], 'values of addBatch must be a list'],
    [['addBatch', '[1'], 'The argument of addBatch must be a list of messages'],
    [['--remote', 'garbage', 'whoami'], 'no address that we can dial'],
  ])('%j is one sentence, and the usage where it helps', async (argv, text) => {
    await world.start()
    const { code, out, err } = await world.sbot(argv)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(text)
    const [, ...more] = err.trimEnd().split('\n')
    expect(more.filter((line) => !line.startsWith('Usage: '))).toEqual([])
    expect(more.length).toBeLessThanOrEqual(1)
  })

  test('another network is refused with a hint', async () => {
    const { port } = await world.start()
    const other = Buffer.alloc(32, 7).toString('base64')
    const { code, err } = await world.sbot(['--port', port, '--caps.shs', other, 'whoami'])
    expect(code).toBe(1)
    expect(err).toContain('it may be on another network')
  })

  test('no server: the three lines', async () => {
    const { code, err } = await world.sbot(['whoami'])
    expect(code).toBe(1)
    expect(err).toBe(
      'Error: Could not connect to ssb-server 127.0.0.1:8008\nUse the "start" command to start it.\nUse --verbose option to see full error\n',
    )
  })
})

describe('start refuses with one sentence', () => {
  const refused = async (text: string, ...argv: string[]): Promise<void> => {
    const { code, err } = await world.sbot(['start', '--port', '0', '--local-only', ...argv])
    expect(code).toBe(1)
    expect(err).toContain(text)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }

  test('a folder in use', async () => {
    await world.start()
    await refused(`in use by process ${process.pid}`)
  })
  test('a key in use, from a copy of the folder', async () => {
    const { id } = await world.start()
    const copy = join(world.home, 'copy')
    mkdirSync(copy)
    copyFileSync(join(world.path, 'secret'), join(copy, 'secret'))
    await refused(
      `The key ${id} is in use by process ${process.pid}, with ${world.path}`,
      '--path',
      copy,
    )
  })
  test('a port in use', async () => {
    const { port } = await world.start()
    await refused('address already in use', '--path', join(world.home, 'other'), '--port', port)
  })
  test.each(['flume', 'db2'])('a folder with another server’s %s', async (name) => {
    mkdirSync(join(world.path, name), { recursive: true })
    writeFileSync(join(world.path, name, 'log'), 'x')
    await refused('would fork that identity')
    expect(existsSync(join(world.path, 'secret'))).toBe(false)
  })
  test('a file in the folder’s place', async () => {
    writeFileSync(world.path, '')
    await refused('is not a folder')
  })
  test('a key that others may read, or a broken one', async () => {
    mkdirSync(world.path)
    const secret = join(world.path, 'secret')
    writeFileSync(secret, 'junk', { mode: 0o600 })
    await refused('cannot be used')
    chmodSync(secret, 0o644)
    await refused('chmod 400')
  })
  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', '127.example.org'])(
    'the host %s with --local-only',
    async (host) => {
      await refused(`local-only forbids to listen on ${host}`, '--host', host)
      expect(existsSync(world.path)).toBe(false)
    },
  )
  test('settings that make no sense', async () => {
    await refused('did you mean port?', '--prot', '1')
    await refused('from 0 to 65535', '--port', 'http')
    mkdirSync(world.path)
    writeFileSync(join(world.path, 'config'), '{"friends": {"hops": "two"}}')
    await refused(`${world.path}/config:1:14: friends.hops must be a whole number`)
  })
})

describe('export and import', () => {
  test('carry a feed to another server, which checks it', async () => {
    const { id } = await world.start()
    for (const text of ['one', 'two', 'three'])
      await world.sbot(['publish', '--type', 'post', '--text', text])
    const { out } = await world.sbot(['--json', 'hist', '--id', id])
    const lines = out.trim().split('\n')
    const other = new World()
    try {
      await other.start()
      const forged = (lines[2] ?? '').replace('three', 'forged')
      const stdin = [lines[0], lines[1], forged, '', 'junk', lines[0]].join('\n')
      const some = await other.sbot(['import', '-'], { stdin })
      expect(some.code).toBe(2)
      expect(some.err).toContain('5 lines: 2 added, 1 known already, 2 refused')
      expect(some.err).toContain('not JSON (line 5)')
      const rest = await other.sbot(['--json', 'import', '-'], { stdin: lines.join('\n') })
      expect(rest.code).toBe(0)
      expect(JSON.parse(rest.out)).toMatchObject({ read: 3, added: 1, known: 2, refused: [] })
      const history = await other.sbot(['--json', 'hist', '--id', id, '--keys', 'false'])
      const values = lines.map((line) => JSON.stringify(JSON.parse(line).value))
      expect(history.out.trim().split('\n')).toEqual(values)
    } finally {
      await other.end()
    }
  })

  test('say so when no server runs', async () => {
    const { code, err } = await world.sbot(['import', '-'], { stdin: '{}' })
    expect([code, err.split('\n')[1]]).toEqual([1, 'Use the "start" command to start it.'])
  })
})

test('a command whose server goes away says so', async () => {
  const { id, stop } = await world.start()
  let printed: () => void = () => undefined
  const first = new Promise<void>((resolve) => {
    printed = resolve
  })
  await world.sbot(['publish', '--type', 'post', '--text', 'x'])
  const streaming = world.sbot(['hist', '--id', id, '--live'], { onOut: () => printed() })
  await first
  await stop()
  expect(await streaming).toMatchObject({
    code: 1,
    err: 'The connection to the server was lost.\n',
  })
})
