import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setPassphraseSync } from '@scuttlebot/ssb-keys/file'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Running, World } from './world.ts'

let world: World
let server: Running
beforeEach(async () => {
  world = new World()
  server = await world.start()
})
afterEach(() => world.end())

const ok = async (...argv: readonly string[]): Promise<string> => {
  const { code, out, err } = await world.sbot(['--json', ...argv])
  expect([code, err]).toEqual([0, ''])
  return out
}

test('what is published in private is printed when it is asked for, and only then', async () => {
  const to = ['--recps', server.id, '--type', 'post', '--text', 'hush']
  const made = JSON.parse(await ok('private.publish', ...to)) as { key: string; value: object }
  expect(made.value).toMatchObject({ content: expect.stringMatching(/\.box$/) as string })
  expect(await ok('private.read')).toContain('hush')
  expect(await ok('get', '--id', made.key, '--private')).toContain('hush')
  expect(await ok('createLogStream', '--private')).toContain('hush')
  for (const argv of [
    ['log'],
    ['feed'],
    ['createUserStream', '--id', server.id],
    ['hist', '--id', server.id],
    ['get', made.key],
    ['query.read'],
    ['logt', '--type', 'post'],
    ['links', '--values'],
    ['export'],
  ])
    expect(await ok(...argv)).not.toContain('hush')
})

test('it is there after a restart', async () => {
  await ok('private.publish', '--recps', server.id, '--type', 'post', '--text', 'kept')
  await server.stop()
  await world.start()
  expect(await ok('private.read')).toContain('kept')
})

/** The files below a folder, as one text of bytes. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('')
}

test('with a passphrase on the key nothing that was opened lies on the disk', async () => {
  // A type stands in the index of what was opened as it is.
  const publish = ['private.publish', '--recps', server.id, '--type', 'CanaryType', '--text', 'x']
  await ok(...publish)
  expect(await ok('private.read')).toContain('CanaryType')
  await server.stop()
  expect(everything(world.path)).toContain('CanaryType')

  const passphrase = 'correct horse'
  const cost = { operations: 1, memoryBytes: 8192 }
  setPassphraseSync(join(world.path, 'secret'), { to: passphrase, cost })
  const refused = await world.sbot(['start', '--port', '0', '--local-only'])
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('under a passphrase')])
  world.passphrase = passphrase
  server = await world.start()
  expect(await ok('private.read')).toContain('CanaryType')
  await ok(...publish)
  expect((await ok('private.read')).match(/CanaryType/g)).toHaveLength(2)
  await server.stop()
  expect(existsSync(join(world.path, 'private'))).toBe(false)
  expect(everything(world.path)).not.toContain('CanaryType')
  await world.start()
  expect((await ok('private.read')).match(/CanaryType/g)).toHaveLength(2)
})

test('a block that was published in private counts', async () => {
  const other = '@AXFy1MEc1VrUp5s4t4q9ipC0IFtFwsGIKPWFaU3Hwms=.ed25519'
  const content = ['--type', 'contact', '--contact', other, '--blocking']
  await ok('private.publish', '--recps', server.id, ...content)
  // Reading waits until it was opened.
  expect(await ok('private.read')).toContain('blocking')
  expect(JSON.parse(await ok('friends.hops'))).toEqual({ [server.id]: 0, [other]: -1 })
})
