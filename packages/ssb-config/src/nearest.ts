/** Names longer than this are not compared: the table would grow with what a stranger typed. */
const COMPARED_MAX = 80

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + same,
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

/**
 * The name that was most likely meant by `typed`, or `null` when nothing is near.
 *
 * Letter case is ignored; a name whose last dotted part is what was typed counts as near
 * (`hops` → `friends.hops`). Never throws.
 */
export function nearest(typed: string, names: Iterable<string>): string | null {
  if (typed === '' || typed.length > COMPARED_MAX) return null
  const wanted = typed.toLowerCase()
  const last = wanted.slice(wanted.lastIndexOf('.') + 1)
  let best: string | null = null
  let bestScore = Number.POSITIVE_INFINITY
  for (const name of names) {
    const lower = name.toLowerCase()
    const tail = lower.slice(lower.lastIndexOf('.') + 1)
    const whole = distance(wanted, lower)
    const score = Math.min(
      whole <= Math.max(1, Math.floor(wanted.length / 3)) ? whole : Number.POSITIVE_INFINITY,
      tail === last ? 1.5 : Number.POSITIVE_INFINITY,
    )
    if (score < bestScore) {
      best = name
      bestScore = score
    }
  }
  return best
}
