import type { Batch, Body, Call, Handlers, Incoming } from '@scuttlebot/ssb-muxrpc'
import type { Context, Peer, Plugin } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { EbtError } from './errors.ts'
import { QUIET_MS } from './limits.ts'
import { type ClockStore, type EbtReplicate, type EbtStore, memoryClocks } from './needs.ts'
import { type EbtRpc, ebtManifest, type FeedStatus, type ReplicateOptions } from './rpc.ts'
import { type OutItem, Session } from './session.ts'
import { EbtState } from './state.ts'

/** What other plugins get. */
export interface EbtApi {
  /** Where a feed stands with each connected peer. */
  peerStatus(feed: FeedId): FeedStatus
}

/** Options of {@link ebt}. */
export interface EbtOptions {
  /** Where the clocks of peers are kept. Default: in memory. */
  readonly clocks?: ClockStore
  /** Milliseconds without news after which another peer is asked. Default 3,000. */
  readonly quietMs?: number
}

type Needs = { store: EbtStore; replicate: EbtReplicate }

/** Replication by epidemic broadcast trees, version 3, format classic. */
export function ebt(options: EbtOptions = {}): Plugin<'ebt', EbtApi, Needs, EbtRpc> {
  return {
    name: 'ebt',
    needs: { store: 'required', replicate: 'required' },
    manifest: ebtManifest,
    setup: (context) => {
      const driver = new Driver(context, options)
      return {
        api: { peerStatus: (feed) => driver.peerStatus(feed) },
        handlers: driver.handlers(),
        start: async () => driver.start(),
        stop: () => driver.stop(),
      }
    },
  }
}

/** Feeds the state machine from store, policy and connections, and runs one session per peer. */
class Driver {
  readonly #context: Context<Needs>
  readonly #state: EbtState
  readonly #clocks: ClockStore
  readonly #quietMs: number
  readonly #sessions = new Map<FeedId, Session>()
  /** Blocks made by hand: feed → peers that may not have it. */
  readonly #blocks = new Map<FeedId, Set<FeedId>>()
  readonly #saving = new Map<FeedId, Promise<void>>()
  readonly #undo: (() => void)[] = []
  #cancelTick = (): void => undefined

