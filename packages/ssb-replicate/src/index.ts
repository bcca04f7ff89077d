/**
 * Replicate feeds over createHistoryStream, and say why a feed does or does not arrive.
 *
 * @packageDocumentation
 */
export { ReplicateError, type ReplicateErrorCode } from './errors.ts'
export {
  type Carrier,
  type FeedAtPeer,
  type ReplicationExplained,
  type ReplicationReason,
  STALLED_MS,
} from './explain.ts'
export type { HistoryOptions } from './history.ts'
export { FEEDS_AT_ONCE_MAX, UPTO_ITEMS_MAX } from './limits.ts'
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
  type ReplicationStatus,
  replicate,
  type UptoItem,
} from './plugin.ts'
