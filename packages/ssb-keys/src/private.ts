import { signPublicToExchange, signSecretToExchange } from '@scuttlebot/ssb-crypto'
import { parseJson, toBase64, utf8 } from '@scuttlebot/ssb-encode'
import {
  box as boxBytes,
  unboxBody as unboxBodyBytes,
  unbox as unboxBytes,
  unboxKey as unboxKeyBytes,
} from '@scuttlebot/ssb-private-box'
import {
  asBuffer,
  type BytesLike,
  type PrivateKeyLike,
  type PublicKeyLike,
  privateBytes,
  publicBytes,
  toBytes,
} from './bytes.ts'
import { KeysError } from './errors.ts'

/** Recipients that old software can read: it writes 7 at most. */
const RECIPIENTS_DEFAULT = 7
/** A count byte, then the key of the body. */
const UNBOX_KEY_BYTES = 33

/** What boxing may be told. */
export interface BoxOptions {
  /** Recipients allowed, 1 to 255; 7 by default. The 9th and later ones of a message cannot read it with old software. */
  readonly max?: number | undefined
}

/** Converting a key takes about as long as signing, so it is done once per key object. */
const exchangeKeys = new WeakMap<object, { readonly of: string; readonly secret: Uint8Array }>()

/** The text of encrypted content: canonical base64 and `.box`. */
export type Boxed = `${string}.box`

/**
 * The Curve25519 secret of an identity, 32 bytes, by which it opens private messages.
 *
 * @throws KeysError `SSB_KEYS_BAD_KEY`
 */
export function ssbSecretKeyToPrivateBoxSecret(keys: PrivateKeyLike): Uint8Array {
  return asBuffer(signSecretToExchange(privateBytes(keys)))
}

function exchangeSecret(keys: PrivateKeyLike): Uint8Array {
  if (typeof keys === 'string') return ssbSecretKeyToPrivateBoxSecret(keys)
  const known = exchangeKeys.get(keys)
  if (known !== undefined && known.of === keys.private) return known.secret
  const secret = ssbSecretKeyToPrivateBoxSecret(keys)
  exchangeKeys.set(keys, { of: keys.private, secret })
  return secret
}

const isBytesLike = (x: unknown): x is BytesLike => typeof x === 'string' || x instanceof Uint8Array

/**
 * Encrypt JSON to recipients: feed ids, public keys or key objects. List the author too if the author is to read it.
 *
 * Nobody can tell who the recipients are, but their number shows in the length.
 *
 * @throws KeysError `SSB_KEYS_BAD_RECIPIENT` for what is no Ed25519 key (an all-zero one, say)
 * @throws PrivateBoxError for more recipients than `max`; TypeError for what has no JSON
 */
export function box(
  content: unknown,
  recipients: readonly PublicKeyLike[],
  options: BoxOptions = {},
): Boxed {
  const text: string | undefined = JSON.stringify(content)
  if (text === undefined) throw new TypeError(`a ${typeof content} has no JSON`)
  const keys = recipients.map((recipient, i) => {
    const key = signPublicToExchange(publicBytes(recipient))
    if (key === null)
      throw new KeysError('SSB_KEYS_BAD_RECIPIENT', `recipient ${i} is no Ed25519 public key`)
    return key
  })
  const { max = RECIPIENTS_DEFAULT } = options
  return `${toBase64(boxBytes(utf8(text), keys, { max }))}.box`
}

/**
 * What opens this one message, to be given away: 33 bytes.
 *
 * @returns null when the message is not for these keys. The suffix after the first dot is not looked at.
 * @throws KeysError `SSB_KEYS_BAD_KEY`
 */
export function unboxKey(boxed: BytesLike, keys: PrivateKeyLike): Uint8Array | null {
  const key = unboxKeyBytes(toBytes(boxed), exchangeSecret(keys))
  return key === null ? null : asBuffer(key)
}

/** What JSON text stands for; undefined for null bytes and for what is no JSON. */
function parsed(bytes: Uint8Array | null): unknown {
  if (bytes === null) return undefined
  const json = parseJson(bytes)
  return json.ok ? json.value : undefined
}

/**
 * Open a message with its {@link unboxKey}, as bytes or base64.
 *
 * @returns the content; null without a key; undefined when it does not open or is no JSON
 * @throws RangeError for a key that is not 33 bytes
 */
export function unboxBody(boxed: BytesLike, key: BytesLike | null | undefined): unknown {
  if (!key) return null
  const bytes = toBytes(key)
  if (bytes.length !== UNBOX_KEY_BYTES)
    throw new RangeError(`an unbox key has ${UNBOX_KEY_BYTES} bytes, this one has ${bytes.length}`)
  return parsed(unboxBodyBytes(toBytes(boxed), bytes))
}

/**
 * Open a private message.
 *
 * @param boxed bytes or their base64; anything else, such as content in clear, is not for these keys
 * @returns the content; undefined when it is not for these keys, damaged, or no JSON. The suffix after the first dot
 *   is not looked at: check for `.box`.
 * @throws KeysError `SSB_KEYS_BAD_KEY`
 */
export function unbox(boxed: unknown, keys: PrivateKeyLike): unknown {
  if (!isBytesLike(boxed)) return undefined
  return parsed(unboxBytes(toBytes(boxed), exchangeSecret(keys)))
}
