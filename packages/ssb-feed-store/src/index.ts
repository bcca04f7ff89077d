/**
 * Keep the feeds of Secure Scuttlebutt in any abstract-level database, durably and in order.
 *
 * @packageDocumentation
 */
export type { AuditRecord } from './audit.ts'
export type {
  Database,
  DatabaseEncoding,
  DatabaseIterator,
  DatabaseOp,
  DatabaseRange,
} from './database.ts'
export { StoreError, type StoreErrorCode } from './errors.ts'
export type { FsckOptions, FsckProblem, FsckReport } from './fsck.ts'
export type { FeedStatus, ForkProof } from './guard.ts'
export type {
  Emit,
  IndexDefinition,
  IndexState,
  OrderDefinition,
  OrderIndex,
  SequenceRange,
  SequenceReader,
  TermIndex,
} from './index-types.ts'
export { type Mark, type MarkPlace, memoryMark } from './marks.ts'
export { type KeyValueTimestamp, kvtBytes, type StoredMessage } from './message.ts'
export { type OpenedValue, opened } from './opened.ts'
export { type FeedStoreOptions, feedStore } from './plugin.ts'
export type { FeedRange, LogRange } from './reading.ts'
export { type Boxer, privateUnboxer, type Unboxed, type Unboxer } from './recipients.ts'
export type { GetOptions, Latest, StoreRpc } from './rpc.ts'
export type { FeedSize } from './sizes.ts'
export {
  type AddOptions,
  type AddVerdict,
  createStore,
  openStore,
  type Store,
  type StoreApi,
  type StoreOptions,
} from './store.ts'
