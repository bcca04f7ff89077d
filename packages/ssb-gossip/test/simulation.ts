import type { Clock, Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { PeerBook } from '../src/book.ts'
import { Conductor, type GossipNet } from '../src/conductor.ts'
import { BOOK_LIMITS, GOSSIP_TIMES } from '../src/limits.ts'
import { type Group, QUOTAS } from '../src/scheduler.ts'

// A world of virtual peers around the real peer book, scheduler and conductor: peers come and go,
// some never come back, our own machine sleeps at night. Time is a queue of events, so a month
// passes in seconds, and the same seed gives the same month.

const HOUR = 3_600_000
const DAY: number = 24 * HOUR
const START = 1_700_000_000_000

export interface SimulationOptions {
  readonly seed: number
  readonly peers: number
  readonly days: number
  /** Whether our machine sleeps, eight hours in each night. */
  readonly sleeps: boolean
}

export interface SimulationResult {
  /** The longest that a friend was there, and we too, and had not been synced with; nights are left out, and end nothing. */
  readonly unsyncedMsMax: number
  /** Dials of one dead peer in any 24 hours. */
  readonly deadDialsPerDayMax: number
  /** Times that a group had more connections than places. */
  readonly overQuota: number
  readonly dials: number
  readonly connections: number
  readonly friendsSynced: number
  /** Everything that happened, as one number: equal for equal seeds. */
  readonly digest: number
}

/** A small generator with 32 bits of state (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Timer {
  readonly at: number
  readonly order: number
  run: (() => void) | null
}

/** Timers by time; what stops while the machine sleeps is not the wall clock. */
class VirtualTime implements Clock {
  readonly #heap: Timer[] = []
  #order = 0
  /** Milliseconds that the machine has been awake. */
  awake = 0
  slept = 0

  now(): number {
    return START + this.awake + this.slept
  }

  setTimeout(run: () => void, ms: number): () => void {
    const timer: Timer = { at: this.awake + Math.max(0, ms), order: this.#order++, run }
    this.#push(timer)
    return () => {
      timer.run = null
    }
  }

  /** Run the next timer; `false`: there is none before `end`. */
  step(end: number): boolean {
    const next = this.#heap[0]
    if (next === undefined || next.at > end) return false
    this.#pop()
    this.awake = Math.max(this.awake, next.at)
    next.run?.()
    return true
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!before(timer, heap[up] as Timer)) break
      heap[at] = heap[up] as Timer
      at = up
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Timer
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer))
        child += 1
      if (!before(heap[child] as Timer, last)) break
      heap[at] = heap[child] as Timer
      at = child
    }
    heap[at] = last
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

interface Virtual {
  readonly id: FeedId
  readonly address: string
  readonly isFriend: boolean
  readonly isDead: boolean
  online: boolean
  /** Since when, of the time that we are awake, we could have synced and have not; `null`: it is away, or connected. */
  waitingSince: number | null
  synced: boolean
  connection: Peer | null
  readonly dials: number[]
}

