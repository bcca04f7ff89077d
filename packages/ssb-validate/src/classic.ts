// The state machine of ssb-validate 4.1.4 (protocol: feed-format, section 3.4). Every function changes and returns
// the state that it is given.

import { encode } from '@scuttlebot/ssb-encode'
import { type Keys, messageId, signObj } from '@scuttlebot/ssb-keys'
import { isFeedSyntax, type MsgId } from '@scuttlebot/ssb-ref'
import { isEncrypted } from './base64.ts'
import {
  type ClassicHmacKey,
  checkInvalid,
  checkInvalidCheap,
  checkInvalidOOO,
  isInvalidShape,
} from './classic-rules.ts'
import { type Created, type CreateOptions, createMessage } from './create.ts'
import { type Defect, mild, ValidateError } from './errors.ts'
import { SIGNATURE_UNITS } from './limits.ts'
import { sizeDefect } from './rules.ts'
import type { MessageValue } from './types.ts'

/** A message with its id and the time it came, as databases and RPC hold it. */
export interface KeyValueTimestamp {
  readonly key: MsgId
  readonly value: MessageValue
  /** Milliseconds since 1970, with fractions where two came in one: strictly increasing. */
  readonly timestamp: number
}

/** What is known of a feed; nulls while messages are only queued. */
export interface ClassicFeedState {
  id: MsgId | null
  sequence: number | null
  timestamp: number | null
  /** Messages that passed the cheap rules and wait for a signature check. */
  queue: KeyValueTimestamp[]
}

/** The state that the classic functions work on. */
export interface ClassicState {
  /** How many messages were accepted. */
  validated: number
  /** How many wait in feeds' queues. */
  queued: number
  /** Accepted messages that the caller is to write, and to take out. */
  queue: KeyValueTimestamp[]
  feeds: Record<string, ClassicFeedState | null>
  /** Set by `queue` and `appendOOO`: the error, or false. */
  error: ValidateError | false | null
}

const fail = (defect: Defect): ValidateError => new ValidateError(defect)

let lastTimestamp = 0

/** The wall clock in milliseconds, but always later than the last one given. */
function monotonicTimestamp(): number {
  const now = Date.now()
  lastTimestamp = now > lastTimestamp ? now : lastTimestamp + 1 / 1024
  return lastTimestamp
}

/** A state in which nothing is known. */
export function initial(): ClassicState {
  return { validated: 0, queued: 0, queue: [], feeds: {}, error: null }
}

/** The id of a message. Nothing is checked. */
export function id(message: unknown): MsgId {
  return messageId(encode(message))
}

/** A message with its id, which may be given, and a receive time. */
export function toKeyValueTimestamp(message: MessageValue, key?: MsgId): KeyValueTimestamp {
  return { key: key || id(message), value: message, timestamp: monotonicTimestamp() }
}

function feedOf(state: ClassicState, message: MessageValue | null): ClassicFeedState | undefined {
  const author: unknown = message?.author
  if (typeof author !== 'string' || !Object.hasOwn(state.feeds, author)) return undefined
  // Callers write null for a feed without messages.
  return state.feeds[author] ?? undefined
}

type FlatState = Pick<ClassicFeedState, 'id' | 'sequence' | 'timestamp'>

/** The state that the next message has to follow: that of the last one queued, if any is. */
function flatState(feed: ClassicFeedState | null | undefined): FlatState | null {
  const last = feed?.queue?.at(-1)
  if (last === undefined) return feed ?? null
  const { sequence, timestamp } = last.value
  return { id: last.key, sequence, timestamp }
}

/**
 * Check a message fully against its feed and accept it, with all that wait in the feed's queue before it.
 *
 * The key is taken as given: recompute that of messages from others.
 *
 * @throws ValidateError
 */
export function appendKVT(
  state: ClassicState,
  hmacKey: ClassicHmacKey,
  kvt: KeyValueTimestamp,
): ClassicState {
  const error = checkInvalid(flatState(feedOf(state, kvt.value)), hmacKey, kvt.value)
  if (error) throw error
  return accept(state, kvt)
}

function accept(state: ClassicState, kvt: KeyValueTimestamp): ClassicState {
  const { key, value } = kvt
  const { sequence, timestamp } = value
  const feed = feedOf(state, value)
  if (feed !== undefined) {
    // The reference forgets to empty the feed's queue here, and then refuses the message after the next.
    const waiting = feed.queue ?? []
    feed.queue = []
    Object.assign(feed, { id: key, sequence, timestamp })
    state.validated += waiting.length
    state.queued -= waiting.length
    state.queue.push(...waiting)
  } else state.feeds[value.author] = { id: key, sequence, timestamp, queue: [] }
  state.queue.push(kvt)
  state.validated += 1
  return state
}

