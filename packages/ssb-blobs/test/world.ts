// Hosts with blobs in memory, and peers that lie.
import { sha256 } from '@scuttlebot/ssb-crypto'
import { concat } from '@scuttlebot/ssb-encode'
import { createHost, event, type Plugin } from '@scuttlebot/ssb-plugin'
import { type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import {
  type BlobsApi,
  type BlobsFriends,
  type BlobsSettings,
  blobs,
  idOfHash,
  type MemoryStorage,
  memoryStorage,
} from '../src/index.ts'

export const feed = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId

/** Deterministic bytes. */
export const bytesOf = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) * 7 + seed) & 0xff)

export const idOf = (bytes: Uint8Array): BlobId => idOfHash(sha256(bytes))

/** Let everything happen that does not wait for time. */
export async function settle(turns = 50): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export async function collectBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return concat(all)
}

export type AnyHost = ReturnType<typeof createHost>

/** What a test holds of one host. */
export interface Made {
  readonly id: FeedId
  readonly blobs: BlobsApi
  readonly storage: MemoryStorage
  readonly clock: ManualClock
  readonly host: AnyHost
  /** Feed → hops. */
  readonly hops: Map<FeedId, number>
  /** Follow another by its letter. */
  follow(other: string): void
  /** Call a method as the owner. */
  call(name: string, ...args: readonly unknown[]): Promise<unknown>
  /** Call a method as a stranger. */
  callAs(peer: FeedId, name: string, ...args: readonly unknown[]): Promise<unknown>
}

/** A started host that follows the others by their letters. */
export async function make(
  letter: string,
  follows = 'ABCDEFG',
  settings: BlobsSettings = {},
): Promise<Made> {
  const clock = manualClock()
  const storage = memoryStorage(() => clock.now())
  const hops = new Map([...follows].map((other) => [feed(other), 1]))
  const changed = event<[changes: ReadonlyMap<FeedId, number | null>]>()
  const friends: Plugin<'friends', BlobsFriends> = {
    name: 'friends',
    needs: {},
    manifest: {},
    setup: () => ({ api: { hops: () => hops, changed }, handlers: {} }),
  }
  const host = createHost({
    keys: { id: feed(letter), sign: () => new Uint8Array(64) },
    clock,
    plugins: [friends, blobs({ storage, ...settings })],
  })
  await host.start()
  await settle(3)
  const callAs = (caller: object, name: string, args: readonly unknown[]): Promise<unknown> =>
    host.call(caller as never, ['blobs', name], ...args)
  return {
    id: feed(letter),
    blobs: host.plugins.blobs,
    storage,
    clock,
    host: host as unknown as AnyHost,
    hops,
    follow(other) {
      hops.set(feed(other), 1)
      changed.emit(new Map([[feed(other), 1]]))
    },
    call: (name, ...args) => callAs({ peer: null, rights: ['owner'] }, name, args),
    callAs: (peer, name, ...args) => callAs({ peer, rights: ['anonymous'] }, name, args),
  }
}

/** A host that answers `blobs.*` as a test tells it. */
export async function liar(
  letter: string,
  handlers: {
    readonly get?: (argument: { readonly key: BlobId }) => AsyncIterable<unknown>
    readonly getSlice?: (argument: {
      readonly key: BlobId
      readonly start: number
      readonly end: number
    }) => AsyncIterable<unknown>
    readonly createWants?: () => AsyncIterable<unknown>
    readonly [name: string]: unknown
  },
): Promise<AnyHost> {
  const kinds: Record<string, string> = { has: 'async' }
  const plugin = {
    name: 'blobs',
    needs: {},
    manifest: {
      blobs: Object.fromEntries(
        Object.keys(handlers).map((name) => [
          name,
          { kind: kinds[name] ?? 'source', allow: ['anonymous'] },
        ]),
      ),
    },
    setup: () => ({
      api: {},
      handlers: {
        blobs: Object.fromEntries(
          Object.entries(handlers).map(([name, run]) => [
            name,
            (_call: unknown, argument: unknown) =>
              (run as (argument: unknown) => unknown)(argument),
          ]),
        ),
      },
    }),
  }
  const host = createHost({
    keys: { id: feed(letter), sign: () => new Uint8Array(64) },
    clock: manualClock(),
    plugins: [plugin as unknown as Plugin<'blobs', object>],
  })
  await host.start()
  return host as unknown as AnyHost
}

/** A want stream that says these items and stays open. */
export async function* says(...items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items
  await new Promise(() => undefined)
}
