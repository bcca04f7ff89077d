import type { Call, Handlers } from '@scuttlebot/ssb-muxrpc'
import { type Context, type Event, event, type Plugin, pushSource } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { contactEdge } from './contact.ts'
import { FriendsError } from './errors.ts'
import { type Edge, type EdgeChange, Graph } from './graph.ts'
import { HopTree, hopsFrom } from './hops.ts'
import type { FriendsMessage, FriendsStore } from './needs.ts'
import { addJudges } from './policy.ts'
import {
  type FriendsRpc,
  friendsManifest,
  type GraphMap,
  type HopsMap,
  type HopsOptions,
  type PairAnswer,
  type Tristate,
} from './rpc.ts'

/** Farthest feeds that are replicated: 1 are those we follow, 2 those they follow. */
export const HOPS_DEFAULT = 2

/** Changes that may wait for the reader of a live stream. Our choice. */
const CHANGES_MAX = 10_000

/** What other plugins get. */
export interface FriendsApi {
  /** Feed → hops from ourselves; negative: blocked or unfollowed on the way. Live. */
  hops(): ReadonlyMap<FeedId, number>
  isFollowing(source: FeedId, dest: FeedId): boolean
  isBlocking(source: FeedId, dest: FeedId): boolean
  /** Told with the hops that changed; `null`: beyond the maximum now. */
  readonly changed: Event<[changes: ReadonlyMap<FeedId, number | null>]>
  /** Told with each statement that changed. */
  readonly edgeChanged: Event<[change: EdgeChange]>
  /** Note a statement that was made in private: it wins over a public one. */
  setPrivate(from: FeedId, to: FeedId, edge: Edge | null): void
  /** How far from `root`: a tree of its own that stays up to date while it is kept. */
  tree(root: FeedId, max: number): HopTree
}

/** Options of {@link friends}. */
export interface FriendsOptions {
  /** Default {@link HOPS_DEFAULT}. */
  readonly hops?: number
}

type Needs = { store: FriendsStore }

/** The follow graph, from `contact` messages. */
export function friends(
  options: FriendsOptions = {},
): Plugin<'friends', FriendsApi, Needs, FriendsRpc> {
  return {
    name: 'friends',
    needs: { store: 'required' },
    manifest: friendsManifest,
    setup: (context) => {
      const state = new Friends(context, options.hops ?? HOPS_DEFAULT)
      return {
        api: state.api(),
        handlers: state.handlers(),
        start: () => state.start(),
        stop: async () => state.stop(),
      }
    },
  }
}

class Friends {
  readonly #context: Context<Needs>
  readonly #graph = new Graph()
  readonly #tree: HopTree
  readonly #trees = new Set<WeakRef<HopTree>>()
  readonly #changed: Event<[changes: ReadonlyMap<FeedId, number | null>]>
  readonly #edgeChanged: Event<[change: EdgeChange]>
  readonly #index: ReturnType<FriendsStore['defineIndex']>
  /** Log position up to which contacts are in the graph. */
  #position = -1
  #unsubscribe = (): void => undefined

