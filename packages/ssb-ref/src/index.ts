/**
 * Parse, check and format the identifiers, addresses, invites and URIs of Secure Scuttlebutt.
 *
 * @packageDocumentation
 */
export {
  type BlobId,
  blobIdFromHash,
  type CloakedMsgId,
  type FeedId,
  feedIdFromKey,
  isBlobId,
  isCloakedMsgId,
  isFeedId,
  isFeedSyntax,
  isMsgId,
  keyOfFeedId,
  msgIdFromHash,
} from './ids.ts'
