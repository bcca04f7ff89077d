/**
 * What feeds say about feeds and messages: names, pictures, descriptions, titles.
 *
 * @packageDocumentation
 */
export type { Abouts, ValuesByAuthor } from './abouts.ts'
export { type Naming, namingsOf, pictureOf, subjectOf } from './content.ts'
export { AboutError, type AboutErrorCode } from './errors.ts'
export type { NameMap, Signified } from './names.ts'
export type {
  AboutFriends,
  AboutIndex,
  AboutMessage,
  AboutNeeds,
  AboutOpened,
  AboutPrivate,
  AboutReader,
  AboutStore,
} from './needs.ts'
export { type AboutApi, about } from './plugin.ts'
export { type AboutQuestion, type AboutRpc, aboutManifest, type IdArgument } from './rpc.ts'
export type { AboutReadOptions } from './streams.ts'
export { socialValue, type Values } from './values.ts'
