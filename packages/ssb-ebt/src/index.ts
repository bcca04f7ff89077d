/**
 * Epidemic broadcast tree replication: a pure state machine and the plugin that drives it.
 *
 * @packageDocumentation
 */
export { EbtError, type EbtErrorCode } from './errors.ts'
export { FEEDS_MAX, STRANGER_FEEDS_MAX } from './limits.ts'
export {
  type ClockStore,
  type EbtCarrier,
  type EbtDelivery,
  type EbtFeedAtPeer,
  type EbtFormat,
  type EbtMessage,
  type EbtReplicate,
  type EbtRules,
  type EbtStore,
  type EbtVerdict,
  memoryClocks,
  type SavedClock,
} from './needs.ts'
export {
  decodeStand,
  encodeStand,
  type Item,
  type Note,
  peekMessage,
  readItem,
  SEQUENCE_MAX,
  type Stand,
} from './note.ts'
export type { Output } from './peer-state.ts'
export { type EbtApi, type EbtOptions, ebt } from './plugin.ts'
export type { EbtRpc, FeedStatus, PeerStatus, ReplicateOptions } from './rpc.ts'
export { EbtState } from './state.ts'
export type { DeliveryStatus, ExchangeStatus } from './status.ts'
