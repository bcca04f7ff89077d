// Hosts with a store, queries and private messages, and feeds with real signatures.
import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { feedStore, type StoreApi } from '@scuttlebot/ssb-feed-store'
import { box as boxText, type Keys } from '@scuttlebot/ssb-keys'
import { Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { createHost } from '@scuttlebot/ssb-plugin'
import { type Queries, query } from '@scuttlebot/ssb-query'
import {
  type Content,
  createMessage,
  type FeedState,
  type Verified,
} from '@scuttlebot/ssb-validate'
import { MemoryLevel } from 'memory-level'
import {
  type Box,
  box1,
  openerOf,
  type PrivateApi,
  privateMessages,
  type ShelfDatabase,
} from '../src/index.ts'

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
        timestamp: 1_600_000_000_000 + (state?.sequence ?? 0) * 1000,
      })
      if (!made.ok) throw new Error(made.reason)
      const { key, value } = made.message
      state = { id: key, sequence: value.sequence, timestamp: value.timestamp }
      return made.message
    },
  }
}

export const me: Writer = writer(1)
export const ann: Writer = writer(2)
export const bob: Writer = writer(3)

/** Content that only some can read. */
export const boxedTo = (content: object, ...to: readonly Writer[]): string =>
  boxText(
    content,
    to.map(({ keys }) => keys),
    { max: 255 },
  )

export const memory = (): MemoryLevel<Uint8Array, Uint8Array> =>
  new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })

export interface Running {
  readonly store: StoreApi
  readonly queries: Queries
  readonly api: PrivateApi
  call(path: string, ...args: unknown[]): Promise<unknown>
  /** Call a source as somebody, and gather its items until it ends, or `until` of them. */
  items(path: string, arg?: unknown, until?: number): Promise<unknown[]>
  source(path: string, arg?: unknown): AsyncGenerator<unknown>
  progress(): Readonly<Record<string, unknown>>
  stop(): Promise<void>
}

const plain = (x: unknown): unknown =>
  x instanceof JsonBytes ? JSON.parse(new TextDecoder().decode(x.bytes)) : x

/** Counts what it is asked to open. */
export function counting(box: Box): Box & { tried: number } {
  const counted = {
    ...box,
    tried: 0,
    unbox: (cipher: Uint8Array, author: Parameters<Box['unbox']>[1]) => {
      counted.tried++
      return box.unbox(cipher, author)
    },
  }
  return counted
}

export interface StartOptions {
  readonly boxes?: readonly Box[]
  readonly log?: MemoryLevel<Uint8Array, Uint8Array>
  readonly shelf?: ShelfDatabase | null
}

export async function start(options: StartOptions = {}): Promise<Running> {
  let time = 1_700_000_000_000
  const pair = signKeyPair(new Uint8Array(32).fill(1))
  const host = createHost({
    keys: { id: me.keys.id, sign: (bytes) => sign(bytes, pair.secretKey) },
    plugins: [
      feedStore({ database: options.log ?? memory(), isNew: options.log === undefined }),
      query(),
      privateMessages({
        boxes: options.boxes ?? [box1(openerOf(me.keys))],
        database: () => options.shelf ?? null,
      }),
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
  return {
    store: host.plugins.store,
    queries: host.plugins.query,
    api: host.plugins.private,
    call,
    source,
    async items(path, arg, until = Infinity) {
      const found: unknown[] = []
      for await (const item of source(path, arg)) {
        found.push(item)
        if (found.length >= until) break
      }
      return found
    },
    progress: () => host.hooks.progress.apply({}),
    stop: () => host.stop(),
  }
}

/** Add messages, which must be good. */
export async function add(running: Running, ...messages: readonly Verified[]): Promise<void> {
  const verdicts = await running.store.add(messages.map(({ bytes }) => bytes))
  for (const verdict of verdicts) if (!verdict.ok) throw new Error(verdict.reason)
}
