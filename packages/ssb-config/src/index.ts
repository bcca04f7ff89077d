/**
 * The configuration of a Scuttlebutt server: file, environment and flags under one schema.
 *
 * @packageDocumentation
 */

export type { Announced } from './announced.ts'
export {
  appNameOf,
  type Config,
  type Explanation,
  type Flag,
  type Origin,
  type Resolved,
  requireConfig,
  resolveConfig,
  type Sources,
} from './config.ts'
export type { Dial, DialTransport } from './dial.ts'
export { HOST_LOCAL, type Listen, type Scope } from './entries.ts'
export { ConfigError, type ConfigErrorCode, describeProblems, type Problem } from './errors.ts'
export type { ConfigFile } from './file.ts'
export {
  HOST_DEFAULT,
  HOST_EVERYWHERE,
  PORT_DEFAULT,
  WS_PORT_DEFAULT,
} from './listen.ts'
export { nearest } from './nearest.ts'
export { expected, type Option, type OptionType } from './option.ts'
export { isKey, type Key, keys, optionOf, type Settings, type Tree } from './schema.ts'
