// Hosts with the real plugin, over stores and choices of feeds in memory that believe everything.
import {
  createHost,
  type Event,
  event,
  type Peer,
  type Plugin,
  type Policy,
} from '@scuttlebot/ssb-plugin'
import { type connectHosts, type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import {
  type EbtApi,
  type EbtCarrier,
  type EbtMessage,
  type EbtOptions,
  type EbtReplicate,
  type EbtStore,
  type EbtVerdict,
  ebt,
} from '../src/index.ts'

export const id = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** The JSON of a message: its beginning is as in real ones. */
export const value = (
  author: FeedId,
  sequence: number,
  branch: string = 'main',
  text: string = 'x'.repeat(200),
): Uint8Array =>
  encoder.encode(
    JSON.stringify({
      previous: sequence === 1 ? null : `%${branch.padEnd(43, 'A')}=.sha256`,
      author,
      sequence,
      timestamp: sequence,
      hash: 'sha256',
      content: { type: 'post', text, branch },
      signature: 'x.sig.ed25519',
    }),
  )

export interface FakeStore extends EbtStore {
  readonly feeds: Map<FeedId, EbtMessage[]>
  /** Batches read for sending. */
  reads: number
  add(batch: readonly Uint8Array[]): readonly EbtVerdict[]
  publish(author: FeedId, count?: number): void
}

export function fakeStore(): FakeStore {
  const feeds = new Map<FeedId, EbtMessage[]>()
  const appended: Event<[batch: readonly EbtMessage[]]> = event()
  const branches = new Map<FeedId, string>()
  const judge = (bytes: Uint8Array): EbtVerdict => {
    const refuse = (code: string, fatal = false): EbtVerdict => ({ ok: false, code, fatal })
    let parsed: { author: FeedId; sequence: number; content: { branch: string } }
    try {
      parsed = JSON.parse(decoder.decode(bytes))
    } catch {
      return refuse('JSON')
    }
    const { author, sequence, content } = parsed
    const feed = feeds.get(author) ?? []
    if (sequence <= feed.length) return refuse('SSB_STORE_KNOWN')
    if (sequence !== feed.length + 1) return refuse('GAP')
    const branch = branches.get(author)
    if (branch !== undefined && branch !== content.branch) return refuse('FORK', true)
    branches.set(author, content.branch)
    feeds.set(author, feed)
    feed.push({ author, feedSequence: sequence, bytes })
    return { ok: true }
  }
  const store: FakeStore = {
    feeds,
    appended,
    reads: 0,
    *heads() {
      for (const [feed, { length }] of feeds) yield [feed, { sequence: length }]
    },
    async *feed(feed, { gte = 1, lte = Number.POSITIVE_INFINITY }) {
      const inside = ({ feedSequence }: EbtMessage): boolean =>
        feedSequence >= gte && feedSequence <= lte
      const found = (feeds.get(feed) ?? []).filter(inside)
      for (let at = 0; at < found.length; at += 50) {
        store.reads++
        yield found.slice(at, at + 50)
      }
    },
    add(batch) {
      const verdicts = batch.map((bytes) => judge(bytes.slice()))
      const messages = batch.flatMap((bytes, at) => {
        if (!verdicts[at]?.ok) return []
        const { author, sequence } = JSON.parse(decoder.decode(bytes))
        return [{ author, feedSequence: sequence, bytes: bytes.slice() }]
      })
      if (messages.length > 0) appended.emit(messages)
      return verdicts
    },
    publish(author, count = 1) {
      const branch = branches.get(author)
      for (let n = 0; n < count; n++)
        store.add([value(author, (feeds.get(author)?.length ?? 0) + 1, branch)])
    },
  }
  return store
}

export interface FakeReplicate extends EbtReplicate {
  readonly wanted: Set<FeedId>
  want(feed: FeedId, on: boolean): void
  readonly fallbacks: Peer[]
  /** Messages that were handed over, of each peer. */
  readonly ingested: Map<FeedId, number>
  /** While set, nothing is judged. */
  held: Promise<void> | null
  readonly carriers: EbtCarrier[]
}

/** What a test holds of one host. */
export interface Made {
  readonly id: FeedId
  readonly store: FakeStore
  readonly replicate: FakeReplicate
  readonly ebt: EbtApi
  readonly clock: ManualClock
  readonly errors: string[]
  readonly host: Parameters<typeof connectHosts>[0] & {
    call(caller: object, path: readonly string[], ...args: readonly unknown[]): Promise<unknown>
    stop(): Promise<void>
    readonly policy: Policy
  }
  length(feed: FeedId): number
}

/** A started host that wants its own feed and the feeds given. */
export async function make(
  letter: string,
  wants: string = '',
  options: EbtOptions & { readonly store?: FakeStore; readonly clock?: ManualClock } = {},
): Promise<Made> {
  const store = options.store ?? fakeStore()
  const clock = options.clock ?? manualClock()
  const errors: string[] = []
  const wanted = new Set([letter, ...wants].map(id))
  const wantedChanged: FakeReplicate['wantedChanged'] = event()
  const replicate: FakeReplicate = {
    wanted,
    wantedChanged,
    want(feed, on) {
      if (on) wanted.add(feed)
      else wanted.delete(feed)
      wantedChanged.emit(feed, on)
    },
    request: (feed, on) => replicate.want(feed, on),
    block: () => undefined,
    fallbacks: [],
    ingested: new Map(),
    held: null,
    carriers: [],
    async ingest(peer, batch) {
      replicate.ingested.set(peer, (replicate.ingested.get(peer) ?? 0) + batch.length)
      await replicate.held
      return store.add(batch)
    },
    addCarrier: (carrier) => void replicate.carriers.push(carrier),
    carried: () => undefined,
    fallback: (peer) => void replicate.fallbacks.push(peer),
  }
  const plain = <N extends string, A extends object>(name: N, api: A): Plugin<N, A> => ({
    name,
    needs: {},
    manifest: {},
    setup: () => ({ api, handlers: {} }),
  })
  const host = createHost({
    keys: { id: id(letter), sign: () => new Uint8Array(64) },
    clock,
    log: () => ({
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (text, facts) => void errors.push(`${text} ${JSON.stringify(facts)}`),
    }),
    plugins: [plain('store', store), plain('replicate', replicate), ebt(options)],
  })
  await host.start()
  return {
    id: id(letter),
    store,
    replicate,
    ebt: host.plugins.ebt,
    clock,
    errors,
    host,
    length: (feed) => store.feeds.get(feed)?.length ?? 0,
  }
}

/** Let everything happen that does not wait for time. */
export async function settle(turns: number = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
