import type { FeedId } from '@scuttlebot/ssb-ref'
import { dailyBound } from './backoff.ts'
import { DOUBT_AFTER, type GossipTimes } from './limits.ts'

/** What a peer is to us; each group has places of its own. */
export type Group =
  /** found in the local network, just now */
  | 'lan'
  /** within our hops */
  | 'friends'
  /** a room server */
  | 'rooms'
  /** a server that was announced, or given to us */
  | 'pubs'
  /** anybody else */
  | 'strangers'

/** All groups, in the order in which they are served. */
export const GROUPS: readonly Group[] = ['lan', 'friends', 'rooms', 'pubs', 'strangers']

/** Connections that we keep by dialling, per group. */
export type Quotas = Readonly<Record<Group, number>>

/** The places where nothing else is said. */
export const QUOTAS: Quotas = { lan: 5, friends: 5, rooms: 5, pubs: 3, strangers: 1 }

/** Dials under way at once. Our choice. */
const DIALS_MAX = 8
/** Between dials while we doubt our own network. */
const DOUBT_MS = 60_000
/** Who has not been met for longer, or never, counts as unmet for so long: the dead must not come first. */
const UNMET_MS_MAX: number = 86_400_000
const NEXT_MS_MIN = 1000
/** In a crowded group a connection lasts this part of `holdMs` at the least. */
const HOLD_PARTS = 10

/** What the decision knows of a peer. */
export interface Candidate {
  readonly id: FeedId
  readonly group: Group
  /** Hops from ourselves, 1 or more; `null`: not in the graph. */
  readonly hops: number | null
  /** Not to be dialled before this time, milliseconds since 1970. */
  readonly retryAt: number
  /** When a connection to it last ended or was there; `null`: never. */
  readonly syncedAt: number | null
  /** Times of the latest dials that failed, oldest first. */
  readonly failedAt: readonly number[]
}

/** A connection that is there, or being made. */
export interface LiveConnection {
  readonly id: FeedId
  readonly group: Group
  readonly outgoing: boolean
  readonly state: 'connecting' | 'connected'
  /** When it reached that state. */
  readonly since: number
  /** Made by hand: it is not closed to make room. */
  readonly pinned: boolean
}

/** Everything that a decision is made from. */
export interface Situation<C extends Candidate = Candidate> {
  readonly now: number
  /** 0 … 1. */
  random(): number
  /** All peers but ourselves. */
  readonly candidates: Iterable<C>
  /** Whether one may be dialled unasked, and has an address for it; asked only of those whose time has come. */
  wants(candidate: C): boolean
  readonly live: readonly LiveConnection[]
  /** How many peers each group has, about. */
  readonly sizes: Readonly<Record<Group, number>>
  readonly quotas: Quotas
  readonly times: GossipTimes
  /** Whether a network at hand leads to one: without any, only to neighbours and to programs of this machine. */
  reaches(candidate: C): boolean
  /** Peers that could not be reached since the last one that could. */
  readonly failuresInRow: number
  /** When the last dial began. */
  readonly dialledAt: number
}

/** What is to be done now, and when to ask again. */
export interface Decision {
  readonly dial: readonly FeedId[]
  readonly close: readonly { readonly id: FeedId; readonly reason: string }[]
  /** Milliseconds until the next decision, unless something happens before. */
  readonly nextMs: number
}

/**
 * Whom to dial and whom to leave, from what is known now. Pure: the same situation and the same
 * random numbers give the same decision.
 *
 * Each group fills its places, most urgent first: the longer a peer has not been met, and the nearer
 * it is, the more urgent. When somebody waits who has not been met for `syncMs` and there is no free
 * place, the connection that has lasted longest makes room, once it has lasted `holdMs`.
 */
export function decide<C extends Candidate>(situation: Situation<C>): Decision {
  const { now, live, quotas, times } = situation
  const places = placesOf(situation)
  const { waiting, wakeAt } = whoWaits(situation, places)
  const connecting = live.filter(({ state }) => state === 'connecting').length
  let dials = allowedDials(situation, connecting)
  let next = Math.min(wakeAt, now + times.tickMs)
  const dial: FeedId[] = []
  const close: { id: FeedId; reason: string }[] = []
  for (const group of GROUPS) {
    const { best, due } = waiting[group]
    const { taken, free } = places[group]
    const first = best.slice(0, dials)
    dials -= first.length
    dial.push(...first.map(({ id }) => id))
    if (free > first.length) {
      // held back for a moment: others are being dialled, or we doubt our network
      if (best.length > first.length) next = Math.min(next, now + DOUBT_MS)
      continue
    }
    const holdMs = holdFor(quotas[group], situation.sizes[group], times)
    const left = due - first.filter(({ isDue }) => isDue).length
    const leaving = whoLeaves(taken, left, now, holdMs)
    close.push(...leaving.close)
    next = Math.min(next, leaving.nextAt)
  }
  return { dial, close, nextMs: Math.max(NEXT_MS_MIN, Math.ceil(next - now)) }
}

interface Places {
  /** Connections that we dialled. */
  readonly taken: readonly LiveConnection[]
  readonly free: number
  /** Whether somebody who waits can be given a place now; else nobody needs to be looked for. */
  readonly isOpen: boolean
}

