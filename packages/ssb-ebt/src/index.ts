/**
 * Epidemic broadcast tree replication: a pure state machine and the plugin that drives it.
 *
 * @packageDocumentation
 */
export { EbtError, type EbtErrorCode } from './errors.ts'
export {
  type ClockStore,
  type EbtFeedAtPeer,
  type EbtMessage,
  type EbtReplicate,
  type EbtStore,
  type EbtVerdict,
  memoryClocks,
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
export { type EbtApi, type EbtOptions, ebt } from './plugin.ts'
export type { EbtRpc, FeedStatus, PeerStatus, ReplicateOptions } from './rpc.ts'
export { type EbtRules, EbtState, type ExchangeStatus, FEEDS_MAX, type Output } from './state.ts'
