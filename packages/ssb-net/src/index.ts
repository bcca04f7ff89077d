/**
 * Listen and dial: transports, secret handshake, and one muxrpc connection per peer.
 *
 * @packageDocumentation
 */
export type { NetApi, NetOptions, NetStats } from './api.ts'
export { NetError, type NetErrorCode } from './errors.ts'
export type { GateStats } from './gate.ts'
export type { HttpCaller, HttpHandler, HttpPlace, HttpSide } from './http.ts'
export { NET_LIMITS, NET_TIMES, type NetLimits, type NetTimes } from './limits.ts'
export type { Announced, ListenSpec, Scope } from './listen.ts'
export { net } from './net.ts'
export type { Offence } from './offences.ts'
export type { JsonBuffer, NetRpc, ParsedProtocol } from './rpc.ts'
