// The rules of ssb-validate 4.1.4 (protocol: feed-format, section 3) in its order, with its texts. Both faces of
// this package judge by these functions. Nothing here throws, whatever the value.

import { isFeedSyntax } from '@scuttlebot/ssb-ref'
import { isEncrypted, isSignatureForm } from './base64.ts'
import { echoTexts } from './echo.ts'
import { type Defect, fatal, mild } from './errors.ts'
import { MESSAGE_UNITS_MAX, TYPE_UNITS_MAX, TYPE_UNITS_MIN } from './limits.ts'
import { canonicalUnits, isModest } from './measure.ts'
import { encodeTexts, type Texts, writeTexts } from './writer.ts'

/** A value that claims to be a message: any field may be anything. */
export type Claim = { readonly [K in (typeof KEYS)[number]]?: unknown }

/** What is known of the message before; any field may be anything in the classic face. */
export interface ChainState {
  readonly id: unknown
  readonly sequence: unknown
}

const KEYS = [
  'previous',
  'author',
  'sequence',
  'timestamp',
  'hash',
  'content',
  'signature',
] as const

/** The id that was looked at last: messages come in runs of one author, and each is asked about several times. */
let lastFeed: unknown = Number.NaN

/** Whether a value has the form of a feed id, the historic suffix `.sha256` included. */
export function isFeed(x: unknown): x is string {
  if (x === lastFeed) return true
  if (!isFeedSyntax(x)) return false
  lastFeed = x
  return true
}

/** JavaScript's `==`, which calls methods of objects and may therefore throw. */
function looselyEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  try {
    // biome-ignore lint/suspicious/noDoubleEquals: COMPAT: ssb-validate 4.1.4 compares like this.
    return a == b
  } catch {
    return false
  }
}

function show(x: unknown): string {
  try {
    return String(x)
  } catch {
    return typeof x
  }
}

function showJson(x: unknown, indent?: number): string {
  try {
    return `${JSON.stringify(x, null, indent)}`
  } catch {
    return typeof x
  }
}

/** COMPAT: `null + 1` is 1, which the classic face needs for feeds that were only queued. */
const following = (sequence: unknown): number => Number(sequence) + 1

/** Whether the keys are the seven (six without a signature: more may follow), in one of the two orders. */
export function hasKeyOrder(claim: object, signed: boolean): boolean {
  const keys = Object.keys(claim)
  return (
    (!signed || (keys.length === 7 && keys[6] === 'signature')) &&
    keys[0] === 'previous' &&
    keys[3] === 'timestamp' &&
    keys[4] === 'hash' &&
    keys[5] === 'content' &&
    ((keys[1] === 'author' && keys[2] === 'sequence') ||
      (keys[1] === 'sequence' && keys[2] === 'author'))
  )
}

/** The suffix of an author's id; the id's form is checked elsewhere. */
export function curveOf(author: string): string {
  return author.slice(46)
}

/** Author and signature, by their form. */
export function formDefect(claim: Claim | null | undefined): Defect | null {
  if (!isFeed(claim?.author))
    return mild('SSB_VALIDATE_AUTHOR', 'invalid message: must have author')
  if (!isSignatureForm(claim.signature, curveOf(claim.author)))
    return mild(
      'SSB_VALIDATE_SIGNATURE_FORM',
      'invalid message: signature type must match author type',
    )
  return null
}

/** The place in the chain. */
function chainDefect(state: ChainState | null | undefined, claim: Claim): Defect | null {
  const { previous, sequence, author } = claim
  if (!state) {
    if (previous !== null)
      return fatal(
        'SSB_VALIDATE_FIRST_PREVIOUS',
        `initial message must have previous: null, on feed:${author}`,
      )
    if (sequence !== 1)
      return fatal(
        'SSB_VALIDATE_FIRST_SEQUENCE',
        `initial message must have sequence: 1, on feed:${author}`,
      )
    if (typeof claim.timestamp !== 'number')
      return fatal(
        'SSB_VALIDATE_FIRST_TIMESTAMP',
        `initial message must have timestamp, on feed:${author}`,
      )
    return null
  }
  const wanted = following(state.sequence)
  if (!looselyEqual(sequence, wanted))
    return mild(
      'SSB_VALIDATE_SEQUENCE',
      `invalid message: expected sequence ${wanted} but got:${show(sequence)}in state:${showJson(state)}, on feed:${author}`,
    )
  if (!looselyEqual(previous, state.id))
    return fatal(
      'SSB_VALIDATE_PREVIOUS',
      `invalid message: expected different previous message, on feed:${author}`,
    )
  return null
}

