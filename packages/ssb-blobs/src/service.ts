// The parts together: storage and catalog, the want machine, transfers, and the peers' want streams.
import type { Call } from '@scuttlebot/ssb-muxrpc'
import { type Context, type Event, event, type Peer } from '@scuttlebot/ssb-plugin'
import { type BlobId, type FeedId, isBlobId } from '@scuttlebot/ssb-ref'
import { Alone } from './alone.ts'
import { Catalog } from './catalog.ts'
import { BlobsError, shown } from './errors.ts'
import { collect, type GcReport } from './gc.ts'
import { EMPTY_BLOB } from './ids.ts'
import { Intake } from './intake.ts'
import * as limits from './limits.ts'
import { type BlobLinks, blobLinks } from './links.ts'
import type { BlobsFriends, BlobsStore } from './needs.ts'
import { type BlobsOptions, trustOf, wantRules } from './options.ts'
import { Outlet } from './outlet.ts'
import type { BlobMeta, Pushed } from './rpc.ts'
import type { BlobRange, BlobStorage } from './storage.ts'
import { type FetchOutcome, Transfers } from './transfers.ts'
import { Turns } from './turns.ts'
import { Wants } from './wants.ts'
import type { WantAction } from './wants-types.ts'

export type BlobsNeeds = { store?: BlobsStore; friends?: BlobsFriends }

interface Waiter {
  readonly resolve: (here: true) => void
  readonly reject: (error: Error) => void
}

export class BlobsService {
  readonly context: Context<BlobsNeeds>
  readonly storage: BlobStorage
  readonly catalog: Catalog
  readonly wants: Wants
  readonly transfers: Transfers
  readonly links: BlobLinks | null
  /** Bytes from which on blobs are refused. */
  readonly max: number
  readonly quotaBytes: number | null
  readonly pushy: number
  /** Only pushed blobs are talked of. */
  readonly stingy: boolean
  /** A blob has been stored. */
  readonly stored: Event<[blob: BlobMeta]>
  readonly pushed: Event<[pushed: Pushed]>
  readonly lied: Event<[peer: FeedId, id: BlobId, reason: string]>
  /** Who is served how many blobs at a time. */
  readonly turns: Turns = new Turns(limits.SERVES_PER_PEER_MAX)
  readonly trusted: (peer: FeedId) => boolean
  readonly #pinHops: number
  readonly #peers = new Map<FeedId, Peer>()
  readonly #outlets = new Map<FeedId, Outlet>()
  readonly #owners = new Set<Outlet>()
  readonly #waiters = new Map<BlobId, Set<Waiter>>()
  /** Nothing is removed while it is being added, nor the other way round. */
  readonly #alone = new Alone()
  /** Blobs that came because we wanted them, and when; the oldest first. */
  readonly #awaited = new Map<BlobId, number>()
  readonly #loaded: Promise<void>
  #load!: { readonly resolve: () => void; readonly reject: (error: Error) => void }
  #cancelTick: (() => void) | null = null
  #collecting: Promise<unknown> | null = null
  #full = false

