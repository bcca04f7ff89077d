/** Messages on one sheet of a list. */
export const SHEET = 3

/**
 * Where the sheets of a list begin. What began one before begins one again, so that nothing moves to another sheet when
 * something comes before it.
 */
export function startsOf(keys: readonly unknown[], heads: ReadonlySet<unknown>): readonly number[] {
  const starts: number[] = []
  for (const [at, key] of keys.entries()) {
    const last = starts.at(-1)
    if (last === undefined || heads.has(key) || at - last === SHEET) starts.push(at)
  }
  return starts
}
