import { STRANGER_LIMITS, TRUSTED_LIMITS } from '@scuttlebot/ssb-muxrpc'
import {
  type Context,
  type Event,
  event,
  type Nothing,
  type Peer,
  type Permissions,
  type Plugin,
} from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { NetApi, NetOptions, NetStats } from './api.ts'
import { PlainChannel } from './channel.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Entrance } from './entrance.ts'
import { NetError, sentenceOf } from './errors.ts'
import { Gate, type Ticket } from './gate.ts'
import { HttpHandlers } from './http.ts'
import { NET_LIMITS, NET_TIMES, type NetLimits, type NetTimes } from './limits.ts'
import { externalNames, httpPlaceOf, type Listening, openListener } from './listen.ts'
import { offerMetrics } from './metrics.ts'
import { type Offence, offenceOf } from './offences.ts'
import { Courtesy } from './pace.ts'
import { PeerTable } from './peer-table.ts'
import { Pressure } from './pressure.ts'
import { type NetRpc, netHandlers, netManifest, scopesOf } from './rpc.ts'
import { asNetError, cut, dialTarget, firstOf, type Welcome } from './secure.ts'
import { type SecureTarget, secureTargetsOf } from './targets.ts'
import { Traffic } from './traffic.ts'
import type { Arrival } from './transport.ts'

/** The plugin: listens, dials, and makes one muxrpc connection per peer. */
export function net(options: NetOptions): Plugin<'net', NetApi, Nothing, NetRpc> {
  return {
    name: 'net',
    needs: {},
    manifest: netManifest,
    setup(context) {
      const state = new Net(options, context)
      return {
        api: state,
        handlers: netHandlers((scopes) => state.addresses(scopes)),
        start: () => state.start(),
        stop: () => state.stop(),
      }
    },
  }
}

/** How much room a peer gets. */
type Rank = 'owner' | 'known' | 'stranger'

interface PeerWelcome extends Welcome {
  readonly roles: readonly string[]
  readonly rank: Rank
  /** one of the owner's own programs */
  readonly isClient: boolean
}

const ANONYMOUS = ['anonymous'] as const
const OWNER = ['owner'] as const
const GUEST = ['guest'] as const

