// A store that believes everything, in memory, and hosts with it.
import { createHost, event, type Plugin } from '@scuttlebot/ssb-plugin'
import { type connectHosts, type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import {
  type ReplicateApi,
  type ReplicateFriends,
  type ReplicateMessage,
  type ReplicateOptions,
  type ReplicateStore,
  type ReplicateVerdict,
  replicate,
} from '../src/index.ts'

export const id = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** The value of message `sequence` of a feed: long enough to look like one. */
export const value = (
  author: FeedId,
  sequence: number,
  text: string = 'x'.repeat(200),
): Uint8Array =>
  encoder.encode(JSON.stringify({ author, sequence, content: { type: 'post', text } }))

export interface FakeStore extends ReplicateStore {
  readonly feeds: Map<FeedId, ReplicateMessage[]>
  publish(author: FeedId, count?: number): void
}

export function fakeStore(): FakeStore {
  const feeds = new Map<FeedId, ReplicateMessage[]>()
  const appended = event<[batch: readonly ReplicateMessage[]]>()
  let time = 0
  const judge = (
    bytes: Uint8Array,
    wanted: (author: FeedId) => boolean = () => true,
  ): { verdict: ReplicateVerdict; message?: ReplicateMessage } => {
    const { author, sequence } = JSON.parse(decoder.decode(bytes)) as {
      author: FeedId
      sequence: number
    }
    const feed = feeds.get(author) ?? []
    feeds.set(author, feed)
    const refuse = (code: string, fatal = false): ReplicateVerdict => ({
      ok: false,
      code,
      reason: code,
      fatal,
    })
    if (!wanted(author)) return { verdict: refuse('SSB_STORE_UNWANTED') }
    const known = feed[sequence - 1]
    if (known !== undefined) {
      const same = decoder.decode(known.bytes) === decoder.decode(bytes)
      return { verdict: refuse(same ? 'SSB_STORE_KNOWN' : 'FORK', !same) }
    }
    if (sequence !== feed.length + 1) return { verdict: refuse('GAP') }
    const key = `%${author.slice(1, 40)}${sequence}` as MsgId
    const message = { key, author, feedSequence: sequence, timestamp: ++time, bytes }
    feed.push(message)
    return { verdict: { ok: true }, message }
  }
  const store: FakeStore = {
    feeds,
    appended,
    async add(batch, { wanted }) {
      const judged = batch.map((bytes) => judge(bytes.slice(), wanted))
      const messages = judged.flatMap(({ message }) => message ?? [])
      if (messages.length > 0) appended.emit(messages)
      return judged.map(({ verdict }) => verdict)
    },
    head: (feed) => {
      const sequence = feeds.get(feed)?.length ?? 0
      return sequence > 0 ? { sequence } : null
    },
    async *feed(feed, { gte = 1, limit = Number.POSITIVE_INFINITY }) {
      const found = (feeds.get(feed) ?? []).slice(gte - 1, gte - 1 + limit)
      // In small batches, so that borders between them are crossed.
      for (let at = 0; at < found.length; at += 3) yield found.slice(at, at + 3)
    },
    kvt: ({ key, bytes, timestamp }) =>
      encoder.encode(`{"key":"${key}","value":${decoder.decode(bytes)},"timestamp":${timestamp}}`),
    publish(author, count = 1) {
      for (let n = 0; n < count; n++) {
        const { message } = judge(value(author, (feeds.get(author)?.length ?? 0) + 1))
        if (message) appended.emit([message])
      }
    },
  }
  return store
}

export interface FakeFriends extends ReplicateFriends {
  set(feed: FeedId, hops: number | null): void
}

/** What a test holds of one host. */
export interface Made {
  readonly id: FeedId
  readonly store: FakeStore
  readonly friends: FakeFriends
  readonly replicate: ReplicateApi
  readonly clock: ManualClock
  readonly host: Parameters<typeof connectHosts>[0] & {
    call(caller: object, path: readonly string[], ...args: readonly unknown[]): Promise<unknown>
    stop(): Promise<void>
    readonly policy: import('@scuttlebot/ssb-plugin').Policy
  }
}

/** A started host that wants the feeds given. */
export async function make(
  letter: string,
  wanted: readonly FeedId[] = [],
  options: ReplicateOptions = {},
): Promise<Made> {
  const store = fakeStore()
  const hops = new Map<FeedId, number>(wanted.map((feed) => [feed, 1]))
  const changed = event<[changes: ReadonlyMap<FeedId, number | null>]>()
  const graph: FakeFriends = {
    hops: () => hops,
    changed,
    set(feed, distance) {
      if (distance === null) hops.delete(feed)
      else hops.set(feed, distance)
      changed.emit(new Map([[feed, distance]]))
    },
  }
  const storePlugin: Plugin<'store', ReplicateStore> = {
    name: 'store',
    needs: {},
    manifest: {},
    setup: () => ({ api: store, handlers: {} }),
  }
  const friendsPlugin: Plugin<'friends', ReplicateFriends> = {
    name: 'friends',
    needs: {},
    manifest: {},
    setup: ({ policy, id: own }) => {
      policy.add('replicate', 'hops', 50, (from, to) => {
        const distance = hops.get(to)
        if (from !== own || distance === undefined) return undefined
        return { allow: distance >= 0, reason: `${distance} hops` }
      })
      return { api: graph, handlers: {} }
    },
  }
  const clock = manualClock()
  const host = createHost({
    keys: { id: id(letter), sign: () => new Uint8Array(64) },
    clock,
    plugins: [storePlugin, friendsPlugin, replicate(options)],
  })
  await host.start()
  return { id: id(letter), store, friends: graph, replicate: host.plugins.replicate, clock, host }
}

/** Let everything happen that does not wait for time. */
export async function settle(turns = 300): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
}
