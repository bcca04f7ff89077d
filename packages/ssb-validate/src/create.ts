import { auth, sha256 } from '@scuttlebot/ssb-crypto'
import { lowBytes, signedText, toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { type FeedId, isFeedId, isMsgId, msgIdFromHash } from '@scuttlebot/ssb-ref'
import { isEncrypted } from './base64.ts'
import { type Defect, mild } from './errors.ts'
import { SEQUENCE_MAX, SIGNATURE_UNITS, TYPE_UNITS_MAX } from './limits.ts'
import { canonicalUnits, isModest } from './measure.ts'
import { memoryOf } from './memory.ts'
import { contentDefect, sizeDefect } from './rules.ts'
import type { Content, FeedState, MessageValue, Verified } from './types.ts'

/** What a new message is made of. */
export interface CreateOptions {
  /** The last message of the feed, or null for its first. */
  readonly state: FeedState | null
  readonly author: FeedId
  /** The author's Ed25519 signature (64 bytes) of these bytes, which are good during the call. */
  sign(bytes: Uint8Array): Uint8Array
  /** The network's extra key for signatures (`caps.sign`), 32 bytes. */
  readonly hmacKey?: Uint8Array | undefined
  readonly content: Content
  /** Milliseconds since 1970, whole. */
  readonly timestamp: number
}

/** The new message, or why there is none. */
export type Created =
  | { readonly ok: true; readonly message: Verified }
  | ({ readonly ok: false } & Defect)

/** Half of a pair: written as an escape by `JSON.stringify`, refused or changed by other implementations. */
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/

/** Whole numbers from here on are written digit by digit up to 1e21, and refused by readers that want them exact. */
const WHOLE_MAX = Number.MAX_SAFE_INTEGER

function isBadNumber(x: number): boolean {
  return (
    !Number.isFinite(x) || (Number.isInteger(x) && Math.abs(x) > WHOLE_MAX && Math.abs(x) < 1e21)
  )
}

/** Numbers and texts that other implementations would not read as we write them. Slow; asked on suspicion only. */
function leafDefect(content: unknown): Defect | null {
  let found: Defect | null = null
  const look = (key: string, x: unknown): unknown => {
    if (typeof x === 'number' && isBadNumber(x))
      found = mild('SSB_VALIDATE_NUMBER', `content has a number that not everybody can read: ${x}`)
    if (LONE_SURROGATE.test(key) || (typeof x === 'string' && LONE_SURROGATE.test(x)))
      found = mild('SSB_VALIDATE_TEXT', 'content has a text with half of a surrogate pair')
    return x
  }
  JSON.stringify(content, look)
  return found
}

/** `null` may have been NaN, long digits may be no safe integer, `\ud` may be half of a pair. */
const SUSPECT = /null|\d{16}|\\ud/

// What is short however it is encoded need not be.
const bytesOf = (text: string): number =>
  3 * text.length <= TYPE_UNITS_MAX ? text.length : utf8(text).length

function contentText(content: unknown): { compact: string; value: Content } | Defect {
  let compact: string | undefined
  let value: unknown
  try {
    compact = JSON.stringify(content)
    value = compact === undefined ? undefined : JSON.parse(compact)
    const suspect = compact !== undefined && SUSPECT.test(compact) ? leafDefect(content) : null
    if (suspect !== null) return suspect
  } catch {
    return mild('SSB_VALIDATE_UNENCODABLE', 'content cannot be written as JSON')
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const isBox = isEncrypted(value) && /\.box2?$/.test(value)
  if (compact === undefined || !(isObject || isBox))
    return mild(
      'SSB_VALIDATE_CONTENT',
      'invalid message content, must be object or encrypted string',
    )
  // What would grow beyond measure when it is indented is counted; the rest is measured as a whole later.
  const units = isModest(value) ? 0 : canonicalUnits(value)
  const defect = sizeDefect(units ?? Number.POSITIVE_INFINITY) ?? contentDefect(value)
  if (defect !== null) return defect
  if (isObject && bytesOf((value as { type: string }).type) > TYPE_UNITS_MAX)
    return mild(
      'SSB_VALIDATE_TYPE',
      `type must be at most ${TYPE_UNITS_MAX} bytes, which is how some peers count`,
    )
  return { compact, value: value as Content }
}

function placeDefect({ author, state, timestamp }: CreateOptions): Defect | null {
  if (!isFeedId(author)) return mild('SSB_VALIDATE_AUTHOR', 'invalid message: must have author')
  if (timestamp === undefined || timestamp === null || Number.isNaN(timestamp))
    return mild('SSB_VALIDATE_TIMESTAMP', 'timestamp must be provided')
  if (!Number.isSafeInteger(timestamp))
    return mild('SSB_VALIDATE_TIMESTAMP', `timestamp must be whole milliseconds, was:${timestamp}`)
  if (state === null) return null
  if (!isMsgId(state.id))
    return mild('SSB_VALIDATE_PREVIOUS', 'the state of the feed has no message id')
  const { sequence } = state
  if (!Number.isInteger(sequence) || sequence < 1 || sequence >= SEQUENCE_MAX)
    return mild('SSB_VALIDATE_SEQUENCE', `no message can follow sequence ${sequence}`)
  return null
}

/** Sign a canonical text; the id is the hash of what comes of it with the signature in it. */
function signText(
  text: string,
  { sign, hmacKey }: CreateOptions,
): { signature: string; keyBytes: Uint8Array } {
  const signatureOf = (bytes: Uint8Array): string => {
    const signed = sign(hmacKey === undefined ? bytes : auth(bytes, hmacKey))
    if (signed.length !== 64)
      throw new RangeError(`a signature has 64 bytes, this one has ${signed.length}`)
    return `${toBase64(signed)}.sig.ed25519`
  }
  // ASCII, as most texts are, is signed and hashed as the same bytes: they are written once. Anything else is longer.
  const memory = memoryOf(text.length + SIGNATURE_UNITS)
  const { bytes } = memory
  if (memory.utf8(text, 0) === text.length) {
    const signature = signatureOf(bytes.subarray(0, text.length))
    memory.low(`${MEMBER}${signature}"\n}`, text.length - 2)
    return { signature, keyBytes: sha256(bytes) }
  }
  const signature = signatureOf(utf8(text))
  return { signature, keyBytes: sha256(lowBytes(signedText(text, signature))) }
}

/** Takes the place of the `"\n}"` that a canonical text ends with; behind it come the signature and `"\n}`. */
const MEMBER = ',\n  "signature": "'

/**
 * Make and sign the next message of a feed. Whatever any peer would refuse is refused here, before anything is
 * signed; and the message that comes back is the one that its bytes read as.
 *
 * The caller sees to it that no two messages are made from one state: that would fork the feed.
 *
 * @throws what `sign` throws; RangeError when the hmac key is not 32 bytes or the signature not 64
 */
export function createMessage(options: CreateOptions): Created {
  const { state, author, timestamp } = options
  const place = placeDefect(options)
  if (place !== null) return { ok: false, ...place }
  const content = contentText(options.content)
  if ('code' in content) return { ok: false, ...content }
  const unsigned = {
    previous: state === null ? null : state.id,
    sequence: state === null ? 1 : state.sequence + 1,
    author,
    timestamp,
    hash: 'sha256' as const,
    content: content.value,
  }
  const text = JSON.stringify(unsigned, null, 2)
  // COMPAT: what is too large without its signature is told so, as ssb-validate's create tells it.
  const size = sizeDefect(text.length) ?? sizeDefect(text.length + SIGNATURE_UNITS)
  if (size !== null) return { ok: false, ...size }
  const { signature, keyBytes } = signText(text, options)
  const value: MessageValue = { ...unsigned, signature }
  const message: Verified = {
    key: msgIdFromHash(toBase64(keyBytes)),
    keyBytes,
    value,
    bytes: utf8(JSON.stringify(value)),
  }
  return { ok: true, message }
}
