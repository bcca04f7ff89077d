import type { Backend, KeyPair } from './backend.ts'

/** The part of libsodium-wrappers-sumo that we call. Its functions exist once `ready` is settled. */
export interface SodiumWasm {
  readonly ready: Promise<void>
  crypto_sign_seed_keypair(seed: Uint8Array): { publicKey: Uint8Array; privateKey: Uint8Array }
  crypto_sign_detached(message: Uint8Array, secretKey: Uint8Array): Uint8Array
  crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean
  crypto_auth(message: Uint8Array, key: Uint8Array): Uint8Array
  crypto_hash_sha256(bytes: Uint8Array): Uint8Array
  to_base64(bytes: Uint8Array, variant: number): string
  readonly base64_variants: { readonly ORIGINAL: number }
  crypto_hash_sha256_init(): unknown
  crypto_hash_sha256_update(state: never, bytes: Uint8Array): void
  crypto_hash_sha256_final(state: never): Uint8Array
  crypto_secretbox_detached(
    plain: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): { cipher: Uint8Array; mac: Uint8Array }
  crypto_secretbox_open_detached(
    cipher: Uint8Array,
    tag: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): Uint8Array
  crypto_scalarmult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array
  crypto_scalarmult_base(secret: Uint8Array): Uint8Array
  crypto_sign_ed25519_pk_to_curve25519(publicKey: Uint8Array): Uint8Array
  crypto_sign_ed25519_sk_to_curve25519(secretKey: Uint8Array): Uint8Array
  randombytes_buf(length: number): Uint8Array
  crypto_pwhash(
    keyBytes: number,
    password: Uint8Array,
    salt: Uint8Array,
    operations: number,
    memoryBytes: number,
    algorithm: number,
  ): Uint8Array
  readonly crypto_pwhash_ALG_ARGON2ID13: number
}

/** libsodium reports "no" by throwing; here it is an answer. */
function orNull(compute: () => Uint8Array): Uint8Array | null {
  try {
    return compute()
  } catch {
    return null
  }
}

/** The WebAssembly backend: every function but `wipe` throws until `ready` is settled. */
export function wasmBackend(library: SodiumWasm): Backend {
  let loaded = false
  const ready = library.ready.then(() => {
    loaded = true
  })
  // Whoever awaits `ready` sees the error; this only keeps it from ending the process before.
  ready.catch(() => undefined)
  const sodium = (): SodiumWasm => {
    if (!loaded) throw new Error('libsodium is still loading: await `ready` of ssb-crypto first')
    return library
  }
  return {
    name: 'libsodium-wasm',
    ready,
    signSeedKeyPair(seed): KeyPair {
      const { publicKey, privateKey } = sodium().crypto_sign_seed_keypair(seed)
      return { publicKey, secretKey: privateKey }
    },
    sign: (message, secretKey) => sodium().crypto_sign_detached(message, secretKey),
    verify(signature, message, publicKey) {
      const judge = sodium().crypto_sign_verify_detached
      try {
        return judge(signature, message, publicKey)
      } catch {
        // A message that does not fit in the module's memory.
        return false
      }
    },
    auth: (message, key) => sodium().crypto_auth(message, key),
    sha256: (bytes) => sodium().crypto_hash_sha256(bytes),
    sha256Base64(bytes) {
      const { crypto_hash_sha256, to_base64, base64_variants } = sodium()
      return to_base64(crypto_hash_sha256(bytes), base64_variants.ORIGINAL)
    },
    sha256Stream() {
      const state = sodium().crypto_hash_sha256_init() as never
      return {
        update: (bytes) => sodium().crypto_hash_sha256_update(state, bytes),
        digest: () => sodium().crypto_hash_sha256_final(state),
      }
    },
    secretBoxDetached(cipherOut, tagOut, plain, nonce, key) {
      const { cipher, mac } = sodium().crypto_secretbox_detached(plain, nonce, key)
      cipherOut.set(cipher)
      tagOut.set(mac)
    },
    secretUnboxDetached(plainOut, cipher, tag, nonce, key) {
      const open = sodium().crypto_secretbox_open_detached
      const plain = orNull(() => open(cipher, tag, nonce, key))
      if (plain === null) return false
      plainOut.set(plain)
      return true
    },
    scalarMult(secret, publicKey) {
      const multiply = sodium().crypto_scalarmult
      return orNull(() => multiply(secret, publicKey))
    },
    scalarMultBase: (secret) => sodium().crypto_scalarmult_base(secret),
    signPublicToExchange(publicKey) {
      const convert = sodium().crypto_sign_ed25519_pk_to_curve25519
      return orNull(() => convert(publicKey))
    },
    signSecretToExchange: (secretKey) => sodium().crypto_sign_ed25519_sk_to_curve25519(secretKey),
    randomBytes: (length) => (length === 0 ? new Uint8Array(0) : sodium().randombytes_buf(length)),
    passwordKey: (password, salt, limits) =>
      sodium().crypto_pwhash(
        limits.keyBytes,
        password,
        salt,
        limits.operations,
        limits.memoryBytes,
        sodium().crypto_pwhash_ALG_ARGON2ID13,
      ),
    wipe: (bytes) => void bytes.fill(0),
  }
}