/** Run a world. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const world = new World(options)
  await world.run()
  return world.result()
}

class World {
  readonly #options: SimulationOptions
  readonly #random: () => number
  readonly #time = new VirtualTime()
  readonly #peers = new Map<FeedId, Virtual>()
  readonly #book: PeerBook
  readonly #conductor: Conductor
  #unsyncedMsMax = 0
  #overQuota = 0
  #dials = 0
  #connections = 0
  #digest = 0

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#random = generator(options.seed)
    const own = idOf(0xff_ff_ff)
    const random = generator(options.seed + 1)
    this.#book = new PeerBook({
      own,
      limits: BOOK_LIMITS,
      times: GOSSIP_TIMES,
      now: () => this.#time.now(),
      random,
    })
    const net: GossipNet = {
      connect: (address) => this.#connect(address),
      disconnect: async () => false,
      peers: () => [],
    }
    const quiet = (): void => undefined
    this.#conductor = new Conductor({
      own,
      book: this.#book,
      net,
      clock: this.#time,
      random,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      quotas: QUOTAS,
      times: GOSSIP_TIMES,
      wants: () => true,
      forbidden: () => null,
      network: () => 'there',
    })
    for (let index = 0; index < options.peers; index += 1) this.#add(index)
  }

  async run(): Promise<void> {
    this.#conductor.start()
    for (let day = 0; day < this.#options.days; day += 1) {
      const awakeMs = this.#options.sleeps ? 16 * HOUR : DAY
      const end = this.#time.awake + awakeMs
      while (this.#time.step(end))
        // promises settle before the next event
        for (let turn = 0; turn < 6; turn += 1) await null
      this.#time.awake = end
      if (this.#options.sleeps) this.#sleep(DAY - awakeMs)
    }
    for (const peer of this.#peers.values()) this.#waited(peer)
  }

  result(): SimulationResult {
    const friends = [...this.#peers.values()].filter(({ isFriend }) => isFriend)
    const dead = [...this.#peers.values()].filter(({ isDead }) => isDead)
    return {
      unsyncedMsMax: this.#unsyncedMsMax,
      deadDialsPerDayMax: Math.max(...dead.map(({ dials }) => mostInADay(dials))),
      overQuota: this.#overQuota,
      dials: this.#dials,
      connections: this.#connections,
      friendsSynced: friends.filter(({ synced }) => synced).length,
      digest: this.#digest,
    }
  }

  /** Two fifths are friends, two fifths pubs, the rest strangers; three in ten are dead for good. */
  #add(index: number): void {
    const id = idOf(index)
    const address = `net:10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:8008~shs:${id.slice(1, -8)}`
    const kind = index % 5
    const isFriend = kind < 2
    const isDead = this.#random() < 0.3
    const peer: Virtual = {
      id,
      address,
      isFriend,
      isDead,
      online: false,
      waitingSince: null,
      synced: false,
      connection: null,
      dials: [],
    }
    this.#peers.set(id, peer)
    this.#book.remember(address, kind < 4 ? 'pub' : 'stored')
    if (isFriend) this.#book.setHops(id, 1 + (index % 2))
    if (isDead) return
    const isServer = this.#random() < 0.5
    const turn = (): void => {
      this.#turn(peer, !peer.online)
      // servers are there for days, people for hours
      const mean = isServer ? (peer.online ? 5 * DAY : HOUR) : peer.online ? 5 * HOUR : 10 * HOUR
      this.#time.setTimeout(turn, -Math.log(1 - this.#random()) * mean)
    }
    this.#time.setTimeout(turn, this.#random() * 2 * HOUR)
  }

  #turn(peer: Virtual, online: boolean): void {
    if (!online) this.#waited(peer)
    peer.online = online
    peer.waitingSince = online ? this.#time.awake : null
    const { connection } = peer
    if (online || connection === null) return
    peer.connection = null
    this.#conductor.peerDisconnected(connection, 'it has gone')
  }

  #waited(peer: Virtual): void {
    if (!peer.isFriend || peer.waitingSince === null) return
    this.#unsyncedMsMax = Math.max(this.#unsyncedMsMax, this.#time.awake - peer.waitingSince)
  }

  /** Timers stand still, connections die without a word; whoever waits goes on waiting in the morning. */
  #sleep(ms: number): void {
    for (const peer of this.#peers.values()) if (peer.online) peer.waitingSince ??= this.#time.awake
    this.#time.slept += ms
  }

  #connect(address: string): Promise<Peer> {
    const id = `@${address.slice(-44)}.ed25519` as FeedId
    const peer = this.#peers.get(id) as Virtual
    this.#dials += 1
    this.#note(this.#dials)
    if (peer.isDead) peer.dials.push(this.#time.now())
    this.#checkQuotas()
    return new Promise((resolve, reject) => {
      const ms = peer.online ? 50 + this.#random() * 500 : this.#random() < 0.5 ? 100 : 15_000
      this.#time.setTimeout(() => {
        if (peer.online) resolve(this.#opened(peer))
        else reject(new Error('nobody answers'))
      }, ms)
    })
  }

  #opened(peer: Virtual): Peer {
    this.#waited(peer)
    peer.waitingSince = null
    peer.synced = true
    this.#connections += 1
    const connection = {
      id: peer.id,
      address: peer.address,
      outgoing: true,
      close: async () => {
        if (peer.connection !== connection) return
        peer.connection = null
        if (peer.online) peer.waitingSince = this.#time.awake
        this.#conductor.peerDisconnected(connection, 'closed')
      },
    } as unknown as Peer
    peer.connection = connection
    this.#conductor.peerConnected(connection)
    this.#checkQuotas()
    return connection
  }

  #checkQuotas(): void {
    const counts = new Map<Group, number>()
    for (const { group } of this.#conductor.live()) counts.set(group, (counts.get(group) ?? 0) + 1)
    for (const [group, count] of counts) if (count > QUOTAS[group]) this.#overQuota += 1
  }

  #note(value: number): void {
    this.#digest = (Math.imul(this.#digest, 31) + value + (this.#time.now() % 1_000_003)) >>> 0
  }
}

function idOf(index: number): FeedId {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, index + 1)
  return `@${Buffer.from(bytes).toString('base64')}.ed25519`
}

function mostInADay(times: readonly number[]): number {
  let most = 0
  let first = 0
  times.forEach((at, index) => {
    while (at - (times[first] ?? 0) >= DAY) first += 1
    most = Math.max(most, index - first + 1)
  })
  return most
}
