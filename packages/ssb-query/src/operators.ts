import type { BlobId, FeedId, MsgId } from '@scuttlebot/ssb-ref'

/** A condition on messages: plain data, made by the functions of this file. */
export type Condition =
  | { readonly is: 'and'; readonly of: readonly Condition[] }
  | { readonly is: 'or'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'all' }
  | { readonly is: 'type'; readonly type: string }
  | { readonly is: 'author'; readonly author: FeedId }
  | { readonly is: 'link'; readonly relation: string | null; readonly target: string }
  | { readonly is: 'relation'; readonly relation: string }
  | { readonly is: 'boxed' }
  | { readonly is: 'received'; readonly from: number; readonly to: number }
  | { readonly is: 'claimed'; readonly from: number; readonly to: number }
  | { readonly is: 'key'; readonly key: MsgId }

/** Every one of the conditions. */
export function and(...of: readonly Condition[]): Condition {
  return { is: 'and', of }
}

/** At least one of the conditions. */
export function or(...of: readonly Condition[]): Condition {
  return { is: 'or', of }
}

/** Not the condition. Alone it walks the whole log, which `explain` shows. */
export function not(of: Condition): Condition {
  return { is: 'not', of }
}

/** Every message: walks the log. */
export function everything(): Condition {
  return { is: 'all' }
}

/** Content of this type, exactly. Boxed content has none. */
export function type(name: string): Condition {
  return { is: 'type', type: name }
}

/** Messages of this feed. */
export function author(feed: FeedId): Condition {
  return { is: 'author', author: feed }
}

/**
 * Messages that link to `target` by the top-level property `relation`; with `null`, that name it anywhere in their
 * content. A query behind the id in the message does not matter.
 */
export function linksTo(
  relation: string | null,
  target: FeedId | MsgId | BlobId | `#${string}`,
): Condition {
  return { is: 'link', relation, target }
}

/** Messages with any link by this top-level property. */
export function hasLink(relation: string): Condition {
  return { is: 'relation', relation }
}

/** A thread: its first message and everything whose `root` it is. */
export function thread(root: MsgId): Condition {
  return or({ is: 'key', key: root }, linksTo('root', root))
}

/** Messages in a channel or with its hashtag; `name` with or without `#`, in its normal form. */
export function channel(name: string): Condition {
  return linksTo(null, name.startsWith('#') ? (name as `#${string}`) : `#${name}`)
}

/** Messages whose content is boxed, opened or not. */
export function boxed(): Condition {
  return { is: 'boxed' }
}

/** Messages received in this span: milliseconds since 1970, both ends inclusive. */
export function received(from: number, to: number = Infinity): Condition {
  return { is: 'received', from, to }
}

/** Messages whose claimed time, capped by the receive time, lies in this span: both ends inclusive. */
export function claimed(from: number, to: number = Infinity): Condition {
  return { is: 'claimed', from, to }
}
