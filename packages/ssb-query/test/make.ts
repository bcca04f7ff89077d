// A host with a store and queries, and feeds with real signatures.
import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { feedStore, type StoreApi } from '@scuttlebot/ssb-feed-store'
import { Batch, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { createHost } from '@scuttlebot/ssb-plugin'
import { type FeedId, feedIdFromKey } from '@scuttlebot/ssb-ref'
import {
  type Content,
  createMessage,
  type FeedState,
  type Verified,
} from '@scuttlebot/ssb-validate'
import { MemoryLevel } from 'memory-level'
import { type Queries, query } from '../src/index.ts'

export interface Writer {
  readonly id: FeedId
  sign(bytes: Uint8Array): Uint8Array
  next(content: Content, timestamp?: number): Verified
}

export function writer(seed: number): Writer {
  const pair = signKeyPair(new Uint8Array(32).fill(seed))
  const id = feedIdFromKey(toBase64(pair.publicKey))
  let state: FeedState | null = null
  return {
    id,
    sign: (bytes) => sign(bytes, pair.secretKey),
    next(content, timestamp) {
      const made = createMessage({
        state,
        author: id,
        sign: (bytes) => sign(bytes, pair.secretKey),
        content,
        timestamp: timestamp ?? 1_600_000_000_000 + (state?.sequence ?? 0) * 1000,
      })
      if (!made.ok) throw new Error(made.reason)
      const { key, value } = made.message
      state = { id: key, sequence: value.sequence, timestamp: value.timestamp }
      return made.message
    },
  }
}

export interface Running {
  readonly store: StoreApi
  readonly queries: Queries
  /** Call a source and gather its items until it ends, or `until` of them. */
  items(path: string, arg?: unknown, until?: number): Promise<unknown[]>
  source(path: string, arg?: unknown): AsyncIterator<unknown>
  call(path: string, ...args: unknown[]): Promise<unknown>
  stop(): Promise<void>
}

export const me: Writer = writer(1)

function plain(x: unknown): unknown {
  return x instanceof JsonBytes ? JSON.parse(new TextDecoder().decode(x.bytes)) : x
}

async function* flat(source: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const item of source)
    if (item instanceof Batch) yield* item.items.map(plain)
    else yield plain(item)
}

/** Start a host on a fresh database. Its clock begins in 2023 and goes on by a millisecond each time it is read. */
export async function start(now?: () => number): Promise<Running> {
  let time = 1_700_000_000_000
  const host = createHost({
    keys: me,
    plugins: [feedStore({ database: new MemoryLevel<Uint8Array, Uint8Array>() }), query()] as const,
    clock: { now: now ?? (() => ++time), setTimeout: () => () => {} },
  })
  await host.start()
  const owner = { peer: null, rights: ['owner'] }
  const call = (path: string, ...args: unknown[]): Promise<unknown> =>
    host.call(owner, path.split('.'), ...args)
  const open = async function* (path: string, arg?: unknown): AsyncGenerator<unknown> {
    yield* flat((await call(path, arg)) as AsyncIterable<unknown>)
  }
  return {
    store: host.plugins.store,
    queries: host.plugins.query,
    call: async (path, ...args) => plain(await call(path, ...args)),
    source: (path, arg) => open(path, arg),
    async items(path, arg, until = Infinity) {
      const list: unknown[] = []
      for await (const item of open(path, arg)) {
        list.push(item)
        if (list.length >= until) break
      }
      return list
    },
    stop: () => host.stop(),
  }
}
