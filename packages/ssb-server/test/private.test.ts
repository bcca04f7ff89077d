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

test('a block that was published in private counts', async () => {
  const other = '@AXFy1MEc1VrUp5s4t4q9ipC0IFtFwsGIKPWFaU3Hwms=.ed25519'
  const content = ['--type', 'contact', '--contact', other, '--blocking']
  await ok('private.publish', '--recps', server.id, ...content)
  // Reading waits until it was opened.
  expect(await ok('private.read')).toContain('blocking')
  expect(JSON.parse(await ok('friends.hops'))).toEqual({ [server.id]: 0, [other]: -1 })
})