/** The type of content in clear. */
export function contentDefect(content: unknown): Defect | null {
  if (isEncrypted(content)) return null
  const type = (content as { readonly type?: unknown } | null | undefined)?.type
  if (typeof type === 'string' && type.length >= TYPE_UNITS_MIN && type.length <= TYPE_UNITS_MAX)
    return null
  return mild('SSB_VALIDATE_TYPE', `type must be a string3 <= type.length < 52, was:${show(type)}`)
}

const UNENCODABLE: Defect = mild(
  'SSB_VALIDATE_UNENCODABLE',
  'message cannot be written as JSON: too deep or cyclic',
)

/** The texts of values that {@link writeTexts} leaves to the platform. */
function slowTexts(claim: object): Texts | Defect {
  if (!isModest(claim)) {
    const units = canonicalUnits(claim)
    return (units === null ? null : sizeDefect(units)) ?? UNENCODABLE
  }
  try {
    const canonical = JSON.stringify(claim, null, 2)
    return sizeDefect(canonical.length) ?? encodeTexts(canonical, JSON.stringify(claim))
  } catch {
    return UNENCODABLE
  }
}

/**
 * Fields, size and type: `isInvalidShape`. A signature need not be there.
 *
 * @param isOrdered whether the order of the keys was looked at already
 * @param received the bytes that the claim was read from, if it was
 * @returns the texts, which are written here once and needed for id, signature and store, or what is wrong
 */
export function textsOrDefect(
  claim: Claim,
  isOrdered: boolean = false,
  received: Uint8Array | null = null,
): Texts | Defect {
  const object: unknown = claim
  const { sequence, content } = object !== null && typeof object === 'object' ? claim : {}
  const isShape =
    object !== null &&
    typeof object === 'object' &&
    typeof sequence === 'number' &&
    (sequence | 0) === sequence &&
    isFeed(claim.author) &&
    ((typeof content === 'object' && content !== null) || isEncrypted(content)) &&
    (isOrdered || hasKeyOrder(object, false)) &&
    claim.hash === 'sha256'
  if (!isShape)
    return mild(
      'SSB_VALIDATE_SHAPE',
      `message has invalid properties:${showJson(object, isModest(object) ? 2 : 0)}`,
    )
  const echoed = received === null ? null : echoTexts(received)
  const texts = echoed ?? writeTexts(claim) ?? slowTexts(object)
  if ('code' in texts) return texts
  return (typeof content === 'string' ? null : contentDefect(content)) ?? texts
}

/** The limit on the canonical text. */
export function sizeDefect(units: number): Defect | null {
  if (units <= MESSAGE_UNITS_MAX) return null
  return mild(
    'SSB_VALIDATE_SIZE',
    `Encoded message must not be larger than 8192 bytes. Current size is ${units}`,
  )
}

/**
 * Everything but the signature: `checkInvalidCheap`.
 *
 * @param received the bytes that the claim was read from, if it was
 * @returns the texts, signature included, or the first broken rule
 */
export function cheapTextsOrDefect(
  state: ChainState | null | undefined,
  claim: Claim,
  received: Uint8Array | null = null,
): Texts | Defect {
  const early = formDefect(claim) ?? chainDefect(state, claim)
  if (early !== null) return early
  if (!hasKeyOrder(claim, true))
    return fatal('SSB_VALIDATE_KEY_ORDER', 'message must have keys in allowed order')
  return textsOrDefect(claim, true, received)
}
