import { signPublicToExchange } from '@scuttlebot/ssb-crypto'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { type Keys, ssbSecretKeyToPrivateBoxSecret } from '@scuttlebot/ssb-keys'
import {
  box as boxBytes,
  PrivateBoxError,
  RECIPIENTS_MAX_DEFAULT,
  unboxBody,
  unboxKey,
} from '@scuttlebot/ssb-private-box'
import { type FeedId, isFeedId, keyOfFeedId } from '@scuttlebot/ssb-ref'
import { type Box, defineBox, type Opening } from './box.ts'
import { PrivateError } from './errors.ts'

/** What opens boxes for one identity, without showing its key: what this package gets in its place. */
export interface Opener1 {
  readonly identity: FeedId
  /** The 33 bytes that open this one box, or `null`. Total. */
  unboxKey(cipher: Uint8Array): Uint8Array | null
  /**
   * The same for many boxes, elsewhere than on this thread; `null` while others are not ready to. Never rejects.
   */
  unboxKeys?(ciphers: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]> | null
  /** Give back what opening many has taken. More may be opened afterwards. */
  close?(): Promise<void>
}

/** Lock a key up in a function that does nothing with it but open boxes. The key is converted at the first use. */
export function openerOf(keys: Pick<Keys, 'id' | 'private'>): Opener1 {
  let secret: Uint8Array | undefined
  return {
    identity: keys.id,
    unboxKey(cipher) {
      secret ??= ssbSecretKeyToPrivateBoxSecret(keys.private)
      return unboxKey(cipher, secret)
    },
  }
}

/** Options of {@link box1}. */
export interface Box1Options {
  /** Recipients at most, yourself included, 1 to 255. Default 7: other software may not read more than 8. */
  readonly recipientsMax?: number
}

/** A slot of private-box, in bytes. */
const SLOT_BYTES = 49

/** The private box that all Scuttlebutt software knows, for feeds alone; see ssb-private-box. */
export function box1(opener: Opener1, options: Box1Options = {}): Box {
  const usual = options.recipientsMax ?? RECIPIENTS_MAX_DEFAULT
  const openingOf = (cipher: Uint8Array, key: Uint8Array | null): Opening | null => {
    const plain = key === null ? null : unboxBody(cipher, key)
    return plain === null ? null : { plain, key }
  }
  const { unboxKeys } = opener
  return defineBox({
    suffix: 'box',
    name: `box:${opener.identity}`,
    identity: opener.identity,
    recipientBytes: SLOT_BYTES,
    box(plain, recipients, max = usual) {
      if (!recipients.every(isFeedId)) return null
      try {
        return boxBytes(plain, recipients.map(exchangeKey), { max })
      } catch (error) {
        if (!(error instanceof PrivateBoxError)) throw error
        throw new PrivateError('SSB_PRIVATE_RECIPIENTS', error.message, { cause: error })
      }
    },
    unbox: (cipher) => openingOf(cipher, opener.unboxKey(cipher)),
    reopen: unboxBody,
    ...(unboxKeys === undefined
      ? {}
      : {
          unboxMany(ciphers) {
            const asked = unboxKeys(ciphers)
            return (
              asked?.then((keys) =>
                ciphers.map((cipher, i) => openingOf(cipher, keys[i] ?? null)),
              ) ?? null
            )
          },
        }),
    close: async () => opener.close?.(),
  })
}

function exchangeKey(feed: FeedId, index: number): Uint8Array {
  const bytes = fromBase64(keyOfFeedId(feed))
  const key = bytes === null ? null : signPublicToExchange(bytes)
  if (key === null)
    throw new PrivateError(
      'SSB_PRIVATE_RECIPIENTS',
      `recipient ${index + 1} is no key that can be boxed to: ${feed}`,
    )
  return key
}
