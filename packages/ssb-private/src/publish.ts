import { toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { Box } from './box.ts'
import { PrivateError } from './errors.ts'
import type { PrivateStore, Published } from './needs.ts'
import { needToFit, signedLength } from './size.ts'

/** Content to be boxed. */
export interface PrivateContent {
  readonly type: string
  readonly recps?: unknown
  readonly [key: string]: unknown
}

/** How something private is published. */
export interface PrivateOptions {
  /** Box it to yourself, too. Default true; without it you cannot read what you wrote. */
  readonly own?: boolean
}

/** What publishing needs. */
export interface PublishNeeds {
  readonly store: Pick<PrivateStore, 'head' | 'publish'>
  readonly id: FeedId
  readonly boxes: () => Iterable<Box>
  now(): number
}

const refuse = (text: string): PrivateError => new PrivateError('SSB_PRIVATE_RECIPIENTS', text)

/** Recipients as ids, each once: a slot that is there twice shows to everyone. */
function recipientsOf(named: unknown): readonly string[] {
  const list = typeof named === 'string' ? [named] : named
  if (!Array.isArray(list) || list.length === 0)
    throw refuse('a private message needs recipients: a list of feed ids')
  const ids = list.map((one: unknown, i) => {
    const id: unknown =
      typeof one === 'object' && one !== null ? (one as { readonly link?: unknown }).link : one
    if (typeof id !== 'string')
      throw refuse(`recipient ${i + 1} of ${list.length} is no id: ${JSON.stringify(one)}`)
    return id
  })
  return [...new Set(ids)]
}

function needContent(content: unknown): PrivateContent {
  const type =
    typeof content === 'object' && content !== null
      ? (content as { readonly type?: unknown }).type
      : undefined
  if (typeof type !== 'string' || Array.isArray(content))
    throw new PrivateError('SSB_PRIVATE_CONTENT', 'private content must be an object with a type')
  return content as PrivateContent
}

/** The text that is published, by the first box that can. */
function boxWith(
  boxes: Iterable<Box>,
  content: object,
  recipients: readonly string[],
): { readonly text: string; readonly box: Box } {
  const plain = utf8(JSON.stringify(content))
  for (const box of boxes) {
    const cipher = box.box(plain, recipients)
    if (cipher !== null) return { text: `${toBase64(cipher)}.${box.suffix}`, box }
  }
  const odd = recipients.find((id) => !isFeedId(id))
  throw refuse(
    odd === undefined
      ? 'none of the private formats can box to these recipients'
      : `no feed id, and nothing else that can be boxed to: ${odd}`,
  )
}

/**
 * Box content to recipients and publish it. The ids are written into the content as `recps` where it has none, so that
 * readers can answer to all.
 *
 * @param recps feed ids, or one; absent: those that the content names as `recps`
 * @throws PrivateError; TooLargeError when it does not fit, before anything is signed
 */
export async function publishPrivate(
  needs: PublishNeeds,
  content: unknown,
  recps: unknown,
  options: PrivateOptions = {},
): Promise<Published> {
  const given = needContent(content)
  const named = recipientsOf(recps ?? given.recps)
  const isOwn = options.own !== false
  const recipients = isOwn ? [...new Set([...named, needs.id])] : named
  const whole = given.recps === undefined ? { ...given, recps: recipients } : given
  const { text, box } = boxWith(needs.boxes(), whole, recipients)
  const length = signedLength(needs.store, needs.id, text, needs.now())
  // Each id is in the text as well, quoted and with a comma.
  const idBytes = needs.id.length + '"",'.length
  needToFit(length, recipients.length, box.recipientBytes, idBytes)
  return needs.store.publish(text)
}

/** For the store's own `publish` with `recps`: what a box makes of it, or `null`. */
export function boxerOf(
  boxes: () => Iterable<Box>,
): (content: object, recipients: readonly unknown[]) => string | null {
  return (content, recipients) => {
    const ids = recipients.filter((one): one is string => typeof one === 'string')
    if (ids.length < recipients.length) return null
    const plain = utf8(JSON.stringify(content))
    for (const box of boxes()) {
      const cipher = box.box(plain, ids)
      if (cipher !== null) return `${toBase64(cipher)}.${box.suffix}`
    }
    return null
  }
}
