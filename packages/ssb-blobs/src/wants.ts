// Who wants what, who has it, and what is to be done about it: a machine without input or output.
//
// Events come in as method calls with the time; what is to be done goes to `act`, at once and in order. A want is
// ours (distance 1) or taken up for peers that we trust (distance 2 and more); the nearest distance counts. Each
// want knows its providers; as long as there are free places, `#pump` begins transfers, one per blob.
import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import { Lies } from './lies.ts'
import type { FetchFailure, WantAction, WantExplained, WantedAt, WantRules } from './wants-types.ts'

interface Provider {
  size: number | null
  tries: number
  /** Not to be asked before this time. */
  notBefore: number
}

interface Want {
  /** Steps to the peer that wants it; 1: we do. */
  distance: number
  own: boolean
  readonly askers: Set<FeedId>
  readonly since: number
  until: number | null
  readonly providers: Map<FeedId, Provider>
  readonly answers: Map<FeedId, string>
  active: FeedId | null
  /** Parts of several providers did not fit together once: from one alone from now on. */
  whole: boolean
}

interface PeerState {
  /** Offers without a want: what is known when the want comes. */
  readonly offers: Map<BlobId, number | null>
  /** What it wants and we do not have, with the distance. */
  readonly heard: Map<BlobId, number>
  /** Wants taken up for it. */
  forwards: number
  /** Transfers from it. */
  active: number
}

/** How many wants are looked at for one free place. */
const PUMP_MAX = 256
/** Answers of one want up to which those of peers that have gone are remembered; a transfer may end after its peer. */
const ANSWERS_KEPT_MAX = 32

export class Wants {
  readonly #rules: WantRules
  readonly #act: (action: WantAction) => void
  readonly #trusted: (peer: FeedId) => boolean
  readonly #wants = new Map<BlobId, Want>()
  readonly #pushes = new Map<BlobId, Map<FeedId, number>>()
  readonly #peers = new Map<FeedId, PeerState>()
  readonly #lies: Lies
  /** Wants with a provider and no transfer. */
  readonly #ready = new Set<BlobId>()
  #active = 0
  #forwards = 0
  /** Wants of others that were not taken up as there were too many. */
  refused = 0

  constructor(
    rules: WantRules,
    trusted: (peer: FeedId) => boolean,
    act: (action: WantAction) => void,
  ) {
    this.#rules = rules
    this.#lies = new Lies(rules)
    this.#trusted = trusted
    this.#act = act
  }

