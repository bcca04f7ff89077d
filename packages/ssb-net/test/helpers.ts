import { type KeyPair, sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import type { Async, Duplex, Handlers, Sink, Source } from '@scuttlebot/ssb-muxrpc'
import {
  type Clock,
  createHost,
  type Host,
  type Nothing,
  type Peer,
  type Plugin,
} from '@scuttlebot/ssb-plugin'
import { type FeedId, feedIdFromKey } from '@scuttlebot/ssb-ref'
import { type NetOptions, net } from '../src/index.ts'

export const networkKey: Uint8Array = new Uint8Array(32).fill(0x5b)

export interface Identity {
  readonly keys: KeyPair
  readonly id: FeedId
}

export function identity(byte: number): Identity {
  const keys = signKeyPair(new Uint8Array(32).fill(byte))
  return { keys, id: feedIdFromKey(toBase64(keys.publicKey)) }
}

interface TestRpc {
  readonly echo: Async<[value: unknown], unknown>
  readonly secret: Async<[], string>
  readonly caller: Async<[], { peer: string | null; roles: readonly string[] }>
  readonly count: Source<[to: number, bytes: number], string>
  readonly swallow: Sink<[], unknown>
  readonly mirror: Duplex<[], unknown, unknown>
}

/** What the source of the test plugin has yielded so far, over all calls. */
interface Counters {
  yielded: number
  swallowed: number
}

function testPlugin(counters: Counters): Plugin<'test', object, Nothing, TestRpc> {
  const anonymous = { allow: ['anonymous'] } as const
  const handlers: Handlers<TestRpc> = {
    echo: (_call, value) => value,
    secret: () => 'for the owner',
    caller: (call) => ({ peer: call.peer, roles: call.roles }),
    async *count(_call, to, bytes) {
      for (let at = 0; at < to; at += 1) {
        counters.yielded += 1
        yield `${at}:`.padEnd(bytes, 'x')
      }
    },
    async swallow(_call, input) {
      for await (const _item of input) counters.swallowed += 1
    },
    async *mirror(_call, input) {
      for await (const item of input) yield item
    },
  }
  return {
    name: 'test',
    needs: {},
    manifest: {
      echo: { kind: 'async', ...anonymous },
      secret: { kind: 'async' },
      caller: { kind: 'async', ...anonymous },
      count: { kind: 'source', ...anonymous },
      swallow: { kind: 'sink', ...anonymous },
      mirror: { kind: 'duplex', ...anonymous },
    },
    setup: () => ({ api: {}, handlers }),
  }
}

export interface Running extends Identity {
  readonly host: Host<readonly [ReturnType<typeof net>]>
  readonly api: Host<readonly [ReturnType<typeof net>]>['plugins']['net']
  readonly counters: Counters
  readonly events: string[]
  /** the address on loopback */
  readonly address: string
  readonly port: number
}

export interface StartOptions extends Partial<NetOptions> {
  readonly clock?: Clock
  readonly folder?: string
  prepare?(host: Running['host']): void
}

const running: Running['host'][] = []

/** A started host with the net plugin and some methods, listening on a free port of loopback. */
export async function start(byte: number, options: StartOptions = {}): Promise<Running> {
  const { keys, id } = identity(byte)
  const counters = { yielded: 0, swallowed: 0 }
  const { clock, folder, prepare, ...rest } = options
  const plugin = net({ keys, networkKey, listen: [{ transport: 'net', port: 0 }], ...rest })
  const host = createHost({
    keys: { id, sign: (bytes) => sign(bytes, keys.secretKey) },
    plugins: [plugin, testPlugin(counters)],
    ...(clock === undefined ? {} : { clock }),
    ...(folder === undefined ? {} : { folder }),
  }) as unknown as Running['host']
  const events: string[] = []
  const direction = (peer: Peer): string => (peer.outgoing ? 'out' : 'in')
  host.hooks.peerConnected.on((peer) => void events.push(`+${direction(peer)}`))
  host.hooks.peerDisconnected.on((peer, why) => void events.push(`-${direction(peer)} ${why}`))
  prepare?.(host)
  await host.start()
  running.push(host)
  const api = host.plugins.net
  const address = api.addresses().find((text) => text.startsWith('net:')) ?? ''
  const port = Number(/:(\d+)~/.exec(address)?.[1] ?? 0)
  return { keys, id, host, api, counters, events, address, port }
}

/** Stop everything that was started; to be called after each test. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((host) => host.stop()))
}

/** Wait until something holds; bounded, so that a failure is a failure and not a hang. */
export async function until(holds: () => boolean, what = 'the condition'): Promise<void> {
  const before = performance.now()
  while (!holds()) {
    if (performance.now() - before > 5000) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
