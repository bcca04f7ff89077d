import { fromBase64, fromHex, toBase64, toHex } from '@scuttlebot/ssb-encode'
import { type BlobId, blobIdFromHash, isBlobId } from '@scuttlebot/ssb-ref'

/** The blob without bytes: every server has it. */
export const EMPTY_BLOB: BlobId = '&47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.sha256' as BlobId

/**
 * The hash in an id as 64 lower-case hexadecimal digits: what files are named by, so that no id can name
 * anything outside the folder.
 *
 * @throws TypeError for what is no id.
 */
export function hexOf(id: BlobId): string {
  const hash = isBlobId(id) ? fromBase64(id.slice(1, 45)) : null
  if (hash === null) throw new TypeError('not a blob id')
  return toHex(hash)
}

/** The id for 64 hexadecimal digits, or null. */
export function idOfHex(hex: string): BlobId | null {
  if (!/^[0-9a-f]{64}$/.test(hex)) return null
  const hash = fromHex(hex)
  return hash === null ? null : idOfHash(hash)
}

/** The id for a 32-byte hash. */
export function idOfHash(hash: Uint8Array): BlobId {
  return blobIdFromHash(toBase64(hash))
}
