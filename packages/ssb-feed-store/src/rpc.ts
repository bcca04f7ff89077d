import {
  type Async,
  Batch,
  type Call,
  type Handlers,
  type Incoming,
  JsonBytes,
  type Manifest,
  type Sink,
  type Source,
} from '@scuttlebot/ssb-muxrpc'
import { type FeedId, isFeedId, isMsgId, type MsgId, parseLink } from '@scuttlebot/ssb-ref'
import type { Content, MessageValue } from '@scuttlebot/ssb-validate'
import { StoreError } from './errors.ts'
import type { FeedStatus, ForkProof } from './guard.ts'
import type { KeyValueTimestamp, StoredMessage } from './message.ts'
import type { OpenedValue } from './opened.ts'
import { type FeedSize, SIZES_FEEDS_MAX, sizesOf } from './sizes.ts'
import type { StoreApi } from './store.ts'

/** Options of `get`. */
export interface GetOptions {
  readonly id: string
  /** Open the content if it is boxed for us. */
  readonly private?: boolean
  /** Answer `{key, value, timestamp}` in place of the bare value. */
  readonly meta?: boolean
  /** Base64 key that opens this one message. */
  readonly unbox?: string
}

/** What `latest` tells of a feed. */
export interface Latest {
  readonly id: FeedId
  readonly sequence: number
  /** Claimed time of the last message. */
  readonly ts: number
}

/** The store's methods on the wire. */
export interface StoreRpc {
  readonly publish: Async<[content: Content], KeyValueTimestamp>
  readonly add: Async<[value: MessageValue], KeyValueTimestamp>
  readonly get: Async<[id: string | number | GetOptions], OpenedValue | KeyValueTimestamp>
  readonly getLatest: Async<[feed: FeedId], { key: MsgId; value: MessageValue } | undefined>
  readonly latest: Source<[], Latest>
  readonly latestSequence: Async<[feed: FeedId], number>
  readonly getFeedState: Async<[feed: FeedId], { id: MsgId | null; sequence: number }>
  readonly getVectorClock: Async<[options?: object], Record<FeedId, number>>
  readonly getAtSequence: Async<
    [place: readonly [feed: FeedId, sequence: number] | string],
    KeyValueTimestamp
  >
  readonly createSequenceStream: Source<[], number>
  readonly createWriteStream: Sink<[], MessageValue>
  readonly rebuild: Async<[], undefined>
  readonly del: Async<[target: MsgId | FeedId], undefined | readonly MsgId[]>
  readonly feed: {
    readonly status: Async<[], FeedStatus>
    readonly unlock: Async<[options?: { readonly 'i-accept-a-fork'?: boolean }], FeedStatus>
    readonly forks: Source<[], ForkProof>
    readonly sizes: Async<[feeds: readonly FeedId[]], Readonly<Record<FeedId, FeedSize>>>
  }
}

const feedArg = { feed: { type: 'FeedId', description: 'Id of a feed' } }

