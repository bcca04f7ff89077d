import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'

/*
 * A note tells a peer where we stand with feeds: { "<feed id>": n, … }
 *
 *   n = −1             we do not replicate the feed
 *   n = sequence << 1      we have it up to `sequence`; send what follows
 *   n = sequence << 1 | 1  … do not send, only tell when you are ahead
 *
 * 32-bit arithmetic, so the largest sequence is 2^30 − 1 (ebt.md §2).
 */

/** The largest sequence that a note can carry. */
export const SEQUENCE_MAX: number = 2 ** 30 - 1

/** What a note says of one feed. */
export interface Stand {
  /** −1: the feed is not replicated. */
  readonly sequence: number
  /** Whether messages shall be sent. */
  readonly receive: boolean
}

/** A note as it goes over the wire. */
export type Note = Readonly<Record<FeedId, number>>

/** The number for a stand. Sequences beyond the maximum count as the maximum. */
export function encodeStand(sequence: number, receive: boolean): number {
  if (sequence < 0) return -1
  return Math.min(sequence, SEQUENCE_MAX) * 2 + (receive ? 0 : 1)
}

/** The stand of a number. Anything that is no such number counts as "not replicated", as in the reference. */
export function decodeStand(value: unknown): Stand {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1)
    return { sequence: -1, receive: false }
  return { sequence: Math.floor(value / 2), receive: value % 2 === 0 }
}

/** An item of the stream: a message (by its author and sequence), a note, or something else. */
export type Item =
  | { readonly kind: 'message'; readonly author: FeedId; readonly sequence: number }
  | {
      readonly kind: 'note'
      readonly stands: readonly (readonly [FeedId, Stand])[]
      /** The mark of the last session, in the first note of one of ours; `null` in others. */
      readonly session: string | null
    }
  | { readonly kind: 'other' }

/**
 * Say what a parsed item of the stream is. Total. A note may be wrapped as `{ clock: … }`; keys that
 * are no feed ids are left out; of more than `feedsMax` feeds, the first ones count.
 *
 * @param isFeed which ids are feeds; default: classic ones.
 */
export function readItem(
  item: unknown,
  feedsMax: number,
  isFeed: (id: unknown) => id is FeedId = isFeedId,
): Item {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return { kind: 'other' }
  const { author, sequence, content, clock, session } = item as Readonly<Record<string, unknown>>
  if (isFeed(author) && Number.isInteger(sequence) && Number(sequence) > 0 && content)
    return { kind: 'message', author, sequence: Number(sequence) }
  const wrapped = typeof clock === 'object' && clock !== null && !Array.isArray(clock)
  const stands: [FeedId, Stand][] = []
  for (const [feed, value] of Object.entries(wrapped ? clock : item)) {
    if (!isFeed(feed)) continue
    if (stands.length >= feedsMax) break
    // COMPAT: a clock computed from nothing arrives as null and means 0 (epidemic-broadcast-trees 9).
    stands.push([feed, decodeStand(value === null ? 0 : value)])
  }
  return { kind: 'note', stands, session: wrapped && isMark(session) ? session : null }
}

/** Whether this can be the mark of a session; empty: there was none. */
export function isMark(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64
}

/** One character for each byte, whatever it is. */
const latin1 = new TextDecoder('latin1')

const LEAD =
  /^\{"previous":(?:null|"%[^"]{43,60}"),(?:"author":"(@[^"]{44,60})","sequence":(\d{1,10})|"sequence":(\d{1,10}),"author":"(@[^"]{44,60})"),/

/**
 * Author and sequence of a message from the first bytes of its JSON, without parsing all of it.
 * `null`: it does not begin as messages do, so parse it. The store judges the whole message later.
 */
export function peekMessage(
  bytes: Uint8Array,
): { readonly author: FeedId; readonly sequence: number } | null {
  // '{"p': a note begins with '{"@' or is '{}'.
  if (bytes.length < 200 || bytes[2] !== 0x70) return null
  const match = LEAD.exec(latin1.decode(bytes.subarray(0, 190)))
  if (match === null) return null
  const author = match[1] ?? match[4]
  return isFeedId(author) ? { author, sequence: Number(match[2] ?? match[3]) } : null
}
