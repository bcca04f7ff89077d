// A link is a reference in text or content, with a query or without:
//   &….sha256?unbox=<base64 key>.boxs        a blob and the key it is encrypted with

import { isBlobId, isFeedSyntax, isMsgId } from './ids.ts'

const LINK = /^([@%&][A-Za-z0-9/+]{43}=\.\w+)(?:\?(.+))?$/
const ANYWHERE = /[@%&][A-Za-z0-9/+]{43}=\.\w+/

/** What `parseLink` finds: the reference and, where there is one, its query. Repeated keys become arrays. */
export interface ParsedLink {
  readonly link: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
}

/** Whether a value is a reference to a feed, message or blob, followed by `?` and anything or by nothing. */
export function isLink(x: unknown): x is string {
  if (typeof x !== 'string') return false
  const end = x.indexOf('?')
  const ref = end < 0 ? x : x.slice(0, end)
  return isFeedSyntax(ref) || isMsgId(ref) || isBlobId(ref)
}

/** Whether a value is a link to a message. */
export function isMsgLink(x: unknown): x is string {
  return isLink(x) && x.startsWith('%')
}

/** Whether a value is a link to a blob. */
export function isBlobLink(x: unknown): x is string {
  return isLink(x) && x.startsWith('&')
}

function parseQuery(text: string): Record<string, string | string[]> {
  // Collected in a map and made an object at once, so that a key like `__proto__` is a key like any other.
  const query = new Map<string, string | string[]>()
  // The question mark in front is there to be taken off, as the platform takes off one.
  for (const [key, value] of new URLSearchParams(`?${text}`)) {
    const before = query.get(key)
    if (before === undefined) query.set(key, value)
    else if (typeof before === 'string') query.set(key, [before, value])
    else before.push(value)
  }
  const unbox = query.get('unbox')
  if (typeof unbox === 'string') query.set('unbox', unbox.replaceAll(' ', '+'))
  return Object.fromEntries(query)
}

/**
 * Take a link apart.
 *
 * COMPAT: laxer than `isLink`, as in ssb-ref 2.16: any suffix of word characters, and the base64 need not be
 * canonical. In a query `+` means a space, but in `unbox`, a base64 key, it stays a plus.
 *
 * @returns undefined when the value is no link
 */
export function parseLink(x: unknown): ParsedLink | undefined {
  const match = typeof x === 'string' ? LINK.exec(x) : null
  if (!match?.[1]) return undefined
  if (match[2] === undefined) return { link: match[1] }
  return { link: match[1], query: parseQuery(match[2]) }
}

/**
 * Find the first reference in a text, also when the text is percent-encoded or its `&` written `&amp;`.
 *
 * Lax like {@link parseLink}: check what it finds before use.
 *
 * @returns null when there is none, false when the value is no string
 */
export function extract(x: unknown): string | null | false {
  if (typeof x !== 'string') return false
  return ANYWHERE.exec(x)?.[0] ?? ANYWHERE.exec(decoded(x).replaceAll('&amp;', '&'))?.[0] ?? null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
