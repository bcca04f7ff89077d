import type { FeedId } from '@scuttlebot/ssb-ref'
import { turn } from './turn.ts'

type Graph = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Somebody in the drawing. */
export interface Node {
  readonly id: FeedId
  readonly hops: number
}

/** Who follows whom, laid out. The place of `nodes[n]` is `x[n]`, `y[n]`; numbers in a row are what makes it fast. */
export interface Drawing {
  readonly nodes: readonly Node[]
  readonly x: Float64Array
  readonly y: Float64Array
  /** Places in `nodes`, two for each line. */
  readonly edges: Uint32Array
}

/** Distance that springs want, and that others keep. */
const SPRING = 60
const CELL = 48
/** How many of one square are looked at. */
const NEAR_MAX = 10
/** How fast it cools down; after `STEPS` nothing moves. */
export const STEPS = 160

/**
 * People within the network, on a ring for each hop, and their follows. Nothing is random: it looks the same again.
 * The page answers between the parts of the graph.
 */
export async function drawingOf(
  parts: AsyncIterable<Graph> | Iterable<Graph>,
  hops: Readonly<Record<string, number>>,
  hopsMax: number,
): Promise<Drawing> {
  const nodes = Object.entries(hops)
    .filter(([, n]) => n >= 0 && n <= hopsMax)
    .toSorted(([, a], [, b]) => a - b)
    .map(([id, n]) => ({ id: id as FeedId, hops: n }))
  const places = new Map<string, number>()
  const counts = new Map<number, number>()
  for (const [at, node] of nodes.entries()) {
    places.set(node.id, at)
    counts.set(node.hops, (counts.get(node.hops) ?? 0) + 1)
  }
  const x = new Float64Array(nodes.length)
  const y = new Float64Array(nodes.length)
  const rings = new Map<number, number>()
  for (const [at, { hops: n }] of nodes.entries()) {
    const index = rings.get(n) ?? 0
    rings.set(n, index + 1)
    const count = counts.get(n) ?? 1
    // a crowded ring is wider, so that its people have room from the start
    const radius = n === 0 ? 0 : n * 160 + Math.sqrt(count) * 14
    const angle = (index / count) * 2 * Math.PI
    x[at] = radius * Math.cos(angle)
    y[at] = radius * Math.sin(angle)
  }
  const edges: number[] = []
  for await (const part of parts) {
    await turn()
    addEdges(edges, part, places)
  }
  return { nodes, x, y, edges: Uint32Array.from(edges) }
}

function addEdges(edges: number[], graph: Graph, places: ReadonlyMap<string, number>): void {
  for (const from of Object.keys(graph)) {
    const a = places.get(from)
    const follows = graph[from]
    if (a === undefined || follows === undefined) continue
    for (const dest of Object.keys(follows)) {
      if (follows[dest] !== 1) continue
      const b = places.get(dest)
      if (b !== undefined) edges.push(a, b)
    }
  }
}

/** Move everybody a little: along the lines together, from each other apart. `step`: 0 … {@link STEPS}. */
export function settle(drawing: Drawing, step: number): void {
  const heat = 1 - step / STEPS
  pull(drawing, 0.02 * heat)
  push(drawing, 6 * heat)
  if (drawing.nodes[0]?.hops === 0) {
    drawing.x[0] = 0
    drawing.y[0] = 0
  }
}

function pull({ x, y, edges }: Drawing, strength: number): void {
  for (let at = 0; at < edges.length; at += 2) {
    const a = edges[at] as number
    const b = edges[at + 1] as number
    const dx = (x[b] as number) - (x[a] as number)
    const dy = (y[b] as number) - (y[a] as number)
    const distance = Math.sqrt(dx * dx + dy * dy) || 1
    // those with many lines would be torn about: far ones pull no more than near ones
    const force = ((strength * (distance - SPRING)) / distance) * Math.min(1, 200 / distance)
    x[a] = (x[a] as number) + dx * force
    y[a] = (y[a] as number) + dy * force
    x[b] = (x[b] as number) - dx * force
    y[b] = (y[b] as number) - dy * force
  }
}

/** Everybody by the square they are in: those of square `s` are `order[starts[s]]` up to `order[starts[s + 1]]`. */
interface Squares {
  readonly across: number
  readonly squareOf: Uint32Array
  readonly starts: Uint32Array
  readonly order: Uint32Array
}

function squaresOf({ x, y }: Drawing): Squares {
  const count = x.length
  let [left, right, top, bottom] = [0, 0, 0, 0]
  for (let n = 0; n < count; n++) {
    left = Math.min(left, x[n] as number)
    right = Math.max(right, x[n] as number)
    top = Math.min(top, y[n] as number)
    bottom = Math.max(bottom, y[n] as number)
  }
  // an empty square all around: each of ours has eight neighbours
  const across = Math.floor((right - left) / CELL) + 3
  const down = Math.floor((bottom - top) / CELL) + 3
  const squareOf = new Uint32Array(count)
  const starts = new Uint32Array(across * down + 1)
  for (let n = 0; n < count; n++) {
    const column = Math.floor(((x[n] as number) - left) / CELL) + 1
    const line = Math.floor(((y[n] as number) - top) / CELL) + 1
    const square = line * across + column
    squareOf[n] = square
    starts[square + 1] = (starts[square + 1] as number) + 1
  }
  for (let s = 1; s < starts.length; s++)
    starts[s] = (starts[s] as number) + (starts[s - 1] as number)
  const next = starts.slice()
  const order = new Uint32Array(count)
  for (let n = 0; n < count; n++) {
    const square = squareOf[n] as number
    const place = next[square] as number
    order[place] = n
    next[square] = place + 1
  }
  return { across, squareOf, starts, order }
}

/** Only those in the same or the next squares are near enough to matter. */
function push(drawing: Drawing, strength: number): void {
  const { x, y } = drawing
  const { across, squareOf, starts, order } = squaresOf(drawing)
  for (let n = 0; n < x.length; n++) {
    let px = x[n] as number
    let py = y[n] as number
    for (let line = -across; line <= across; line += across)
      for (let column = -1; column <= 1; column++) {
        const square = (squareOf[n] as number) + line + column
        const from = starts[square] as number
        // a heap is spread over several steps
        const to = Math.min(starts[square + 1] as number, from + NEAR_MAX)
        for (let at = from; at < to; at++) {
          const other = order[at] as number
          if (other === n) continue
          const dx = px - (x[other] as number)
          const dy = py - (y[other] as number)
          const squared = dx * dx + dy * dy
          if (squared > CELL * CELL) continue
          const distance = Math.max(1, Math.sqrt(squared))
          const force = (strength * (1 - distance / CELL)) / distance
          px += (dx || 0.5) * force
          py += (dy || 0.5) * force
        }
      }
    x[n] = px
    y[n] = py
  }
}

/** Who is drawn at that place, or nearest within `reach`. */
export function nodeAt(
  { nodes, x, y }: Drawing,
  px: number,
  py: number,
  reach: number,
): Node | null {
  let best: Node | null = null
  let least = reach
  for (const [at, node] of nodes.entries()) {
    const distance = Math.hypot((x[at] as number) - px, (y[at] as number) - py)
    if (distance <= least) {
      best = node
      least = distance
    }
  }
  return best
}
