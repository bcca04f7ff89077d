// Sizes in bytes, all from libsodium.

/** Ed25519 and Curve25519 public keys, in bytes. */
export const PUBLIC_KEY_BYTES: number = 32
/** Seed of a key pair, in bytes. */
export const SEED_BYTES: number = 32
/** Ed25519 secret key (seed, then public key), in bytes. */
export const SIGN_SECRET_BYTES: number = 64
/** Curve25519 secret key, in bytes. */
export const EXCHANGE_SECRET_BYTES: number = 32
/** Ed25519 signature (R, then S), in bytes. */
export const SIGNATURE_BYTES: number = 64
/** HMAC-SHA-512 cut to its first half, in bytes. */
export const AUTH_BYTES: number = 32
/** Key of `auth`, in bytes. */
export const AUTH_KEY_BYTES: number = 32
/** SHA-256 digest, in bytes. */
export const SHA256_BYTES: number = 32
/** Key of a secret box, in bytes. */
export const BOX_KEY_BYTES: number = 32
/** Nonce of a secret box, in bytes. */
export const BOX_NONCE_BYTES: number = 24
/** Poly1305 tag of a secret box, in bytes. */
export const BOX_TAG_BYTES: number = 16
/** Salt of `passwordKey`, in bytes. */
export const PASSWORD_SALT_BYTES: number = 16
