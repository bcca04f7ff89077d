// What a feed or a message is called, and who says so: pure functions over statements.
import { isLink } from '@scuttlebot/ssb-ref'
import { isRemoval, own } from './content.ts'
import type { Statement } from './statements.ts'

/** Author → what they say. */
export type Values = ReadonlyMap<string, unknown>

/** Note what a statement says of `key`; whether it says anything. */
export function note(values: Map<string, unknown>, key: string, statement: Statement): boolean {
  const value = own(statement.content, key)
  // COMPAT: empty texts, zero and null say nothing, as in ssb-social-index.
  if (!value) return false
  values.delete(statement.author)
  if (!isRemoval(value)) values.set(statement.author, value)
  return true
}

/** What to show: our own word, else the subject's author's, else what most say. */
export function socialValue(values: Values, us: string, author: string | null): unknown {
  return values.get(us) ?? (author === null ? undefined : values.get(author)) ?? mostCommon(values)
}

function mostCommon(values: Values): unknown {
  const counts = new Map<string, number>()
  let best: string | null = null
  let most = 0
  for (const value of values.values()) {
    const link = own(value, 'link')
    const text = typeof value === 'string' ? value : link
    if (typeof text !== 'string' || (text === link && !isLink(text))) continue
    const count = (counts.get(text) ?? 0) + 1
    counts.set(text, count)
    if (count <= most) continue
    most = count
    best = text
  }
  return best
}

/** The newest value of those that stand: a map keeps the order in which they were said. */
export function latest(values: Values): unknown {
  let last: unknown = null
  for (const value of values.values()) last = value
  return last
}
