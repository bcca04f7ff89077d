import type { Call, Handlers } from '@scuttlebot/ssb-muxrpc'
import { type Context, type Event, event, type Peer, pushSource } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { idOf, readAddress, readPeerAddress } from './addresses.ts'
import { PeerBook } from './book.ts'
import { Conductor, type ConnectionChange } from './conductor.ts'
import { GossipError } from './errors.ts'
import { gossipHandlers } from './handlers.ts'
import { type HistoryLine, sentence, spoken } from './history.ts'
import { BOOK_LIMITS, GOSSIP_TIMES } from './limits.ts'
import { offerMetrics } from './metrics.ts'
import { type BookStorage, memoryStorage, type Switches } from './persist.ts'
import { PING_MS, PING_MS_MAX, PING_MS_MIN, type PingStatus, pingPeer } from './ping.ts'
import type { GossipApi, GossipNeeds, GossipOptions } from './plugin.ts'
import { PubReader } from './pubs.ts'
import { numberFrom } from './random.ts'
import type { AddressData, PeerRecord, Source } from './record.ts'
import type { GossipChange, GossipPeer, GossipRpc } from './rpc.ts'
import { Saver } from './saver.ts'
import { QUOTAS } from './scheduler.ts'
import { classicPeer, classicPeers } from './shapes.ts'
import { addValue } from './stats.ts'
import { type Ban, Trust } from './trust.ts'

/** Changes that may wait for a reader of `gossip.changes`. Our choice. */
const CHANGES_MAX = 1000
/** Lines of the history of all peers together. Our choice. */
const LINES_MAX = 200
/** What peers do wrong, for people. */
const OFFENCES: ReadonlyMap<string, string> = new Map([
  ['protocol', 'it broke the protocol'],
  ['overload', 'it asked for more than we can bear'],
  ['messages', 'it sent messages that are wrong'],
  ['blobs', 'it sent blobs that are wrong'],
])
/** Before the friends' own judge, whose answer would be less telling. */
const BAN_ORDER = 5

/** The plugin's state: who is known, who is connected, who is banned. */
export class Gossip {
  readonly book: PeerBook
  readonly trust: Trust
  readonly conductor: Conductor
  readonly changed: Event<[change: GossipChange]>
  readonly stagedChanged: Event<[]>
  readonly #context: Context<GossipNeeds>
  readonly #options: GossipOptions
  readonly #switches: Switches
  readonly #saver: Saver
  readonly #pubs: PubReader | null
  readonly #pingMs: number
  readonly #undo: (() => void)[] = []

