/**
 * Make, keep and use Secure Scuttlebutt keys: sign, verify, hash, box.
 *
 * @packageDocumentation
 */
export { type BytesLike, getTag, type PrivateKeyLike, type PublicKeyLike } from './bytes.ts'
export { KeysError, type KeysErrorCode } from './errors.ts'
export { type HashEncoding, hash, messageId } from './hash.ts'
export { type FeedFormat, generate, type Keys, keyPairOf, type UriKeys } from './keys.ts'
export type { Lock, LockCost, LockedKeys } from './passphrase.ts'
export { lockKeys, unlockKeys } from './passphrase.ts'
export {
  type Boxed,
  type BoxOptions,
  box,
  ssbSecretKeyToPrivateBoxSecret,
  unbox,
  unboxBody,
  unboxKey,
} from './private.ts'
export { readSecret, replaceSecret, writeSecret } from './secret-text.ts'
export { type HmacKey, type Signature, sign, signObj, verify, verifyObj } from './sign.ts'
export { secretBox, secretUnbox } from './symmetric.ts'
