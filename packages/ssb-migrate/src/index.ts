export { type Decoded, decodeBipf } from './bipf.ts'
export { db2Records } from './db2.ts'
export { MigrateError, type MigrateErrorCode } from './errors.ts'
export { flumeRecords } from './flume.ts'
export {
  type MigrateOptions,
  type MigrateProgress,
  type MigrateResult,
  type MigrateStore,
  type MigrateVerdict,
  migrateLog,
  type OwnEnd,
  type Refusal,
} from './migrate.ts'
export { type ByteSource, memorySource, type OldMessage, type OldRecord } from './source.ts'
