import { type FeedId, isFeedId, isMsgId, type MsgId } from '@scuttlebot/ssb-ref'

/** The parts of a message that the page shows. */
export interface Message {
  readonly key: MsgId
  readonly author: FeedId
  /** When its author says that it was written, milliseconds since 1970. */
  readonly written: number
  /** What orders the timeline: the claimed time, capped by when it was received. */
  readonly order: number
  /** Opened where it was boxed; a text is still boxed. */
  readonly content: Content | string
  readonly isPrivate: boolean
}

/** Content of any type: nothing in it is checked. */
export interface Content {
  readonly type: string
  readonly [name: string]: unknown
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Read what a stream of messages handed out; `null` for anything else. Total. */
export function messageOf(item: unknown): Message | null {
  if (!isObject(item) || !isMsgId(item['key']) || !isObject(item['value'])) return null
  const { key, value } = item
  const { author, content, timestamp } = value
  const isContent = isObject(content) && typeof content['type'] === 'string'
  if (!isFeedId(author) || !(isContent || typeof content === 'string')) return null
  const written = typeof timestamp === 'number' ? timestamp : 0
  const received = typeof item['timestamp'] === 'number' ? item['timestamp'] : written
  const rts = item['rts']
  return {
    key,
    author,
    written,
    order: typeof rts === 'number' ? rts : Math.min(written, received),
    content: content as Content | string,
    isPrivate:
      value['private'] === true ||
      (isObject(value['meta']) && value['meta']['private'] === true) ||
      (isObject(item['meta']) && item['meta']['private'] === true),
  }
}

/** A text of the content; empty where there is none. */
export function textOf(content: Content | string, name: string): string {
  const value = typeof content === 'string' ? undefined : content[name]
  return typeof value === 'string' ? value : ''
}

/** The message that a thread begins with, as a post names it. */
export function rootOf(content: Content | string): MsgId | null {
  const root = typeof content === 'string' ? undefined : content['root']
  return isMsgId(root) ? root : null
}

/** What a message is called in a few words: not what its author warns of. */
export function labelOf(content: Content | string): string {
  return (textOf(content, 'contentWarning') || textOf(content, 'text')).slice(0, 60)
}

/** The recipients of a private message, as it names them. */
export function recipientsOf(content: Content | string): readonly FeedId[] {
  const recps = typeof content === 'string' ? undefined : content['recps']
  if (!Array.isArray(recps)) return []
  return recps.map((one: unknown) => (isObject(one) ? one['link'] : one)).filter(isFeedId)
}

/** Whom a private message is between: its author, and those whom it names, if it names any. */
export function peopleOf({ author, content }: Message): readonly FeedId[] {
  return [...new Set([author, ...recipientsOf(content)])]
}
