import type { FeedId } from '@scuttlebot/ssb-ref'

/** Somebody in the drawing. */
export interface Node {
  readonly id: FeedId
  readonly hops: number
  x: number
  y: number
}

/** Who follows whom, laid out. Edges are places in `nodes`, two for each. */
export interface Drawing {
  readonly nodes: readonly Node[]
  readonly edges: Uint32Array
}

/** Distance that springs want, and that others keep. */
const SPRING = 60
const CELL = 48
/** How many of one square are looked at. */
const NEAR_MAX = 10
/** How fast it cools down; after `STEPS` nothing moves. */
export const STEPS = 160

/** People within the network, on a ring for each hop, and their follows. Nothing is random: it looks the same again. */
export function drawingOf(
  graph: Readonly<Record<string, Readonly<Record<string, number>>>>,
  hops: Readonly<Record<string, number>>,
  hopsMax: number,
): Drawing {
  const ids = Object.entries(hops)
    .filter(([, n]) => n >= 0 && n <= hopsMax)
    .toSorted(([, a], [, b]) => a - b) as [FeedId, number][]
  const places = new Map<string, number>()
  const rings = new Map<number, number>()
  const counts = new Map<number, number>()
  for (const [, n] of ids) counts.set(n, (counts.get(n) ?? 0) + 1)
  const nodes = ids.map(([id, n], at) => {
    places.set(id, at)
    const index = rings.get(n) ?? 0
    rings.set(n, index + 1)
    const count = counts.get(n) ?? 1
    // a crowded ring is wider, so that its people have room from the start
    const radius = n === 0 ? 0 : n * 160 + Math.sqrt(count) * 14
    const angle = (index / count) * 2 * Math.PI
    return { id, hops: n, x: radius * Math.cos(angle), y: radius * Math.sin(angle) }
  })
  const edges: number[] = []
  for (const [from, follows] of Object.entries(graph)) {
    const a = places.get(from)
    if (a === undefined) continue
    for (const [dest, state] of Object.entries(follows)) {
      const b = places.get(dest)
      if (b !== undefined && state === 1) edges.push(a, b)
    }
  }
  return { nodes, edges: Uint32Array.from(edges) }
}

/** Move everybody a little: along the lines together, from each other apart. `step`: 0 … {@link STEPS}. */
export function settle({ nodes, edges }: Drawing, step: number): void {
  const heat = 1 - step / STEPS
  pull(nodes, edges, 0.02 * heat)
  push(nodes, 6 * heat)
  const [self] = nodes
  if (self !== undefined && self.hops === 0) {
    self.x = 0
    self.y = 0
  }
}

function pull(nodes: readonly Node[], edges: Uint32Array, strength: number): void {
  for (let at = 0; at < edges.length; at += 2) {
    const a = nodes[edges[at] ?? 0]
    const b = nodes[edges[at + 1] ?? 0]
    if (a === undefined || b === undefined) continue
    const dx = b.x - a.x
    const dy = b.y - a.y
    const distance = Math.hypot(dx, dy) || 1
    const force = (strength * (distance - SPRING)) / distance
    // those with many lines would be torn about: far ones pull no more than near ones
    const limit = Math.min(1, 200 / distance)
    a.x += dx * force * limit
    a.y += dy * force * limit
    b.x -= dx * force * limit
    b.y -= dy * force * limit
  }
}

/** Only those in the same or the next squares are near enough to matter. */
function push(nodes: readonly Node[], strength: number): void {
  const cells = new Map<number, Node[]>()
  const keyOf = (x: number, y: number): number =>
    (Math.floor(x / CELL) + 32_768) * 65_536 + Math.floor(y / CELL) + 32_768
  for (const node of nodes) {
    const key = keyOf(node.x, node.y)
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, [node])
    else cell.push(node)
  }
  for (const node of nodes)
    for (let cx = -1; cx <= 1; cx++)
      for (let cy = -1; cy <= 1; cy++) {
        const near = cells.get(keyOf(node.x + cx * CELL, node.y + cy * CELL))
        if (near === undefined) continue
        // a heap is spread over several steps
        const count = Math.min(near.length, NEAR_MAX)
        for (let at = 0; at < count; at++) {
          const other = near[at]
          if (other === undefined) continue
          if (other === node) continue
          const dx = node.x - other.x
          const dy = node.y - other.y
          const distance = Math.max(1, Math.sqrt(dx * dx + dy * dy))
          if (distance > CELL) continue
          const force = (strength * (1 - distance / CELL)) / distance
          node.x += (dx || 0.5) * force
          node.y += (dy || 0.5) * force
        }
      }
}

/** Who is drawn at that place, or nearest within `reach`. */
export function nodeAt({ nodes }: Drawing, x: number, y: number, reach: number): Node | null {
  let best: Node | null = null
  let least = reach
  for (const node of nodes) {
    const distance = Math.hypot(node.x - x, node.y - y)
    if (distance <= least) {
      best = node
      least = distance
    }
  }
  return best
}
