import { fromBase64Lenient, utf8 } from '@scuttlebot/ssb-encode'
import { KeysError } from './errors.ts'

/** Bytes, or their base64: bare, with a suffix after a dot, or with a sigil in front. */
export type BytesLike = Uint8Array | string

/** What stands for a public key: a key object, a feed id, or `<base64>.ed25519`. */
export type PublicKeyLike = string | { readonly public: string; readonly curve?: string }

/** What stands for a private key: a key object or `<base64>.ed25519`. */
export type PrivateKeyLike =
  | string
  | { readonly private: string; readonly public?: string; readonly curve?: string }

const SIGILS = '@%&'

/**
 * The bytes that a text stands for: a leading sigil is dropped, the text is cut at its first dot, and the
 * rest is read as base64.
 *
 * COMPAT: as tolerant as ssb-keys 8.5, whose reader skips what is no base64; lengths are checked where it
 * matters.
 */
export function toBytes(value: BytesLike): Uint8Array {
  if (typeof value !== 'string') return value
  const dot = value.indexOf('.')
  const start = value !== '' && SIGILS.includes(value.charAt(0)) ? 1 : 0
  return fromBase64Lenient(value.slice(start, dot < 0 ? value.length : dot))
}

/** Everything after the first dot: `ed25519`, `sha256`, `sig.ed25519`. The whole text where there is no dot. */
export function getTag(text: string): string {
  return text.slice(text.indexOf('.') + 1)
}

/** What may be signed or hashed, as bytes; text as UTF-8. */
export function messageBytes(message: unknown): Uint8Array {
  if (typeof message === 'string') return utf8(message)
  if (message instanceof Uint8Array) return message
  throw new TypeError('msg should be buffer')
}

/** @throws KeysError `SSB_KEYS_UNKNOWN_CURVE` unless the key, whatever its form, is for Ed25519 */
export function needCurve(keys: PublicKeyLike | PrivateKeyLike): void {
  const text = typeof keys === 'string' ? keys : keys.public
  const named = typeof keys === 'string' ? undefined : keys.curve
  const curve = named || (typeof text === 'string' ? getTag(text) : undefined)
  if (curve !== 'ed25519')
    throw new KeysError('SSB_KEYS_UNKNOWN_CURVE', `unknown curve:${curve} expected: ed25519`)
}

/** The 32 bytes of a public key, or however many there are. */
export function publicBytes(keys: PublicKeyLike): Uint8Array {
  return toBytes(typeof keys === 'string' ? keys : keys.public)
}

/** @throws KeysError `SSB_KEYS_BAD_KEY` when it is not 64 bytes */
export function privateBytes(keys: PrivateKeyLike): Uint8Array {
  const text: unknown = typeof keys === 'string' ? keys : keys.private
  if (typeof text !== 'string')
    throw new KeysError('SSB_KEYS_BAD_KEY', 'expected a private key, got a key object without one')
  const bytes = toBytes(text)
  if (bytes.length !== 64)
    throw new KeysError(
      'SSB_KEYS_BAD_KEY',
      `expected a private key of 64 bytes, got ${bytes.length}`,
    )
  return bytes
}

interface BufferMaker {
  from(memory: ArrayBufferLike, offset: number, length: number): Uint8Array
}
const { Buffer: nodeBuffer } = globalThis as { readonly Buffer?: BufferMaker }

/**
 * The same memory as Node's `Buffer` where there is one.
 *
 * COMPAT: users of ssb-keys call `toString('base64')` on what they get, which means another thing on a Uint8Array.
 */
export function asBuffer(bytes: Uint8Array): Uint8Array {
  return nodeBuffer?.from(bytes.buffer, bytes.byteOffset, bytes.length) ?? bytes
}
