/** Which rule a message breaks. Codes are stable; see the README for each one's text and meaning. */
export type ValidateErrorCode =
  /** The bytes are not UTF-8, or not JSON. */
  | 'SSB_VALIDATE_JSON'
  /** `author` is no feed id. Also what is no object at all. */
  | 'SSB_VALIDATE_AUTHOR'
  /** `signature` is not 64 bytes of canonical base64 with the author's suffix. */
  | 'SSB_VALIDATE_SIGNATURE_FORM'
  /** Not the next sequence number of the feed: a repetition or a gap. */
  | 'SSB_VALIDATE_SEQUENCE'
  /** The right sequence number, but another predecessor: a fork. */
  | 'SSB_VALIDATE_PREVIOUS'
  /** A first message has `previous` other than null. */
  | 'SSB_VALIDATE_FIRST_PREVIOUS'
  /** A first message has a sequence number other than 1. */
  | 'SSB_VALIDATE_FIRST_SEQUENCE'
  /** A first message has no number as timestamp. */
  | 'SSB_VALIDATE_FIRST_TIMESTAMP'
  /** Not exactly the seven keys, or not in an allowed order. */
  | 'SSB_VALIDATE_KEY_ORDER'
  /** A field has the wrong type or value. */
  | 'SSB_VALIDATE_SHAPE'
  /** More than 8192 UTF-16 units of canonical text. */
  | 'SSB_VALIDATE_SIZE'
  /** `content.type` is no text of 3 to 52 UTF-16 units. */
  | 'SSB_VALIDATE_TYPE'
  /** The hmac key is not 32 bytes. */
  | 'SSB_VALIDATE_HMAC_KEY'
  /** The author's id names a curve that nobody can verify with. */
  | 'SSB_VALIDATE_CURVE'
  /** The signature is not the author's for this text. */
  | 'SSB_VALIDATE_SIGNATURE'
  /** Creating: the content is neither an object nor an encrypted text ending in `.box` or `.box2`. */
  | 'SSB_VALIDATE_CONTENT'
  /** The timestamp is missing or, when creating, no safe integer. */
  | 'SSB_VALIDATE_TIMESTAMP'
  /** Creating: the content has a number that other implementations read differently or not at all. */
  | 'SSB_VALIDATE_NUMBER'
  /** Creating: the content has half of a surrogate pair. */
  | 'SSB_VALIDATE_TEXT'
  /** The value has no JSON: a cycle, a BigInt, too deep. */
  | 'SSB_VALIDATE_UNENCODABLE'

/** A broken rule. */
export interface Defect {
  readonly code: ValidateErrorCode
  /** The sentence of ssb-validate 4.1.4 where it has one. */
  readonly reason: string
  /** Whether the feed must not be followed further from this peer (a fork, a forgery, a malformed feed). */
  readonly fatal: boolean
}

/** A broken rule as the classic functions throw and return it. */
export class ValidateError extends Error {
  override readonly name: string = 'ValidateError'
  /** Stable across versions. */
  readonly code: ValidateErrorCode
  /** See {@link Defect.fatal}; undefined where the reference leaves it out. */
  readonly fatal: true | undefined

  constructor(defect: Defect) {
    super(defect.reason)
    this.code = defect.code
    this.fatal = defect.fatal ? true : undefined
  }
}

/** A rule whose breach drops the message only. */
export function mild(code: ValidateErrorCode, reason: string): Defect {
  return { code, reason, fatal: false }
}

/** A rule whose breach ends the feed for that peer. */
export function fatal(code: ValidateErrorCode, reason: string): Defect {
  return { code, reason, fatal: true }
}
