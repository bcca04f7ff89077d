/** The next after one, in order and round the end, that fits; without `after` the first. Never `after` itself. */
export function nextInTurn<T extends { readonly id: string }>(
  all: Iterable<T>,
  after: string | null,
  fits: (one: T) => boolean,
): T | null {
  let first: T | null = null
  let passed = false
  for (const one of all) {
    if (one.id === after) {
      passed = true
      continue
    }
    if ((first !== null && !passed) || !fits(one)) continue
    if (passed) return one
    first = one
  }
  return first
}
