import { secretBox as boxBytes, secretUnbox as unboxBytes } from '@scuttlebot/ssb-crypto'
import { parseJson, utf8 } from '@scuttlebot/ssb-encode'
import { asBuffer } from './bytes.ts'

const NONCE_BYTES = 24

/**
 * Encrypt JSON with a 32-byte key: XSalsa20-Poly1305, the 16-byte tag first.
 *
 * NOTE: the nonce is the key's first 24 bytes, so one key gives equal texts for equal content, and two contents under
 * one key give each other away. It hides local announcements from those outside a network, and is good for nothing
 * else.
 *
 * @returns undefined for falsy content
 * @throws RangeError when the key is not 32 bytes
 */
export function secretBox(content: unknown, key: Uint8Array): Uint8Array | undefined {
  if (!content) return undefined
  const text: string | undefined = JSON.stringify(content)
  if (text === undefined) throw new TypeError(`a ${typeof content} has no JSON`)
  return asBuffer(boxBytes(utf8(text), key.subarray(0, NONCE_BYTES), key))
}

/**
 * Open what {@link secretBox} made.
 *
 * @returns undefined when it does not open or is no JSON
 * @throws RangeError when the key is not 32 bytes
 */
export function secretUnbox(boxed: Uint8Array, key: Uint8Array): unknown {
  const bytes = unboxBytes(boxed, key.subarray(0, NONCE_BYTES), key)
  if (bytes === null) return undefined
  const json = parseJson(bytes)
  return json.ok ? json.value : undefined
}
