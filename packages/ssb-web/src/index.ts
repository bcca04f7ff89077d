/**
 * The page of a Scuttlebot server: read, write and look after it in a browser on the same machine.
 *
 * @packageDocumentation
 */
export type { BuiltFiles, PageFile } from './files.ts'
export { builtFiles } from './files.ts'
export { LogBook, type LogLine } from './log-book.ts'
export { type WebApi, type WebNeeds, type WebOptions, web } from './plugin.ts'
export type { RateSample } from './rates.ts'
export type { Setting, WebRpc } from './rpc.ts'
export type { Session } from './sessions.ts'
