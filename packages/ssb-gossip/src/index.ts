/**
 * Which peers to connect to, and when: dialling, ping, peer book.
 *
 * @packageDocumentation
 */
export { GossipError, type GossipErrorCode } from './errors.ts'
export { PING_MS, PING_MS_MAX, PING_MS_MIN, type PingStatus } from './ping.ts'
export {
  type AddressArgument,
  type GossipApi,
  type GossipChange,
  type GossipNet,
  type GossipOptions,
  type GossipPeer,
  type GossipRpc,
  gossip,
} from './plugin.ts'
