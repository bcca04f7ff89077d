/**
 * Invite people to a server, and join one by its invite.
 *
 * @packageDocumentation
 */
export { type InviteCode, readCode } from './code.ts'
export { InviteError, type InviteErrorCode } from './errors.ts'
export type {
  GuestConnection,
  GuestDial,
  InviteFriends,
  InviteGossip,
  InviteNet,
  InviteStore,
} from './needs.ts'
export { type InviteApi, type InviteNeeds, type InviteOptions, invite } from './plugin.ts'
export type { CreateOptions, InviteRpc } from './rpc.ts'
export {
  type InviteRecord,
  type InviteState,
  type InviteStorage,
  memoryInvites,
} from './storage.ts'
