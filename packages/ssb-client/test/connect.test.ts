import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, resolveConfig } from '@scuttlebot/ssb-config'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { generate, type Keys, keyPairOf } from '@scuttlebot/ssb-keys'
import { createSync } from '@scuttlebot/ssb-keys/file'
import type { Async, Source } from '@scuttlebot/ssb-muxrpc'
import { net } from '@scuttlebot/ssb-net'
import {
  type CoreRpc,
  createHost,
  type Nothing,
  type Plugin,
  type Rpc,
} from '@scuttlebot/ssb-plugin'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type Client, ClientError, connect } from '../src/index.ts'

interface CountRpc {
  readonly count: {
    readonly to: Source<[max: number], number>
    readonly sum: Async<[a: number, b: number], number>
  }
  readonly open: Async<[], string>
}

/** A plugin of this test, with a method for strangers. */
function count(): Plugin<'count', Nothing, Nothing, CountRpc> {
  return {
    name: 'count',
    needs: {},
    manifest: {
      count: { to: { kind: 'source' }, sum: { kind: 'async' } },
      open: { kind: 'async', allow: ['anonymous'] },
    },
    setup: () => ({
      api: {},
      handlers: {
        count: {
          to: async function* (_, max) {
            for (let n = 1; n <= max; n++) yield n
          },
          sum: (_, a, b) => a + b,
        },
        open: () => 'everyone',
      },
    }),
  }
}

const NETWORK = resolveDefault().caps.shs

function resolveDefault(flags: Readonly<Record<string, string>> = {}): Config {
  const list = Object.entries(flags).map(([key, value]) => ({ key, value }))
  const resolved = resolveConfig({ home: '/nowhere', flags: list })
  if (!resolved.ok) throw new Error(resolved.problems[0].reason)
  return resolved.config
}

let home: string
let path: string
let keys: Keys
let stop: () => Promise<void>
let port: string

async function serve(): Promise<void> {
  const networkKey = fromBase64(NETWORK) ?? new Uint8Array()
  const host = createHost({
    keys: { id: keys.id, sign: () => new Uint8Array(64) },
    folder: path,
    plugins: [
      count(),
      net({
        keys: keyPairOf(keys),
        networkKey,
        listen: [{ transport: 'net', host: '127.0.0.1', port: 0 }, { transport: 'unix' }],
      }),
    ],
  })
  await host.start()
  stop = () => host.stop()
  port = /:(\d+)~/.exec(host.plugins.net.addresses('device')[0] ?? '')?.[1] ?? ''
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ssb-client-'))
  path = join(home, 'data')
  mkdirSync(path)
  keys = createSync(join(path, 'secret'))
  await serve()
})
afterEach(async () => {
  await stop()
  rmSync(home, { recursive: true, force: true })
})

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof ClientError) return error.code
    throw error
  }
  return ''
}

const config = (): Config => ({ ...resolveDefault({ port }), path })
type TestRpc = Rpc<readonly [ReturnType<typeof count>]>

describe('reaching a server', () => {
  test('over its socket first', async () => {
    const client = await connect<TestRpc>({ config: config() })
    expect(client.address).toMatch(/^unix:/)
    expect(client.id).toBe(keys.id)
    expect(await client.remote.count.sum(2, 3)).toBe(5)
    const seen: number[] = []
    for await (const n of client.remote.count.to(3)) seen.push(n)
    expect(seen).toEqual([1, 2, 3])
    await client.close()
    await client.close()
    expect(await client.closed).toBe(null)
  })

  test('over TCP with its key when asked to, or when there is no socket', async () => {
    const asked = await connect<TestRpc>({ config: config(), isElsewhere: true })
    expect(asked.address).toMatch(/^net:127\.0\.0\.1:/)
    expect(await asked.remote.count.sum(1, 1)).toBe(2)
    await asked.close()
    rmSync(join(path, 'socket'))
    const fallen = await connect({ config: config() })
    expect(fallen.address).toMatch(/^net:/)
    await fallen.close()
  })

  test('without a key the socket says who is there', async () => {
    const other = join(home, 'other')
    const remote = `unix:${join(path, 'socket')}~noauth`
    const client = await connect({ config: { ...config(), path: other }, remote })
    expect(client.id).toBe(keys.id)
    await client.close()
  })

  test('as a stranger, with the rights of one', async () => {
    const remote = `net:127.0.0.1:${port}~shs:${keys.public.replace('.ed25519', '')}`
    const stranger = await connect<TestRpc>({ config: config(), remote, keys: generate() })
    expect(await stranger.remote.open()).toBe('everyone')
    await expect(stranger.remote.count.sum(1, 1)).rejects.toThrow(
      'method:count,sum is not in list of allowed methods',
    )
    await stranger.close()
  })

  test('the manifest decides what there is', async () => {
    const client = await connect<TestRpc & { readonly missing: Async<[], void> }>({
      config: config(),
    })
    expect(client.manifest).toMatchObject({ whoami: 'sync', count: { to: 'source' } })
    expect(client.remote.missing).toBe(undefined)
    await client.close()
  })
})

