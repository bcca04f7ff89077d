/**
 * The follow graph: who follows and blocks whom, how many hops away, and what that decides.
 *
 * @packageDocumentation
 */
export { contactEdge } from './contact.ts'
export { FriendsError, type FriendsErrorCode } from './errors.ts'
export { type Edge, type EdgeChange, Graph, type Layer } from './graph.ts'
export { HopTree, hopsFrom } from './hops.ts'
export type { FriendsMessage, FriendsReader, FriendsStore } from './needs.ts'
export { type FriendsApi, type FriendsOptions, friends, HOPS_DEFAULT } from './plugin.ts'
export type {
  FriendsRpc,
  GraphMap,
  HopsMap,
  HopsOptions,
  LiveOptions,
  PairAnswer,
  PairOptions,
  Tristate,
} from './rpc.ts'
