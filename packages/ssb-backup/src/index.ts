export { type BackupEntry, readEntries, writeEntries } from './contents.ts'
export { BackupError, type BackupErrorCode } from './errors.ts'
export {
  type BackupFriends,
  type BackupNeeds,
  type BackupOptions,
  type BackupReplicate,
  type BackupRpc,
  type BackupStore,
  backup,
  type RestoredNote,
} from './plugin.ts'
export { seal, unseal } from './seal.ts'
