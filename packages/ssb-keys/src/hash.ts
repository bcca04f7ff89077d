import { sha256 } from '@scuttlebot/ssb-crypto'
import { fromBase64Lenient, fromHex, lowBytes, toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { type MsgId, msgIdFromHash } from '@scuttlebot/ssb-ref'

/** How {@link hash} turns text into bytes. */
export type HashEncoding = 'utf8' | 'utf-8' | 'binary' | 'latin1' | 'ascii' | 'base64' | 'hex'

function textBytes(text: string, encoding: HashEncoding | null | undefined): Uint8Array {
  switch (encoding ?? 'binary') {
    case 'binary':
    case 'latin1':
    case 'ascii':
      return lowBytes(text)
    case 'utf8':
    case 'utf-8':
      return utf8(text)
    case 'base64':
      return fromBase64Lenient(text)
    case 'hex': {
      const bytes = fromHex(text)
      if (bytes === null) throw new TypeError('the text is not hexadecimal')
      return bytes
    }
    default:
      throw new TypeError(`unknown encoding: ${encoding}`)
  }
}

/**
 * `<base64 of the SHA-256>.sha256`, without a sigil.
 *
 * NOTE: text is hashed by the low byte of each UTF-16 unit unless an encoding is given, because that is how
 * message ids are made. It is not UTF-8.
 *
 * @throws TypeError for what is neither text nor bytes, and for an unknown encoding
 */
export function hash(data: string | Uint8Array, encoding?: HashEncoding | null): string {
  if (typeof data !== 'string' && !(data instanceof Uint8Array))
    throw new TypeError('expected text or bytes to hash')
  const bytes = typeof data === 'string' ? textBytes(data, encoding) : data
  return `${toBase64(sha256(bytes))}.sha256`
}

/**
 * The id of a classic message.
 *
 * @param text canonical text of the message with its signature, `encode(message)` of ssb-encode; not checked
 */
export function messageId(text: string): MsgId {
  return msgIdFromHash(toBase64(sha256(lowBytes(text))))
}