  constructor(context: Context<Needs>, max: number) {
    this.#context = context
    const onError = (error: unknown): void =>
      context.log.error('a listener threw', { error: String(error) })
    this.#changed = event(onError)
    this.#edgeChanged = event(onError)
    this.#tree = new HopTree(this.#graph, context.id, max)
    this.#index = context.needs.store.defineIndex({
      name: 'friends/contacts',
      version: 2,
      map: ({ author, value }, emit) => {
        // What we said in private may be a contact too; it is opened when it is read.
        const own = author === context.id && typeof value.content === 'string'
        if (own || contactEdge(value.content) !== null) emit('contact')
      },
    })
    context.hooks.status.add((status) => ({ ...status, friends: { follows: this.#follows() } }))
    addJudges(context.policy, context.id, this.#graph, this.#tree)
  }

  /**
   * Reads the contacts that are stored, through the index, then follows the log. While the index is
   * catching up the graph is that of a shorter log; the start does not wait for it.
   */
  async start(): Promise<void> {
    await this.#readContacts()
    const follow = this.#follow()
    if (this.#index.state().current) await follow
    else
      follow.catch((error: unknown) =>
        this.#context.log.error('the follow graph is incomplete', { error: String(error) }),
      )
  }

  stop(): void {
    this.#unsubscribe()
  }

  api(): FriendsApi {
    return {
      hops: () => this.#tree.hops,
      isFollowing: (source, dest) => this.#graph.edge(source, dest) === 1,
      isBlocking: (source, dest) => this.#graph.edge(source, dest) === -1,
      changed: this.#changed,
      edgeChanged: this.#edgeChanged,
      setPrivate: (from, to, edge) => this.#note(this.#graph.set('private', from, to, edge)),
      tree: (root, max) => {
        const tree = new HopTree(this.#graph, root, max)
        this.#trees.add(new WeakRef(tree))
        return tree
      },
    }
  }

  handlers(): Handlers<FriendsRpc> {
    return {
      friends: {
        follow: (_call, feed, options) =>
          this.#publish('follow', feed, { following: options?.state !== false }, options?.recps),
        block: (_call, feed, options) => {
          const reason = options?.reason === undefined ? {} : { reason: options.reason }
          const content = { blocking: options?.state !== false, ...reason }
          return this.#publish('block', feed, content, options?.recps)
        },
        isFollowing: (_call, options) => this.#pair(options, 1),
        isBlocking: (_call, options) => this.#pair(options, -1),
        hops: (_call, options) => this.#hops(options),
        hopStream: (call, options) => {
          // COMPAT: without options old hops come and the stream ends, as in ssb-friends 4.
          const live = options?.live ?? false
          return this.#stream(
            call,
            live,
            (options?.old ?? true) ? [this.#hops()] : [],
            this.#changed,
            (changes) => Object.fromEntries([...changes].map(([id, hops]) => [id, hops ?? -2])),
          )
        },
        graph: () => this.#graph.toJSON(),
        graphStream: (call, options) =>
          this.#stream<GraphMap, [EdgeChange]>(
            call,
            options?.live ?? true,
            (options?.old ?? true) ? this.#parts(options?.part) : [],
            this.#edgeChanged,
            ({ from, to, after }) => ({ [from]: { [to]: after ?? -2 } }),
          ),
        get: (_call, options) => this.#get(options),
        stream: (call) =>
          this.#stream<unknown, [EdgeChange]>(
            call,
            true,
            [this.#get()],
            this.#edgeChanged,
            ({ from, to, after }) => ({ from, to, value: tristate(after) }),
          ),
        createFriendStream: (call, options) => this.#friendStream(call, options ?? {}),
      },
    }
  }

  async #follow(): Promise<void> {
    const { store } = this.#context.needs
    await store.indexed()
    await this.#readContacts()
    this.#unsubscribe = store.appended.on((batch) => this.#take(batch))
    // What was appended between the read and the subscription.
    await this.#readContacts()
  }

  async #readContacts(): Promise<void> {
    const { store } = this.#context.needs
    const reader = this.#index.read('contact', undefined, { gt: this.#position })
    try {
      for (let block = await reader.next(); block !== null; block = await reader.next())
        this.#take(await store.read(block))
    } finally {
      await reader.close()
    }
  }

  #take(batch: readonly FriendsMessage[]): void {
    for (const message of batch) {
      if (message.sequence <= this.#position) continue
      this.#position = message.sequence
      const { author, value } = message
      const contact = contactEdge(value.content)
      if (contact !== null) this.#note(this.#graph.set('public', author, contact.to, contact.edge))
      else if (author === this.#context.id && typeof value.content === 'string')
        this.#takePrivate(message)
    }
  }

  /** A boxed message of our own: what it says of others wins over what we said in public. */
  #takePrivate(message: FriendsMessage): void {
    const contact = contactEdge(this.#context.needs.store.opened?.(message)?.content)
    if (contact !== null)
      this.#note(this.#graph.set('private', message.author, contact.to, contact.edge))
  }

  /** Take in a change of the graph, and tell of it. */
  #note(change: EdgeChange | null): void {
    if (change === null) return
    const changes = this.#tree.update(change)
    for (const ref of this.#trees) {
      const tree = ref.deref()
      if (tree === undefined) this.#trees.delete(ref)
      else tree.update(change)
    }
    this.#edgeChanged.emit(change)
    if (changes.size > 0) this.#changed.emit(changes)
    const { policy, id } = this.#context
    for (const feed of changes.keys()) policy.changed.emit(null, feed)
    if (change.from === id && !changes.has(change.to)) policy.changed.emit(null, change.to)
    // A block between others decides whom we may serve their feed.
    if (change.before === -1 || change.after === -1) policy.changed.emit('serve', change.from)
  }

  #publish(
    method: string,
    feed: unknown,
    content: object,
    recps: readonly FeedId[] | undefined,
  ): Promise<unknown> {
    if (!isFeedId(feed))
      throw new FriendsError(
        'SSB_FRIENDS_FEED_ID',
        `${method}() requires a feedId, got ${String(feed)}`,
      )
    const to = recps === undefined ? {} : { recps }
    return this.#context.needs.store.publish({ type: 'contact', contact: feed, ...content, ...to })
  }

  /** How many others we follow. */
  #follows(): number {
    const { id } = this.#context
    let count = 0
    for (const [to, edge] of this.#graph.from(id)) if (edge === 1 && to !== id) count += 1
    return count
  }

  #pair(options: unknown, edge: Edge): PairAnswer {
    const { source, dest, details } = (options ?? {}) as Readonly<Record<string, unknown>>
    if (!isFeedId(source) || !isFeedId(dest))
      throw new FriendsError('SSB_FRIENDS_FEED_ID', 'source and dest must be feed ids')
    const response = this.#graph.edge(source, dest) === edge
    if (!details) return response
    return { response, private: response && this.#graph.isPrivate(source, dest) }
  }

  #hops(options?: HopsOptions): HopsMap {
    const start = isFeedId(options?.start) ? options.start : this.#context.id
    const max = typeof options?.max === 'number' && options.max > 0 ? options.max : this.#tree.max
    const own = start === this.#context.id && max === this.#tree.max && !options?.reverse
    const hops = own ? this.#tree.hops : hopsFrom(this.#graph, start, max, options?.reverse)
    return Object.fromEntries(hops)
  }

  #parts(most: unknown): Iterable<GraphMap> {
    if (most === undefined) return [this.#graph.toJSON()]
    if (Number.isSafeInteger(most) && (most as number) > 0) return this.#graph.parts(most as number)
    throw new FriendsError('SSB_FRIENDS_PART', 'part must be a whole number above 0')
  }

  #get(options?: { readonly source?: FeedId; readonly dest?: FeedId }): unknown {
    const { source, dest } = options ?? {}
    const plain = (edges: ReadonlyMap<FeedId, Edge>): Record<string, Tristate> =>
      Object.fromEntries([...edges].map(([id, edge]) => [id, tristate(edge)]))
    if (source !== undefined && dest !== undefined) return tristate(this.#graph.edge(source, dest))
    if (source !== undefined) return plain(this.#graph.from(source))
    if (dest !== undefined) return plain(this.#graph.to(dest))
    return Object.fromEntries(
      [...this.#graph.sources()].map((id) => [id, plain(this.#graph.from(id))]),
    )
  }

  async *#stream<T, A extends readonly unknown[]>(
    call: Call,
    live: boolean,
    first: Iterable<T>,
    changes: Event<A>,
    item: (...args: A) => T,
  ): AsyncGenerator<T> {
    const source = pushSource<T>({
      itemsMax: CHANGES_MAX,
      signal: call.signal,
      onEnd: () => stop(),
    })
    const stop = live ? changes.on((...args) => void source.push(item(...args))) : () => undefined
    try {
      yield* first
      if (live) yield* source
    } finally {
      stop()
    }
  }

  async *#friendStream(
    call: Call,
    options: NonNullable<Parameters<Handlers<FriendsRpc>['friends']['createFriendStream']>[1]>,
  ): AsyncGenerator<FeedId | { readonly id: FeedId; readonly hops: number }> {
    const max = options.hops ?? this.#tree.max
    const start = options.start ?? this.#context.id
    const item = (id: FeedId, hops: number): FeedId | { id: FeedId; hops: number } =>
      options.meta ? { id, hops } : id
    const told = new Set<FeedId>()
    const now = hopsFrom(this.#graph, start, max)
    for (const [id, hops] of [...now].sort(([, a], [, b]) => a - b))
      if (hops >= 0) {
        told.add(id)
        yield item(id, hops)
      }
    if (!options.live || start !== this.#context.id) return
    for await (const changes of this.#stream(call, true, [], this.#changed, (map) => map))
      for (const [id, hops] of changes)
        if (hops !== null && hops >= 0 && hops <= max && !told.has(id)) {
          told.add(id)
          yield item(id, hops)
        }
  }
}

/** COMPAT: edges as ssb-friends 1–4 tell them. */
function tristate(edge: Edge | null): Tristate {
  if (edge === 1) return true
  return edge === -1 ? false : null
}
