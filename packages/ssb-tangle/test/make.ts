// A host with a store, private messages and the plugin under test, and feeds with real signatures.
import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { feedStore, type StoreApi } from '@scuttlebot/ssb-feed-store'
import { box as boxText, type Keys } from '@scuttlebot/ssb-keys'
import { Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { createHost } from '@scuttlebot/ssb-plugin'
import { box1, openerOf, type PrivateApi, privateMessages } from '@scuttlebot/ssb-private'
import { query } from '@scuttlebot/ssb-query'
import {
  type Content,
  createMessage,
  type FeedState,
  type Verified,
} from '@scuttlebot/ssb-validate'
import { MemoryLevel } from 'memory-level'
import { type TangleApi, tangle } from '../src/index.ts'

export interface Writer {
  readonly keys: Keys
  next(content: Content): Verified
}

export function writer(seed: number): Writer {
  const pair = signKeyPair(new Uint8Array(32).fill(seed))
  const base = toBase64(pair.publicKey)
  const keys: Keys = {
    curve: 'ed25519',
    public: `${base}.ed25519`,
    private: `${toBase64(pair.secretKey)}.ed25519`,
    id: `@${base}.ed25519`,
  }
  let state: FeedState | null = null
  return {
    keys,
    next(content) {
      const made = createMessage({
        state,
        author: keys.id,
        sign: (bytes) => sign(bytes, pair.secretKey),
        content,
        timestamp: 1_600_000_000_000 + (state?.sequence ?? 0) * 1000 + seed,
      })
      if (!made.ok) throw new Error(made.reason)
      const { key, value } = made.message
      state = { id: key, sequence: value.sequence, timestamp: value.timestamp }
      return made.message
    },
  }
}

/** The server's own feed. */
export const ME = 1

/** Content that only some can read. */
export const boxedTo = (content: object, ...to: readonly Writer[]): string =>
  boxText(
    content,
    to.map(({ keys }) => keys),
    { max: 255 },
  )

export interface Running {
  readonly store: StoreApi
  readonly private: PrivateApi
  readonly plugin: TangleApi
  call(path: string, ...args: unknown[]): Promise<unknown>
  /** Call a source, and gather its items until it ends. */
  items(path: string, arg?: unknown): Promise<unknown[]>
  source(path: string, arg?: unknown): AsyncGenerator<unknown>
  progress(): Readonly<Record<string, unknown>>
  add(...messages: readonly Verified[]): Promise<void>
  stop(): Promise<void>
}

const plain = (x: unknown): unknown =>
  x instanceof JsonBytes ? JSON.parse(new TextDecoder().decode(x.bytes)) : x

export const memory = (): MemoryLevel<Uint8Array, Uint8Array> =>
  new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })

export async function start(): Promise<Running> {
  let time = 1_700_000_000_000
  const me = writer(ME)
  const pair = signKeyPair(new Uint8Array(32).fill(ME))
  const host = createHost({
    keys: { id: me.keys.id, sign: (bytes) => sign(bytes, pair.secretKey) },
    plugins: [
      feedStore({ database: memory(), isNew: true }),
      query(),
      privateMessages({ boxes: [box1(openerOf(me.keys))], database: () => null }),
      tangle(),
    ] as const,
    clock: { now: () => ++time, setTimeout: () => () => {} },
  })
  await host.start()
  const owner = { peer: null, rights: ['owner'] }
  const call = async (path: string, ...args: unknown[]): Promise<unknown> =>
    plain(await host.call(owner, path.split('.'), ...args))
  async function* source(path: string, arg?: unknown): AsyncGenerator<unknown> {
    const stream = (await host.call(owner, path.split('.'), arg)) as AsyncIterable<unknown>
    for await (const item of stream)
      if (item instanceof Batch) yield* item.items.map(plain)
      else yield plain(item)
  }
  const { store } = host.plugins
  return {
    store,
    private: host.plugins.private,
    plugin: host.plugins.tangle,
    call,
    source,
    async items(path, arg) {
      const found: unknown[] = []
      for await (const item of source(path, arg)) found.push(item)
      return found
    },
    progress: () => host.hooks.progress.apply({}),
    async add(...messages) {
      const verdicts = await store.add(messages.map(({ bytes }) => bytes))
      for (const verdict of verdicts) if (!verdict.ok) throw new Error(verdict.reason)
      await host.plugins.private.settled()
    },
    stop: () => host.stop(),
  }
}
