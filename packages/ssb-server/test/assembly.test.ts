// A server with a plugin of somebody else's.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@scuttlebot/ssb-client'
import { requireConfig } from '@scuttlebot/ssb-config'
import { generate } from '@scuttlebot/ssb-keys'
import type { Async } from '@scuttlebot/ssb-muxrpc'
import type { AnyPlugin, Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest'
import { createServer, openFolder, type ServerRpc, serverPlugins } from '../src/index.ts'

interface Needs {
  readonly friends: { hops(): ReadonlyMap<FeedId, number> }
}
type Rpc = { readonly friendly: { readonly count: Async<[], number> } }

const friendly = (): Plugin<'friendly', { count(): number }, Needs, Rpc> => ({
  name: 'friendly',
  needs: { friends: 'required' },
  manifest: { friendly: { count: { kind: 'async' } } },
  setup: ({ needs }) => {
    const count = (): number => needs.friends.hops().size
    return { api: { count }, handlers: { friendly: { count } } }
  },
})

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'ssb-assembly-'))
})
afterEach(() => rmSync(path, { recursive: true }))

const configOf = () => {
  const flags = Object.entries({ path, port: '0', 'local-only': true })
  return requireConfig({ home: path, flags: flags.map(([key, value]) => ({ key, value })) }).config
}

test('its API is there by name, its methods for typed clients, and it gets what it needs', async () => {
  const config = configOf()
  const plugins = [friendly()] as const
  const server = createServer({ config, ...openFolder(path), plugins })
  expectTypeOf(server.plugins.friendly.count).returns.toBeNumber()
  await server.start()
  const client = await connect<ServerRpc<typeof plugins>>({ config })
  try {
    expect(await client.remote.friendly.count()).toBe(1)
    expect((await client.remote.whoami()).id).toBe(server.id)
  } finally {
    await client.close()
    await server.stop()
  }
})

test('a need that nobody meets is a compile error, and one when it is put together', () => {
  const lonely: Plugin<'lonely', object, { absent: { x(): void } }> = {
    name: 'lonely',
    needs: { absent: 'required' },
    manifest: {},
    setup: () => ({ api: {}, handlers: {} }),
  }
  const put = (plugins: readonly AnyPlugin[]) =>
    createServer({ config: configOf(), keys: generate(), plugins })
  expect(() => put([lonely])).toThrow(expect.objectContaining({ code: 'SSB_PLUGIN_MISSING_NEED' }))
  const config = configOf()
  // @ts-expect-error nothing of that name
  const wrong = () => createServer({ config, keys: generate(), plugins: [lonely] as const })
  expect(wrong).toThrow()
})

test('the list of a server is there to be changed', () => {
  const names = serverPlugins({ config: configOf(), keys: generate() }).map(({ name }) => name)
  expect(names).toContain('store')
  expect(new Set(names).size).toBe(names.length)
})
