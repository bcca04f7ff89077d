/**
 * Judge and make classic Secure Scuttlebutt messages, one by one or in batches over many feeds.
 *
 * @packageDocumentation
 */
export {
  append,
  appendKVT,
  appendNew,
  appendOOO,
  type ClassicFeedState,
  type ClassicState,
  create,
  id,
  initial,
  type KeyValueTimestamp,
  queue,
  toKeyValueTimestamp,
  validate,
} from './classic.ts'
export {
  type ClassicHmacKey,
  checkInvalid,
  checkInvalidCheap,
  checkInvalidOOO,
  encode,
  isInvalidContent,
  isInvalidShape,
  isSigMatchesCurve,
  isSupportedHash,
} from './classic-rules.ts'
export { type Created, type CreateOptions, createMessage } from './create.ts'
export { type Defect, ValidateError, type ValidateErrorCode } from './errors.ts'
export * from './limits.ts'
export type {
  Content,
  FeedState,
  MessageValue,
  SignatureJob,
  Verdict,
  Verified,
  Verifier,
} from './types.ts'
export { createValidator, type Validator, type ValidatorOptions } from './validator.ts'
export { inlineVerifier } from './verifier.ts'
