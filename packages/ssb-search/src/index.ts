/**
 * Full-text search in posts, kept up to date in the background.
 *
 * @packageDocumentation
 */
export { type Engine, type Entry, type Mark, textOf, wordsOf } from './engine.ts'
export { HITS_MAX, type Hit } from './hits.ts'
export type { Progress } from './indexer.ts'
export type {
  SearchMessage,
  SearchNeeds,
  SearchOpened,
  SearchPrivate,
  SearchStore,
} from './needs.ts'
export {
  type SearchApi,
  type SearchOptions,
  type SearchQuery,
  type SearchRpc,
  search,
  searchManifest,
} from './plugin.ts'
