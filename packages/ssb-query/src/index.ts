/**
 * Find messages: the classic streams of an SSB server, and typed queries over indexes.
 *
 * @packageDocumentation
 */
export { QueryError, type QueryErrorCode } from './errors.ts'
export { defineIndexes, type QueryIndexes } from './indexes.ts'
export type { LinkItem, LinkOptions } from './link-stream.ts'
export { deepTargets, type Link, topLinks } from './links.ts'
export type { Pipeline } from './mfr.ts'
export {
  and,
  author,
  boxed,
  type Condition,
  channel,
  claimed,
  everything,
  hasLink,
  linksTo,
  not,
  or,
  received,
  thread,
  type,
} from './operators.ts'
export type { StreamOptions } from './options.ts'
export { fulfils } from './plan.ts'
export {
  type QueryRpc,
  query,
  type RawItem,
  type RawOptions,
  type StreamItem,
} from './plugin.ts'
export type { ReadQuery } from './read.ts'
export {
  createQueries,
  type Explanation,
  type Page,
  type Queries,
  type ReadOptions,
  type Results,
} from './results.ts'
export type {
  Message,
  Order,
  QueryStore,
  Range,
  Reader,
  Terms,
  Value,
} from './store.ts'
