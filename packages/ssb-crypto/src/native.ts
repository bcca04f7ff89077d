import type { Backend, KeyPair, PasswordLimits, Sha256Stream } from './backend.ts'
import { equal } from './guards.ts'
import {
  AUTH_BYTES,
  EXCHANGE_SECRET_BYTES,
  PUBLIC_KEY_BYTES,
  SIGN_SECRET_BYTES,
  SIGNATURE_BYTES,
} from './sizes.ts'

/** The part of sodium-native 4 that we call; it comes without types. Output comes first. */
export interface SodiumNative {
  crypto_sign_seed_keypair(publicOut: Uint8Array, secretOut: Uint8Array, seed: Uint8Array): void
  crypto_sign_detached(out: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
  crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean
  crypto_auth(out: Uint8Array, message: Uint8Array, key: Uint8Array): void
  crypto_secretbox_detached(
    cipherOut: Uint8Array,
    tagOut: Uint8Array,
    plain: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void
  crypto_secretbox_open_detached(
    plainOut: Uint8Array,
    cipher: Uint8Array,
    tag: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): boolean
  crypto_scalarmult(out: Uint8Array, secret: Uint8Array, publicKey: Uint8Array): void
  crypto_scalarmult_base(out: Uint8Array, secret: Uint8Array): void
  crypto_sign_ed25519_pk_to_curve25519(out: Uint8Array, publicKey: Uint8Array): void
  crypto_sign_ed25519_sk_to_curve25519(out: Uint8Array, secretKey: Uint8Array): void
  crypto_scalarmult_ed25519_noclamp(out: Uint8Array, scalar: Uint8Array, point: Uint8Array): void
  randombytes_buf(out: Uint8Array): void
  crypto_pwhash(
    out: Uint8Array,
    password: Uint8Array,
    salt: Uint8Array,
    operations: number,
    memoryBytes: number,
    algorithm: number,
  ): void
  readonly crypto_pwhash_ALG_ARGON2ID13: number
  sodium_memzero(bytes: Uint8Array): void
}

/** SHA-256 of the platform, where it beats libsodium's. */
export interface Sha256 {
  sha256(bytes: Uint8Array): Uint8Array
  sha256Base64(bytes: Uint8Array): string
  sha256Stream(): Sha256Stream
}

/** The group order less one, little-endian: a point of the main subgroup times this is its negative. */
const ORDER_LESS_ONE: Uint8Array = Uint8Array.from(
  Buffer.from('ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex'),
)

/** How many converted keys are kept, some 200 bytes each. */
const KEPT_KEYS = 1024

/**
 * Whether an Ed25519 point has no part of small order.
 *
 * libsodium asks the same before it converts a key, but up to 1.0.20 it takes the sum of a good point and the point
 * of order 2 for good (CVE-2025-69277). Newer ones, and WebAssembly's, refuse it. Such a sum times `ORDER_LESS_ONE`
 * is not its own negative.
 */
function isInMainSubgroup(sodium: SodiumNative, point: Uint8Array): boolean {
  const negative = new Uint8Array(PUBLIC_KEY_BYTES)
  try {
    sodium.crypto_scalarmult_ed25519_noclamp(negative, ORDER_LESS_ONE, point)
  } catch {
    return false
  }
  negative[31] = (negative[31] as number) ^ 0x80 // the sign of x
  return equal(negative, point)
}

/** The native backend: synchronous and ready at once. */
export function nativeBackend(sodium: SodiumNative, hash: Sha256): Backend {
  // The same peers come again and again, and the subgroup costs twice what the conversion does.
  const converted = new Map<string, Uint8Array>()
  return {
    name: 'sodium-native',
    ready: Promise.resolve(),
    sha256: hash.sha256,
    sha256Base64: hash.sha256Base64,
    sha256Stream: hash.sha256Stream,
    verify: sodium.crypto_sign_verify_detached,
    secretBoxDetached: sodium.crypto_secretbox_detached,
    secretUnboxDetached: sodium.crypto_secretbox_open_detached,
    signSeedKeyPair(seed): KeyPair {
      const publicKey = new Uint8Array(PUBLIC_KEY_BYTES)
      const secretKey = new Uint8Array(SIGN_SECRET_BYTES)
      sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
      return { publicKey, secretKey }
    },
    sign(message, secretKey) {
      const signature = new Uint8Array(SIGNATURE_BYTES)
      sodium.crypto_sign_detached(signature, message, secretKey)
      return signature
    },
    auth(message, key) {
      const tag = new Uint8Array(AUTH_BYTES)
      sodium.crypto_auth(tag, message, key)
      return tag
    },
    scalarMult(secret, publicKey) {
      const shared = new Uint8Array(PUBLIC_KEY_BYTES)
      try {
        sodium.crypto_scalarmult(shared, secret, publicKey)
      } catch {
        return null
      }
      return shared
    },
    scalarMultBase(secret) {
      const publicKey = new Uint8Array(PUBLIC_KEY_BYTES)
      sodium.crypto_scalarmult_base(publicKey, secret)
      return publicKey
    },
    signPublicToExchange(publicKey) {
      const name = Buffer.from(publicKey).toString('latin1')
      const known = converted.get(name)
      if (known !== undefined) return known.slice()
      const key = new Uint8Array(PUBLIC_KEY_BYTES)
      try {
        sodium.crypto_sign_ed25519_pk_to_curve25519(key, publicKey)
      } catch {
        return null
      }
      if (!isInMainSubgroup(sodium, publicKey)) return null
      const [oldest] = converted.size < KEPT_KEYS ? [] : converted.keys()
      if (oldest !== undefined) converted.delete(oldest)
      converted.set(name, key.slice())
      return key
    },
    signSecretToExchange(secretKey) {
      const converted = new Uint8Array(EXCHANGE_SECRET_BYTES)
      sodium.crypto_sign_ed25519_sk_to_curve25519(converted, secretKey)
      return converted
    },
    randomBytes(length) {
      const bytes = new Uint8Array(length)
      if (length > 0) sodium.randombytes_buf(bytes)
      return bytes
    },
    passwordKey(password, salt, limits: Required<PasswordLimits>) {
      const key = new Uint8Array(limits.keyBytes)
      const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13
      sodium.crypto_pwhash(key, password, salt, limits.operations, limits.memoryBytes, algorithm)
      return key
    },
    wipe(bytes) {
      sodium.sodium_memzero(bytes)
    },
  }
}
