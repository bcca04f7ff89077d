import type { FeedId } from '@scuttlebot/ssb-ref'

/** A ban, as `gossip.bans` tells it. */
export interface Ban {
  readonly id: FeedId
  /** Milliseconds since 1970. */
  readonly since: number
  /** `null`: until it is lifted. */
  readonly until: number | null
  readonly reason: string
  /** How many times it has been banned. */
  readonly times: number
  /** Whether somebody gave it, as against one that came of points. */
  readonly byHand: boolean
}

/** Points at which a peer is banned. */
export const BAN_POINTS = 100
/** The time in which half of the points are forgotten, in milliseconds. */
export const HALF_LIFE_MS = 3_600_000
/** The first ban, in milliseconds; each further one is twice as long. */
export const BAN_MS = 3_600_000
/** The longest ban that was not given by hand, in milliseconds. */
export const BAN_MS_MAX: number = 7 * 86_400_000
/** Peers whose points and bans are kept. */
export const TRUST_PEERS_MAX = 5000

interface Score {
  points: number
  at: number
}

/**
 * Points for bad behaviour, which fade, and the bans that they lead to. Nothing is asked of the
 * network: reports come from whoever saw the fault.
 */
export class Trust {
  readonly #now: () => number
  readonly #scores = new Map<FeedId, Score>()
  readonly #bans = new Map<FeedId, Ban>()
  revision = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Points of a peer now. */
  points(id: FeedId): number {
    const score = this.#scores.get(id)
    if (score === undefined) return 0
    return score.points * 2 ** (-(this.#now() - score.at) / HALF_LIFE_MS)
  }

  /** Add points. Returns the ban when they led to one. */
  report(id: FeedId, points: number, reason: string): Ban | null {
    const sum = this.points(id) + points
    this.#scores.delete(id)
    if (sum < BAN_POINTS) {
      this.#scores.set(id, { points: sum, at: this.#now() })
      trim(this.#scores)
      return null
    }
    if (this.banned(id) !== null) return null
    const before = this.#bans.get(id)?.times ?? 0
    return this.#ban(id, Math.min(BAN_MS_MAX, BAN_MS * 2 ** Math.min(20, before)), reason, false)
  }

  /** Ban by hand for `ms`; `null`: until it is lifted. */
  ban(id: FeedId, ms: number | null, reason: string): Ban {
    return this.#ban(id, ms, reason, true)
  }

  #ban(id: FeedId, ms: number | null, reason: string, byHand: boolean): Ban {
    const since = this.#now()
    const times = (this.#bans.get(id)?.times ?? 0) + 1
    const ban = { id, since, until: ms === null ? null : since + ms, reason, times, byHand }
    this.restore(ban)
    return ban
  }

  /** Put back a ban that was kept in a file. */
  restore(ban: Ban): void {
    this.#bans.delete(ban.id)
    this.#bans.set(ban.id, ban)
    const isOver = ({ until }: Ban): boolean => until !== null && until <= this.#now()
    trim(this.#bans, (one) => !one.byHand || isOver(one))
    this.revision += 1
  }

  /** Lift a ban, and forget all points. Whether there was one in force. */
  unban(id: FeedId): boolean {
    const wasBanned = this.banned(id) !== null
    this.#scores.delete(id)
    this.#bans.delete(id)
    this.revision += 1
    return wasBanned
  }

  /** The ban in force. */
  banned(id: FeedId): Ban | null {
    const ban = this.#bans.get(id)
    if (ban === undefined) return null
    return ban.until === null || ban.until > this.#now() ? ban : null
  }

  /** Bans in force, oldest first. */
  bans(): readonly Ban[] {
    return [...this.#bans.values()].filter(({ id }) => this.banned(id) !== null)
  }

  /** All bans to be kept: a new one is longer while an older one is remembered. */
  all(): readonly Ban[] {
    const limit = this.#now() - BAN_MS_MAX
    return [...this.#bans.values()].filter(({ until }) => until === null || until > limit)
  }
}

/** The oldest go first, but none that may not: a flood of bans does not lift those that were given by hand. */
function trim<T>(map: Map<FeedId, T>, mayGo: (value: T) => boolean = () => true): void {
  if (map.size <= TRUST_PEERS_MAX) return
  for (const [id, value] of map) {
    if (mayGo(value)) map.delete(id)
    if (map.size <= TRUST_PEERS_MAX) return
  }
}
