import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Edge, EdgeChange, Graph } from './graph.ts'

/*
 * Hops: 0 is the root, 1 whom it follows, 2 whom those follow … Negative numbers are feeds that
 * somebody on the way blocks or has unfollowed: a feed `a` hops away that blocks says −(a+1), one
 * that unfollowed −(a+2). The nearest statement counts; at equal distance a follow beats a block.
 * Only feeds at 0 or more hops, and below the maximum, have a say.
 *
 * A value depends on nearer feeds only, so the true values are the one fixed point, and a work list
 * finds it again after a change: a feed that lost its support climbs by at least one hop per visit
 * until it is beyond the maximum. Cost: what changes, times who speaks of it.
 */

/** The value that `edge` of a feed at `hops` gives to its target. */
function candidate(hops: number, edge: Edge): number {
  return edge === 1 ? hops + 1 : -(hops - edge)
}

/** Whether `a` counts before `b`: nearer, or as near and friendlier. */
function counts(a: number, b: number): boolean {
  const [x, y] = [Math.abs(a), Math.abs(b)]
  return x < y || (x === y && a > b)
}

/** Whether a feed at `hops` has a say. */
const speaks = (hops: number | undefined, max: number): hops is number =>
  hops !== undefined && hops >= 0 && hops < max

/** Distances from one root, kept up to date edge by edge. */
export class HopTree {
  readonly root: FeedId
  readonly max: number
  readonly #graph: Graph
  readonly #hops: Map<FeedId, number>

  /** `max`: feeds farther than that are absent. */
  constructor(graph: Graph, root: FeedId, max: number) {
    this.root = root
    this.max = max
    this.#graph = graph
    this.#hops = hopsFrom(graph, root, max)
  }

  /** Feed → hops. Live: read it anew after each change. */
  get hops(): ReadonlyMap<FeedId, number> {
    return this.#hops
  }

  /**
   * Take in a change that the graph has already seen.
   *
   * @returns what changed: feed → new hops, `null` for a feed that is now beyond the maximum.
   */
  update(change: EdgeChange): ReadonlyMap<FeedId, number | null> {
    const before = new Map<FeedId, number | null>()
    if (!speaks(this.#hops.get(change.from), this.max)) return before
    const work = new Set<FeedId>([change.to])
    for (const feed of work) {
      work.delete(feed)
      const old = this.#hops.get(feed) ?? null
      const now = this.#value(feed)
      if (old === now) continue
      if (!before.has(feed)) before.set(feed, old)
      if (now === null) this.#hops.delete(feed)
      else this.#hops.set(feed, now)
      for (const next of this.#graph.from(feed).keys()) work.add(next)
    }
    const changes = new Map<FeedId, number | null>()
    for (const [feed, old] of before) {
      const now = this.#hops.get(feed) ?? null
      if (now !== old) changes.set(feed, now)
    }
    return changes
  }

  /** What the others' statements make of a feed now. */
  #value(feed: FeedId): number | null {
    if (feed === this.root) return 0
    let best: number | null = null
    for (const [from, edge] of this.#graph.to(feed)) {
      const hops = this.#hops.get(from)
      if (!speaks(hops, this.max)) continue
      const value = candidate(hops, edge)
      if (Math.abs(value) <= this.max && (best === null || counts(value, best))) best = value
    }
    return best
  }
}

/** Distances from `root`, computed at once. `reverse` walks the edges backwards: who is near us by others' follows. */
export function hopsFrom(
  graph: Graph,
  root: FeedId,
  max: number,
  reverse = false,
): Map<FeedId, number> {
  const hops = new Map<FeedId, number>([[root, 0]])
  // Level by level; an unfollow reaches two levels on, so each level has its own list.
  const levels: Map<FeedId, number>[] = []
  const propose = (feed: FeedId, value: number): void => {
    const level = Math.abs(value)
    if (level > max) return
    levels[level] ??= new Map()
    const known = levels[level].get(feed)
    if (known === undefined || value > known) levels[level].set(feed, value)
  }
  const speak = (feed: FeedId, value: number): void => {
    if (!speaks(value, max)) return
    for (const [other, edge] of reverse ? graph.to(feed) : graph.from(feed))
      propose(other, candidate(value, edge))
  }
  speak(root, 0)
  for (let level = 1; level <= max; level++)
    for (const [feed, value] of levels[level] ?? [])
      if (!hops.has(feed)) {
        hops.set(feed, value)
        speak(feed, value)
      }
  return hops
}
