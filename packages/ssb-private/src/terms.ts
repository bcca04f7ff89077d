import { isLink } from '@scuttlebot/ssb-ref'

/** What opened messages are found by. */
export interface Condition {
  readonly author?: string
  /** `content.type`. */
  readonly type?: string
  /** An id that a property of the content points to, directly or in a list. */
  readonly link?: string
  /** `content.root`: a thread, without its first message. */
  readonly root?: string
}

const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null

/** Links of one message that are kept; it is a stranger who wrote them. */
const LINKS_MAX = 100

function linkOf(item: unknown): string | null {
  const link = isObject(item) ? item['link'] : item
  if (typeof link !== 'string' || !isLink(link)) return null
  const query = link.indexOf('?')
  return query < 0 ? link : link.slice(0, query)
}

/** The terms that opened content is indexed under. */
export function termsOf(author: string, content: unknown): readonly string[] {
  const terms = new Set([term('author', author)])
  if (!isObject(content)) return [...terms]
  const { type, root } = content
  if (typeof type === 'string') terms.add(term('type', type))
  if (typeof root === 'string') terms.add(term('root', root))
  let links = 0
  for (const value of Object.values(content))
    for (const item of Array.isArray(value) ? value : [value]) {
      const link = linkOf(item)
      if (link === null) continue
      if (++links > LINKS_MAX) return [...terms]
      terms.add(term('link', link))
    }
  return [...terms]
}

const term = (name: keyof Condition, value: string): string => `${name} ${value}`

/** The terms that a message must have. */
export function termsWanted(condition: Condition): readonly string[] {
  const wanted: string[] = []
  for (const name of ['author', 'type', 'link', 'root'] as const) {
    const value = condition[name]
    if (value !== undefined) wanted.push(term(name, value))
  }
  return wanted
}