function placesOf({
  live,
  quotas,
  times,
  now,
}: Omit<Situation, 'candidates' | 'reaches' | 'wants'>): Record<Group, Places> {
  const placesIn = (group: Group): Places => {
    const taken = live.filter((one) => one.group === group && one.outgoing)
    const free = Math.max(0, quotas[group] - taken.length)
    const mayLeave = taken.some(
      ({ state, since }) => state === 'connected' && now - since >= times.holdMs / HOLD_PARTS,
    )
    return { taken, free, isOpen: quotas[group] > 0 && (free > 0 || mayLeave) }
  }
  return {
    lan: placesIn('lan'),
    friends: placesIn('friends'),
    rooms: placesIn('rooms'),
    pubs: placesIn('pubs'),
    strangers: placesIn('strangers'),
  }
}

interface Waiting {
  readonly id: FeedId
  readonly urgency: number
  readonly isDue: boolean
}

/** Those of a group whose time has come. */
interface Queue {
  /** The most urgent first, no more than there are free places. */
  readonly best: Waiting[]
  /** How many in all have not been met for `syncMs`. */
  due: number
}

const perGroup = <T>(make: () => T): Record<Group, T> => ({
  lan: make(),
  friends: make(),
  rooms: make(),
  pubs: make(),
  strangers: make(),
})

function whoWaits<C extends Candidate>(
  situation: Situation<C>,
  places: Record<Group, Places>,
): { waiting: Record<Group, Queue>; wakeAt: number } {
  const { now, times, live } = situation
  const waiting = perGroup<Queue>(() => ({ best: [], due: 0 }))
  let wakeAt = Number.POSITIVE_INFINITY
  if (!GROUPS.some((group) => places[group].isOpen)) return { waiting, wakeAt }
  const liveIds = new Set(live.map(({ id }) => id))
  for (const candidate of situation.candidates) {
    // most are sent away here, so it comes before everything else
    if (candidate.retryAt > now) {
      if (candidate.retryAt < wakeAt) wakeAt = candidate.retryAt
      continue
    }
    const { id, group, syncedAt } = candidate
    const place = places[group]
    if (!place.isOpen || liveIds.has(id)) continue
    // a neighbour that announces itself this minute is not dead, so no day's bound holds for it
    const bound = group === 'lan' ? 0 : dailyBound(candidate.failedAt)
    if (bound > now) {
      wakeAt = Math.min(wakeAt, bound)
      continue
    }
    if (!situation.reaches(candidate) || !situation.wants(candidate)) continue
    const queue = waiting[group]
    const unmetMs = syncedAt === null ? UNMET_MS_MAX : Math.min(UNMET_MS_MAX, now - syncedAt)
    const isDue = unmetMs >= times.syncMs
    if (isDue) queue.due += 1
    if (place.free === 0) continue
    const nearness = 2 ** -Math.max(0, (candidate.hops ?? 1) - 1)
    // whoever did not answer lately is less likely to be there than others
    const hope = 1.5 ** -candidate.failedAt.length
    const urgency = unmetMs * nearness * hope * (0.9 + 0.2 * situation.random())
    enqueue(queue.best, { id, urgency, isDue }, place.free)
  }
  return { waiting, wakeAt }
}

/** Put one at its place among the `max` most urgent. */
function enqueue(best: Waiting[], one: Waiting, max: number): void {
  if (best.length >= max && one.urgency <= (best.at(-1)?.urgency ?? 0)) return
  let at = best.length
  while (at > 0 && (best[at - 1]?.urgency ?? 0) < one.urgency) at -= 1
  best.splice(at, 0, one)
  if (best.length > max) best.pop()
}

/** While nobody can be reached, one dial a minute finds out when that changes. */
function allowedDials(
  situation: Omit<Situation, 'candidates' | 'reaches' | 'wants'>,
  connecting: number,
): number {
  const { now, failuresInRow, dialledAt, live } = situation
  const isDoubtful =
    failuresInRow >= DOUBT_AFTER && !live.some(({ state }) => state === 'connected')
  if (!isDoubtful) return Math.max(0, DIALS_MAX - connecting)
  return connecting === 0 && now - dialledAt >= DOUBT_MS ? 1 : 0
}

/** So long that everybody has a turn within `roundMs`, if it can be. */
function holdFor(places: number, size: number, times: GossipTimes): number {
  const fair = (places * times.roundMs) / Math.max(1, size)
  return Math.min(times.holdMs, Math.max(times.holdMs / HOLD_PARTS, fair))
}

function whoLeaves(
  taken: readonly LiveConnection[],
  due: number,
  now: number,
  holdMs: number,
): { close: { id: FeedId; reason: string }[]; nextAt: number } {
  const held = taken
    .filter(({ state, pinned }) => state === 'connected' && !pinned)
    .sort((a, b) => a.since - b.since)
  const old = held.filter(({ since }) => now - since >= holdMs).slice(0, due)
  const young = held.find(({ since }) => now - since < holdMs)
  return {
    close: old.map(({ id }) => ({ id, reason: 'we made room for another peer' })),
    nextAt: young === undefined ? Number.POSITIVE_INFINITY : young.since + holdMs,
  }
}
