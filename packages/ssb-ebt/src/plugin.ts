import type { Body, Call, Handlers, Incoming } from '@scuttlebot/ssb-muxrpc'
import type { Context, Peer, Plugin } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { Bounds } from './bounds.ts'
import { EbtError } from './errors.ts'
import { classicFormat } from './format.ts'
import { CLOCK_MS, CLOCKS_MAX, FEEDS_MAX, FULL_MS, QUIET_MS } from './limits.ts'
import {
  type ClockStore,
  type EbtFormat,
  type EbtReplicate,
  type EbtStore,
  memoryClocks,
} from './needs.ts'
import { isMark } from './note.ts'
import { type Marks, Replicator } from './replicator.ts'
import { type EbtRpc, ebtManifest, type FeedStatus, type ReplicateOptions } from './rpc.ts'

/** What other plugins get. */
export interface EbtApi {
  /** Where a feed stands with each connected peer. */
  peerStatus(feed: FeedId): FeedStatus
  /**
   * Replicate another kind of feed too, over `ebt.replicateFormat`; with peers that connect from then on.
   *
   * @throws TypeError when a format has that name already.
   */
  registerFormat(format: EbtFormat): void
}

/** Options of {@link ebt}. */
export interface EbtOptions {
  /** Where the clocks of peers are kept. Default: in memory. */
  readonly clocks?: ClockStore
  /** Milliseconds without news after which another peer is asked. Default 3,000. */
  readonly quietMs?: number
  /** Milliseconds after which a peer of another implementation is told everything again. Default 24 hours. */
  readonly fullMs?: number
  /** Feeds that one peer of our graph may speak of. Default {@link FEEDS_MAX}. */
  readonly feedsMax?: number
  /** Feeds that a stranger may speak of. Default {@link STRANGER_FEEDS_MAX}. */
  readonly strangerFeedsMax?: number
}

type Needs = { store: EbtStore; replicate: EbtReplicate }

/** Replication by epidemic broadcast trees, version 3, format classic. */
export function ebt(options: EbtOptions = {}): Plugin<'ebt', EbtApi, Needs, EbtRpc> {
  return {
    name: 'ebt',
    needs: { store: 'required', replicate: 'required' },
    manifest: ebtManifest,
    setup: (context) => {
      const state = new Ebt(context, options)
      return {
        api: {
          peerStatus: (feed) => state.peerStatus(feed),
          registerFormat: (format) => state.register(format),
        },
        handlers: state.handlers(),
        start: async () => state.start(),
        stop: () => state.stop(),
      }
    },
  }
}

/** The formats, and the way from calls and connections to them. */
class Ebt {
  readonly #context: Context<Needs>
  readonly #options: EbtOptions
  readonly #formats = new Map<string, { readonly format: EbtFormat; readonly run: Replicator }>()
  readonly #classic: Replicator
  readonly #bounds: Bounds
  /** Who was told our clock in the last second, and when. */
  readonly #clockTold = new Map<FeedId, number>()
  readonly #clockToldStrangers = new Map<FeedId, number>()
  #started = false
  #undo: (() => void)[] = []

  constructor(context: Context<Needs>, options: EbtOptions) {
    this.#context = context
    this.#options = options
    this.#bounds = new Bounds(options.feedsMax, options.strangerFeedsMax)
    const { store, replicate } = context.needs
    const clocks = options.clocks ?? memoryClocks()
    this.#classic = this.register(classicFormat(store, replicate, clocks))
    this.#offerMetrics()
    replicate.addCarrier({
      name: 'ebt',
      view: (feed) => this.#classic.view(feed),
      carries: (peer) => this.#classic.carries(peer),
      deliveries: () => this.#classic.deliveries(),
    })
  }