// What owns what: the listeners own arrivals until `#arrived` has put them through the gate; a
// connection holds its ticket until its last byte; the table owns those that have become peers.
class Net implements NetApi {
  readonly #options: NetOptions
  readonly #context: Context<Nothing>
  readonly #times: NetTimes
  readonly #limits: NetLimits
  readonly #gate: Gate
  readonly #pressure: Pressure
  readonly #courtesy: Courtesy
  readonly #entrance: Entrance<PeerWelcome>
  readonly #table: PeerTable
  readonly #listening: Listening[] = []
  readonly #traffic = new Traffic()
  readonly #clients = new Set<Connection>()
  readonly #dialling = new Map<FeedId, { readonly text: string; readonly peer: Promise<Peer> }>()
  readonly #stopping = new AbortController()
  readonly #counters = { throttled: 0, slow: 0, offences: 0, inactive: 0 }
  readonly http: HttpHandlers = new HttpHandlers(
    () => (this.#options.listen ?? []).flatMap(externalNames).map((name) => name.toLowerCase()),
    () => this.#listening.flatMap(httpPlaceOf),
  )
  readonly reported: Event<[id: FeedId, kind: Offence, weight: number]>

  constructor(options: NetOptions, context: Context<Nothing>) {
    this.#options = options
    this.#context = context
    this.#times = { ...NET_TIMES, ...options.times }
    const { id, hooks, clock, policy, log } = context
    this.#limits = { ...NET_LIMITS, ...options.limits }
    this.#gate = new Gate(this.#limits)
    this.#pressure = new Pressure(clock, this.#limits, () => {
      this.#counters.slow += 1
    })
    const { callsPerSecond, callsBurst, courtesyBytesPerSecond } = this.#limits
    this.#courtesy = new Courtesy(clock, {
      calls: { perSecond: callsPerSecond, burst: callsBurst },
      bytes: { perSecond: courtesyBytesPerSecond, burst: courtesyBytesPerSecond / 4 },
    })
    this.#entrance = new Entrance({
      keys: options.keys,
      networkKey: options.networkKey,
      limits: this.#limits,
      times: this.#times,
      gate: this.#gate,
      clock,
      log,
      isBusy: () => this.#courtesy.isBusy,
      authorize: (id, transport, host) => this.#authorize(id, transport, host),
      entered: (connection, welcome, ticket) => {
        this.#hold(connection, ticket, welcome.isClient)
        if (welcome.rank === 'stranger') this.#pressure.watch(connection, true)
        this.#welcomed(connection, welcome)
      },
    })
    this.reported = event((error) => log.error('a listener threw', { error: sentenceOf(error) }))
    this.#table = new PeerTable(id, hooks, clock, this.#times.simultaneousMs)
    hooks.peerMisbehaved.on((peer, kind, weight) => this.report(peer, kind, weight))
    hooks.status.add((status) => ({ ...status, net: this.#status() }))
    offerMetrics(context.metrics, this.#limits, this.#traffic, () => this.stats())
    policy.changed.on((kind, feed) => {
      if (kind === null || kind === 'connect') this.#closeForbidden(feed)
    })
  }

  async start(): Promise<void> {
    const { folder, log } = this.#context
    const onError = (error: Error): void =>
      log.warn('a listener has a fault', { error: sentenceOf(error) })
    try {
      for (const spec of this.#options.listen ?? []) {
        const onArrival =
          spec.transport === 'unix'
            ? (arrival: Arrival) => this.#ownerArrived(arrival)
            : (arrival: Arrival) => this.#entrance.arrived(arrival, spec.transport)
        const listening = await openListener(spec, folder, { onArrival, onError }, this.http)
        if (listening !== null) this.#listening.push(listening)
      }
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Goodbye to all; what has not closed by itself after a while is dropped. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#entrance.close()
    this.#table.stopping()
    const all = this.#traffic.all()
    const closing = Promise.all(all.map((connection) => connection.close()))
    const late = new Promise<void>((resolve) => {
      // not the host's clock: a test may have stopped it, and stopping must end all the same
      setTimeout(resolve, STOP_GRACE_MS).unref()
    })
    await Promise.race([closing, late])
    for (const connection of all) connection.destroy(new NetError('SSB_NET_STOPPED', 'stopped'))
    await Promise.all(this.#listening.map(({ listener }) => listener.close()))
    this.#listening.length = 0
  }

  async connect(address: string): Promise<Peer> {
    const errors: NetError[] = []
    for (const target of secureTargetsOf(address, this.#options.dial)) {
      try {
        return await this.#connectTo({ ...target, seed: null })
      } catch (error) {
        errors.push(asNetError(error))
      }
    }
    if (errors.length > 0) throw firstOf(errors)
    throw new NetError('SSB_NET_ADDRESS', `no address that we can dial: ${cut(address)}`)
  }

  async disconnect(id: FeedId): Promise<boolean> {
    const isOwn = id === this.#context.id
    const clients = isOwn ? [] : [...this.#clients].filter((client) => client.id === id)
    await Promise.all(clients.map((client) => client.close()))
    const peer = this.#table.get(id)
    await peer?.close()
    return peer !== null || clients.length > 0
  }

  peers(): readonly Peer[] {
    return this.#table.all()
  }

  peer(id: FeedId): Peer | null {
    return this.#table.get(id)
  }

  addresses(scope?: Parameters<NetApi['addresses']>[0]): readonly string[] {
    const { id } = this.#context
    const found = scopesOf(scope).flatMap((one) =>
      this.#listening.flatMap((listening) => listening.addresses(one, id)),
    )
    return [...new Set(found)]
  }

  report(id: FeedId, kind: Offence, weight: number): void {
    if (id !== this.#context.id && weight > 0) this.reported.emit(id, kind, weight)
  }

  stats(): NetStats {
    const { throttled, slow, offences, inactive } = this.#counters
    return {
      ...this.#gate.stats,
      ...this.#entrance.stats,
      peers: this.#table.all().length,
      clients: this.#clients.size,
      throttled,
      slowEvicted: slow,
      queuedBytes: this.#pressure.bytes,
      offences,
      inactive,
    }
  }

  #status(): Readonly<Record<string, unknown>> {
    return { ...this.stats(), addresses: this.addresses(['device', 'local', 'public']) }
  }

  /** One dialling at a time to each peer; others wait for it, and go on when it fails. */
  async #connectTo(target: SecureTarget): Promise<Peer> {
    const { id, text } = target
    for (let other = this.#dialling.get(id); other; other = this.#dialling.get(id)) {
      if (other.text === text) return await other.peer
      await other.peer.catch(() => null)
    }
    const peer = this.#dial(target).finally(() => this.#dialling.delete(id))
    this.#dialling.set(id, { text, peer })
    return await peer
  }

  async #dial(target: SecureTarget): Promise<Peer> {
    const { id } = target
    const { clock, rpc } = this.#context
    const existing = this.#table.get(id)
    if (existing !== null) return existing
    if (id === this.#context.id) throw new NetError('SSB_NET_SELF', 'this is our own key')
    const barred = this.#barred(id)
    if (barred !== null) throw barred
    const ticket = this.#gate.dial()
    if (ticket === null) throw new NetError('SSB_NET_FULL', 'too many connections are open')
    try {
      const { keys, networkKey, socks } = this.#options
      const { handshakeMs, inactivityMs, lingerMs } = this.#times
      const { signal } = this.#stopping
      const secure = { keys, networkKey, handshakeMs, clock, signal, ...(socks && { socks }) }
      const channel = await dialTarget(target, secure)
      const rank = this.#rankOf(id)
      const connection = new Connection({
        channel,
        id,
        address: target.text,
        // whoever we dial is a stranger to our methods, whatever it would be when it dials us
        face: rpc.face({ peer: id, rights: ANONYMOUS }),
        ...this.#boundsFor(rank),
        clock,
        inactivityMs,
        lingerMs,
      })
      this.#hold(connection, ticket, false)
      const late = this.#barred(id)
      if (late !== null) {
        connection.destroy(late)
        throw late
      }
      if (rank === 'stranger') this.#pressure.watch(connection, false)
      return this.#table.adopt({ connection, outgoing: true, roles: ANONYMOUS })
    } catch (error) {
      ticket.release()
      throw error
    }
  }

  #welcomed(connection: Connection, welcome: PeerWelcome): void {
    const late = this.#barred(connection.id)
    if (late !== null) connection.destroy(late)
    else if (welcome.isClient) this.#clientArrived(connection)
    else this.#table.adopt({ connection, outgoing: false, roles: welcome.roles })
  }

  /** Why there shall be no connection with a peer, now: the handshake takes seconds, in which it can have been blocked. */
  #barred(id: FeedId): NetError | null {
    if (this.#stopping.signal.aborted) return new NetError('SSB_NET_STOPPED', 'we have stopped')
    if (id === this.#context.id) return null
    const { allow, reason } = this.#context.policy.ask('connect', this.#context.id, id)
    return allow ? null : new NetError('SSB_NET_FORBIDDEN', reason)
  }

  /** Whoever can open the socket file is the owner. */
  #ownerArrived(arrival: Arrival): void {
    const { id, clock, rpc } = this.#context
    const connection = new Connection({
      channel: new PlainChannel(arrival.wire),
      id,
      address: 'unix~noauth',
      face: rpc.face({ peer: id, rights: OWNER }),
      ...this.#boundsFor('owner'),
      clock,
      inactivityMs: null,
      lingerMs: this.#times.lingerMs,
    })
    this.#hold(connection, null, true)
    this.#clientArrived(connection)
  }

  /** The owner's own programs: any number of them, and not peers, as there is nothing to replicate. */
  #clientArrived(connection: Connection): void {
    this.#clients.add(connection)
    void connection.closed.then(() => this.#clients.delete(connection))
    connection.start()
  }

  #hold(connection: Connection, ticket: Ticket | null, isOwn: boolean): void {
    this.#traffic.add(connection, isOwn)
    void connection.mux.closed.then((error) => this.#judge(connection.id, error))
    void connection.closed.then(() => ticket?.release())
  }

  /** What the end of a connection says about the peer. */
  #judge(id: FeedId, error: Error | null): void {
    if (error instanceof NetError && error.code === 'SSB_NET_INACTIVE') this.#counters.inactive += 1
    const offence = offenceOf(error)
    if (offence === null) return
    this.#counters.offences += 1
    this.report(id, offence.kind, offence.weight)
  }

  async #authorize(id: FeedId, transport: string, host: string): Promise<PeerWelcome | null> {
    const { hooks, policy, log } = this.#context
    if (id === this.#context.id) return this.#welcome(id, OWNER)
    const verdict = policy.ask('connect', this.#context.id, id)
    if (!verdict.allow) {
      log.info('refused a peer', { peer: id, reason: verdict.reason })
      return null
    }
    const place = host === '' ? {} : { host }
    const answer = await hooks.authorize.ask({ peer: id, transport, ...place })
    if (answer === undefined) return this.#welcome(id, ANONYMOUS)
    if (!answer.allow) {
      log.info('refused a peer', { peer: id, reason: answer.reason })
      return null
    }
    if (!('roles' in answer)) return this.#welcome(id, GUEST, answer.permissions)
    const welcome = this.#welcome(id, answer.roles)
    return answer.isClient === true ? { ...welcome, isClient: true, inactivityMs: null } : welcome
  }

  #welcome(id: FeedId, roles: readonly string[], permissions?: Permissions): PeerWelcome {
    const rank = roles.includes('owner') ? 'owner' : this.#rankOf(id)
    const { inactivityMs, lingerMs } = this.#times
    return {
      roles,
      rank,
      isClient: id === this.#context.id,
      face: this.#context.rpc.face({ peer: id, rights: permissions ?? roles }),
      ...this.#boundsFor(rank),
      inactivityMs: id === this.#context.id ? null : inactivityMs,
      lingerMs,
    }
  }

  /** Whoever has been blocked in the meantime goes. `feed`: only that one can have been. */
  #closeForbidden(feed: FeedId | null): void {
    for (const peer of this.#table.all()) {
      if (feed !== null && feed !== peer.id) continue
      const { allow, reason } = this.#context.policy.ask('connect', this.#context.id, peer.id)
      if (!allow) void peer.close(reason)
    }
  }

  #rankOf(id: FeedId): Rank {
    return this.#context.policy.ask('replicate', this.#context.id, id).allow ? 'known' : 'stranger'
  }

  /** More room for the owner and for those whose feeds we want. */
  #boundsFor(rank: Rank): Pick<ConnectionOptions, 'limits' | 'pace'> {
    const { known, stranger } = this.#options.muxLimits ?? {}
    const trusted = { ...TRUSTED_LIMITS, ...known }
    if (rank === 'owner') return { limits: trusted }
    if (rank === 'known') return { limits: trusted, pace: this.#courtesy.known() }
    return {
      limits: { ...STRANGER_LIMITS, ...stranger },
      pace: this.#courtesy.stranger(
        () => this.#pressure.look(),
        () => {
          this.#counters.throttled += 1
        },
      ),
    }
  }
}

const STOP_GRACE_MS = 500