  constructor(context: Context<BlobsNeeds>, options: BlobsOptions) {
    const { clock, log, needs } = context
    this.context = context
    this.storage = options.storage(context.folder)
    this.catalog = new Catalog(this.storage, () => Math.trunc(clock.now()))
    this.max = options.max
    this.quotaBytes = options.quotaBytes
    this.pushy = options.pushy
    this.stingy = options.stingy
    this.#pinHops = options.pinHops
    this.links = needs.store === undefined ? null : blobLinks(needs.store)
    this.trusted = trustOf(context, options)
    this.wants = new Wants(wantRules(options), this.trusted, (action) => this.#act(action))
    this.transfers = new Transfers({
      storage: this.storage,
      clock,
      max: options.max,
      trusted: this.trusted,
      done: (id, from, outcome) => void this.#fetched(id, from, outcome),
    })
    const threw = (error: unknown): void => log.error('a listener threw', { error: String(error) })
    this.stored = event(threw)
    this.pushed = event(threw)
    this.lied = event(threw)
    this.#loaded = new Promise((resolve, reject) => {
      this.#load = { resolve, reject }
    })
    // Whoever waits for it hears of it; nobody may wait.
    this.#loaded.catch(() => undefined)
  }

  /** Resolves when it is known what is here. */
  ready(): Promise<void> {
    return this.#loaded
  }

  async start(): Promise<void> {
    await this.storage.open()
    // A large folder takes longer to read than a server may take to start.
    this.catalog.load().then(
      () => {
        for (const id of this.catalog.pushing) this.wants.push(id)
        for (const id of this.catalog.wanted) this.wants.want(id, this.now())
        this.#load.resolve()
        this.#tick()
      },
      (error: unknown) => {
        this.context.log.error('the blobs cannot be listed', { error: String(error) })
        this.#load.reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }

  async stop(): Promise<void> {
    this.#cancelTick?.()
    const stopped = new BlobsError('SSB_BLOBS_STOPPED', 'the server stops')
    this.#load.reject(stopped)
    for (const waiters of this.#waiters.values()) for (const { reject } of waiters) reject(stopped)
    this.#waiters.clear()
    await this.transfers.close()
    await this.#collecting
    await this.storage.close()
  }

  now(): number {
    return this.context.clock.now()
  }

  isOwner({ peer, roles }: Call): boolean {
    return peer === null || peer === this.context.id || roles.includes('owner')
  }

  /** Bytes of a blob that is here; the empty one always is. */
  sizeOf(id: BlobId): number | null {
    return id === EMPTY_BLOB ? 0 : (this.catalog.get(id)?.size ?? null)
  }

  /** Store what comes, under the hash of it. @throws {@link BlobsError}. */
  async add(input: AsyncIterable<readonly Uint8Array[]>, expected: BlobId | null): Promise<BlobId> {
    const intake = new Intake(this.storage)
    try {
      for await (const chunks of input)
        if (!(await intake.take(chunks, this.max - 1)))
          throw new BlobsError('SSB_BLOBS_SIZE', "Cannot add blob, it's bigger than blobs.max")
      const id = intake.id()
      if (expected !== null && expected !== id) {
        const text = `actual hash:${id} did not match expected id:${expected}`
        throw new BlobsError('SSB_BLOBS_HASH', text)
      }
      if (id === EMPTY_BLOB) return id
      return await this.#alone.run(id, async () => {
        // A note about a blob that never came does no harm, so that the disk may do both at once.
        const [stat, noted] = await Promise.allSettled([intake.commit(), this.catalog.own(id)])
        if (stat.status === 'rejected') throw stat.reason
        await this.#store({ id, ...stat.value }, 'own')
        if (noted.status === 'rejected') throw noted.reason
        return id
      })
    } finally {
      await intake.abort()
    }
  }

  /** Chunks of a blob that is here. A file that has gone without our doing is forgotten. */
  async *read(id: BlobId, range?: BlobRange): AsyncGenerator<Uint8Array> {
    if (id === EMPTY_BLOB) return
    this.catalog.use(id)
    try {
      yield* this.storage.read(id, range)
    } catch (error) {
      if ((await this.storage.stat(id)) === null) await this.catalog.removed(id)
      throw error
    }
  }

  /** Whether it was here. */
  remove(id: BlobId): Promise<boolean> {
    return this.#alone.run(id, () => this.#remove(id))
  }

  /** Resolves when the blob is here. @throws {@link BlobsError} `SSB_BLOBS_STOPPED`. */
  async want(id: BlobId): Promise<true> {
    await this.#loaded
    if (this.sizeOf(id) !== null) return true
    const result = new Promise<true>((resolve, reject) => {
      const waiters = this.#waiters.get(id) ?? new Set()
      this.#waiters.set(id, waiters.add({ resolve, reject }))
    })
    this.catalog.want(id).catch(() => undefined)
    this.wants.want(id, this.now())
    return await result
  }

  async push(id: BlobId): Promise<void> {
    await this.#loaded
    await this.catalog.push(id, true)
    this.wants.push(id)
    if (this.sizeOf(id) === null) this.wants.want(id, this.now())
  }

  connected(peer: Peer): void {
    if (peer.id === this.context.id) return
    this.#peers.set(peer.id, peer)
    this.wants.connected(peer.id)
  }

  disconnected(peer: Peer): void {
    if (this.#peers.get(peer.id) !== peer) return
    this.#peers.delete(peer.id)
    this.#outlets.delete(peer.id)
    this.wants.gone(peer.id, this.now())
  }

  /** Peers may have become trusted, or have ceased to be. */
  reconsider(feeds: Iterable<FeedId>): void {
    for (const feed of feeds)
      if (this.#peers.has(feed) && !this.#full) this.wants.reconsider(feed, this.now())
    this.#tick()
  }

  /** A pair of a want stream: negative is a want, positive an offer; anything else is passed over. */
  heard(peer: FeedId, id: unknown, value: unknown): void {
    if (!isBlobId(id) || id === EMPTY_BLOB || !Number.isSafeInteger(value)) return
    const number = value as number
    if (number > 0) this.wants.offered(peer, id, number, this.now())
    else if (number < 0) {
      const size = this.sizeOf(id)
      if (size !== null || !this.#full) this.wants.wanted(peer, id, -number, size, this.now())
    }
    this.#tick()
  }

  /** What a caller's want stream tells. */
  async *wantStream(call: Call): AsyncGenerator<Readonly<Record<BlobId, number>>> {
    await this.#loaded
    if (this.isOwner(call)) {
      const outlet = new Outlet()
      this.#owners.add(outlet)
      try {
        yield* outlet.read(this.wants.snapshot(true), call.signal)
      } finally {
        this.#owners.delete(outlet)
      }
      return
    }
    const peer = call.peer as FeedId
    yield* this.#outlet(peer).read(this.wants.snapshot(this.trusted(peer)), call.signal)
  }

  /** Remove what nobody keeps, down to the quota or to `bytes`. */
  async collect(bytes: number | null, dryRun: boolean): Promise<GcReport> {
    await this.#loaded
    const { friends } = this.context.needs
    const hops = friends?.hops()
    const parts = {
      catalog: this.catalog,
      authors: async (id: BlobId) =>
        new Set((await this.links?.messages(id))?.map(({ author }) => author)),
      near: (author: FeedId): boolean => {
        if (author === this.context.id) return true
        const far = hops?.get(author)
        return far !== undefined && far >= 0 && far <= this.#pinHops
      },
      awaited: (id: BlobId) => this.#isAwaited(id),
      alone: this.#alone,
      remove: async (id: BlobId) => void (await this.#remove(id)),
    }
    return await collect(parts, bytes, dryRun)
  }

  async #remove(id: BlobId): Promise<boolean> {
    const removed = await this.storage.remove(id)
    await this.catalog.removed(id)
    this.wants.unpush(id)
    if (!this.#isOver()) this.#full = false
    return removed
  }

  #outlet(peer: FeedId): Outlet {
    const found = this.#outlets.get(peer)
    if (found !== undefined) return found
    const outlet = new Outlet()
    this.#outlets.set(peer, outlet)
    return outlet
  }

  #act(action: WantAction): void {
    const { log } = this.context
    switch (action.type) {
      case 'tell':
        this.#tell(action.to, action.id, action.value)
        break
      case 'fetch': {
        const { id, from, size, resume } = action
        const peer = this.#peers.get(from)
        if (peer !== undefined) this.transfers.start(id, peer, size, resume)
        break
      }
      case 'stop':
        this.transfers.stop(action.id)
        break
      case 'pushed':
        this.catalog.push(action.id, false).catch(() => undefined)
        this.pushed.emit({ key: action.id, peers: action.peers })
        break
      case 'lied':
        log.warn('a peer sent what it should not have', { ...action })
        this.lied.emit(action.peer, action.id, action.reason)
        break
    }
  }

  #tell(to: 'all' | 'trusted' | FeedId, id: BlobId, value: number): void {
    if (to !== 'all' && to !== 'trusted') {
      this.#outlet(to).tell(id, value)
      return
    }
    for (const owner of this.#owners) owner.tell(id, value)
    for (const peer of this.#peers.keys())
      if (to === 'all' || this.trusted(peer)) this.#outlet(peer).tell(id, value)
  }

  async #fetched(id: BlobId, from: FeedId, outcome: FetchOutcome): Promise<void> {
    if (!outcome.ok) {
      if (outcome.why === 'stopped') this.wants.released(from)
      else this.wants.failed(id, from, outcome.why, outcome.reason, this.now())
      this.#tick()
      return
    }
    this.wants.released(from)
    await this.#store({ id, ...outcome.stat }, from).catch((error: unknown) =>
      this.context.log.error('a note could not be written', { error: shown(String(error)) }),
    )
  }

  /** Whoever wanted it must be able to read it, also where what is kept fills the quota alone. */
  #isAwaited(id: BlobId): boolean {
    const since = this.now() - limits.WANTED_MS
    for (const [oldest, at] of this.#awaited) {
      if (at > since) break
      this.#awaited.delete(oldest)
    }
    return this.#awaited.has(id)
  }

  async #store(blob: BlobMeta, origin: 'own' | FeedId): Promise<void> {
    if (this.catalog.wanted.has(blob.id)) {
      this.#awaited.delete(blob.id)
      this.#awaited.set(blob.id, this.now())
    }
    const noted = this.catalog.stored(blob, origin)
    try {
      await noted
    } finally {
      this.wants.stored(blob.id, blob.size, this.now())
      this.transfers.forget(blob.id)
      const waiters = this.#waiters.get(blob.id) ?? []
      this.#waiters.delete(blob.id)
      for (const { resolve } of waiters) resolve(true)
      this.stored.emit(blob)
      this.#keepQuota()
    }
  }

  #isOver(): boolean {
    return this.quotaBytes !== null && this.catalog.bytes > this.quotaBytes
  }

  #keepQuota(): void {
    if (!this.#isOver()) this.#full = false
    else
      this.#collecting ??= this.collect(this.quotaBytes, false)
        .then(
          ({ removedCount }) => {
            this.#full = this.#isOver()
            this.context.log.info('removed blobs to keep the quota', { removedCount })
          },
          (error: unknown) =>
            this.context.log.error('the quota could not be kept', { error: String(error) }),
        )
        .finally(() => {
          this.#collecting = null
        })
  }

  /** While there are wants, look at them now and then. */
  #tick(): void {
    if (this.#cancelTick !== null || this.wants.counts.wants === 0) return
    this.#cancelTick = this.context.clock.setTimeout(() => {
      this.#cancelTick = null
      this.wants.tick(this.now())
      this.#tick()
    }, limits.TICK_MS)
  }
}
