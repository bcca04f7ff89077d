/**
 * Migrations on disk: the folders of the old servers, and the way of their logs into a store. Needs Node.
 *
 * @packageDocumentation
 */
export {
  beginMigration,
  type Copied,
  copyOldFolder,
  fileSource,
  isServed,
  type Migration,
  type MigrationState,
  migrationState,
  type OldLog,
  oldLogs,
  readMigration,
  writeMigration,
} from './folders.ts'
export { oldPushes } from './pushes.ts'
export {
  type TakenOver,
  type TakeOverOptions,
  type TakeOverStore,
  takeOver,
} from './take-over.ts'