  /** Wants, and those of them taken up for others. */
  get counts(): { readonly wants: number; readonly forwards: number; readonly fetching: number } {
    return { wants: this.#wants.size, forwards: this.#forwards, fetching: this.#active }
  }

  has(id: BlobId): boolean {
    return this.#wants.has(id)
  }

  /** What a want stream begins with. */
  *snapshot(trusted: boolean): Generator<readonly [BlobId, number]> {
    for (const id of this.#pushes.keys()) yield [id, -1]
    for (const [id, want] of this.#wants)
      if (!this.#pushes.has(id) && (want.own || trusted)) yield [id, -want.distance]
  }

  connected(peer: FeedId): void {
    if (this.#peers.has(peer)) return
    this.#peers.set(peer, { offers: new Map(), heard: new Map(), forwards: 0, active: 0 })
  }

  /** What runs from it is reported by `failed`, before or after. */
  gone(peer: FeedId, now: number): void {
    if (!this.#peers.delete(peer)) return
    for (const [id, want] of this.#wants) {
      want.providers.delete(peer)
      if (want.answers.delete(peer) && want.answers.size < ANSWERS_KEPT_MAX)
        want.answers.set(peer, 'disconnected')
      if (want.providers.size === 0) this.#ready.delete(id)
      if (want.askers.delete(peer) && want.askers.size === 0 && !want.own)
        want.until = now + this.#rules.forwardMs
    }
  }

  /** We want a blob that we do not have. */
  want(id: BlobId, now: number): void {
    const want = this.#wants.get(id)
    if (want?.own) return
    if (want !== undefined && !want.own) this.#forwards--
    const mine = want ?? this.#begin(id, now)
    mine.own = true
    mine.until = null
    mine.distance = 1
    this.#act({ type: 'tell', to: 'all', id, value: -1 })
    this.#offered(id, mine)
    this.#pump(now)
  }

  /** Nobody here wants it any more; peers may still. */
  unwant(id: BlobId, now: number): void {
    const want = this.#wants.get(id)
    if (!want?.own) return
    if (want.askers.size === 0) this.#end(id, want)
    else {
      want.own = false
      want.distance = 2
      want.until = now + this.#rules.forwardMs
      this.#forwards++
    }
  }

  /** Offer a blob until enough peers have it. */
  push(id: BlobId): void {
    if (this.#pushes.has(id)) return
    this.#pushes.set(id, new Map())
    this.#act({ type: 'tell', to: 'all', id, value: -1 })
  }

  unpush(id: BlobId): void {
    this.#pushes.delete(id)
  }

  pushing(id: BlobId): boolean {
    return this.#pushes.has(id)
  }

  /** A peer wants a blob from `distance` steps away; `size`: of ours, `null` when we do not have it. */
  wanted(peer: FeedId, id: BlobId, distance: number, size: number | null, now: number): void {
    const state = this.#peers.get(peer)
    if (state === undefined || (this.#rules.stingy && !this.#pushes.has(id))) return
    if (size !== null) {
      if (size > 0) this.#act({ type: 'tell', to: peer, id, value: size })
      return
    }
    if (state.heard.has(id) || state.heard.size < this.#rules.heardPerPeerMax)
      state.heard.set(id, distance)
    const next = distance + 1
    if (next > this.#rules.sympathy || !this.#trusted(peer)) return
    const want = this.#wants.get(id)
    if (want === undefined || !want.askers.has(peer)) {
      const isFull = want === undefined && this.#forwards >= this.#rules.forwardsMax
      if (isFull || state.forwards >= this.#rules.forwardsPerPeerMax) {
        this.refused++
        return
      }
    }
    const one = want ?? this.#begin(id, now)
    if (want === undefined) this.#forwards++
    if (!one.askers.has(peer)) state.forwards++
    one.askers.add(peer)
    if (!one.own) one.until = now + this.#rules.forwardMs
    if (want === undefined || next < one.distance) {
      one.distance = next
      this.#act({ type: 'tell', to: 'trusted', id, value: -next })
    }
    this.#offered(id, one)
    this.#pump(now)
  }

  /** A peer may have become trusted: what it wants is looked at anew, and it is told what others want. */
  reconsider(peer: FeedId, now: number): void {
    const state = this.#peers.get(peer)
    if (state === undefined || !this.#trusted(peer)) return
    for (const [id, want] of this.#wants)
      if (!want.own) this.#act({ type: 'tell', to: peer, id, value: -want.distance })
    for (const [id, distance] of [...state.heard]) this.wanted(peer, id, distance, null, now)
  }

  /** A peer has a blob; `size` is `null` when it did not say how large. */
  offered(peer: FeedId, id: BlobId, size: number | null, now: number): void {
    const state = this.#peers.get(peer)
    if (state === undefined) return
    this.#pushedTo(peer, id, size ?? 0)
    const want = this.#wants.get(id)
    if (want === undefined) {
      state.offers.delete(id)
      state.offers.set(id, size)
      if (state.offers.size > this.#rules.offersPerPeerMax)
        for (const oldest of state.offers.keys()) {
          state.offers.delete(oldest)
          break
        }
      return
    }
    this.#provider(id, want, peer, size)
    this.#pump(now)
  }

  /** A blob has been stored, fetched or added. */
  stored(id: BlobId, size: number, now: number): void {
    const want = this.#wants.get(id)
    if (want !== undefined) this.#end(id, want)
    if (size > 0) {
      this.#act({ type: 'tell', to: 'trusted', id, value: size })
      for (const [peer, state] of this.#peers)
        if (state.heard.delete(id) && !this.#trusted(peer))
          this.#act({ type: 'tell', to: peer, id, value: size })
    }
    this.#pump(now)
  }

  /** A transfer is over without the blob. */
  failed(id: BlobId, peer: FeedId, why: FetchFailure, reason: string, now: number): void {
    this.released(peer)
    const want = this.#wants.get(id)
    if (why === 'lied') this.#lied(peer, id, reason, now)
    if (want !== undefined) {
      want.active = null
      if (this.#peers.has(peer) || want.answers.size < ANSWERS_KEPT_MAX)
        want.answers.set(peer, `${why}: ${reason}`)
      const provider = want.providers.get(peer)
      if (provider !== undefined) {
        provider.tries++
        const drop = why === 'lied' || why === 'refused' || provider.tries >= this.#rules.triesMax
        if (drop && why !== 'local') want.providers.delete(peer)
        else
          provider.notBefore = now + this.#rules.retryMs * 2 ** (Math.min(provider.tries, 10) - 1)
      }
      if (why === 'mixed') want.whole = true
      if (want.providers.size > 0) this.#ready.add(id)
    }
    this.#pump(now)
  }

  /** A transfer is over: the blob is stored (tell `stored` too), or it was stopped. */
  released(peer: FeedId): void {
    this.#active--
    const state = this.#peers.get(peer)
    if (state !== undefined && state.active > 0) state.active--
  }

  /** Give up what nobody has asked for again, and try again what is due. */
  tick(now: number): void {
    for (const [id, want] of this.#wants)
      if (want.until !== null && want.until <= now) this.#end(id, want)
    this.#pump(now)
  }

  /** Whether offers of a peer count for nothing, because of its lies. */
  banned(peer: FeedId, now: number): boolean {
    return this.#lies.of(peer, now) >= this.#rules.liesMax
  }

  explain(id: BlobId): WantExplained | null {
    const want = this.#wants.get(id)
    if (want === undefined) return null
    const peers: WantedAt[] = []
    for (const peer of new Set([...this.#peers.keys(), ...want.answers.keys()])) {
      const provider = want.providers.get(peer)
      const asked = want.own || this.#trusted(peer)
      peers.push({
        peer,
        answer: want.answers.get(peer) ?? (asked ? 'asked, no answer' : 'not asked: a stranger'),
        ...(provider === undefined ? {} : { size: provider.size }),
        tries: provider?.tries ?? 0,
      })
    }
    const { distance, own, since, until, active } = want
    return { distance, own, askedBy: [...want.askers], since, until, fetchingFrom: active, peers }
  }

  /** Peers that have a pushed blob, with the sizes that they told. */
  pushedTo(id: BlobId): ReadonlyMap<FeedId, number> | null {
    return this.#pushes.get(id) ?? null
  }

  #begin(id: BlobId, now: number): Want {
    const want: Want = {
      distance: 1,
      own: false,
      askers: new Set(),
      since: now,
      until: null,
      providers: new Map(),
      answers: new Map(),
      active: null,
      whole: false,
    }
    this.#wants.set(id, want)
    return want
  }

  #end(id: BlobId, want: Want): void {
    this.#wants.delete(id)
    this.#ready.delete(id)
    if (!want.own) this.#forwards--
    for (const asker of want.askers) {
      const state = this.#peers.get(asker)
      if (state !== undefined) state.forwards--
    }
    if (want.active !== null) this.#act({ type: 'stop', id })
  }

  /** Offers that came before the want. */
  #offered(id: BlobId, want: Want): void {
    for (const [peer, { offers }] of this.#peers) {
      const size = offers.get(id)
      if (size === undefined) continue
      offers.delete(id)
      this.#provider(id, want, peer, size)
    }
  }

  #provider(id: BlobId, want: Want, peer: FeedId, size: number | null): void {
    if (size !== null && size >= this.#rules.max) {
      want.answers.set(peer, `has it, but ${size} bytes are too many`)
      return
    }
    want.answers.set(peer, size === null ? 'has it' : `has it: ${size} bytes`)
    const before = want.providers.get(peer)
    if (before !== undefined) before.size = size
    else want.providers.set(peer, { size, tries: 0, notBefore: 0 })
    if (want.active === null) this.#ready.add(id)
  }

  #pushedTo(peer: FeedId, id: BlobId, size: number): void {
    const peers = this.#pushes.get(id)
    if (peers === undefined) return
    // Keys cost nothing: strangers count as one, or a few of them could end any push.
    const isStranger = (one: FeedId): boolean => one !== peer && !this.#trusted(one)
    if (!this.#trusted(peer) && [...peers.keys()].some(isStranger)) return
    peers.set(peer, size)
    if (peers.size < this.#rules.pushy) return
    this.#pushes.delete(id)
    this.#act({ type: 'pushed', id, peers: Object.fromEntries(peers) })
  }

  #lied(peer: FeedId, id: BlobId, reason: string, now: number): void {
    const banned = this.#lies.add(peer, now) >= this.#rules.liesMax
    this.#act({ type: 'lied', peer, id, reason, banned })
  }

  #pump(now: number): void {
    let left = Math.min(this.#ready.size, PUMP_MAX)
    let strangers = 0
    for (const [peer, { active }] of this.#peers)
      if (active > 0 && !this.#trusted(peer)) strangers += active
    for (const id of this.#ready) {
      if (this.#active >= this.#rules.fetchesMax || left-- <= 0) return
      // Those that have to wait go behind the others.
      this.#ready.delete(id)
      const want = this.#wants.get(id)
      if (want === undefined || want.active !== null || want.providers.size === 0) continue
      const from = this.#choose(want, now, strangers < this.#rules.strangerFetchesMax)
      if (from === null) {
        this.#ready.add(id)
        continue
      }
      const state = this.#peers.get(from) as PeerState
      state.active++
      this.#active++
      if (!this.#trusted(from)) strangers++
      want.active = from
      const size = (want.providers.get(from) as Provider).size
      this.#act({ type: 'fetch', id, from, size, resume: !want.whole })
    }
  }

  /** One that is trusted before strangers; of these the one with the fewest tries, then the fewest transfers. */
  #choose(want: Want, now: number, mayBeStranger: boolean): FeedId | null {
    let best: FeedId | null = null
    let score = Number.POSITIVE_INFINITY
    for (const [peer, { tries, notBefore }] of want.providers) {
      const active = this.#peers.get(peer)?.active ?? Number.POSITIVE_INFINITY
      if (notBefore > now || active >= this.#rules.fetchesPerPeerMax || this.banned(peer, now))
        continue
      const isStranger = !this.#trusted(peer)
      if (isStranger && !mayBeStranger) continue
      const own = (isStranger ? 1e9 : 0) + tries * 1000 + active
      if (own < score) {
        best = peer
        score = own
      }
    }
    return best
  }
}