  #offerMetrics(): void {
    const { metrics } = this.#context
    metrics.gauge(
      'ebt_peer_clock_entries_most',
      'Feeds of which the peer with the most has spoken.',
      () => this.#classic.feedsMost,
      this.#options.feedsMax ?? FEEDS_MAX,
    )
    metrics.counter(
      'ebt_clock_entries_refused_total',
      'Entries of clocks beyond what a peer may speak of.',
      () => this.#bounds.refused,
    )
  }

  register(format: EbtFormat): Replicator {
    const { name } = format
    if (this.#formats.has(name)) throw new TypeError(`The format ${name} is registered already.`)
    const { needs, ...context } = this.#context
    const classic = name === 'classic'
    const run = new Replicator({
      ...context,
      format,
      quietMs: this.#options.quietMs ?? QUIET_MS,
      fullMs: this.#options.fullMs ?? FULL_MS,
      bounds: this.#bounds,
      knows: (peer) => needs.replicate.wanted.has(peer),
      // A peer without a format just does not have such feeds.
      unanswered: (peer) => classic && needs.replicate.fallback(peer),
      opened: (peer) => classic && needs.replicate.carried(peer),
    })
    this.#formats.set(name, { format, run })
    if (this.#started) run.start()
    return run
  }

  start(): void {
    const { hooks, policy, id } = this.#context
    const all = (): Replicator[] => [...this.#formats.values()].map(({ run }) => run)
    for (const run of all()) run.start()
    this.#started = true
    const dialled = (peer: Peer): boolean => peer.outgoing && peer.id !== id
    this.#undo = [
      hooks.peerConnected.on((peer) => {
        if (dialled(peer)) for (const run of all()) run.connected(peer)
      }),
      hooks.peerDisconnected.on((peer) => {
        for (const run of all()) run.disconnected(peer)
      }),
      policy.changed.on((kind, feed) => {
        if (kind !== 'replicate' && kind !== 'show') for (const run of all()) run.reconsider(feed)
      }),
    ]
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo()
    await Promise.all([...this.#formats.values()].map(({ run }) => run.stop()))
  }

  peerStatus(feed: FeedId): FeedStatus {
    return this.#classic.peerStatus(feed)
  }

  handlers(): Handlers<EbtRpc> {
    const { needs, id } = this.#context
    const serve =
      (method: string) =>
      (call: Call, input: unknown, options?: ReplicateOptions): ReturnType<Replicator['serve']> => {
        const { version, format, marks } = readOptions(options)
        // COMPAT: the wording of ssb-ebt 9.
        if (version !== 3)
          throw new EbtError('SSB_EBT_VERSION', `expected ebt.${method}({version: 3})`)
        if (!isFeedId(call.peer) || call.peer === id)
          throw new EbtError('SSB_EBT_ENDED', 'EBT needs a peer with an identity of its own')
        return this.#format(format).run.serve(call, input as Incoming<Body>, marks)
      }
    return {
      ebt: {
        replicate: serve('replicate'),
        replicateFormat: serve('replicateFormat'),
        clock: (call, options) => this.#clock(call, readOptions(options).format),
        request: (_call, feed, on) => needs.replicate.request(feedId(feed), on !== false),
        block: (_call, from, to, on) => {
          needs.replicate.block(feedId(from), feedId(to), on !== false)
        },
        peerStatus: (_call, feed) => this.peerStatus(isFeedId(feed) ? feed : id),
      },
    }
  }

  #format(name: string): { readonly format: EbtFormat; readonly run: Replicator } {
    const found = this.#formats.get(name)
    if (found === undefined) throw new EbtError('SSB_EBT_FORMAT', `Unknown format: ${name}`)
    return found
  }

  #clock(call: Call, name: string): Record<FeedId, number> {
    const { policy } = this.#context
    const { format } = this.#format(name)
    const result: Record<FeedId, number> = {}
    const owner = call.peer === null || call.roles.includes('owner')
    if (!owner) this.#paceClock(call.peer as FeedId, format.wanted.has(call.peer as FeedId))
    for (const [feed, { sequence }] of format.store.heads())
      if (
        owner ||
        (format.wanted.has(feed) && policy.ask('serve', call.peer as FeedId, feed).allow)
      )
        result[feed] = sequence
    return result
  }

  /** An answer costs a question of the policy for each feed. @throws EbtError `SSB_EBT_BUSY` */
  #paceClock(peer: FeedId, isKnown: boolean): void {
    const now = this.#context.clock.now()
    // Strangers' keys cost nothing: however many ask, those that we know are answered.
    const told = isKnown ? this.#clockTold : this.#clockToldStrangers
    for (const [one, at] of told) if (Math.abs(now - at) >= CLOCK_MS) told.delete(one)
    if (told.has(peer) || (!isKnown && told.size >= CLOCKS_MAX))
      throw new EbtError('SSB_EBT_BUSY', 'the clock is told once a second: ask again later')
    told.set(peer, now)
  }
}

function feedId(value: unknown): FeedId {
  if (isFeedId(value)) return value
  throw new EbtError('SSB_EBT_FEED_ID', `expected a feed id, got ${String(value)}`)
}

function readOptions(options: unknown): {
  readonly version: unknown
  readonly format: string
  readonly marks: Marks | null
} {
  const given = typeof options === 'object' && options !== null ? options : {}
  const { version, format, session } = given as Readonly<Record<string, unknown>>
  const marks = Array.isArray(session) && session.length === 2 && session.every(isMark)
  return {
    version,
    format: format === undefined ? 'classic' : String(format),
    marks: marks ? (session as unknown as Marks) : null,
  }
}