/** Kinds, permissions and help of the store's methods. All are for the owner alone. */
export const storeManifest: Manifest<StoreRpc> = {
  publish: {
    kind: 'async',
    help: {
      description: 'Publish a message on the own feed; answered when it is safe on the disk.',
      args: { content: { type: 'object', description: 'Content with a type, or a boxed text' } },
      takes: 'fields',
      example: 'sbot publish --type post --text hello',
    },
  },
  add: {
    kind: 'async',
    help: {
      description: 'Add a signed message of any feed.',
      args: { value: { type: 'object', description: 'The whole message value' } },
      takes: 'fields',
      example: 'cat message.json | sbot add .',
    },
  },
  get: {
    kind: 'async',
    help: {
      description: 'Get a message by id.',
      args: {
        id: { type: 'MsgId or number', description: 'Id, link with ?unbox=KEY, or log position' },
        private: {
          type: 'boolean',
          description: 'Open the content if it is boxed for us',
          optional: true,
          default: false,
        },
        meta: {
          type: 'boolean',
          description: 'Answer key and receive time, too',
          optional: true,
          default: false,
        },
        unbox: { type: 'string', description: 'Key to open the content with', optional: true },
      },
      example: 'sbot get %MSG',
    },
  },
  getLatest: {
    kind: 'async',
    help: {
      description: 'The last message of a feed.',
      args: feedArg,
      example: 'sbot getLatest @FEED',
    },
  },
  latest: {
    kind: 'source',
    help: {
      description: 'Sequence and time of the last message of each feed.',
      example: 'sbot latest',
    },
  },
  latestSequence: {
    kind: 'async',
    help: {
      description: 'Sequence of the last message of a feed.',
      args: feedArg,
      example: 'sbot latestSequence @FEED',
    },
  },
  getFeedState: {
    kind: 'async',
    help: {
      description: 'Id and sequence of the last message of a feed.',
      args: feedArg,
      example: 'sbot getFeedState @FEED',
    },
  },
  getVectorClock: {
    kind: 'async',
    help: { description: 'The last sequence of each feed.', example: 'sbot getVectorClock' },
  },
  getAtSequence: {
    kind: 'async',
    help: {
      description: 'A message by feed and sequence, with its id and receive time.',
      args: { place: { type: 'array or text', description: '[feed, sequence] or feed:sequence' } },
      example: 'sbot getAtSequence @FEED:1',
    },
  },
  createSequenceStream: {
    kind: 'source',
    help: {
      description: 'The log position now and whenever it grows.',
      example: 'sbot createSequenceStream',
    },
  },
  createWriteStream: {
    kind: 'sink',
    help: {
      description: 'Add message values; what is not valid is dropped.',
      example: 'cat values.ndjson | sbot --json createWriteStream',
    },
  },
  rebuild: {
    kind: 'async',
    help: {
      description: 'Build all indexes anew; answered when that is done.',
      example: 'sbot rebuild',
    },
  },
  del: {
    kind: 'async',
    help: {
      description: 'Delete a message, or all messages of a feed, from this database.',
      args: { target: { type: 'MsgId or FeedId', description: 'What to delete' } },
      example: 'sbot del %MSG',
    },
  },
  feed: {
    status: {
      kind: 'async',
      help: {
        description: 'Whether the own feed is safe to publish on, and if not, why.',
        example: 'sbot feed.status',
      },
    },
    unlock: {
      kind: 'async',
      help: {
        description: 'Publish although the feed may fork: only if nobody has seen newer messages.',
        args: { 'i-accept-a-fork': { type: 'boolean', description: 'Must be said' } },
        takes: 'names',
        example: 'sbot feed.unlock --i-accept-a-fork',
      },
    },
    forks: {
      kind: 'source',
      help: {
        description: 'Pairs of messages that prove that a feed has forked.',
        example: 'sbot feed.forks',
      },
    },
    sizes: {
      kind: 'async',
      help: {
        description:
          'How many messages and bytes up to 100 feeds have; of long ones the bytes are guessed.',
        args: { feeds: { type: 'array', description: 'Ids of feeds' } },
        example: `sbot feed.sizes '["@FEED.ed25519"]'`,
      },
    },
  },
}

const usage = (text: string, name = 'TypeError'): StoreError =>
  new StoreError('SSB_STORE_USAGE', text, { name })

function needFeed(feed: unknown): FeedId {
  if (!feed) throw usage('Param 0 is required', 'UsageError')
  // COMPAT: the wording, "by" for "be" included, is ssb-db's.
  if (!isFeedId(feed)) throw usage('Param 0 must by of type feedId')
  return feed
}

const notFound = (id: unknown): StoreError =>
  new StoreError('SSB_STORE_NOT_FOUND', `Key not found in database [${String(id)}]`, {
    name: 'NotFoundError',
  })

/** Read `[feed, sequence]` or `feed:sequence`. */
function placeOf(arg: unknown): readonly [FeedId, number] {
  const [feed, number] = typeof arg === 'string' ? arg.split(':') : Array.isArray(arg) ? arg : []
  const sequence = Number(number)
  if (!isFeedId(feed) || !Number.isSafeInteger(sequence))
    throw usage('Param 0 must be [feedId, sequence] or feedId:sequence')
  return [feed, sequence]
}

interface GetRequest {
  readonly id: string | number
  readonly private: boolean
  readonly meta: boolean
  readonly unbox: string | null
}

/** Read the many forms of `get`'s argument. */
function getRequest(arg: unknown): GetRequest {
  if (typeof arg === 'number') return { id: arg, private: false, meta: false, unbox: null }
  const options = typeof arg === 'string' ? { id: arg } : arg
  if (typeof options !== 'object' || options === null) throw usage('Param 0 must by of type object')
  const { id, private: open, meta, unbox } = options as Partial<GetOptions>
  if (isMsgId(id)) {
    const key = typeof unbox === 'string' ? unbox : null
    return { id, private: open === true, meta: meta === true, unbox: key }
  }
  const link = parseLink(id)
  if (!link || !isMsgId(link.link)) throw usage('Param 0 must by of type object')
  const key = link.query?.['unbox']
  const text = typeof key === 'string' ? key : null
  return { id: link.link, private: open === true, meta: meta === true, unbox: text }
}

