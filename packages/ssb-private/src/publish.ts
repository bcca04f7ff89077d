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
  /** Recipients at most, yourself included, 1 to 255. Default 7: other software reads no more than 8. */
  readonly max?: number
}

/** What publishing needs. */
export interface PublishNeeds extends BoxNeeds {
  readonly store: Pick<PrivateStore, 'head' | 'publish'>
}

/** What boxing needs. */
export interface BoxNeeds {
  readonly store: Pick<PrivateStore, 'head'>
  readonly id: FeedId
  readonly boxes: () => Iterable<Box>
  now(): number
}

const refuse = (text: string): PrivateError => new PrivateError('SSB_PRIVATE_RECIPIENTS', text)

/** Old clients name recipients by objects. */
const idOf = (one: unknown): unknown =>
  typeof one === 'object' && one !== null ? (one as { readonly link?: unknown }).link : one

/** Recipients as ids, each once: a slot that is there twice shows to everyone. */
function recipientsOf(named: unknown): readonly string[] {
  const list = typeof named === 'string' ? [named] : named
  if (!Array.isArray(list) || list.length === 0)
    throw refuse('a private message needs recipients: a list of feed ids')
  const ids = list.map((one: unknown, i) => {
    const id = idOf(one)
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

/** The text that is published, by the first box that can; `null`: none can. Its size is checked. */
function boxWith(
  needs: BoxNeeds,
  content: object,
  recipients: readonly string[],
  max?: number,
): string | null {
  const plain = utf8(JSON.stringify(content))
  for (const box of needs.boxes()) {
    const cipher = box.box(plain, recipients, max)
    if (cipher === null) continue
    const text = `${toBase64(cipher)}.${box.suffix}`
    const length = signedLength(needs.store, needs.id, text, needs.now())
    // Each id is in the text as well, quoted and with a comma.
    const idBytes = needs.id.length + '"",'.length
    needToFit(length, recipients.length, box.recipientBytes, idBytes)
    return text
  }
  return null
}

function needMax(max: unknown): void {
  if (max !== undefined && !(Number.isInteger(max) && Number(max) >= 1 && Number(max) <= 255))
    throw refuse(`max must be a whole number from 1 to 255, not ${JSON.stringify(max)}`)
}

/**
 * Box content to recipients and publish it. The ids of all of them are written into the content as `recps`, so that
 * readers can answer to all; only where they are given by argument, too, it stays as it is.
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
  needMax(options.max)
  const named = recipientsOf(recps ?? given.recps)
  const isOwn = options.own !== false
  const recipients = isOwn ? [...new Set([...named, needs.id])] : named
  // Who names them twice means what stands in the content; else it says who can read it, in the form that clients know.
  const isTwice = recps !== undefined && recps !== null && given.recps !== undefined
  const whole = isTwice ? given : { ...given, recps: recipients }
  const text = boxWith(needs, whole, recipients, options.max)
  if (text !== null) return needs.store.publish(text)
  const odd = recipients.find((id) => !isFeedId(id))
  throw refuse(
    odd === undefined
      ? 'none of the private formats can box to these recipients'
      : `no feed id, and nothing else that can be boxed to: ${odd}`,
  )
}

/**
 * For the store's own `publish` of content with `recps`: the boxed text, or `null` when no box can. As the classic
 * servers do it, to those who are named and nobody else, and with the content as it is.
 *
 * @throws PrivateError; TooLargeError when it does not fit, before anything is signed
 */
export function boxerOf(
  needs: BoxNeeds,
): (content: object, recipients: readonly unknown[]) => string | null {
  return (content, recipients) => {
    const ids = recipients.map(idOf)
    const named = ids.filter((id) => typeof id === 'string')
    return named.length < ids.length ? null : boxWith(needs, content, [...new Set(named)])
  }
}
