/**
 * The ends of a thread: what a new reply branches off from.
 *
 * @packageDocumentation
 */
export { TangleError, type TangleErrorCode } from './errors.ts'
export { Heads } from './heads.ts'
export type {
  TangleMessage,
  TangleNeeds,
  TanglePrivate,
  TangleQueries,
  TangleStore,
} from './needs.ts'
export { type TangleApi, type TangleRpc, tangle, tangleManifest } from './plugin.ts'
