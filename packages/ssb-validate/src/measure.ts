// Canonical text indents by two spaces per level, so a small message can stand for a huge text: 400 kB of nested
// lists for more than the engine can hold. What is certain to be too large is therefore counted, not written.

/** At this depth the indentation alone is more than a message may have. */
const DEPTH_MAX = 66
/** Each value takes two characters at least, so these are more than a message may have. */
const NODES_MAX = 4100
/** When counting ends: nobody needs to know how much too large. */
const COUNTED_MAX = 1_000_000

/** Whether a value is neither deep nor wide, so that writing it is cheap but for the length of its texts. */
export function isModest(value: unknown): boolean {
  let nodes = 0
  const look = (x: unknown, depth: number): boolean => {
    if (++nodes > NODES_MAX) return false
    if (typeof x !== 'object' || x === null) return true
    if (depth > DEPTH_MAX) return false
    if (Array.isArray(x)) {
      for (const y of x) if (!look(y, depth + 1)) return false
      return true
    }
    for (const key in x) if (!look((x as Record<string, unknown>)[key], depth + 1)) return false
    return true
  }
  return look(value, 0)
}

function leafUnits(x: unknown): number {
  if (typeof x === 'string') return JSON.stringify(x).length
  if (typeof x === 'number') return Number.isFinite(x) ? `${x}`.length : 4
  return x === false ? 5 : 4
}

/**
 * The length of the canonical text of a value that came from JSON, in UTF-16 units, without writing it.
 *
 * @returns null where there is too much to count (or no end to it: a cycle)
 */
export function canonicalUnits(value: unknown): number | null {
  const waiting: { readonly x: unknown; readonly depth: number }[] = [{ x: value, depth: 0 }]
  let units = 0
  let counted = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { x, depth } = next
    if (++counted > COUNTED_MAX) return null
    if (typeof x !== 'object' || x === null) {
      units += leafUnits(x)
      continue
    }
    const isList = Array.isArray(x)
    const keys = isList ? null : Object.keys(x)
    const children: readonly unknown[] = isList ? x : Object.values(x)
    for (const child of children) waiting.push({ x: child, depth: depth + 1 })
    for (const key of keys ?? []) units += JSON.stringify(key).length + 2
    // Brackets; then a line with its indent for each child, a comma between them, and the closing line.
    units += 2
    const { length } = children
    if (length > 0) units += length * (2 * (depth + 1) + 1) + (length - 1) + 1 + 2 * depth
  }
  return units
}
