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
export { helpOf, LOCAL, type LocalCommand } from './help.ts'
export type { AddVerdict } from './import.ts'
export type { Io } from './io.ts'
export { type Declared, misspelt } from './known.ts'
export { type ConnectRequest, EXIT, type MainOptions, main } from './main.ts'
export { ALIASES, type FoundMethod, findMethod, methodsOf } from './method.ts'
export type { MigrateOutcome, MigrateRequest, MigrateStep } from './migrate.ts'