describe('what can go wrong', () => {
  test('nobody answers', async () => {
    await stop()
    expect(await codeOf(connect({ config: config() }))).toBe('SSB_CLIENT_UNREACHABLE')
  })
  test('there was never a server', async () => {
    const nothing = { ...config(), path: join(home, 'nothing') }
    expect(await codeOf(connect({ config: nothing, isElsewhere: true }))).toBe(
      'SSB_CLIENT_UNREACHABLE',
    )
  })
  test('another server, or another network', async () => {
    const asked = { config: config(), isElsewhere: true }
    expect(await codeOf(connect({ ...asked, id: generate().id }))).toBe('SSB_CLIENT_REFUSED')
    const shs = Buffer.alloc(32, 1).toString('base64')
    const caps = { ...asked.config.caps, shs }
    expect(await codeOf(connect({ ...asked, config: { ...asked.config, caps } }))).toBe(
      'SSB_CLIENT_REFUSED',
    )
  })
  test('an address that is none', async () => {
    expect(await codeOf(connect({ config: config(), remote: 'x' }))).toBe('SSB_CLIENT_BAD_ADDRESS')
  })
  test('a key file that cannot be used', async () => {
    rmSync(join(path, 'secret'))
    mkdirSync(join(path, 'secret'))
    expect(await codeOf(connect({ config: config() }))).toBe('SSB_CLIENT_KEYS')
  })
  test('given up before, and after', async () => {
    const before = AbortSignal.abort()
    expect(await codeOf(connect({ config: config(), signal: before }))).toBe(
      'SSB_CLIENT_UNREACHABLE',
    )
    const abort = new AbortController()
    const client = await connect({ config: config(), signal: abort.signal })
    abort.abort()
    await client.closed
    await expect(client.remote.whoami()).rejects.toThrow()
  })
  test('somebody who takes the call and says nothing: given up in time, or when told to', async () => {
    const silent = join(home, 'silent')
    const sockets: Socket[] = []
    let heard: () => void = () => undefined
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('data', () => heard())
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(silent, resolve))
    const remote = `unix:${silent}~noauth`
    const late = connect({ config: config(), remote, timeoutMs: 30 })
    await expect(late).rejects.toMatchObject({
      code: 'SSB_CLIENT_UNREACHABLE',
      message: 'could not connect to sbot: it did not name its methods within 30 ms',
    })
    const abort = new AbortController()
    heard = () => abort.abort()
    const told = connect({ config: config(), remote, timeoutMs: 60_000, signal: abort.signal })
    expect(await codeOf(told)).toBe('SSB_CLIENT_UNREACHABLE')
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  test('the server goes away', async () => {
    const client = await connect({ config: config() })
    await stop()
    await client.closed
    await expect(client.remote.whoami()).rejects.toThrow()
  })
})

test('the types follow from the plugins', () => {
  type Remote = Client<TestRpc>['remote']
  expectTypeOf<Remote['count']['sum']>().toEqualTypeOf<(a: number, b: number) => Promise<number>>()
  expectTypeOf<Remote['open']>().returns.toEqualTypeOf<Promise<string>>()
  expectTypeOf<Remote>().not.toHaveProperty('missing')
  expectTypeOf<Parameters<Remote['count']['to']>>().toEqualTypeOf<[max: number]>()
  const plain: () => Promise<Client<CoreRpc>> = connect
  expectTypeOf(plain).returns.resolves.toHaveProperty('remote')
})
