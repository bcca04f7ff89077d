import { auth, sign as signBytes, verify as verifyBytes } from '@scuttlebot/ssb-crypto'
import { encode, toBase64, utf8 } from '@scuttlebot/ssb-encode'
import {
  type BytesLike,
  messageBytes,
  needCurve,
  type PrivateKeyLike,
  type PublicKeyLike,
  privateBytes,
  publicBytes,
  toBytes,
} from './bytes.ts'

/**
 * The network's extra key for signatures (`caps.sign`): 32 bytes or their base64. Anything falsy means none.
 */
export type HmacKey = BytesLike | 0 | false | null | undefined

/** The 64-byte signature in base64, then `.sig.ed25519`: 100 characters. */
export type Signature = `${string}.sig.ed25519`

const authenticated = (bytes: Uint8Array, hmacKey: HmacKey): Uint8Array =>
  hmacKey ? auth(bytes, toBytes(hmacKey)) : bytes

/**
 * Own enumerable properties, in order.
 *
 * COMPAT: ssb-keys 8.5 loses a top-level `__proto__`, so it is no part of what is signed.
 */
function shallowCopy(object: object): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...object }
  if (Object.hasOwn(copy, '__proto__')) Reflect.deleteProperty(copy, '__proto__')
  return copy
}

function signed(keys: PrivateKeyLike, hmacKey: HmacKey, bytes: Uint8Array): Signature {
  needCurve(keys)
  return `${toBase64(signBytes(authenticated(bytes, hmacKey), privateBytes(keys)))}.sig.ed25519`
}

function verified(
  keys: PublicKeyLike,
  signature: unknown,
  hmacKey: HmacKey,
  bytes: Uint8Array,
): boolean {
  needCurve(keys)
  if (typeof signature !== 'string' && !(signature instanceof Uint8Array)) return false
  return verifyBytes(toBytes(signature), authenticated(bytes, hmacKey), publicBytes(keys))
}

/**
 * Sign text (as UTF-8) or bytes: `sign(keys, message)` or `sign(keys, hmacKey, message)`.
 *
 * @throws KeysError `SSB_KEYS_UNKNOWN_CURVE`, `SSB_KEYS_BAD_KEY`
 * @throws TypeError for a message that is neither; RangeError for an hmac key that is not 32 bytes
 */
export function sign(keys: PrivateKeyLike, message: BytesLike): Signature
export function sign(keys: PrivateKeyLike, hmacKey: HmacKey, message: BytesLike): Signature
export function sign(keys: PrivateKeyLike, ...rest: readonly [unknown, unknown?]): Signature {
  const [hmacKey, message] = rest[1] === undefined ? [null, rest[0]] : rest
  return signed(keys, hmacKey as HmacKey, messageBytes(message))
}

/**
 * Whether a signature is good: `verify(keys, signature, message)` or `verify(keys, signature, hmacKey, message)`.
 *
 * A missing or malformed signature, or a public key of the wrong length, is `false`.
 *
 * @throws KeysError `SSB_KEYS_UNKNOWN_CURVE`
 * @throws TypeError when the signature is an object, which means that {@link verifyObj} was intended
 */
export function verify(keys: PublicKeyLike, signature: BytesLike, message: BytesLike): boolean
export function verify(
  keys: PublicKeyLike,
  signature: BytesLike,
  hmacKey: HmacKey,
  message: BytesLike,
): boolean
export function verify(
  keys: PublicKeyLike,
  signature: BytesLike,
  ...rest: readonly [unknown, unknown?]
): boolean {
  if (typeof signature === 'object' && !(signature instanceof Uint8Array))
    throw new TypeError(
      'signature should be base64 string, did you mean verifyObj(public, signed_obj)',
    )
  const [hmacKey, message] = rest[1] === undefined ? [null, rest[0]] : rest
  return verified(keys, signature, hmacKey as HmacKey, messageBytes(message))
}

/**
 * Sign an object: `signObj(keys, object)` or `signObj(keys, hmacKey, object)`. Gives a shallow copy with
 * `signature` as its last property.
 *
 * What is signed is the canonical text (two spaces of indent) as UTF-8. A `signature` that is there already
 * would be signed too: do not sign twice.
 *
 * @throws as {@link sign}; TypeError or RangeError for what has no JSON
 */
export function signObj<T extends object>(
  keys: PrivateKeyLike,
  object: T,
): T & { signature: Signature }
export function signObj<T extends object>(
  keys: PrivateKeyLike,
  hmacKey: HmacKey,
  object: T,
): T & { signature: Signature }
export function signObj(
  keys: PrivateKeyLike,
  ...rest: readonly [unknown, unknown?]
): object & { signature: Signature } {
  const [hmacKey, object] = rest[1] === undefined ? [null, rest[0]] : rest
  const copy = shallowCopy(object as object)
  return { ...copy, signature: signed(keys, hmacKey as HmacKey, utf8(encode(copy))) }
}

/**
 * Whether the `signature` of an object is good: `verifyObj(keys, object)` or `verifyObj(keys, hmacKey, object)`.
 *
 * Where `signature` stands in the object does not matter here; ssb-validate looks at the order.
 *
 * @throws as {@link verify}; TypeError or RangeError for what has no JSON
 */
export function verifyObj(keys: PublicKeyLike, object: object): boolean
export function verifyObj(keys: PublicKeyLike, hmacKey: HmacKey, object: object): boolean
export function verifyObj(keys: PublicKeyLike, ...rest: readonly [unknown, unknown?]): boolean {
  const [hmacKey, object] = rest[1] === undefined ? [null, rest[0]] : rest
  const { signature, ...unsigned } = shallowCopy(object as object)
  return verified(keys, signature, hmacKey as HmacKey, utf8(encode(unsigned)))
}
