/**
 * Private messages: box, open and read them, apart from everything that strangers can reach.
 *
 * @packageDocumentation
 */
export { type Box, type BoxDefinition, defineBox, type Opening } from './box.ts'
export { type Box1Options, box1, type Opener1, openerOf } from './box1.ts'
export { PrivateError, type PrivateErrorCode, TooLargeError } from './errors.ts'
export type {
  BoxedIndex,
  BoxedMessage,
  BoxedValue,
  PositionReader,
  PrivateQueries,
  PrivateStore,
  Published,
  ShelfDatabase,
  ShelfEncoding,
  ShelfOp,
  Stages,
} from './needs.ts'
export { OpenedMessage, openText, type Revealed, type RevealedValue, reveal } from './opened.ts'
export type { Progress } from './opener.ts'
export {
  type PrivateApi,
  type PrivateMessagesOptions,
  type PrivateNeeds,
  privateMessages,
} from './plugin.ts'
export type { PrivateContent, PrivateOptions } from './publish.ts'
export type { PrivateReadOptions } from './read.ts'
export type { PrivateRpc } from './rpc.ts'
export { MESSAGE_MAX } from './size.ts'
export type { Condition } from './terms.ts'
