import type { FeedId } from '@scuttlebot/ssb-ref'
import { TooLargeError } from './errors.ts'
import type { PrivateStore } from './needs.ts'

/** A signed message may have this many UTF-16 units in its canonical text: a rule of the network. */
export const MESSAGE_MAX = 8192

/** Stands for any signature: all are of one length. */
const SIGNATURE = `${'A'.repeat(86)}==.sig.ed25519`

/** How long the signed text of our next message would be with this content. */
export function signedLength(
  store: Pick<PrivateStore, 'head'>,
  author: FeedId,
  content: string,
  now: number,
): number {
  const head = store.head(author)
  const value = {
    previous: head?.id ?? null,
    sequence: (head?.sequence ?? 0) + 1,
    author,
    timestamp: Math.floor(now),
    hash: 'sha256',
    content,
    signature: SIGNATURE,
  }
  return JSON.stringify(value, null, 2).length
}

/** Base64 makes four characters of three bytes. */
const characters = (bytes: number): number => Math.ceil((bytes * 4) / 3)

/**
 * Refuse what does not fit, before it is signed.
 *
 * @throws TooLargeError
 */
export function needToFit(
  length: number,
  recipients: number,
  recipientBytes: number,
  namedBytes: number,
): void {
  if (length <= MESSAGE_MAX) return
  const over = length - MESSAGE_MAX
  const each = characters(recipientBytes + namedBytes)
  throw new TooLargeError(
    `the private message is ${over} characters too large (${length}, at most ${MESSAGE_MAX}): take ${Math.ceil((over * 3) / 4)} bytes out of it, or recipients, of whom each of the ${recipients} costs ${each} characters`,
    over,
    each,
  )
}
