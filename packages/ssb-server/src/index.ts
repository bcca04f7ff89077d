/**
 * A Secure Scuttlebutt server: a list of plugins.
 *
 * @packageDocumentation
 */
export { type AddBatchRpc, addBatch, type BatchStore, type BatchVerdict } from './add-batch.ts'
export { checkStore } from './check.ts'
export { ServerError, type ServerErrorCode } from './errors.ts'
export { forgetNewKey, openFolder, writeManifest } from './folder.ts'
export { lockKey, stateFolderOf } from './key-lock.ts'
export {
  createLog,
  jsonLine,
  type LogEntry,
  type LogLevel,
  type LogSettings,
  textLine,
} from './log.ts'
export { master } from './master.ts'
export { migrateFolder } from './migrate.ts'
export { restoreFolder } from './restore.ts'
export {
  createServer,
  type More,
  type PluginsWith,
  type Server,
  type ServerOptions,
  type ServerPlugins,
  type ServerRpc,
  serverPlugins,
} from './server.ts'
export { type StartOptions, startServer } from './start.ts'
