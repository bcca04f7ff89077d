import { toBase64 } from '@scuttlebot/ssb-encode'
import { box, unboxBody, unboxKey } from '@scuttlebot/ssb-keys'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { Content } from '@scuttlebot/ssb-validate'
import { StoreError } from './errors.ts'

/** Encrypts content for recipients: the text that is published, or `null` when it cannot. */
export type Boxer = (content: object, recipients: readonly unknown[]) => string | null

/** What unboxing gave. */
export interface Unboxed {
  readonly content: unknown
  /** The key that opens this one message, base64, where there is one. */
  readonly unbox?: string
}

/**
 * Opens boxed content, or answers `null` when it is not for us.
 *
 * @param at log position of the message, where it is stored: what was found out about it may be remembered by that
 */
export type Unboxer = (boxed: string, author: string, at?: number) => Unboxed | null

/**
 * Encrypt content that names recipients (`recps`), by the first boxer that can. The one that was added last is asked
 * first, so that the built-in one is only for stores that nobody has given another.
 *
 * @throws {@link StoreError} with code `SSB_STORE_CONTENT` and the classic texts.
 */
export function boxed(content: Content, boxers: Iterable<Boxer>): Content {
  if (typeof content !== 'object' || content === null) return content
  const named = (content as { readonly recps?: unknown })['recps']
  if (named === undefined || named === null || named === false || named === '') return content
  const recipients = typeof named === 'string' ? [named] : named
  if (!Array.isArray(recipients))
    throw refuse('private message field "recps" expects an Array of recipients')
  if (recipients.length === 0)
    throw refuse('private message field "recps" requires at least one recipient')
  for (const box of [...boxers].reverse()) {
    const text = box(content, recipients)
    if (text !== null) return text
  }
  const names = JSON.stringify(recipients)
  throw refuse(`private message requested, but no boxers could encrypt these recps: ${names}`)
}

const refuse = (text: string): StoreError => new StoreError('SSB_STORE_CONTENT', text)

/** The private box of all SSB software: for up to seven feeds, named by id or by `{link: id}`. */
export const privateBoxer: Boxer = (content, recipients) => {
  const feeds: FeedId[] = []
  for (const recipient of recipients) {
    const id =
      typeof recipient === 'object' && recipient !== null
        ? (recipient as { readonly link?: unknown }).link
        : recipient
    if (!isFeedId(id)) return null
    feeds.push(id)
  }
  try {
    return box(content, feeds)
  } catch (error) {
    throw new StoreError('SSB_STORE_CONTENT', (error as Error).message, { cause: error })
  }
}

const BOXED = /\.box$/

/**
 * Open private boxes with an identity's private key.
 *
 * @param keys a key object or `<base64>.ed25519`; it is kept, and stays in this process
 * @throws KeysError at the first use when it is no private key
 */
export function privateUnboxer(keys: string | { readonly private: string }): Unboxer {
  return (text) => {
    if (!BOXED.test(text)) return null
    const key = unboxKey(text, keys)
    if (key === null) return null
    const content = unboxBody(text, key)
    return content === undefined || content === null ? null : { content, unbox: toBase64(key) }
  }
}
