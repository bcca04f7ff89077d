/**
 * The secret handshake as a pure state machine: bytes in, bytes out.
 *
 * @packageDocumentation
 */
export { createClient } from './client.ts'
export {
  ACCEPT_BYTES,
  CHALLENGE_BYTES,
  EARLY_BYTES_MAX,
  HELLO_BYTES,
} from './constants.ts'
export { ShsError, type ShsErrorCode } from './errors.ts'
export type { ClientOptions, Handshake, ServerOptions, Session, ShsStep } from './handshake.ts'
export { createServer } from './server.ts'
