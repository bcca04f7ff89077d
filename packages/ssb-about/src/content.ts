import {
  type BlobId,
  type FeedId,
  isBlobId,
  isCloakedMsgId,
  isFeedId,
  isLink,
} from '@scuttlebot/ssb-ref'

/** An object of parsed JSON. */
export type Raw = Readonly<Record<string, unknown>>

/** Whether a value is an object or a list. */
export const isObject = (x: unknown): x is Raw => typeof x === 'object' && x !== null

/** An own property: content comes from strangers, and names come from callers. */
export const own = (x: unknown, name: string): unknown =>
  isObject(x) && Object.hasOwn(x, name) ? x[name] : undefined

/** Names that one message gives to feeds: further ones are not looked at, a stranger wrote them. */
const MENTIONS_MAX = 100

/** What an `about` message is about: an id; `null` for other messages and for anything else. */
export function subjectOf(content: unknown): string | null {
  if (own(content, 'type') !== 'about') return null
  const to = own(content, 'about')
  return typeof to === 'string' && (isLink(to) || isCloakedMsgId(to)) ? to : null
}

/** Whether a value takes an earlier one back. */
export const isRemoval = (value: unknown): boolean => Boolean(own(value, 'remove'))

/** What a message calls a feed. */
export interface Naming {
  readonly about: FeedId
  /** `null` takes the name back. */
  readonly name: string | null
}

/** The names that a message gives: by `about`, or to whom it mentions. */
export function namingsOf(content: unknown): readonly Naming[] {
  const about = subjectOf(content)
  if (isFeedId(about)) {
    const name = own(content, 'name')
    if (typeof name === 'string' && name !== '') return [{ about, name }]
    if (isRemoval(name)) return [{ about, name: null }]
  }
  const mentions = own(content, 'mentions')
  if (!Array.isArray(mentions)) return []
  const found: Naming[] = []
  for (const mention of mentions.slice(0, MENTIONS_MAX)) {
    const [link, name] = [own(mention, 'link'), own(mention, 'name')]
    if (isFeedId(link) && typeof name === 'string' && name !== '') found.push({ about: link, name })
  }
  return found
}

/** The picture that a message gives to a feed; `image: null` takes it back. */
export function pictureOf(
  content: unknown,
): { readonly about: FeedId; readonly image: BlobId | null } | null {
  const about = subjectOf(content)
  if (!isFeedId(about)) return null
  const value = own(content, 'image')
  if (isRemoval(value)) return { about, image: null }
  const image = isObject(value) ? own(value, 'link') : value
  return isBlobId(image) ? { about, image } : null
}
