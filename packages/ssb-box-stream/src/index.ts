/**
 * The encrypted stream that follows the secret handshake: bytes in, bytes out.
 *
 * @packageDocumentation
 */
export { Boxer } from './boxer.ts'
export { BODY_BYTES_MAX, HEADER_BYTES, KEY_BYTES, NONCE_BYTES } from './constants.ts'
export {
  type BoxStreamErrorCode,
  Unboxer,
  type UnboxFailure,
  type UnboxResult,
} from './unboxer.ts'
