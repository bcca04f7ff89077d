/**
 * Find the peers of the local network by UDP announcements, and be found.
 *
 * @packageDocumentation
 */
export { broadcastOf, type LanInterface, type LanRoute, routesOf } from './interfaces.ts'
export { EVERY_MS, PLAIN_PORT, SEALED_PORT } from './limits.ts'
export type { LanGossip, LanNet, LanSocket, LanSockets, Sender } from './needs.ts'
export {
  type Announcement,
  formatPlain,
  formatSealed,
  parsePlain,
  parseSealed,
  signedBytes,
} from './packet.ts'
export { type LanApi, type LanNeeds, type LanOptions, lan } from './plugin.ts'
export type { DiscoveredPeer, LanRpc } from './rpc.ts'
