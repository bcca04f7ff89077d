/**
 * Many typed calls and streams over one connection: the muxrpc protocol.
 *
 * @packageDocumentation
 */
export { RpcError, type RpcErrorCode } from './errors.ts'
export {
  type Caller,
  createFace,
  type Face,
  type FaceOptions,
  type Found,
  type Permissions,
  plainManifest,
  type Refused,
} from './face.ts'
export { type MuxLimits, STRANGER_LIMITS, TRUSTED_LIMITS } from './limits.ts'
export { createMux } from './mux.ts'
export type { Mux, MuxOptions, MuxStats, StreamOptions } from './mux-types.ts'
export {
  type AnyMethod,
  type ArgHelp,
  type Async,
  Batch,
  type Body,
  type Call,
  type CallKind,
  type Duplex,
  type Handlers,
  type Incoming,
  type Item,
  JsonBytes,
  type Manifest,
  type Method,
  type MethodHelp,
  type MethodKind,
  type MethodSpec,
  type PlainManifest,
  type Remote,
  type Reply,
  type Role,
  type RpcTree,
  type Sink,
  type Source,
  type Sync,
} from './rpc.ts'
