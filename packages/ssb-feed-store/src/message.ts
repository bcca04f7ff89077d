import { toBase64, utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import { RECORD_HEADER, recordFeedSequence, recordId, recordTime } from './record.ts'

/** A message as the log holds it. What is costly is made when first asked for, and kept. */
export interface StoredMessage {
  /** Position in the log, from 0. */
  readonly sequence: number
  readonly key: MsgId
  /** The 32 bytes of `key`. */
  readonly keyBytes: Uint8Array
  readonly author: FeedId
  /** Position in the feed, from 1. */
  readonly feedSequence: number
  /** Receive time: milliseconds since 1970, strictly increasing along the log, may have a fraction. */
  readonly timestamp: number
  /** Compact JSON of the value, UTF-8: what is stored and served. Do not change it. */
  readonly bytes: Uint8Array
  /** The value, parsed on first use. Do not change it. */
  readonly value: MessageValue
}

/** A message with its id and receive time, as classic calls answer it. */
export interface KeyValueTimestamp {
  readonly key: MsgId
  readonly value: MessageValue
  readonly timestamp: number
}

// A view of a record: what few ask for is read from its bytes when it is asked for.
class Stored implements StoredMessage {
  readonly sequence: number
  readonly author: FeedId
  readonly #record: Uint8Array
  #key: MsgId | undefined
  #value: MessageValue | undefined
  #timestamp: number | undefined

  constructor(
    sequence: number,
    author: FeedId,
    record: Uint8Array,
    key: MsgId | undefined,
    value: MessageValue | undefined,
    timestamp: number | undefined,
  ) {
    this.sequence = sequence
    this.author = author
    this.#record = record
    this.#key = key
    this.#value = value
    this.#timestamp = timestamp
  }

  get keyBytes(): Uint8Array {
    return recordId(this.#record)
  }

  get feedSequence(): number {
    return recordFeedSequence(this.#record)
  }

  get timestamp(): number {
    this.#timestamp ??= recordTime(this.#record)
    return this.#timestamp
  }

  get bytes(): Uint8Array {
    return this.#record.subarray(RECORD_HEADER)
  }

  get key(): MsgId {
    this.#key ??= `%${toBase64(this.keyBytes)}.sha256`
    return this.#key
  }

  get value(): MessageValue {
    this.#value ??= JSON.parse(utf8Text(this.bytes)) as MessageValue
    return this.#value
  }
}

/** Make a message of its record, which has been checked, and of what is known already. */
export function stored(
  sequence: number,
  author: FeedId,
  record: Uint8Array,
  key?: MsgId,
  value?: MessageValue,
  timestamp?: number,
): StoredMessage {
  return new Stored(sequence, author, record, key, value, timestamp)
}

const KEY = utf8('{"key":"')
const VALUE = utf8('","value":')

/**
 * `{"key":…,"value":…,"timestamp":…}` as UTF-8, spliced from the stored bytes without parsing them.
 *
 * @param more further members as JSON text with a leading comma, such as `,"rts":1.5`
 */
export function kvtBytes(message: StoredMessage, more = ''): Uint8Array {
  const key = utf8(message.key)
  const tail = utf8(`,"timestamp":${message.timestamp}${more}}`)
  const size = KEY.length + key.length + VALUE.length + message.bytes.length + tail.length
  const out = new Uint8Array(size)
  out.set(KEY, 0)
  let at = KEY.length
  out.set(key, at)
  at += key.length
  out.set(VALUE, at)
  at += VALUE.length
  out.set(message.bytes, at)
  out.set(tail, at + message.bytes.length)
  return out
}