async function get(store: StoreApi, arg: unknown): Promise<unknown> {
  const request = getRequest(arg)
  const found =
    typeof request.id === 'number'
      ? await store.at(request.id)
      : await store.get(request.id as MsgId)
  if (found === null) throw notFound(request.id)
  const open = request.private || request.unbox !== null
  const value = open ? store.opened(found, request.unbox) : null
  if (value === null) return new JsonBytes(request.meta ? store.kvt(found) : found.bytes)
  if (!request.meta) return value
  // COMPAT: clients of the db2 stack look for the marks beside the value.
  const originalContent = String(found.value.content)
  const encryptionFormat = originalContent.slice(originalContent.lastIndexOf('.') + 1)
  const meta = { private: true, originalContent, encryptionFormat }
  return { key: found.key, value, timestamp: found.timestamp, meta }
}

async function add(store: StoreApi, value: MessageValue): Promise<JsonBytes> {
  const [verdict] = await store.add([value])
  if (!verdict?.ok) {
    const error = new Error(verdict?.reason ?? 'invalid message')
    throw Object.assign(error, { code: verdict?.code, fatal: verdict?.fatal === true })
  }
  const found = await store.get(verdict.message.key)
  if (found === null) throw notFound(verdict.message.key)
  return new JsonBytes(store.kvt(found))
}

const LATEST_AT_ONCE = 500

async function* latest(store: StoreApi): AsyncGenerator<Batch<Latest>> {
  let items: Latest[] = []
  for (const [id, { sequence, timestamp }] of store.heads()) {
    items.push({ id, sequence, ts: timestamp })
    if (items.length < LATEST_AT_ONCE) continue
    yield new Batch(items)
    items = []
  }
  yield new Batch(items)
}

async function* sequences(store: StoreApi, signal: AbortSignal): AsyncGenerator<number> {
  let told = store.position
  let wake: (() => void) | null = null
  const stops = [store.appended.on(() => wake?.())]
  const abort = (): void => wake?.()
  signal.addEventListener('abort', abort)
  try {
    yield told
    while (!signal.aborted) {
      if (store.position !== told) {
        told = store.position
        yield told
        continue
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        if (signal.aborted) resolve()
      })
    }
  } finally {
    for (const stop of stops) stop()
    signal.removeEventListener('abort', abort)
  }
}

/** The handlers of {@link storeManifest}. */
export function storeHandlers(store: StoreApi): Handlers<StoreRpc> {
  const last = (feed: FeedId): Promise<StoredMessage | null> =>
    store.atFeed(feed, store.head(feed)?.sequence ?? 0)
  return {
    publish: async (_: Call, content) =>
      new JsonBytes(store.kvt(await store.publishStored(content))),
    add: (_, value) => add(store, value),
    get: (_, arg) => get(store, arg) as Promise<OpenedValue>,
    async getLatest(_, feed) {
      const message = await last(needFeed(feed))
      return message === null ? undefined : { key: message.key, value: message.value }
    },
    latest: () => latest(store),
    latestSequence(_, feed) {
      const head = store.head(needFeed(feed))
      if (head === null) throw new StoreError('SSB_STORE_NOT_FOUND', `not found:${feed}`)
      return head.sequence
    },
    getFeedState(_, feed) {
      const head = store.head(needFeed(feed))
      return { id: head?.id ?? null, sequence: head?.sequence ?? 0 }
    },
    getVectorClock() {
      const clock: Record<FeedId, number> = {}
      for (const [id, { sequence }] of store.heads()) clock[id] = sequence
      return clock
    },
    async getAtSequence(_, place) {
      const [feed, sequence] = placeOf(place)
      const found = await store.atFeed(feed, sequence)
      if (found === null) throw notFound(`${feed}:${sequence}`)
      return new JsonBytes(store.kvt(found))
    },
    createSequenceStream: (call) => sequences(store, call.signal),
    async createWriteStream(_, input: Incoming<MessageValue>) {
      for await (const batch of input.batches()) await store.add(batch)
    },
    async rebuild() {
      await store.rebuild()
      return undefined
    },
    async del(_, target) {
      if (isFeedId(target)) return store.eraseFeed(target)
      if (!isMsgId(target)) throw usage('deletion target must be a message or feed', 'Error')
      if (!(await store.del(target))) throw notFound(target)
      return undefined
    },
    feed: {
      status: () => store.feedStatus(),
      sizes(_, feeds) {
        if (!Array.isArray(feeds) || feeds.length > SIZES_FEEDS_MAX || !feeds.every(isFeedId))
          throw usage(`not a list of at most ${SIZES_FEEDS_MAX} feeds`)
        return sizesOf(store, feeds)
      },
      async unlock(_, options) {
        const said = options as Readonly<Record<string, unknown>> | undefined
        if (said?.['i-accept-a-fork'] !== true && said?.['iAcceptAFork'] !== true)
          throw usage('publishing stays locked: say --i-accept-a-fork to take the risk', 'Error')
        await store.unlockPublishing()
        return store.feedStatus()
      },
      forks: () => store.forks(),
    },
  }
}
