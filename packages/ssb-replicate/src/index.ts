/**
 * Replicate feeds over createHistoryStream, and say why a feed does or does not arrive.
 *
 * @packageDocumentation
 */
export { ReplicateError, type ReplicateErrorCode } from './errors.ts'
export {
  type Carrier,
  type Delivery,
  type FeedAtPeer,
  REPLICATION_REASONS,
  type ReplicationExplained,
  type ReplicationReason,
  STALLED_MS,
} from './explain.ts'
export type { HistoryOptions } from './history.ts'
export { FALLBACK_MS, FEEDS_AT_ONCE_MAX, UPTO_ITEMS_MAX } from './limits.ts'
export type {
  ReplicateFriends,
  ReplicateMessage,
  ReplicateStore,
  ReplicateVerdict,
} from './needs.ts'
export {
  type ReplicateApi,
  type ReplicateOptions,
  type ReplicateRpc,
  replicate,
} from './plugin.ts'
export type { PeerReplication, ReplicationStatus } from './status.ts'
export type { UptoItem } from './upto.ts'
