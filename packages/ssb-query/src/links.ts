import {
  isBlobId,
  isCloakedMsgId,
  isFeedId,
  isLink,
  isMsgId,
  normalizeChannel,
} from '@scuttlebot/ssb-ref'

/** A link at the top level of content. */
export interface Link {
  /** Name of the property. */
  readonly rel: string
  /** What it points to, as it is written: an id, with a query at times. */
  readonly dest: string
}

/** An id without the query that a link may carry. */
export function bare(dest: string): string {
  const mark = dest.indexOf('?')
  return mark < 0 ? dest : dest.slice(0, mark)
}

const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null

function linkOf(item: unknown): string | null {
  if (typeof item === 'string') return isLink(item) ? item : null
  if (!isObject(item)) return null
  const link = item['link']
  return typeof link === 'string' && isLink(link) ? link : null
}

// COMPAT: the reference takes any object with the keys 0, 1, 2 … for a list, up to the first that is missing.
function listed(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (!isObject(value) || !value['0']) return null
  const list: unknown[] = []
  for (let i = 0; value[i]; i++) list.push(value[i])
  return list
}

/**
 * The links at the top level of content, as ssb-db's index finds them: a property that is an id or an object with a
 * `link`, or a list of such. Null inside lists is skipped. Boxed content has none. Never throws on parsed JSON.
 */
export function topLinks(content: unknown): Link[] {
  const links: Link[] = []
  if (!isObject(content)) return links
  for (const rel of Object.keys(content)) {
    const value = content[rel]
    if (!value || typeof value === 'number' || value === true) continue
    for (const item of listed(value) ?? [value]) {
      const dest = linkOf(item)
      if (dest !== null) links.push({ rel, dest })
    }
  }
  return links
}

// From the specification of ssb-backlinks: a channel is shorter than 30 characters.
const CHANNEL = /^#[^\s#]+$/
const CHANNEL_MAX = 30
// Deeper content than this is looked at no further: it costs stack, and nobody writes it.
const DEPTH_MAX = 64

/** The normal form of a channel's name with its `#`, or `null`. */
export function channelOf(text: string): string | null {
  const name = normalizeChannel(text)
  return name ? `#${name}` : null
}

function target(text: string): string | null {
  const sigil = text[0]
  if (sigil === '%') return isMsgId(text) || isCloakedMsgId(text) ? text : null
  if (sigil === '@') return isFeedId(text) ? text : null
  if (sigil === '&') return isBlobId(text) ? text : null
  if (sigil === '#' && text.length < CHANNEL_MAX && CHANNEL.test(text)) return channelOf(text)
  return null
}

const NO_LINKS: readonly Link[] = []

/**
 * Everything that content points to, at any depth, as ssb-backlinks finds it: ids that stand alone, cloaked ids,
 * channels (in their normal form), and the `channel` property. Each once.
 *
 * @param known links that are of no interest, such as those of {@link topLinks}: their ids are left out, which is
 * cheaper than to look at them again
 */
export function deepTargets(content: unknown, known: readonly Link[] = NO_LINKS): Set<string> {
  const found = new Set<string>()
  const isKnown = (text: string): boolean => {
    for (const { dest } of known) if (dest === text) return true
    return false
  }
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'string') {
      if (isKnown(value)) return
      const to = target(value)
      if (to !== null) found.add(to)
    } else if (isObject(value) && depth < DEPTH_MAX)
      for (const key in value) if (Object.hasOwn(value, key)) walk(value[key], depth + 1)
  }
  if (!isObject(content)) return found
  walk(content, 0)
  const channel = content['channel']
  if (typeof channel === 'string' && channel.length > 0 && channel.length < CHANNEL_MAX) {
    const to = channelOf(channel)
    if (to !== null) found.add(to)
  }
  return found
}
