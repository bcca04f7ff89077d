import {
  exchangeKeyPair,
  type KeyPair,
  randomBytes,
  scalarMult,
  secretBoxDetached,
  wipe,
} from '@scuttlebot/ssb-crypto'
import { PrivateBoxError } from './errors.ts'
import {
  EXCHANGE_KEY_BYTES,
  HEAD_BYTES,
  NONCE_BYTES,
  RECIPIENTS_MAX,
  RECIPIENTS_MAX_DEFAULT,
  SLOT_BYTES,
  TAG_BYTES,
  UNBOX_KEY_BYTES,
} from './format.ts'

/** How to box. */
export interface BoxOptions {
  /** Refuse more recipients than this, 1 to 255; 7 by default, as much as others read for sure. */
  readonly max?: number
}

/** The random parts of a message. Each may be used once. */
export interface Fresh {
  readonly nonce: Uint8Array
  readonly ephemeral: KeyPair
  readonly bodyKey: Uint8Array
}

/**
 * Encrypt to the recipients' Curve25519 public keys (32 bytes each), without saying who they are.
 * The result has 72 + 49 · recipients + plain.length bytes.
 *
 * Whoever writes can read it again only as one of the recipients. A key that is listed twice makes
 * two equal slots, which everyone can see.
 *
 * @throws {@link PrivateBoxError} with code `SSB_PRIVATE_BOX_TOO_MANY_RECIPIENTS`,
 * `SSB_PRIVATE_BOX_NO_RECIPIENTS` or `SSB_PRIVATE_BOX_BAD_RECIPIENT`.
 * @throws RangeError when `max` is not a whole number from 1 to 255 or a key has not 32 bytes.
 */
export function box(
  plain: Uint8Array,
  recipients: readonly Uint8Array[],
  options: BoxOptions = {},
): Uint8Array {
  const max = options.max ?? RECIPIENTS_MAX_DEFAULT
  if (!Number.isInteger(max) || max < 1 || max > RECIPIENTS_MAX)
    throw new RangeError(`max recipients must be between 1 and ${RECIPIENTS_MAX}.`)
  if (recipients.length > max)
    throw new PrivateBoxError(
      'SSB_PRIVATE_BOX_TOO_MANY_RECIPIENTS',
      `max recipients is:${max} found:${recipients.length}`,
    )
  if (recipients.length === 0)
    throw new PrivateBoxError('SSB_PRIVATE_BOX_NO_RECIPIENTS', 'a message needs a recipient')
  for (const key of recipients)
    if (key.length !== EXCHANGE_KEY_BYTES)
      throw new RangeError(`a recipient must have ${EXCHANGE_KEY_BYTES} bytes, got ${key.length}`)
  const fresh = {
    nonce: randomBytes(NONCE_BYTES),
    ephemeral: exchangeKeyPair(),
    bodyKey: randomBytes(32),
  }
  try {
    return seal(plain, recipients, fresh)
  } finally {
    wipe(fresh.ephemeral.secretKey)
    wipe(fresh.bodyKey)
  }
}

/** `box` with given random parts, and without its checks. */
export function seal(
  plain: Uint8Array,
  recipients: readonly Uint8Array[],
  fresh: Fresh,
): Uint8Array {
  const { nonce, ephemeral, bodyKey } = fresh
  const start = HEAD_BYTES + SLOT_BYTES * recipients.length
  const out = new Uint8Array(start + TAG_BYTES + plain.length)
  out.set(nonce)
  out.set(ephemeral.publicKey, NONCE_BYTES)
  const share = new Uint8Array(UNBOX_KEY_BYTES)
  share[0] = recipients.length
  share.set(bodyKey, 1)
  const sealAt = (at: number, text: Uint8Array, key: Uint8Array): void => {
    const middle = at + TAG_BYTES
    const tag = out.subarray(at, middle)
    secretBoxDetached(out.subarray(middle, middle + text.length), tag, text, nonce, key)
  }
  for (const [index, recipient] of recipients.entries()) {
    const shared = scalarMult(ephemeral.secretKey, recipient)
    if (shared === null)
      throw new PrivateBoxError(
        'SSB_PRIVATE_BOX_BAD_RECIPIENT',
        `recipient ${index + 1} of ${recipients.length} has a key that nothing can be boxed to`,
      )
    sealAt(HEAD_BYTES + SLOT_BYTES * index, share, shared)
    wipe(shared)
  }
  sealAt(start, plain, bodyKey)
  wipe(share)
  return out
}
