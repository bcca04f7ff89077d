// The judging functions of ssb-validate 4.1.4 under their names: they return an error, or false.

import { auth, verify } from '@scuttlebot/ssb-crypto'
import { encode, fromBase64 } from '@scuttlebot/ssb-encode'
import { publicKeyOf } from './authors.ts'
import { decodedSignature, isSignatureForm } from './base64.ts'
import { type Defect, fatal, mild, ValidateError } from './errors.ts'
import {
  type ChainState,
  type Claim,
  cheapTextsOrDefect,
  contentDefect,
  curveOf,
  formDefect,
  hasKeyOrder,
  textsOrDefect,
} from './rules.ts'
import { cutSignature } from './slab.ts'
import type { MessageValue } from './types.ts'
import type { Texts } from './writer.ts'

/** The network's extra key for signatures: 32 bytes, or their canonical base64; null or undefined for none. */
export type ClassicHmacKey = Uint8Array | string | null | undefined

const error = (defect: Defect): ValidateError => new ValidateError(defect)

/** The key's bytes, undefined for none, or what is wrong with it. */
function hmacBytes(key: unknown): Uint8Array | undefined | Defect {
  if (key === undefined || key === null) return undefined
  const bytes = typeof key === 'string' ? fromBase64(key) : key
  return bytes instanceof Uint8Array && bytes.length === 32
    ? bytes
    : fatal('SSB_VALIDATE_HMAC_KEY', 'invalid HMAC key')
}

/** The hmac key and the signature, in this order. */
function signatureDefect(claim: Claim, texts: Texts, hmacKey: unknown): Defect | null {
  const key = hmacBytes(hmacKey)
  if (key !== undefined && 'code' in key) return key
  const { author } = claim as MessageValue
  const curve = curveOf(author)
  if (curve !== 'ed25519')
    return mild('SSB_VALIDATE_CURVE', `unknown curve:${curve} expected: ed25519`)
  const unsigned = cutSignature(texts.canonical)
  const message = key === undefined ? unsigned : auth(unsigned, key)
  const bytes = decodedSignature()
  if (bytes !== null && verify(bytes, message, publicKeyOf(author))) return null
  return fatal('SSB_VALIDATE_SIGNATURE', 'invalid signature')
}

/** The canonical text: `JSON.stringify(value, null, 2)`. Throws where that throws. */
export { encode }

/** Whether `hash` is the one hash there is. */
export function isSupportedHash(message: { readonly hash?: unknown } | null | undefined): boolean {
  return message?.hash === 'sha256'
}

/** Whether the signature has the form that the suffix of its author asks for. The signature is not checked. */
export function isSigMatchesCurve(
  message: { readonly author?: unknown; readonly signature?: unknown } | null | undefined,
): boolean {
  const author = message?.author
  const curve = typeof author === 'string' ? /\.(\w+)/.exec(author)?.[1] : undefined
  return curve !== undefined && isSignatureForm(message?.signature, curve)
}

/** What is wrong with content of its own: its type, unless it is encrypted. */
export function isInvalidContent(content: unknown): ValidateError | false {
  const defect = contentDefect(content)
  return defect !== null && error(defect)
}

/** What is wrong with fields, size and type. The message may lack its signature. */
export function isInvalidShape(message: unknown): ValidateError | false {
  const texts = textsOrDefect(message as Claim)
  return 'code' in texts && error(texts)
}

/** Everything but the signature. */
export function checkInvalidCheap(
  state: ChainState | null | undefined,
  message: unknown,
): ValidateError | false {
  const texts = cheapTextsOrDefect(state, message as Claim)
  return 'code' in texts && error(texts)
}

/** Everything: the cheap rules, the hmac key, the signature. */
export function checkInvalid(
  state: ChainState | null | undefined,
  hmacKey: ClassicHmacKey,
  message: unknown,
): ValidateError | false {
  const texts = cheapTextsOrDefect(state, message as Claim)
  if ('code' in texts) return error(texts)
  const defect = signatureDefect(message as Claim, texts, hmacKey)
  return defect !== null && error(defect)
}

/**
 * Everything but the place in the chain, for messages fetched one by one ("out of order"). Also what tells a
 * fork from a forgery: a message that conflicts with a known one and passes here was signed by its author.
 */
export function checkInvalidOOO(message: unknown, hmacKey?: ClassicHmacKey): ValidateError | false {
  const claim = message as Claim
  const form = formDefect(claim)
  if (form !== null) return error(form)
  if (typeof claim.timestamp !== 'number')
    return error(
      fatal('SSB_VALIDATE_TIMESTAMP', `message must have timestamp, on feed:${claim.author}`),
    )
  if (!hasKeyOrder(claim, true))
    return error(fatal('SSB_VALIDATE_KEY_ORDER', 'message must have keys in allowed order'))
  const texts = textsOrDefect(claim)
  if ('code' in texts) return error(fatal(texts.code, 'message has invalid shape'))
  const defect = signatureDefect(claim, texts, hmacKey)
  return defect !== null && error(defect)
}
