import { equal, type KeyPair, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { type FeedId, feedIdFromKey } from '@scuttlebot/ssb-ref'
import { privateBytes, publicBytes } from './bytes.ts'
import { KeysError } from './errors.ts'

/**
 * An identity as ssb-keys, key files and configurations hold it. Its JSON has exactly these four keys in
 * this order.
 */
export interface Keys {
  readonly curve: 'ed25519'
  /** `<base64 of the 32-byte public key>.ed25519`, 52 characters. */
  readonly public: string
  /** `<base64 of 64 bytes: seed, then public key>.ed25519`, 96 characters. Secret. */
  readonly private: string
  /** `@` and `public`. */
  readonly id: FeedId
}

/** Feed formats that {@link generate} can write the id of. */
export type FeedFormat = 'classic' | 'bendybutt-v1' | 'buttwoo-v1' | 'indexed-v1' | 'gabbygrove-v1'

/** Keys of a feed in a newer format: as {@link Keys}, but the id is an SSB URI. */
export interface UriKeys extends Omit<Keys, 'id'> {
  readonly id: `ssb:feed/${string}`
}

const SEED_BYTES = 32
const URI_FORMATS: readonly string[] = ['bendybutt-v1', 'buttwoo-v1', 'indexed-v1', 'gabbygrove-v1']

/**
 * A seed from what `generate` takes.
 *
 * COMPAT: of a text, ssb-keys 8.5 takes the first 32 UTF-16 units as UTF-8, cut or padded with zeros to 32 bytes.
 */
function seedBytes(seed: Uint8Array | string | null | undefined): Uint8Array | undefined {
  if (seed === undefined || seed === null || seed === '') return undefined
  if (typeof seed !== 'string') return seed
  const bytes = new Uint8Array(SEED_BYTES)
  bytes.set(utf8(seed.slice(0, SEED_BYTES)).subarray(0, SEED_BYTES))
  return bytes
}

/** Write a key pair as {@link Keys}. */
export function keysOfPair(pair: KeyPair): Keys {
  const key = toBase64(pair.publicKey)
  return {
    curve: 'ed25519',
    public: `${key}.ed25519`,
    private: `${toBase64(pair.secretKey)}.ed25519`,
    id: feedIdFromKey(key),
  }
}

/**
 * Make an identity.
 *
 * @param curve `ed25519`, the only one there is
 * @param seed 32 bytes; or a text, of which 32 UTF-16 units are used (for tests: a text is guessable); random if left out
 * @param feedFormat decides how the id is written
 * @throws KeysError `SSB_KEYS_UNKNOWN_CURVE`
 * @throws RangeError when the seed is bytes, but not 32
 */
export function generate(
  curve?: string | null,
  seed?: Uint8Array | string | null,
  feedFormat?: 'classic' | null,
): Keys
export function generate(
  curve: string | null | undefined,
  seed: Uint8Array | string | null | undefined,
  feedFormat: FeedFormat,
): Keys | UriKeys
export function generate(
  curve?: string | null,
  seed?: Uint8Array | string | null,
  feedFormat?: FeedFormat | null,
): Keys | UriKeys {
  if (curve && curve !== 'ed25519')
    throw new KeysError('SSB_KEYS_UNKNOWN_CURVE', `unknown curve:${curve}`)
  const pair = signKeyPair(seedBytes(seed))
  const keys = keysOfPair(pair)
  if (!feedFormat || !URI_FORMATS.includes(feedFormat)) return keys
  const key = toBase64(pair.publicKey).replaceAll('+', '-').replaceAll('/', '_')
  return { ...keys, id: `ssb:feed/${feedFormat}/${key}` }
}

/**
 * The bytes of an identity, for signing and for handshakes.
 *
 * @throws KeysError `SSB_KEYS_BAD_KEY` when a part has the wrong length or the public key is not the private one's
 */
export function keyPairOf(keys: Pick<Keys, 'public' | 'private'>): KeyPair {
  const publicKey = publicBytes(keys)
  const secretKey = privateBytes(keys)
  const derived = signKeyPair(secretKey.subarray(0, SEED_BYTES))
  if (!equal(publicKey, derived.publicKey) || !equal(secretKey, derived.secretKey))
    throw new KeysError('SSB_KEYS_BAD_KEY', 'the public key does not belong to the private key')
  return { publicKey, secretKey }
}
