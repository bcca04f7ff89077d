import { fromBase64 } from '@scuttlebot/ssb-encode'
import { type FeedId, keyOfFeedId } from '@scuttlebot/ssb-ref'

/** Feeds whose decoded keys are kept. 4096 × some 200 bytes. */
const AUTHORS_MAX = 4096

let young = new Map<string, Uint8Array>()
let old = new Map<string, Uint8Array>()

/**
 * The public key of a feed, decoded once and kept while it is in use.
 *
 * Two generations: what was not asked for during a whole generation is forgotten.
 *
 * @param author a feed id by its form (the suffix is the caller's matter)
 */
export function publicKeyOf(author: FeedId): Uint8Array {
  const known = young.get(author)
  if (known !== undefined) return known
  const key = old.get(author) ?? fromBase64(keyOfFeedId(author)) ?? new Uint8Array()
  if (young.size >= AUTHORS_MAX / 2) {
    old = young
    young = new Map()
  }
  young.set(author, key)
  return key
}
