/**
 * The sbot command line: every method of a running server by name.
 *
 * @packageDocumentation
 */
export { type MethodArguments, readArguments, valueOfText } from './arguments.ts'
export type { RestoreOutcome, RestoreRequest } from './backup.ts'
export { CliError, type CliErrorCode, sentenceOf } from './errors.ts'
export { FSCK_EXIT, type FsckOutcome, type FsckRequest } from './fsck.ts'
export { type CommandLine, readCommandLine, readSettings, type Switches } from './globals.ts'
export type { AddVerdict } from './import.ts'
export type { Io } from './io.ts'
export { type ConnectRequest, EXIT, type MainOptions, main } from './main.ts'
export { ALIASES } from './method.ts'
export type { MigrateOutcome, MigrateRequest, MigrateStep } from './migrate.ts'
