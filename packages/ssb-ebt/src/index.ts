/**
 * Epidemic broadcast tree replication: a pure state machine and the plugin that drives it.
 *
 * @packageDocumentation
 */
export {
  decodeStand,
  encodeStand,
  type Item,
  type Note,
  peekMessage,
  readItem,
  SEQUENCE_MAX,
  type Stand,
} from './note.ts'
export { type EbtRules, EbtState, type ExchangeStatus, FEEDS_MAX, type Output } from './state.ts'
