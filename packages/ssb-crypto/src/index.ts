/**
 * The libsodium primitives that Secure Scuttlebutt needs, typed, with guards that make every
 * backend give the same verdict.
 *
 * @packageDocumentation
 */
export type { Backend, BackendName, KeyPair, PasswordLimits, Sha256Stream } from './backend.ts'
export type { Crypto } from './crypto.ts'
export { createCrypto } from './crypto.ts'
export * from './default.ts'
export {
  equal,
  isAllZero,
  isLowOrderExchange,
  isReducedScalar,
  isWeakSignPoint,
} from './guards.ts'
export * from './sizes.ts'
