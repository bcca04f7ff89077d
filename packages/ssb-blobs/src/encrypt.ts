// Encrypted blobs, a convention of clients: the key is the hash of the plaintext, the stored bytes a box stream with
// that key and a nonce of zeros, and the link carries the key.
//
//   &<id>.sha256?unbox=<base64 of the key>.boxs
import { Boxer, NONCE_BYTES, Unboxer } from '@scuttlebot/ssb-box-stream'
import { sha256 } from '@scuttlebot/ssb-crypto'
import { concat, fromBase64, toBase64 } from '@scuttlebot/ssb-encode'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { BlobsError } from './errors.ts'
import { idOfHash } from './ids.ts'

const ZERO_NONCE = new Uint8Array(NONCE_BYTES)

/** An encrypted blob, ready to be added and linked to. */
export interface EncryptedBlob {
  /** The id of the encrypted bytes. */
  readonly id: BlobId
  /** What goes into a message: id and key. */
  readonly link: `${BlobId}?unbox=${string}.boxs`
  /** 32 bytes: the hash of the plaintext. */
  readonly key: Uint8Array
  /** What is added. */
  readonly bytes: Uint8Array
}

/** Encrypt a blob: the same plaintext gives the same bytes, key and id every time and everywhere. */
export function encryptBlob(plain: Uint8Array): EncryptedBlob {
  const key = sha256(plain)
  const boxer = new Boxer(key, ZERO_NONCE)
  const bytes = concat([boxer.box([plain]), boxer.goodbye()])
  const id = idOfHash(sha256(bytes))
  return { id, link: `${id}?unbox=${toBase64(key)}.boxs`, key, bytes }
}

/** The 32-byte key in a link's `unbox`, or null. Both `<base64>.boxs` and the bare base64 are read. */
export function unboxKey(text: string): Uint8Array | null {
  const key = fromBase64(text.endsWith('.boxs') ? text.slice(0, -5) : text)
  return key?.length === 32 ? key : null
}

/**
 * Decrypt the chunks of a blob as they come. Every chunk that is handed on is authentic; only the end says that
 * none is missing.
 *
 * @throws {@link BlobsError} `SSB_BLOBS_UNBOX` for another key, damaged bytes, or a missing end.
 */
export async function* decryptBlob(
  chunks: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const unboxer = new Unboxer(key, ZERO_NONCE)
  let ended = false
  for await (const chunk of chunks) {
    const result = unboxer.push(chunk)
    yield* result.plain
    if (!result.ok) throw new BlobsError('SSB_BLOBS_UNBOX', result.message)
    ended = result.goodbye
  }
  if (!ended) throw new BlobsError('SSB_BLOBS_UNBOX', 'the encrypted blob has no end')
}
