/**
 * Which peers to connect to, and when: peer book, scheduler, dialling, ping, history, bans.
 *
 * @packageDocumentation
 */
export type { AddressArgument } from './addresses.ts'
export { retryPause } from './backoff.ts'
export type { GossipNet } from './conductor.ts'
export { GossipError, type GossipErrorCode } from './errors.ts'
export type { HistoryEvent, HistoryLine } from './history.ts'
export { BOOK_LIMITS, type BookLimits, GOSSIP_TIMES, type GossipTimes } from './limits.ts'
export type { GossipFriends, GossipMessage, GossipStore } from './needs.ts'
export { type BookStorage, memoryStorage, type Switches } from './persist.ts'
export { PING_MS, PING_MS_MAX, PING_MS_MIN } from './ping.ts'
export { type GossipApi, type GossipNeeds, type GossipOptions, gossip } from './plugin.ts'
export type { AddressData, Source } from './record.ts'
export type {
  AddressAndData,
  BanOptions,
  GossipChange,
  GossipPeer,
  GossipRpc,
  PeerArgument,
} from './rpc.ts'
export {
  type Candidate,
  type Decision,
  decide,
  GROUPS,
  type Group,
  type LiveConnection,
  QUOTAS,
  type Quotas,
  type Situation,
} from './scheduler.ts'
export type { Stats } from './stats.ts'
export type { Ban } from './trust.ts'
