import { signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import type { Async, Sink, Source } from '@scuttlebot/ssb-muxrpc'
import { net } from '@scuttlebot/ssb-net'
import { type CoreRpc, createHost, type Nothing, type Plugin } from '@scuttlebot/ssb-plugin'
import { feedIdFromKey } from '@scuttlebot/ssb-ref'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type BrowserSocket, connect } from '../src/browser.ts'

const networkKey = new Uint8Array(32).fill(7)
const server = signKeyPair(new Uint8Array(32).fill(1))
const browser = signKeyPair(new Uint8Array(32).fill(2))
const id = feedIdFromKey(toBase64(server.publicKey))
const browserId = feedIdFromKey(toBase64(browser.publicKey))

interface TestRpc {
  readonly double: Async<[n: number], number>
  readonly count: Source<[to: number], string>
  readonly swallow: Sink<[], Uint8Array>
  readonly swallowed: Async<[], number>
}

function things(): Plugin<'things', Nothing, Nothing, TestRpc> {
  let bytes = 0
  return {
    name: 'things',
    needs: {},
    manifest: {
      double: { kind: 'async' },
      count: { kind: 'source' },
      swallow: { kind: 'sink' },
      swallowed: { kind: 'async' },
    },
    setup: ({ hooks }) => {
      hooks.authorize.add(1, ({ peer }) =>
        peer === browserId ? { allow: true, roles: ['owner'], isClient: true } : undefined,
      )
      return {
        api: {},
        handlers: {
          double: (_, n) => 2 * n,
          async *count(_, to) {
            for (let n = 0; n < to; n++) yield String(n).padEnd(1000, '.')
          },
          async swallow(_, input) {
            for await (const chunk of input) bytes += chunk.length
          },
          swallowed: () => bytes,
        },
      }
    },
  }
}

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function start() {
  const host = createHost({
    keys: { id, sign: () => new Uint8Array(64) },
    plugins: [
      net({ keys: server, networkKey, listen: [{ transport: 'ws', host: '127.0.0.1', port: 0 }] }),
      things(),
    ] as const,
  })
  await host.start()
  stops.push(() => host.stop())
  const [url = ''] = (host.plugins.net.addresses()[0] ?? '').split('~')
  return { host, url }
}

/** The socket of a browser, by a library that is close enough. */
const socket = (url: string): BrowserSocket => new WebSocket(url) as unknown as BrowserSocket

const dial = (url: string, over: object = {}) =>
  connect<CoreRpc & TestRpc>({ url, id, keys: browser, networkKey, socket, ...over })

describe('a client in a browser', () => {
  test('calls methods of every kind', async () => {
    const { url } = await start()
    const client = await dial(url)
    stops.push(() => client.close())
    expect(client).toMatchObject({
      id,
      address: url,
      manifest: { double: 'async', count: 'source' },
    })
    expect(await client.remote.double(21)).toBe(42)
    let last = ''
    let items = 0
    for await (const item of client.remote.count(3_000)) {
      last = item
      items += 1
    }
    expect([items, last.slice(0, 5)]).toEqual([3_000, '2999.'])
    async function* chunks() {
      for (let n = 0; n < 64; n++) yield new Uint8Array(65_536).fill(n)
    }
    await client.remote.swallow(chunks())
    expect(await client.remote.swallowed()).toBe(64 * 65_536)
  })

  test('takes a socket that is open already', async () => {
    const { url } = await start()
    const made = socket(url)
    await new Promise<void>((resolve) => made.addEventListener('open', resolve))
    const client = await dial(url, { socket: () => made })
    expect(await client.remote.double(4)).toBe(8)
    await client.close()
    await client.closed
    expect(made.readyState).toBeGreaterThan(1)
    // and none that is closed
    await expect(dial(url, { socket: () => made })).rejects.toMatchObject({
      code: 'SSB_CLIENT_UNREACHABLE',
    })
  })

  test('is no peer, and can be sent away', async () => {
    const { host, url } = await start()
    const client = await dial(url)
    expect(host.plugins.net.peers()).toEqual([])
    expect(host.plugins.net.stats().clients).toBe(1)
    expect(await host.plugins.net.disconnect(browserId)).toBe(true)
    await client.closed
    expect(await host.plugins.net.disconnect(browserId)).toBe(false)
  })

  test('learns that its server is gone', async () => {
    const { host, url } = await start()
    const client = await dial(url)
    const asked = expect(client.remote.double(1)).resolves.toBe(2)
    await asked
    await host.stop()
    await client.closed
    await expect(client.remote.double(1)).rejects.toThrow()
  })

  test.each([
    ['another network', { networkKey: new Uint8Array(32) }, 'SSB_CLIENT_REFUSED'],
    ['another server', { id: browserId }, 'SSB_CLIENT_REFUSED'],
    ['nobody there', { url: 'ws://127.0.0.1:9' }, 'SSB_CLIENT_UNREACHABLE'],
  ])('%s', async (_, over, code) => {
    const { url } = await start()
    await expect(dial(url, over)).rejects.toMatchObject({ code })
  })
})
