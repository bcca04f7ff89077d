import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { Edge } from './graph.ts'

/**
 * Read the content of a `contact` message. Total: anything else gives `null`.
 *
 * The whole state is in the last message, not merged with earlier ones: `{blocking: false}` alone
 * also takes back a follow (behaviour of ssb-friends). `blocking` and the old `flagged` count when
 * truthy, `following` only when it is exactly `true`.
 */
export function contactEdge(content: unknown): { readonly to: FeedId; readonly edge: Edge } | null {
  if (typeof content !== 'object' || content === null) return null
  const { type, contact, following, blocking, flagged } = content as Readonly<
    Record<string, unknown>
  >
  if (type !== 'contact' || !isFeedId(contact)) return null
  if (blocking || flagged) return { to: contact, edge: -1 }
  return { to: contact, edge: following === true ? 1 : -2 }
}
