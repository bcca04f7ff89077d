import { isAddress } from './addresses.ts'
import { isBlobId, isFeedSyntax, isMsgId } from './ids.ts'
import { isInvite } from './invites.ts'

/**
 * What a text is: the first of feed, message, blob, address and invite that it has the form of.
 *
 * An invite in multiserver form is also an address, so it gives `'address'`. A link with a query gives false.
 * The typed form of this question is `parse`.
 */
export function type(x: unknown): 'feed' | 'msg' | 'blob' | 'address' | 'invite' | false {
  if (isFeedSyntax(x)) return 'feed'
  if (isMsgId(x)) return 'msg'
  if (isBlobId(x)) return 'blob'
  if (typeof x === 'string' && isAddress(x)) return 'address'
  return isInvite(x) ? 'invite' : false
}