  constructor(context: Context<GossipNeeds>, options: GossipOptions) {
    this.#context = context
    this.#options = options
    const { id: own, clock, log, needs, hooks, policy } = context
    const now = (): number => clock.now()
    const random = (): number => numberFrom(context.random(4))
    const times = { ...GOSSIP_TIMES, ...options.times }
    const limits = { ...BOOK_LIMITS, ...options.limits }
    const onError = (error: unknown): void =>
      log.error('a listener threw', { error: String(error) })
    this.#pingMs = Math.min(PING_MS_MAX, Math.max(PING_MS_MIN, options.pingMs ?? PING_MS))
    this.changed = event(onError)
    this.stagedChanged = event(onError)
    this.#switches = { global: true, local: true, friends: true, seed: true, pub: true }
    Object.assign(this.#switches, options.switches)
    this.book = new PeerBook({ own, limits, times, now, random })
    this.trust = new Trust(now)
    this.conductor = new Conductor({
      own,
      book: this.book,
      net: needs.net,
      clock,
      random,
      log,
      quotas: { ...QUOTAS, ...options.quotas },
      times,
      wants: (peer) => this.#wants(peer),
      forbidden: (id) => {
        const { allow, reason } = policy.ask('connect', own, id)
        return allow ? null : reason
      },
      network: () => options.network?.() ?? 'unknown',
    })
    const storage: BookStorage = options.storage ?? memoryStorage()
    this.#saver = new Saver({
      storage,
      clock,
      log,
      everyMs: times.saveMs,
      book: this.book,
      trust: this.trust,
      switches: this.#switches,
    })
    this.#pubs =
      needs.store === undefined || options.autoPopulate === false
        ? null
        : new PubReader(needs.store, (address) => void this.add(address, 'pub'))
    offerMetrics(context.metrics, this.book, this.trust, limits)
    policy.add('connect', 'bans', BAN_ORDER, (from, to) => this.#judge(from, to))
    this.#undo.push(
      hooks.peerConnected.on((peer) => this.#connected(peer)),
      hooks.peerDisconnected.on((peer, reason) => this.conductor.peerDisconnected(peer, reason)),
      this.conductor.changed.on((change) => this.#tell(change)),
      hooks.status.add((status) => ({ ...status, gossip: this.#status() })),
    )
  }

  async start(): Promise<void> {
    const { needs, log } = this.#context
    await this.#saver.load()
    // some may have come in before the bans were read
    if (this.trust.bans().length > 0) this.#context.policy.changed.emit('connect', null)
    for (const seed of this.#options.seeds ?? [])
      if (this.add(seed, 'seed') === null)
        log.warn('a seed is no address of another peer', { seed })
    const { friends, net } = needs
    if (net.reported !== undefined)
      this.#undo.push(
        net.reported.on((id, kind, weight) =>
          this.report(id, weight, OFFENCES.get(kind) ?? `it misbehaved (${kind})`),
        ),
      )
    if (friends !== undefined) {
      for (const [id, hops] of friends.hops()) this.book.setHops(id, hops)
      this.#undo.push(
        friends.changed.on((changes) => {
          for (const [id, hops] of changes) this.book.setHops(id, hops)
          this.conductor.soon()
        }),
      )
    }
    // the start does not wait for an index that is catching up
    this.#pubs?.start().catch((error: unknown) => {
      log.warn('the addresses in messages could not be read', { error: String(error) })
    })
    if (this.#options.autostart === false) this.conductor.setAutomatic(false)
    this.conductor.start()
  }

  async stop(): Promise<void> {
    this.#pubs?.stop()
    this.conductor.stop()
    for (const undo of this.#undo) undo()
    await this.#saver.stop()
  }

  api(): GossipApi {
    return {
      connect: (peer) => this.connect(peer),
      add: (address, source, data) => this.add(address, source ?? 'manual', data),
      stage: (address, data) => this.stage(address, data ?? {}),
      unstage: (address) => this.unstage(address),
      peers: () => this.peers(),
      history: (peer) => this.history(peer),
      report: (peer, points, reason) => this.report(peer, points, reason),
      ban: (peer, ms, reason) => this.ban(peer, ms, reason),
      unban: (peer) => this.unban(peer),
      bans: () => this.trust.bans(),
      changed: this.changed,
    }
  }

  handlers(): Handlers<GossipRpc> {
    return gossipHandlers(this, this.#context.clock, this.#pingMs)
  }

  peers(): readonly GossipPeer[] {
    return classicPeers(this.book, this.conductor.live())
  }

  /** @throws GossipError `SSB_GOSSIP_PEER`, in the reference's words */
  get(peer: unknown): GossipPeer | null {
    const id = idOf(peer)
    if (id === null)
      throw new GossipError('SSB_GOSSIP_PEER', `must provide id:${JSON.stringify(peer)}`)
    return this.book.get(id) === null && this.conductor.get(id) === null ? null : this.#describe(id)
  }

  add(address: unknown, source: Source, data: AddressData = {}): GossipPeer | null {
    if (source === 'local') {
      this.stage(address, { type: 'lan', ...data })
      const id = idOf(address)
      return id === null ? null : this.#describe(id)
    }
    const known = this.book.find(address)
    const peer = this.book.remember(address, source, data)
    if (peer === null) return null
    this.#placed(peer)
    if (known === null) this.#emit('discover', peer.id, source)
    return this.#describe(peer.id)
  }

  stage(address: unknown, data: AddressData): boolean {
    const id = readPeerAddress(address).id
    if (this.conductor.get(id)?.state === 'connected') return false
    const ms = data['type'] === 'lan' ? this.#times().lanMs : null
    const staged = this.book.stage(address, data, ms)
    const peer = this.book.get(id)
    if (peer !== null) this.#placed(peer)
    if (staged !== 'new') return false
    this.stagedChanged.emit()
    this.#emit('discover', id, 'local')
    return true
  }

  unstage(address: unknown): boolean {
    const was = this.book.unstage(address)
    if (was) this.stagedChanged.emit()
    return was
  }

  forget(address: unknown): void {
    const id = idOf(address)
    if (this.book.forget(address) && id !== null) this.#emit('remove', id)
  }

  remove(peer: unknown): void {
    const id = idOf(peer)
    if (id !== null && this.book.forgetPeer(id)) this.#emit('remove', id)
  }

  async connect(peer: unknown): Promise<Peer> {
    if (isFeedId(peer)) {
      const addresses = [...(this.book.get(peer)?.addresses.keys() ?? [])]
      const live = this.conductor.get(peer)?.peer
      if (live) return live
      if (addresses.length === 0)
        throw new GossipError('SSB_GOSSIP_ADDRESS', `no known address for peer:${peer}`)
      return await this.conductor.connect(peer, addresses)
    }
    const address = readAddress(peer)
    const { id } = readPeerAddress(address)
    this.add(address, 'manual')
    return await this.conductor.connect(id, [address])
  }

  /** COMPAT: `conn.connect` keeps nothing; `conn.remember` does. */
  async connectStaged(peer: unknown, data: AddressData): Promise<Peer> {
    if (isFeedId(peer)) return await this.connect(peer)
    const { address, id } = readPeerAddress(peer)
    this.book.stage(address, data, this.#times().lanMs)
    return await this.conductor.connect(id, [address])
  }

  async disconnect(peer: unknown): Promise<boolean> {
    const id = idOf(peer)
    return id !== null && (await this.#context.needs.net.disconnect(id))
  }

  toggle(name: keyof Switches, on: boolean): string {
    this.#switches[name] = on
    this.book.revision += 1
    this.conductor.soon()
    return `${on ? 'enabled' : 'disabled'} gossip type ${name}`
  }

  history(peer?: unknown): readonly HistoryLine[] {
    const line = ({ id, history }: PeerRecord): HistoryLine[] =>
      history.map((one) => ({ ...one, peer: id, text: sentence(one) }))
    if (peer !== undefined && peer !== null) return line(this.book.recordOf(this.mustBeId(peer)))
    return [...this.book.known()]
      .flatMap(line)
      .sort((a, b) => a.at - b.at)
      .slice(-LINES_MAX)
  }

  report(id: FeedId, points: number, reason: string): void {
    this.#context.log.info('a peer misbehaved', { peer: id, points, reason })
    const ban = this.trust.report(id, points, reason)
    if (ban !== null) this.#banned(ban)
  }

  ban(id: FeedId, ms: number | null, reason: string): Ban {
    return this.#banned(this.trust.ban(id, ms, reason))
  }

  unban(id: FeedId): boolean {
    if (!this.trust.unban(id)) return false
    const at = this.#context.clock.now()
    this.book.note(this.book.recordOf(id), { at, kind: 'unbanned', reason: 'by hand' })
    this.#context.policy.changed.emit('connect', id)
    this.conductor.soon()
    return true
  }

  /** @throws GossipError `SSB_GOSSIP_PEER` */
  mustBeId(peer: unknown): FeedId {
    const id = idOf(peer)
    if (id !== null) return id
    throw new GossipError('SSB_GOSSIP_PEER', 'a feed id or an address is needed')
  }

  async *changes(call: Call): AsyncGenerator<GossipChange> {
    const source = pushSource<GossipChange>({
      itemsMax: CHANGES_MAX,
      signal: call.signal,
      onEnd: () => stop(),
    })
    const stop = this.changed.on((change) => void source.push(change))
    try {
      yield* source
    } finally {
      stop()
    }
  }

  #banned(ban: Ban): Ban {
    const { id, since, until, reason } = ban
    const length = until === null ? {} : { ms: until - since }
    this.book.note(this.book.recordOf(id), { at: since, kind: 'banned', reason, ...length })
    this.#context.policy.changed.emit('connect', id)
    return ban
  }

  #judge(from: FeedId, to: FeedId): { allow: false; reason: string } | undefined {
    if (from !== this.#context.id) return undefined
    const ban = this.trust.banned(to)
    if (ban === null) return undefined
    const left = ban.until === null ? null : spoken(ban.until - this.#context.clock.now())
    const time = left === null ? '' : ` for another ${left}`
    return { allow: false, reason: `it is banned${time}: ${ban.reason}` }
  }

  /** Whether a peer may be dialled without being asked to. */
  #wants(peer: PeerRecord): boolean {
    const { global, local, friends, pub, seed } = this.#switches
    const { group, addresses } = peer
    if (group === 'lan' ? !local : !global) return false
    if (group === 'friends' && !friends) return false
    if (peer.hops !== null && peer.hops < 0) return false
    for (const { unusable, data, source } of addresses.values()) {
      if (unusable || data['autoconnect'] === false) continue
      if ((source === 'seed' && !seed) || (source === 'pub' && !pub && group !== 'friends'))
        continue
      return true
    }
    return false
  }

  #connected(peer: Peer): void {
    const { id, clock, log } = this.#context
    if (peer.id === id) return
    this.conductor.peerConnected(peer)
    // COMPAT: only the side that dialled pings (ssb-gossip, ssb-conn).
    if (!peer.outgoing) return
    pingPeer(peer, clock, this.#pingMs, (status) => this.#pinged(peer, status)).catch(
      (error: unknown) => {
        log.debug('the ping of a peer ended', { peer: peer.id, reason: String(error) })
      },
    )
  }

  #pinged(peer: Peer, { rttMs, skewMs }: PingStatus): void {
    const live = this.conductor.get(peer.id)
    const record = this.book.get(peer.id)?.addresses.get(live?.address ?? '')
    if (record === undefined) return
    if (rttMs !== null) record.rtt = addValue(record.rtt, rttMs)
    if (skewMs !== null) record.skew = addValue(record.skew, skewMs)
  }

  #tell({ type, id }: ConnectionChange): void {
    if (type === 'connecting' || type === 'disconnecting') return
    this.#emit(type, id)
  }

  #emit(type: GossipChange['type'], id: FeedId, source?: Source): void {
    const from = source === undefined ? {} : { source }
    this.changed.emit({ type, peer: this.#describe(id), ...from })
  }

  #describe(id: FeedId): GossipPeer {
    return classicPeer(this.book, id, this.conductor.get(id))
  }

  /** A peer may have come into the book: its distance is looked up. */
  #placed(peer: PeerRecord): void {
    const hops = this.#context.needs.friends?.hops().get(peer.id)
    if (hops !== undefined) this.book.setHops(peer.id, hops)
    this.conductor.soon()
  }

  #times(): typeof GOSSIP_TIMES {
    return { ...GOSSIP_TIMES, ...this.#options.times }
  }

  #status(): Readonly<Record<string, unknown>> {
    const live = this.conductor.live()
    return {
      known: this.book.size,
      connected: live.filter(({ state }) => state === 'connected').length,
      connecting: live.filter(({ state }) => state === 'connecting').length,
      bans: this.trust.bans().length,
      automatic: this.conductor.isAutomatic,
    }
  }
}
