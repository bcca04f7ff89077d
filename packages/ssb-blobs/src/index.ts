/**
 * The content-addressed files of Secure Scuttlebutt: kept, checked, asked for and served.
 *
 * @packageDocumentation
 */
export type { AuthorShare, BlobsByAuthor } from './by-author.ts'
export { decryptBlob, type EncryptedBlob, encryptBlob, unboxKey } from './encrypt.ts'
export { BlobsError, type BlobsErrorCode } from './errors.ts'
export type { GcOptions, GcReport } from './gc.ts'
export {
  answerBlobRequest,
  BLOBS_PATH,
  type BlobRequest,
  type BlobResponse,
  type BlobsSource,
  readByteRange,
  typeOf,
} from './http.ts'
export { EMPTY_BLOB, hexOf, idOfHash, idOfHex } from './ids.ts'
export * from './limits.ts'
export { blobsIn } from './links.ts'
export { type MemoryStorage, memoryStorage } from './memory.ts'
export type { BlobsFriends, BlobsMessage, BlobsReader, BlobsStore } from './needs.ts'
export type { BlobsSettings } from './options.ts'
export type { WantItem } from './outlet.ts'
export { type BlobsApi, blobs } from './plugin.ts'
export type {
  BlobExplained,
  BlobMeta,
  BlobsRpc,
  BlobsStatus,
  GetOptions,
  LsOptions,
  Pushed,
  SliceOptions,
} from './rpc.ts'
export type { BlobsNeeds } from './service.ts'
export type {
  BlobEntry,
  BlobNotes,
  BlobRange,
  BlobStat,
  BlobStorage,
  BlobWriter,
} from './storage.ts'
export type { Transfer } from './transfers.ts'
export type { WantExplained, WantedAt } from './wants-types.ts'
