import { auth, sha256Base64 } from '@scuttlebot/ssb-crypto'
import { fromBase64, utf8Text, utf8TextStrict } from '@scuttlebot/ssb-encode'
import { type FeedId, type MsgId, msgIdFromHash } from '@scuttlebot/ssb-ref'
import { publicKeyOf } from './authors.ts'
import { decodedSignature } from './base64.ts'
import { type Defect, fatal, mild } from './errors.ts'
import { sameBytes } from './memory.ts'
import { type ChainState, type Claim, cheapTextsOrDefect, curveOf, isFeed } from './rules.ts'
import { cutSignature, type Slab } from './slab.ts'
import type { FeedState, MessageValue, SignatureJob, Verified } from './types.ts'

/** A message as it came in, read. */
export interface Claimed {
  readonly claim: Claim
  readonly author: FeedId
  readonly received: Uint8Array | null
}

/** A message that is right but for its signature, which is still to be checked. */
export interface Prepared {
  readonly message: Verified
  readonly state: FeedState
  readonly job: SignatureJob
}

/** Where {@link prepare} writes. */
export interface Memory {
  /** What was signed: needed until the signature is checked. Null when that happens before the next message. */
  readonly signed: Slab | null
  /** What is to be stored: stays with the message. */
  readonly stored: Slab
}

const NOT_JSON: Defect = mild('SSB_VALIDATE_JSON', 'the bytes are not JSON in UTF-8')
const NO_AUTHOR: Defect = mild('SSB_VALIDATE_AUTHOR', 'invalid message: must have author')
/** What peers send may be long; reasons go to logs. */
const REASON_MAX = 1000

/** UTF-8, strictly. The lenient reader is the faster one and writes U+FFFD where there is anything to look at. */
function readText(bytes: Uint8Array): string | null {
  const text = utf8Text(bytes)
  return text.includes('\uFFFD') ? utf8TextStrict(bytes) : text
}

const isBytes = (x: unknown): x is Uint8Array => x instanceof Uint8Array

const hasToJson = (x: unknown): boolean =>
  typeof (x as { readonly toJSON?: unknown } | null | undefined)?.toJSON === 'function'

/**
 * A value of this process, which need not come from JSON: what has methods is read as its own JSON says.
 *
 * NOTE: only the message and its content are looked at; objects deeper in that write themselves otherwise than
 * they look are for the caller to avoid.
 */
function plainValue(value: object): unknown {
  const { content } = value as Claim
  return hasToJson(value) || hasToJson(content) ? JSON.parse(JSON.stringify(value)) : value
}

/** Read what came in. Total. */
export function readClaim(input: unknown): Claimed | Defect {
  let value: unknown = input
  try {
    if (isBytes(input)) {
      const text = readText(input)
      if (text === null) return NOT_JSON
      value = JSON.parse(text)
    } else if (typeof input === 'object' && input !== null) value = plainValue(input)
  } catch {
    return isBytes(input) ? NOT_JSON : NO_AUTHOR
  }
  if (typeof value !== 'object' || value === null) return NO_AUTHOR
  const claim: Claim = value
  const { author } = claim
  if (!isFeed(author)) return NO_AUTHOR
  return { claim, author: author as FeedId, received: isBytes(input) ? input : null }
}

const brief = (defect: Defect): Defect =>
  defect.reason.length > REASON_MAX
    ? { ...defect, reason: `${defect.reason.slice(0, REASON_MAX)}…` }
    : defect

/**
 * Everything but the signature: the cheap rules, the id, the bytes to be stored and the bytes that were signed.
 */
export function prepare(
  claimed: Claimed,
  state: ChainState | null,
  hmacKey: Uint8Array | undefined,
  memory: Memory,
): Prepared | Defect {
  const { claim, received } = claimed
  const texts = cheapTextsOrDefect(state, claim, received)
  if ('code' in texts) return brief(texts)
  const value = claim as MessageValue
  const curve = curveOf(value.author)
  if (curve !== 'ed25519')
    return mild('SSB_VALIDATE_CURVE', `unknown curve:${curve} expected: ed25519`)
  const signature = decodedSignature()
  if (signature === null) return fatal('SSB_VALIDATE_SIGNATURE', 'invalid signature')
  // Before the signature is cut off: the id is that of the whole text.
  const hash = sha256Base64(texts.low)
  const key: MsgId = msgIdFromHash(hash)
  const keyBytes = fromBase64(hash) as Uint8Array
  const bytes =
    received !== null && sameBytes(received, texts.compact)
      ? received
      : memory.stored.keep(texts.compact)
  const signed = cutSignature(texts.canonical)
  const job = {
    publicKey: publicKeyOf(value.author),
    signature,
    message: hmacKey === undefined ? signed : auth(signed, hmacKey),
  }
  // Whoever has the message now must have what will be read of it later: 1e999 is Infinity, and is written as null.
  const read = texts.isExact ? value : (JSON.parse(utf8Text(bytes)) as MessageValue)
  return {
    message: { key, keyBytes, value: read, bytes },
    state: { id: key, sequence: read.sequence, timestamp: read.timestamp },
    job: memory.signed?.keepJob(job) ?? job,
  }
}