  constructor(context: Context<Needs>, options: EbtOptions) {
    const { needs, policy } = context
    this.#context = context
    this.#clocks = options.clocks ?? memoryClocks()
    this.#quietMs = options.quietMs ?? QUIET_MS
    this.#state = new EbtState({
      serves: (peer, feed) => policy.ask('serve', peer, feed).allow,
      knows: (peer) => needs.replicate.wanted.has(peer),
    })
    policy.add('serve', 'ebt.block', 20, (peer, feed) =>
      this.#blocks.get(feed)?.has(peer)
        ? { allow: false, reason: 'it was blocked by hand' }
        : undefined,
    )
    needs.replicate.addCarrier({
      name: 'ebt',
      view: (feed) =>
        [...this.#state.peers()].flatMap((peer) => {
          const status = this.#state.status(peer, feed)
          return status === null ? [] : [{ peer, ...status, asked: status.rx }]
        }),
    })
    const now = (): number => context.clock.now()
    this.#undo.push(
      needs.store.appended.on((batch) => {
        for (const { author, feedSequence } of batch)
          this.#state.appended(author, feedSequence, now())
        this.#wake()
      }),
      needs.replicate.wantedChanged.on((feed, wanted) => {
        this.#state.want(feed, wanted, now())
        this.#wake()
      }),
      policy.changed.on((kind, feed) => {
        if (kind !== null && kind !== 'serve' && kind !== 'connect') return
        this.#reconsider(feed)
      }),
      context.hooks.peerConnected.on((peer) => this.#connected(peer)),
    )
  }

  start(): void {
    const { store, replicate } = this.#context.needs
    const now = this.#context.clock.now()
    for (const [feed, { sequence }] of store.heads()) this.#state.appended(feed, sequence, now)
    for (const feed of replicate.wanted) this.#state.want(feed, true, now)
    this.#tickLater()
  }

  async stop(): Promise<void> {
    this.#cancelTick()
    for (const undo of this.#undo) undo()
    for (const [peer, session] of [...this.#sessions]) this.#close(peer, session)
    await Promise.all(this.#saving.values())
  }

  handlers(): Handlers<EbtRpc> {
    const { replicate } = this.#context.needs
    const feedId = (value: unknown): FeedId => {
      if (isFeedId(value)) return value
      throw new EbtError('SSB_EBT_FEED_ID', `expected a feed id, got ${String(value)}`)
    }
    return {
      ebt: {
        replicate: (call, input, options) => {
          const { version, format } = readOptions(options)
          // COMPAT: the wording of ssb-ebt 9.
          if (version !== 3)
            throw new EbtError('SSB_EBT_VERSION', 'expected ebt.replicate({version: 3})')
          return this.#serve(call, input as Incoming<Body>, format)
        },
        replicateFormat: (call, input, options) => {
          const { version, format } = readOptions(options)
          if (version !== 3)
            throw new EbtError('SSB_EBT_VERSION', 'expected ebt.replicateFormat({version: 3})')
          return this.#serve(call, input as Incoming<Body>, format)
        },
        clock: (call) => this.#clock(call),
        request: (_call, feed, on) => replicate.request(feedId(feed), on !== false),
        block: (_call, from, to, on) => {
          this.#block(feedId(from), feedId(to), on !== false)
        },
        peerStatus: (_call, feed) => this.peerStatus(isFeedId(feed) ? feed : this.#context.id),
      },
    }
  }

  peerStatus(feed: FeedId): FeedStatus {
    const peers: Record<FeedId, FeedStatus['peers'][FeedId]> = {}
    for (const peer of this.#state.peers()) {
      const status = this.#state.status(peer, feed)
      if (status === null || (status.claimed === null && status.requested === -1)) continue
      const { claimed, tx, rx, sent, requested } = status
      peers[peer] = { seq: claimed ?? 0, replicating: { tx, rx, sent, requested } }
    }
    return { id: feed, seq: this.#state.sequence(feed), peers }
  }

  /** A connection is there: the side that dialled opens the stream. */
  #connected(peer: Peer): void {
    if (!peer.outgoing || peer.id === this.#context.id) return
    this.#dial(peer).catch((error: unknown) => {
      this.#context.log.debug('an EBT stream ended', { peer: peer.id, reason: String(error) })
    })
  }

  async #dial(peer: Peer): Promise<void> {
    const session = await this.#open(peer.id, true)
    if (peer.signal.aborted) return this.#close(peer.id, session)
    let answered = false
    try {
      const input = peer.mux.duplex(
        ['ebt', 'replicate'],
        [{ version: 3, format: 'classic' }],
        session.output(),
        { raw: true, signal: peer.signal },
      )
      await session.read(input, () => {
        answered = true
      })
    } finally {
      this.#close(peer.id, session)
      // It never said a word of EBT: it speaks the older protocol, if any.
      if (!answered && !peer.signal.aborted) this.#context.needs.replicate.fallback(peer)
    }
  }

  async *#serve(
    call: Call,
    input: Incoming<Body>,
    format: string,
  ): AsyncGenerator<OutItem | Batch<OutItem>> {
    if (format !== 'classic') throw new EbtError('SSB_EBT_FORMAT', `Unknown format: ${format}`)
    if (!isFeedId(call.peer) || call.peer === this.#context.id)
      throw new EbtError('SSB_EBT_ENDED', 'EBT needs a peer with an identity of its own')
    const { peer } = call
    const session = await this.#open(peer, false)
    const end = (): void => this.#close(peer, session)
    call.signal.addEventListener('abort', end)
    if (call.signal.aborted) end()
    session.read(input).then(end, end)
    try {
      yield* session.output()
      if (this.#sessions.get(peer) !== session && this.#sessions.has(peer))
        // COMPAT: the wording of the reference; peers take it as harmless.
        throw new EbtError('SSB_EBT_ENDED', 'reconnected to peer')
    } finally {
      call.signal.removeEventListener('abort', end)
      end()
    }
  }

  async #open(peer: FeedId, dialled: boolean): Promise<Session> {
    // The last connection's clock may still be on its way to the disk.
    await this.#saving.get(peer)
    const stored = await this.#clocks.load(peer)
    const before = this.#sessions.get(peer)
    if (before !== undefined) this.#close(peer, before)
    const session = new Session(peer, {
      ...this.#context.needs,
      state: this.#state,
      clock: this.#context.clock,
      log: this.#context.log,
      wake: () => this.#wake(),
    })
    this.#sessions.set(peer, session)
    this.#state.connect(peer, dialled, stored, this.#context.clock.now())
    return session
  }

  #close(peer: FeedId, session: Session): void {
    session.end()
    if (this.#sessions.get(peer) !== session) return
    this.#sessions.delete(peer)
    const clock = this.#state.disconnect(peer, this.#context.clock.now())
    this.#wake()
    if (clock === null) return
    const saved = this.#clocks
      .save(peer, clock)
      .catch((error: unknown) => {
        this.#context.log.warn('the clock of a peer could not be kept', {
          peer,
          error: String(error),
        })
      })
      .finally(() => {
        if (this.#saving.get(peer) === saved) this.#saving.delete(peer)
      })
    this.#saving.set(peer, saved)
  }

  #block(from: FeedId, to: FeedId, on: boolean): void {
    const blocked = this.#blocks.get(from) ?? new Set()
    if (on) this.#blocks.set(from, blocked.add(to))
    else blocked.delete(to)
    this.#context.policy.changed.emit('serve', from)
  }

  #reconsider(feed: FeedId | null): void {
    const { policy, id, clock } = this.#context
    for (const [peer, session] of [...this.#sessions])
      if (!policy.ask('connect', id, peer).allow) this.#close(peer, session)
    this.#state.reconsider(null, feed, clock.now())
    // What changed may be the peer's own standing: then every feed is asked anew for it.
    if (feed !== null && this.#sessions.has(feed)) this.#state.reconsider(feed, null, clock.now())
    this.#wake()
  }

  #clock(call: Call): Record<FeedId, number> {
    const { policy, needs } = this.#context
    const result: Record<FeedId, number> = {}
    const owner = call.peer === null || call.roles.includes('owner')
    for (const [feed, { sequence }] of needs.store.heads())
      if (
        owner ||
        (needs.replicate.wanted.has(feed) && policy.ask('serve', call.peer as FeedId, feed).allow)
      )
        result[feed] = sequence
    return result
  }

  #wake(): void {
    for (const peer of this.#state.drainReady()) this.#sessions.get(peer)?.wake()
  }

  #tickLater(): void {
    this.#cancelTick = this.#context.clock.setTimeout(() => {
      this.#state.tick(
        this.#context.clock.now(),
        this.#quietMs,
        (peer) => this.#sessions.get(peer)?.busy ?? false,
      )
      this.#wake()
      this.#tickLater()
    }, this.#quietMs)
  }
}

function readOptions(options: unknown): { readonly version: unknown; readonly format: string } {
  const given = typeof options === 'object' && options !== null ? options : {}
  const { version, format } = given as ReplicateOptions
  return { version, format: format === undefined ? 'classic' : String(format) }
}
