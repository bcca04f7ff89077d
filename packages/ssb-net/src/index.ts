/**
 * Listen and dial: transports, secret handshake, and one muxrpc connection per peer.
 *
 * @packageDocumentation
 */
export { NetError, type NetErrorCode } from './errors.ts'
export type { GateStats } from './gate.ts'
export { NET_LIMITS, NET_TIMES, type NetLimits, type NetTimes } from './limits.ts'
export type { ListenSpec, Scope } from './listen.ts'
export { type NetApi, type NetOptions, type NetStats, net } from './net.ts'
export type { JsonBuffer, NetRpc, ParsedProtocol } from './rpc.ts'
