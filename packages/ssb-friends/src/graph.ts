import type { FeedId } from '@scuttlebot/ssb-ref'

/**
 * What one feed says of another, as the field writes it: `1` follows, `-1` blocks, `-2` neither
 * (it has unfollowed or unblocked).
 */
export type Edge = 1 | -1 | -2

/** Whose eyes an edge is for: everybody's, or only ours (from a private message). */
export type Layer = 'public' | 'private'

/** An edge that has changed; `null` is no statement at all. */
export interface EdgeChange {
  readonly from: FeedId
  readonly to: FeedId
  readonly before: Edge | null
  readonly after: Edge | null
}

type EdgeMap = Map<FeedId, Map<FeedId, Edge>>

/**
 * Who follows and blocks whom. Keeps the last statement per pair and layer; a private one wins over
 * a public one. Both directions are indexed, so that a new edge costs what it changes.
 */
export class Graph {
  readonly #layers: Readonly<Record<Layer, EdgeMap>> = { public: new Map(), private: new Map() }
  /** What counts, by source and by target. */
  readonly #out: EdgeMap = new Map()
  readonly #in: EdgeMap = new Map()
  #edges = 0

  /** How many pairs have a statement. */
  get size(): number {
    return this.#edges
  }

  /** Feeds that have said something of others. */
  sources(): IterableIterator<FeedId> {
    return this.#out.keys()
  }

  /** What `from` says of `to`, or `null`. */
  edge(from: FeedId, to: FeedId): Edge | null {
    return this.#out.get(from)?.get(to) ?? null
  }

  /** Whether what `from` says of `to` was said in private. */
  isPrivate(from: FeedId, to: FeedId): boolean {
    return this.#layers.private.get(from)?.has(to) ?? false
  }

  /** What `from` says of others. */
  from(from: FeedId): ReadonlyMap<FeedId, Edge> {
    return this.#out.get(from) ?? NOTHING
  }

  /** What others say of `to`. */
  to(to: FeedId): ReadonlyMap<FeedId, Edge> {
    return this.#in.get(to) ?? NOTHING
  }

  /** Note a statement (or take it back with `null`). Answers what changed for good, or `null`. */
  set(layer: Layer, from: FeedId, to: FeedId, edge: Edge | null): EdgeChange | null {
    put(this.#layers[layer], from, to, edge)
    const before = this.edge(from, to)
    const after =
      this.#layers.private.get(from)?.get(to) ?? this.#layers.public.get(from)?.get(to) ?? null
    if (before === after) return null
    put(this.#out, from, to, after)
    put(this.#in, to, from, after)
    if (before === null) this.#edges++
    if (after === null) this.#edges--
    return { from, to, before, after }
  }

  /** The graph as a plain object, as the `graph` method answers: `{ source: { target: edge } }`. */
  toJSON(): Record<FeedId, Record<FeedId, Edge>> {
    const result: Record<FeedId, Record<FeedId, Edge>> = {}
    for (const [from, edges] of this.#out) result[from] = Object.fromEntries(edges)
    return result
  }

  /** The same in parts of up to `most` edges, to be merged: for those who cannot take it all at once. */
  *parts(most: number): Generator<Record<FeedId, Record<FeedId, Edge>>> {
    let part: Record<FeedId, Record<FeedId, Edge>> = {}
    let count = 0
    for (const [from, edges] of this.#out)
      for (const [to, edge] of edges) {
        if (count === most) {
          yield part
          part = {}
          count = 0
        }
        part[from] ??= {}
        part[from][to] = edge
        count += 1
      }
    yield part
  }
}

const NOTHING: ReadonlyMap<FeedId, Edge> = new Map()

function put(map: EdgeMap, a: FeedId, b: FeedId, edge: Edge | null): void {
  const edges = map.get(a)
  if (edge !== null) {
    if (edges) edges.set(b, edge)
    else map.set(a, new Map([[b, edge]]))
  } else if (edges?.delete(b) && edges.size === 0) map.delete(a)
}
