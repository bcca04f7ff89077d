import type { Backend, BackendName, KeyPair, PasswordLimits, Sha256Stream } from './backend.ts'
import {
  equal,
  isAllZero,
  isBytes,
  isLowOrderExchange,
  isReducedScalar,
  isWeakSignPoint,
} from './guards.ts'
import {
  AUTH_BYTES,
  AUTH_KEY_BYTES,
  BOX_KEY_BYTES,
  BOX_NONCE_BYTES,
  BOX_TAG_BYTES,
  EXCHANGE_SECRET_BYTES,
  PASSWORD_SALT_BYTES,
  PUBLIC_KEY_BYTES,
  SEED_BYTES,
  SIGN_SECRET_BYTES,
  SIGNATURE_BYTES,
} from './sizes.ts'

/**
 * The primitives of Secure Scuttlebutt on one backend.
 *
 * Wrong types throw `TypeError` and wrong lengths `RangeError`, because they are mistakes of the
 * calling program. Values that a peer sends are an exception: `verify`, `authVerify`,
 * `secretUnbox`, `secretUnboxDetached`, `scalarMult` and `signPublicToExchange` answer `false` or
 * `null` for whatever they are given there.
 */
export interface Crypto {
  /** Settled when the functions may be called; at once with sodium-native. */
  readonly ready: Promise<void>
  /** Which library does the arithmetic. */
  backend(): BackendName
  /** Ed25519 key pair, from a 32-byte seed or from randomness. */
  signKeyPair(seed?: Uint8Array): KeyPair
  /** The 64-byte Ed25519 signature. The secret key is the 64-byte form. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array
  /** Whether the signature is good. Never throws. Refuses S ≥ L and weak or unreduced A and R. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  /** HMAC-SHA-512 cut to its first 32 bytes (libsodium's `crypto_auth`), with a 32-byte key. */
  auth(message: Uint8Array, key: Uint8Array): Uint8Array
  /** Whether the tag fits, in constant time. A tag of another length does not. */
  authVerify(tag: Uint8Array, message: Uint8Array, key: Uint8Array): boolean
  /** The 32-byte SHA-256. */
  sha256(bytes: Uint8Array): Uint8Array
  /** The SHA-256 in standard base64, as ids have it. On Node this costs less than the bytes do. */
  sha256Base64(bytes: Uint8Array): string
  /** SHA-256 in pieces. */
  sha256Stream(): Sha256Stream
  /** XSalsa20-Poly1305: the 16-byte tag, then as many bytes as `plain` has. */
  secretBox(plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array
  /** The plaintext, or null when it does not authenticate. */
  secretUnbox(boxed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | null
  /**
   * As `secretBox`, into two buffers of the caller: `cipherOut` as long as `plain`, 16 bytes for the
   * tag. `cipherOut` may be `plain` itself.
   */
  secretBoxDetached(
    cipherOut: Uint8Array,
    tagOut: Uint8Array,
    plain: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void
  /** The inverse; false, and nothing to be read in `plainOut`, when it does not authenticate. */
  secretUnboxDetached(
    plainOut: Uint8Array,
    cipher: Uint8Array,
    tag: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): boolean
  /** Curve25519 key pair: random, or an Ed25519 pair of that 32-byte seed, converted. */
  exchangeKeyPair(seed?: Uint8Array): KeyPair
  /** The shared secret of X25519; null for a point of low order or one that is not 32 bytes. */
  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | null
  /** The Curve25519 public key of a 32-byte secret. */
  scalarMultBase(secret: Uint8Array): Uint8Array
  /** The Curve25519 form of an Ed25519 public key; null where there is none. */
  signPublicToExchange(publicKey: Uint8Array): Uint8Array | null
  /** The Curve25519 form of a 64-byte Ed25519 secret key. */
  signSecretToExchange(secretKey: Uint8Array): Uint8Array
  /** Bytes from the system's generator. */
  randomBytes(length: number): Uint8Array
  /** Overwrite with zeros. Copies that the engine or the program made are not found. */
  wipe(bytes: Uint8Array): void
  /** Equality in constant time; false for different lengths. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  /** Argon2id. Blocks for as long as the limits make it. The salt has 16 bytes. */
  passwordKey(password: Uint8Array, salt: Uint8Array, limits: PasswordLimits): Uint8Array
}

const EMPTY: Uint8Array = new Uint8Array(0)

function need(what: string, bytes: Uint8Array, length?: number): void {
  if (!isBytes(bytes)) throw new TypeError(`${what} must be a Uint8Array`)
  if (length !== undefined && bytes.length !== length)
    throw new RangeError(`${what} must have ${length} bytes, it has ${bytes.length}`)
}

function needCount(what: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`${what} must be a whole number from ${least} to ${most}, got ${value}`)
}

function signatures(backend: Backend): Pick<Crypto, 'signKeyPair' | 'sign' | 'verify'> {
  return {
    signKeyPair(seed) {
      if (seed !== undefined) {
        need('seed', seed, SEED_BYTES)
        return backend.signSeedKeyPair(seed)
      }
      const fresh = backend.randomBytes(SEED_BYTES)
      const pair = backend.signSeedKeyPair(fresh)
      backend.wipe(fresh)
      return pair
    },
    sign(message, secretKey) {
      need('message', message)
      need('secret key', secretKey, SIGN_SECRET_BYTES)
      return backend.sign(message, secretKey)
    },
    verify(signature, message, publicKey) {
      if (!isBytes(signature) || !isBytes(message) || !isBytes(publicKey)) return false
      if (signature.length !== SIGNATURE_BYTES || publicKey.length !== PUBLIC_KEY_BYTES)
        return false
      if (!isReducedScalar(signature)) return false
      if (isWeakSignPoint(publicKey) || isWeakSignPoint(signature)) return false
      // Memory that was transferred away reads as no bytes, and makes some backends throw.
      return backend.verify(signature, message.length === 0 ? EMPTY : message, publicKey)
    },
  }
}

function hashes(
  backend: Backend,
): Pick<Crypto, 'auth' | 'authVerify' | 'sha256' | 'sha256Base64' | 'sha256Stream'> {
  const auth: Crypto['auth'] = (message, key) => {
    need('message', message)
    need('key', key, AUTH_KEY_BYTES)
    return backend.auth(message, key)
  }
  return {
    auth,
    authVerify(tag, message, key) {
      const wanted = auth(message, key)
      return isBytes(tag) && tag.length === AUTH_BYTES && equal(tag, wanted)
    },
    sha256(bytes) {
      need('bytes', bytes)
      return backend.sha256(bytes)
    },
    sha256Base64(bytes) {
      need('bytes', bytes)
      return backend.sha256Base64(bytes)
    },
    sha256Stream() {
      const state = backend.sha256Stream()
      let isDone = false
      const needOpen = (): void => {
        if (isDone) throw new TypeError('the digest has been taken')
      }
      return {
        update(bytes) {
          need('bytes', bytes)
          needOpen()
          state.update(bytes)
        },
        digest() {
          needOpen()
          isDone = true
          return state.digest()
        },
      }
    },
  }
}

function boxes(
  backend: Backend,
): Pick<Crypto, 'secretBox' | 'secretUnbox' | 'secretBoxDetached' | 'secretUnboxDetached'> {
  const needKey = (nonce: Uint8Array, key: Uint8Array): void => {
    need('nonce', nonce, BOX_NONCE_BYTES)
    need('key', key, BOX_KEY_BYTES)
  }
  return {
    secretBox(plain, nonce, key) {
      need('plain', plain)
      needKey(nonce, key)
      const boxed = new Uint8Array(BOX_TAG_BYTES + plain.length)
      const tag = boxed.subarray(0, BOX_TAG_BYTES)
      backend.secretBoxDetached(boxed.subarray(BOX_TAG_BYTES), tag, plain, nonce, key)
      return boxed
    },
    secretUnbox(boxed, nonce, key) {
      needKey(nonce, key)
      if (!isBytes(boxed) || boxed.length < BOX_TAG_BYTES) return null
      const tag = boxed.subarray(0, BOX_TAG_BYTES)
      const cipher = boxed.subarray(BOX_TAG_BYTES)
      const plain = new Uint8Array(cipher.length)
      return backend.secretUnboxDetached(plain, cipher, tag, nonce, key) ? plain : null
    },
    secretBoxDetached(cipherOut, tagOut, plain, nonce, key) {
      need('plain', plain)
      need('cipherOut', cipherOut, plain.length)
      need('tagOut', tagOut, BOX_TAG_BYTES)
      needKey(nonce, key)
      backend.secretBoxDetached(cipherOut, tagOut, plain, nonce, key)
    },
    secretUnboxDetached(plainOut, cipher, tag, nonce, key) {
      needKey(nonce, key)
      if (!isBytes(cipher) || !isBytes(tag) || tag.length !== BOX_TAG_BYTES) return false
      need('plainOut', plainOut, cipher.length)
      return backend.secretUnboxDetached(plainOut, cipher, tag, nonce, key)
    },
  }
}

function exchanges(
  backend: Backend,
): Pick<
  Crypto,
  | 'exchangeKeyPair'
  | 'scalarMult'
  | 'scalarMultBase'
  | 'signPublicToExchange'
  | 'signSecretToExchange'
> {
  return {
    exchangeKeyPair(seed) {
      if (seed === undefined) {
        const secretKey = backend.randomBytes(EXCHANGE_SECRET_BYTES)
        return { publicKey: backend.scalarMultBase(secretKey), secretKey }
      }
      need('seed', seed, SEED_BYTES)
      const pair = backend.signSeedKeyPair(seed)
      const secretKey = backend.signSecretToExchange(pair.secretKey)
      backend.wipe(pair.secretKey)
      return { publicKey: backend.scalarMultBase(secretKey), secretKey }
    },
    scalarMult(secret, publicKey) {
      need('secret', secret, EXCHANGE_SECRET_BYTES)
      if (!isBytes(publicKey) || publicKey.length !== PUBLIC_KEY_BYTES) return null
      if (isLowOrderExchange(publicKey)) return null
      const shared = backend.scalarMult(secret, publicKey)
      return shared === null || isAllZero(shared) ? null : shared
    },
    scalarMultBase(secret) {
      need('secret', secret, EXCHANGE_SECRET_BYTES)
      return backend.scalarMultBase(secret)
    },
    signPublicToExchange(publicKey) {
      if (!isBytes(publicKey) || publicKey.length !== PUBLIC_KEY_BYTES) return null
      if (isWeakSignPoint(publicKey)) return null
      const converted = backend.signPublicToExchange(publicKey)
      return converted === null || isLowOrderExchange(converted) ? null : converted
    },
    signSecretToExchange(secretKey) {
      need('secret key', secretKey, SIGN_SECRET_BYTES)
      return backend.signSecretToExchange(secretKey)
    },
  }
}

/** Put the guards in front of a backend. */
export function createCrypto(backend: Backend): Crypto {
  return {
    ready: backend.ready,
    backend: () => backend.name,
    ...signatures(backend),
    ...hashes(backend),
    ...boxes(backend),
    ...exchanges(backend),
    equal,
    randomBytes(length) {
      needCount('length', length, 0, 2 ** 31 - 1)
      return backend.randomBytes(length)
    },
    wipe(bytes) {
      need('bytes', bytes)
      if (bytes.length > 0) backend.wipe(bytes)
    },
    passwordKey(password, salt, limits) {
      need('password', password)
      need('salt', salt, PASSWORD_SALT_BYTES)
      const keyBytes = limits.keyBytes ?? BOX_KEY_BYTES
      needCount('operations', limits.operations, 1, 2 ** 32 - 1)
      needCount('memoryBytes', limits.memoryBytes, 8192, 2 ** 32 - 1)
      needCount('keyBytes', keyBytes, 16, 2 ** 31 - 1)
      return backend.passwordKey(password, salt, { ...limits, keyBytes })
    },
  }
}
