import type { Async, Call, Handlers, Manifest, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import { type Context, type Event, event, type Peer, type Plugin } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { BlockList } from './block-list.ts'
import { ReplicateError } from './errors.ts'
import {
  type Carrier,
  type Delivery,
  explain,
  type FeedAtPeer,
  type ReplicationExplained,
} from './explain.ts'
import { createHistory, type HistoryOptions } from './history.ts'
import { fetchFrom, type LegacyFetch } from './legacy.ts'
import { FALLBACK_MS, FEEDS_AT_ONCE_MAX, FORGED_WEIGHT } from './limits.ts'
import { LiveFeeds } from './live-feeds.ts'
import { replicateManifest } from './manifest.ts'
import type { ReplicateFriends, ReplicateStore, ReplicateVerdict } from './needs.ts'
import { changes, Meter, type PeerReplication, type ReplicationStatus } from './status.ts'
import { type UptoItem, upto } from './upto.ts'
import { WantedFeeds } from './wanted.ts'

/** What other plugins get. */
export interface ReplicateApi {
  /** The feeds that we replicate, ourselves included. Live: read it anew after each change. */
  readonly wanted: ReadonlySet<FeedId>
  /** A feed has become wanted, or is not any more. */
  readonly wantedChanged: Event<[feed: FeedId, wanted: boolean]>
  /** Ask for a feed whatever the graph says, or take that back. */
  request(feed: FeedId, on: boolean): void
  /** Hand over received messages (JSON of values). Resolves when they are judged and kept. */
  ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly ReplicateVerdict[]>
  /** A protocol that carries feeds announces itself: peers are then asked the old way only after `fallback`. */
  addCarrier(carrier: Carrier): void
  /** Do not hand the messages of `from` to `to`, whatever the graph says; or take that back. */
  block(from: FeedId, to: FeedId, on: boolean): void
  /** Send nobody the messages of a feed for now, while we go on asking for it; or send them again. */
  withhold(feed: FeedId, on: boolean): void
  readonly withheld: ReadonlySet<FeedId>
  /** A carrier runs with a peer now: stop asking it the old way. */
  carried(peer: FeedId): void
  /** Where replication stands. */
  status(): ReplicationStatus
  /** The peer does not speak the newer protocol: replicate with it over createHistoryStream. */
  fallback(peer: Peer): void
  /** What the connected peers say of a feed, as {@link Carrier.view} tells it. */
  views(feed: FeedId): readonly FeedAtPeer[]
  /** Why a feed does or does not arrive. */
  explain(feed: FeedId, peer?: FeedId): ReplicationExplained
}

/** The methods over the wire. */
export interface ReplicateRpc {
  readonly createHistoryStream: Source<[options?: HistoryOptions], unknown>
  readonly replicate: {
    readonly request: Sync<[feed: FeedId | { id: FeedId; replicate: boolean }, on?: boolean], void>
    readonly block: Sync<[from: FeedId, to: FeedId, on?: boolean], void>
    readonly changes: Source<[], ReplicationStatus>
    readonly upto: Source<
      [options?: { readonly live?: boolean }],
      UptoItem | { readonly sync: true }
    >
  }
  readonly replication: {
    readonly explain: Async<[feed: FeedId, peer?: FeedId], ReplicationExplained>
    readonly status: Async<[], ReplicationStatus>
  }
}

/** Options of {@link replicate}. */
export interface ReplicateOptions {
  /** Feeds asked of one peer at a time over createHistoryStream. Default {@link FEEDS_AT_ONCE_MAX}. */
  readonly feedsAtOnceMax?: number
}

type Needs = { store: ReplicateStore; friends?: ReplicateFriends }

/** Replication over createHistoryStream, both ends, and the choice of what is replicated. */
export function replicate(
  options: ReplicateOptions = {},
): Plugin<'replicate', ReplicateApi, Needs, ReplicateRpc> {
  return {
    name: 'replicate',
    needs: { store: 'required', friends: 'optional' },
    manifest: replicateManifest satisfies Manifest<ReplicateRpc>,
    setup: (context) => {
      const state = new Replication(context, options)
      return {
        api: state.api(),
        handlers: state.handlers(),
        start: () => state.start(),
        stop: () => state.stop(),
      }
    },
  }
}

class Replication {
  readonly #context: Context<Needs>
  readonly #store: ReplicateStore
  readonly #options: ReplicateOptions
  readonly #wanted: WantedFeeds
  readonly #live = new LiveFeeds()
  readonly #carriers: Carrier[] = []
  readonly #requested = new Set<FeedId>()
  readonly #withheld = new Set<FeedId>()
  readonly #legacy = new Map<Peer, LegacyFetch>()
  readonly #peers = new Set<Peer>()
  readonly #blocks: BlockList
  readonly #meters = new Map<FeedId, Meter>()
  readonly #changed: Event<[]>
  /** What cancels the wait of an incoming connection for a newer protocol. */
  readonly #timers = new Map<Peer, () => void>()
  readonly #undo: (() => void)[] = []
  #verifying = 0
  #received = 0
  #refused = 0

  constructor(context: Context<Needs>, options: ReplicateOptions) {
    this.#context = context
    this.#store = context.needs.store
    this.#options = options
    this.#blocks = new BlockList(context.id, context.policy)
    const threw = (error: unknown): void =>
      context.log.error('a listener threw', { error: String(error) })
    this.#changed = event(threw)
    this.#wanted = new WantedFeeds(context.id, context.policy, threw)
    const { feeds } = this.#wanted
    context.hooks.status.add((status) => ({ ...status, replication: { feeds: feeds.size } }))
    context.policy.add('replicate', 'own feed', 0, (from, to) =>
      from === context.id && to === context.id
        ? { allow: true, reason: 'our own feed is always wanted' }
        : undefined,
    )
    context.policy.add('replicate', 'requested', 40, (from, to) =>
      from === context.id && this.#requested.has(to)
        ? { allow: true, reason: 'it was asked for by hand' }
        : undefined,
    )
    this.#undo.push(
      context.policy.changed.on((kind, feed) => {
        if (kind === null || kind === 'replicate') this.#wanted.review(feed)
      }),
      this.#store.appended.on((batch) => this.#live.appended(batch, context.clock.now())),
      this.#wanted.changed.on((feed, want) => want && this.#becameWanted(feed)),
      context.hooks.peerConnected.on((peer) => this.#connected(peer)),
      context.hooks.peerDisconnected.on((peer) => this.#disconnected(peer)),
    )
    const { friends } = context.needs
    if (friends)
      this.#undo.push(
        friends.changed.on((changes) => {
          for (const [feed, hops] of changes) {
            if (hops === null && !this.#requested.has(feed)) this.#wanted.drop(feed)
            else this.#wanted.consider(feed)
          }
        }),
      )
  }

  async start(): Promise<void> {
    this.#wanted.consider(this.#context.id)
    for (const feed of this.#context.needs.friends?.hops().keys() ?? []) this.#wanted.consider(feed)
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo) undo()
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    for (const fetch of this.#legacy.values()) fetch.stop()
    this.#legacy.clear()
  }

  api(): ReplicateApi {
    return {
      wanted: this.#wanted.feeds,
      wantedChanged: this.#wanted.changed,
      request: (feed, on) => this.#request(feed, on),
      ingest: (peer, batch) => this.#ingest(peer, batch),
      block: (from, to, on) => this.#blocks.set(from, to, on),
      withhold: (feed, on) => {
        if (on) this.#withheld.add(feed)
        else this.#withheld.delete(feed)
        this.#context.policy.changed.emit('serve', feed)
      },
      withheld: this.#withheld,
      carried: (peer) => this.#carried(peer),
      status: () => this.#status(),
      addCarrier: (carrier) => void this.#carriers.push(carrier),
      fallback: (peer) => this.#fetch(peer),
      views: (feed) => this.#carriers.flatMap((carrier) => carrier.view(feed)),
      explain: (feed, peer) => this.#explain(feed, peer),
    }
  }

  handlers(): Handlers<ReplicateRpc> {
    const serve = createHistory({
      store: this.#store,
      policy: this.#context.policy,
      live: this.#live,
      withheld: this.#withheld,
      now: () => this.#context.clock.now(),
    })
    return {
      createHistoryStream: (call, options) => {
        this.#calledForHistory(call)
        return serve(call, options)
      },
      replicate: {
        request: (_call, feed, on) => {
          const id = typeof feed === 'object' ? feed.id : feed
          if (!isFeedId(id)) throw usage(`replicate.request needs a feed id, got ${String(id)}`)
          this.#request(id, typeof feed === 'object' ? feed.replicate !== false : on !== false)
        },
        block: (_call, from, to, on) => {
          if (!isFeedId(from) || !isFeedId(to)) throw usage('replicate.block needs two feed ids')
          this.#blocks.set(from, to, on !== false)
        },
        changes: (call) => changes(call, this.#context.clock, this.#changed, () => this.#status()),
        upto: (call, options) => upto(call, this.#wanted, this.#store, options?.live === true),
      },
      replication: {
        explain: (_call, feed, peer) => {
          if (!isFeedId(feed))
            throw usage(`replication.explain needs a feed id, got ${String(feed)}`)
          return this.#explain(feed, isFeedId(peer) ? peer : undefined)
        },
        status: () => this.#status(),
      },
    }
  }

  #request(feed: FeedId, on: boolean): void {
    if (on) this.#requested.add(feed)
    else this.#requested.delete(feed)
    this.#wanted.consider(feed)
  }

  async #ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly ReplicateVerdict[]> {
    if (batch.length === 0) return []
    this.#verifying += batch.length
    try {
      // Whatever the peer was asked for: it is the author inside the message that counts.
      const verdicts = await this.#store.add(batch, {
        wanted: (author) => this.#wanted.feeds.has(author),
      })
      this.#received += batch.length
      for (const verdict of verdicts)
        if (!verdict.ok && verdict.code !== 'SSB_STORE_KNOWN') this.#refused++
      // whoever hands on a message has seen its signature: this is the peer's fault, a fork would be the author's
      if (verdicts.some((verdict) => !verdict.ok && verdict.code === 'SSB_VALIDATE_SIGNATURE'))
        this.#context.hooks.peerMisbehaved.emit(peer, 'messages', FORGED_WEIGHT)
      this.#meters.get(peer)?.count(batch.length)
      return verdicts
    } finally {
      this.#verifying -= batch.length
      this.#changed.emit()
    }
  }

  #connected(peer: Peer): void {
    // A second connection to ourselves is a client of ours, not a peer.
    if (peer.id === this.#context.id) return
    const { clock } = this.#context
    this.#peers.add(peer)
    if (!this.#meters.has(peer.id)) this.#meters.set(peer.id, new Meter(clock))
    this.#changed.emit()
    if (this.#carriers.length === 0) this.#fallback(peer)
    else if (!peer.outgoing)
      this.#timers.set(
        peer,
        clock.setTimeout(() => this.#fallback(peer), FALLBACK_MS),
      )
  }

  #disconnected(peer: Peer): void {
    this.#peers.delete(peer)
    this.#timers.get(peer)?.()
    this.#timers.delete(peer)
    this.#legacy.get(peer)?.stop()
    this.#legacy.delete(peer)
    if (![...this.#peers].some(({ id }) => id === peer.id)) this.#meters.delete(peer.id)
    this.#changed.emit()
  }

  /**
   * A peer speaks nothing newer: ask it the old way, if it is one that we chose. What we ask for tells whom we follow,
   * so a stranger that dialled us is not asked.
   */
  #fallback(peer: Peer): void {
    this.#timers.get(peer)?.()
    this.#timers.delete(peer)
    if (peer.outgoing || this.#wanted.feeds.has(peer.id)) this.#fetch(peer)
  }

  /** Somebody who is connected is no stranger any more. */
  #becameWanted(id: FeedId): void {
    for (const peer of this.#peers)
      if (
        peer.id === id &&
        !this.#timers.has(peer) &&
        !(peer.outgoing && this.#carriers.length > 0)
      )
        this.#fetch(peer)
  }

  #carried(id: FeedId): void {
    for (const [peer, fetch] of this.#legacy)
      if (peer.id === id) {
        fetch.stop()
        this.#legacy.delete(peer)
      }
  }

  /** COMPAT: a peer that asks us the old way wants to be asked the old way (ssb-replicate 1.3). */
  #calledForHistory(call: Call): void {
    if (call.peer === null || call.roles.includes('owner')) return
    for (const peer of this.#peers) if (peer.id === call.peer) this.#fallback(peer)
  }

  #fetch(peer: Peer): void {
    if (this.#legacy.has(peer) || peer.signal.aborted || peer.id === this.#context.id) return
    if (!this.#peers.has(peer)) return
    if (this.#carriers.some((carrier) => carrier.carries(peer.id))) return
    const fetch = fetchFrom(peer, {
      own: this.#context.id,
      store: this.#store,
      wanted: this.#wanted,
      ingest: (id, batch) => this.#ingest(id, batch),
      log: this.#context.log,
      feedsMax: this.#options.feedsAtOnceMax ?? FEEDS_AT_ONCE_MAX,
    })
    this.#legacy.set(peer, fetch)
  }

  #explain(feed: FeedId, peer?: FeedId): ReplicationExplained {
    const views: FeedAtPeer[] = this.#carriers.flatMap((carrier) => carrier.view(feed))
    const seen = new Set(views.map((view) => view.peer))
    for (const [{ id }, fetch] of this.#legacy)
      if (!seen.has(id) && fetch.asks(feed))
        views.push({
          peer: id,
          claimed: null,
          asked: true,
          activeAt: 0,
          forked: false,
          verifying: 0,
        })
    return explain(
      {
        own: this.#context.id,
        policy: this.#context.policy,
        have: this.#store.head(feed)?.sequence ?? 0,
        peers: new Set([...this.#peers].map(({ id }) => id)),
        now: this.#context.clock.now(),
        views,
      },
      feed,
      peer,
    )
  }

  #status(): ReplicationStatus {
    let messages = 0
    for (const feed of this.#wanted.feeds) messages += this.#store.head(feed)?.sequence ?? 0
    const deliveries = this.#carriers.flatMap((carrier) => carrier.deliveries())
    const peers = [...this.#meters].map(([peer, meter]): PeerReplication => {
      const mine = deliveries.filter((delivery) => delivery.peer === peer)
      const sum = (of: (delivery: Delivery) => number): number =>
        mine.reduce((total, delivery) => total + of(delivery), 0)
      const [have, want] = [sum((delivery) => delivery.have), sum((delivery) => delivery.want)]
      const asked = [...this.#legacy].find(([{ id }]) => id === peer)?.[1].status.feeds ?? 0
      return {
        peer,
        feeds: asked + sum((delivery) => delivery.feeds),
        have,
        want,
        remaining: want - have,
        received: meter.total,
        rate: meter.rate(),
      }
    })
    return {
      feeds: this.#wanted.feeds.size,
      messages,
      remaining: peers.reduce((total, { remaining }) => total + remaining, 0),
      rate: peers.reduce((total, { rate }) => total + rate, 0),
      received: this.#received,
      refused: this.#refused,
      verifying: this.#verifying,
      legacyPeers: this.#legacy.size,
      peers,
    }
  }
}

function usage(message: string): ReplicateError {
  return new ReplicateError('SSB_REPLICATE_USAGE', message, 'UsageError')
}
