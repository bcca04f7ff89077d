/**
 * Talk to a running Scuttlebutt server with types that follow from its plugins.
 *
 * @packageDocumentation
 */
export type { Client } from './client.ts'
export { type ConnectOptions, connect } from './connect.ts'
export { ClientError, type ClientErrorCode } from './errors.ts'
