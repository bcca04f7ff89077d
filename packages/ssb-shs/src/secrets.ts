import {
  auth,
  authVerify,
  exchangeKeyPair,
  type KeyPair,
  secretBox,
  secretUnbox,
  sha256,
  signPublicToExchange,
  wipe,
} from '@scuttlebot/ssb-crypto'
import { KEY_BYTES, NONCE_BYTES } from './constants.ts'
import type { Session } from './handshake.ts'

// Each key here boxes one message only, so the specification's nonce is all zero.
const ZERO_NONCE = new Uint8Array(NONCE_BYTES)

/** @internal Join byte strings. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** @internal sha256 of the joined parts; the joined copy is wiped, as it holds secrets. */
export function hashOf(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = join(...parts)
  const hash = sha256(joined)
  wipe(joined)
  return hash
}

const CONVERTED_MAX = 1024
const converted = new Map<string, Uint8Array>()

/**
 * @internal The Curve25519 form of a long-term public key, or null for a weak one. Costs as much as a key exchange,
 * and the same peers come again and again: the last good ones are remembered. Nothing secret is.
 */
export function exchangeKeyOf(publicKey: Uint8Array): Uint8Array | null {
  const name = String.fromCharCode(...publicKey)
  const known = converted.get(name)
  if (known !== undefined) return known
  const key = signPublicToExchange(publicKey)
  if (key === null) return null
  for (const oldest of converted.keys()) {
    if (converted.size < CONVERTED_MAX) break
    converted.delete(oldest)
  }
  converted.set(name, key)
  return key
}

/** @internal Box under a key that is used once. */
export function boxOnce(plain: Uint8Array, key: Uint8Array): Uint8Array {
  return secretBox(plain, ZERO_NONCE, key)
}

/** @internal Open what {@link boxOnce} made; null when it was not made with this key. */
export function unboxOnce(boxed: Uint8Array, key: Uint8Array): Uint8Array | null {
  return secretUnbox(boxed, ZERO_NONCE, key)
}

/**
 * @internal Our half of a handshake's secrets, which it remembers so as to wipe them together.
 */
export class Secrets {
  readonly ephemeral: KeyPair
  /** the challenge that we send: MAC ‖ ephemeral public key */
  readonly challenge: Uint8Array
  readonly #networkKey: Uint8Array
  readonly #kept: Uint8Array[] = []

  constructor(networkKey: Uint8Array, ephemeral: KeyPair | undefined) {
    this.#networkKey = networkKey
    const pair = ephemeral ?? exchangeKeyPair()
    this.ephemeral = {
      publicKey: pair.publicKey.slice(),
      secretKey: this.keep(pair.secretKey.slice()),
    }
    if (ephemeral === undefined) wipe(pair.secretKey)
    this.challenge = join(auth(this.ephemeral.publicKey, networkKey), this.ephemeral.publicKey)
  }

  /** Remember a secret, so that {@link wipe} reaches it. */
  keep(secret: Uint8Array): Uint8Array {
    this.#kept.push(secret)
    return secret
  }

  /** The ephemeral public key of a challenge, or null when its MAC is not of our network. */
  openChallenge(challenge: Uint8Array): Uint8Array | null {
    const publicKey = challenge.slice(KEY_BYTES)
    return authVerify(challenge.slice(0, KEY_BYTES), publicKey, this.#networkKey) ? publicKey : null
  }

  /** Keys and first nonces of both directions: each is named after its receiver. */
  session(o: {
    readonly boxKey: Uint8Array
    readonly own: Uint8Array
    readonly remote: Uint8Array
    readonly remoteChallenge: Uint8Array
  }): Session {
    const shared = this.keep(sha256(o.boxKey))
    return {
      remote: o.remote,
      encryptKey: hashOf(shared, o.remote),
      encryptNonce: o.remoteChallenge.slice(0, NONCE_BYTES),
      decryptKey: hashOf(shared, o.own),
      decryptNonce: this.challenge.slice(0, NONCE_BYTES),
    }
  }

  wipe(): void {
    for (const secret of this.#kept) wipe(secret)
    this.#kept.length = 0
  }
}
