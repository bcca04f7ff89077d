/**
 * Parse, check and format the identifiers, addresses, invites and URIs of Secure Scuttlebutt.
 *
 * @packageDocumentation
 */
export {
  getKeyFromAddress,
  isAddress,
  isLegacyAddress,
  type LegacyAddress,
  parseAddress,
  toAddress,
  toLegacyAddress,
  toMultiServerAddress,
} from './addresses.ts'
export { normalizeChannel } from './channel.ts'
export * from './classic-ids.ts'
export { isLoopback } from './hosts.ts'
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
  isKey,
  isMsgId,
  keyOfFeedId,
  type MsgId,
  msgIdFromHash,
} from './ids.ts'
export {
  isInvite,
  isLegacyInvite,
  isMultiServerInvite,
  type ParsedInvite,
  parseInvite,
  parseLegacyInvite,
  parseMultiServerInvite,
} from './invites.ts'
export {
  extract,
  isBlobLink,
  isLink,
  isMsgLink,
  type ParsedLink,
  parseLink,
} from './links.ts'
export {
  type Address,
  checkMultiserver,
  decodeMultiserver,
  encodeMultiserver,
  formatMultiserver,
  formatNetAddress,
  type NetAddress,
  netAddressOf,
  type Protocol,
  parseMultiserver,
  parseNetAddress,
} from './multiserver.ts'
export {
  format,
  type Parsed,
  type ParsedAddress,
  type ParsedInviteCode,
  type ParsedReference,
  type ParsedUri,
  parse,
} from './parse.ts'
export type { Query } from './query.ts'
export { type } from './type.ts'
export {
  formatUri,
  parseUri,
  type SsbUri,
  type UriAddress,
  type UriExperimental,
  type UriReference,
} from './uri.ts'
export * from './uri-names.ts'
