/** A running mean, in the form that the classic servers keep and tell. */
export interface Stats {
  readonly mean: number
  readonly stdev: number
  readonly count: number
  readonly sum: number
  readonly sqsum: number
}

/** `stats` with one more value; `null` is none so far. */
export function addValue(stats: Stats | null, value: number): Stats {
  const count = (stats?.count ?? 0) + 1
  const sum = (stats?.sum ?? 0) + value
  const sqsum = (stats?.sqsum ?? 0) + value * value
  const mean = sum / count
  // rounding may make it slightly negative
  const stdev = Math.sqrt(Math.max(0, sqsum / count - mean * mean))
  return { mean, stdev, count, sum, sqsum }
}

/** Any value as stats; `null` when it is none. */
export function readStats(value: unknown): Stats | null {
  if (typeof value !== 'object' || value === null) return null
  const { mean, stdev, count, sum, sqsum } = value as Readonly<Record<string, unknown>>
  const isNumber = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x)
  if (!isNumber(mean) || !isNumber(count) || !isNumber(sum) || !isNumber(sqsum)) return null
  return { mean, stdev: isNumber(stdev) ? stdev : 0, count, sum, sqsum }
}