/**
 * Check a message fully and accept it.
 *
 * @throws ValidateError
 */
export function append(
  state: ClassicState,
  hmacKey: ClassicHmacKey,
  message: MessageValue,
): ClassicState {
  const error = checkInvalid(flatState(feedOf(state, message)), hmacKey, message)
  if (error) throw error
  return accept(state, toKeyValueTimestamp(message))
}

/**
 * Check a message by the cheap rules and let it wait; sets `state.error` when it is refused. A signature check of a
 * later message of the feed ({@link validate}, {@link append}) accepts it.
 */
export function queue(state: ClassicState, message: MessageValue): ClassicState {
  const feed = feedOf(state, message)
  state.error = checkInvalidCheap(flatState(feed), message)
  if (state.error) return state
  const waiting = feed ?? { id: null, sequence: null, timestamp: null, queue: [] }
  waiting.queue.push(toKeyValueTimestamp(message))
  state.feeds[message.author] = waiting
  state.queued += 1
  return state
}

/**
 * Check the last queued message of a feed fully, and accept it with all before it.
 *
 * @throws ValidateError; Error when `feed` is no feed id
 */
export function validate(state: ClassicState, hmacKey: ClassicHmacKey, feed: string): ClassicState {
  if (!isFeedSyntax(feed)) throw new Error('validate takes a feedId')
  const last = Object.hasOwn(state.feeds, feed) ? state.feeds[feed]?.queue.pop() : undefined
  if (last === undefined) return state
  state.queued -= 1
  return appendKVT(state, hmacKey, last)
}

/** Accept a message without its place in the chain; sets `state.error` when it is refused. */
export function appendOOO(
  state: ClassicState,
  hmacKey: ClassicHmacKey,
  message: MessageValue,
): ClassicState {
  state.error = checkInvalidOOO(message, hmacKey)
  if (state.error) return state
  const kvt = toKeyValueTimestamp(message)
  const { sequence, timestamp } = message
  if (feedOf(state, message) === undefined)
    state.feeds[message.author] = { id: kvt.key, sequence, timestamp, queue: [] }
  state.queue.push(kvt)
  state.validated += 1
  return state
}

type ClassicKeys = Pick<Keys, 'public' | 'private' | 'id'>

function createClassic(
  feed: ClassicFeedState | null | undefined,
  keys: ClassicKeys,
  hmacKey: ClassicHmacKey,
  content: unknown,
  timestamp: unknown,
): MessageValue {
  if (timestamp === null || timestamp === undefined || Number.isNaN(Number(timestamp)))
    throw fail(mild('SSB_VALIDATE_TIMESTAMP', 'timestamp must be provided'))
  if ((typeof content !== 'object' || content === null) && !isEncrypted(content))
    throw fail(
      mild('SSB_VALIDATE_CONTENT', 'invalid message content, must be object or encrypted string'),
    )
  const state = flatState(feed)
  const message = {
    previous: state ? state.id : null,
    sequence: state ? Number(state.sequence) + 1 : 1,
    author: keys.id,
    timestamp: Number(timestamp),
    hash: 'sha256',
    content,
  }
  // Peers count the signature, which the reference does not when it creates.
  const error = isInvalidShape(message)
  if (error) throw error
  const size = sizeDefect(encode(message).length + SIGNATURE_UNITS)
  if (size !== null) throw fail(size)
  return signObj(keys, hmacKey, message) as unknown as MessageValue
}

/** Make the next message of a feed, or say why not: see {@link createMessage}. */
export function create(options: CreateOptions): Created
/**
 * Make the next message of a feed, in the classic form: content is taken as it is.
 *
 * @throws ValidateError
 */
export function create(
  feed: ClassicFeedState | null | undefined,
  keys: ClassicKeys,
  hmacKey: ClassicHmacKey,
  content: unknown,
  timestamp: number,
): MessageValue
export function create(
  first: CreateOptions | ClassicFeedState | null | undefined,
  keys?: ClassicKeys,
  hmacKey?: ClassicHmacKey,
  content?: unknown,
  timestamp?: unknown,
): Created | MessageValue {
  if (keys === undefined) return createMessage(first as CreateOptions)
  return createClassic(first as ClassicFeedState | null, keys, hmacKey, content, timestamp)
}

/**
 * {@link create}, then {@link append}.
 *
 * @throws ValidateError
 */
export function appendNew(
  state: ClassicState,
  hmacKey: ClassicHmacKey,
  keys: ClassicKeys,
  content: unknown,
  timestamp: number,
): ClassicState {
  const feed = Object.hasOwn(state.feeds, keys.id) ? state.feeds[keys.id] : null
  return append(state, hmacKey, create(feed, keys, hmacKey, content, timestamp))
}
