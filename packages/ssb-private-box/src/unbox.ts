import { scalarMult, secretUnboxDetached, wipe } from '@scuttlebot/ssb-crypto'
import {
  EXCHANGE_KEY_BYTES,
  HEAD_BYTES,
  NONCE_BYTES,
  RECIPIENTS_MAX,
  SLOT_BYTES,
  TAG_BYTES,
  UNBOX_KEY_BYTES,
} from './format.ts'

/** How to unbox. */
export interface UnboxOptions {
  /** Try this many slots at most, 1 to 255; all 255 by default. */
  readonly slotsMax?: number
}

/**
 * The plaintext, or null when the message is not for this Curve25519 secret key (32 bytes) or is
 * damaged. Any bytes may be given as message; they cost one X25519 and at most 255 tags.
 *
 * @throws RangeError when the secret has not 32 bytes or `slotsMax` is not 1 to 255.
 */
export function unbox(
  boxed: Uint8Array,
  secret: Uint8Array,
  options: UnboxOptions = {},
): Uint8Array | null {
  const key = unboxKey(boxed, secret, options)
  if (key === null) return null
  const plain = unboxBody(boxed, key)
  wipe(key)
  return plain
}

/**
 * What opens this one message: 33 bytes, the number of recipients and the key of the body. Null when
 * no slot is for this secret. The key may be given to others; it opens nothing else.
 *
 * @throws RangeError as {@link unbox}.
 */
export function unboxKey(
  boxed: Uint8Array,
  secret: Uint8Array,
  options: UnboxOptions = {},
): Uint8Array | null {
  const slotsMax = options.slotsMax ?? RECIPIENTS_MAX
  if (!Number.isInteger(slotsMax) || slotsMax < 1 || slotsMax > RECIPIENTS_MAX)
    throw new RangeError(`slotsMax must be between 1 and ${RECIPIENTS_MAX}`)
  if (secret.length !== EXCHANGE_KEY_BYTES)
    throw new RangeError(`the secret must have ${EXCHANGE_KEY_BYTES} bytes`)
  const fits = Math.floor((boxed.length - TAG_BYTES - HEAD_BYTES) / SLOT_BYTES)
  if (fits < 1) return null
  const nonce = boxed.subarray(0, NONCE_BYTES)
  const shared = scalarMult(secret, boxed.subarray(NONCE_BYTES, HEAD_BYTES))
  if (shared === null) return null
  const key = new Uint8Array(UNBOX_KEY_BYTES)
  // Where the slots end is written within them: bytes of the body are tried as well, in vain.
  const end = HEAD_BYTES + SLOT_BYTES * Math.min(fits, slotsMax)
  let isFound = false
  for (let at = HEAD_BYTES; at < end && !isFound; at += SLOT_BYTES) {
    const tag = boxed.subarray(at, at + TAG_BYTES)
    const cipher = boxed.subarray(at + TAG_BYTES, at + SLOT_BYTES)
    isFound = secretUnboxDetached(key, cipher, tag, nonce, shared)
  }
  wipe(shared)
  return isFound ? key : null
}

/** The plaintext, given what `unboxKey` found; null when the key does not fit. Never throws. */
export function unboxBody(boxed: Uint8Array, key: Uint8Array): Uint8Array | null {
  const recipients = key[0] ?? 0
  const start = HEAD_BYTES + SLOT_BYTES * recipients
  const length = boxed.length - start - TAG_BYTES
  if (key.length !== UNBOX_KEY_BYTES || recipients === 0 || length < 0) return null
  const plain = new Uint8Array(length)
  const tag = boxed.subarray(start, start + TAG_BYTES)
  const cipher = boxed.subarray(start + TAG_BYTES)
  const nonce = boxed.subarray(0, NONCE_BYTES)
  return secretUnboxDetached(plain, cipher, tag, nonce, key.subarray(1)) ? plain : null
}
