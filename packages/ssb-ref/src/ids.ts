// Sigil references:
//
//   @ jEA8WSl0URsB/g/XYG5zCGBkMOyTeBZfGtbw3RJMIuk= .ed25519     feed: an Ed25519 public key
//   % pGzeEydYdHjKW1iIchR0Yumydsr3QSp8+FuYcwVwi8Q= .sha256      message: SHA-256 of its text
//   & abcdefg6bIh5dmyss7QH7uMrQxz3LKvgjer68we30aQ= .sha256      blob: SHA-256 of its bytes
//   sigil, 32 bytes as canonical base64 (44 characters), suffix
//
// Canonical means: standard alphabet, padded, the two unused bits zero. So one id has one spelling.

/** A feed's id: `@`, an Ed25519 public key in canonical base64, `.ed25519`. 53 characters. */
export type FeedId = `@${string}.ed25519`
/** A message's id: `%`, a SHA-256 in canonical base64, `.sha256`. 52 characters. */
export type MsgId = `%${string}.sha256`
/** A blob's id: `&`, a SHA-256 in canonical base64, `.sha256`. 52 characters. */
export type BlobId = `&${string}.sha256`
/** The id of a group's first message that does not give the message away: `%`, 32 bytes, `.cloaked`. 53 characters. */
export type CloakedMsgId = `%${string}.cloaked`

/** 32 bytes as canonical base64: 42 free characters, one of the sixteen that leave the unused bits zero, padding. */
export const BASE64_32 = '[A-Za-z0-9/+]{42}[AEIMQUYcgkosw048]='

const KEY = new RegExp(`^${BASE64_32}$`)
const FEED = new RegExp(`^@${BASE64_32}\\.ed25519$`)
const FEED_SYNTAX = new RegExp(`^@${BASE64_32}\\.(?:sha256|ed25519)$`)
const MSG = new RegExp(`^%${BASE64_32}\\.sha256$`)
const BLOB = new RegExp(`^&${BASE64_32}\\.sha256$`)
const CLOAKED = new RegExp(`^%${BASE64_32}\\.cloaked$`)

/** Characters of 32 bytes in base64. */
const KEY_LENGTH = 44

/** Keeps the makers below from throwing on what is no text, such as a symbol. */
const textOf = (x: unknown): string => (typeof x === 'string' ? x : '')

/** Whether a value is the bare canonical base64 of 32 bytes (44 characters), as keys stand in addresses. */
export function isKey(x: unknown): x is string {
  return typeof x === 'string' && KEY.test(x)
}

/**
 * Whether a value is a feed's id that can be used as a key. Never throws.
 *
 * Stricter than the classic `isFeed` twice: the suffix `.sha256` is refused and the dot must be a dot; see
 * {@link isFeedSyntax}. Whether the key is a point on the curve is not checked.
 */
export function isFeedId(x: unknown): x is FeedId {
  return typeof x === 'string' && FEED.test(x)
}

/**
 * Whether a value has the form of a feed's id, the historic suffix `.sha256` included. Never throws.
 *
 * COMPAT: this is the classic `isFeed` (ssb-ref 2.16) with a literal dot. An id with `.sha256` can name no key.
 */
export function isFeedSyntax(x: unknown): x is FeedId | `@${string}.sha256` {
  return typeof x === 'string' && FEED_SYNTAX.test(x)
}

/** Whether a value is a message's id (`.sha256`, not cloaked). Never throws. */
export function isMsgId(x: unknown): x is MsgId {
  return typeof x === 'string' && MSG.test(x)
}

/** Whether a value is a blob's id. Never throws. A link with a query is none: see `isLink`. */
export function isBlobId(x: unknown): x is BlobId {
  return typeof x === 'string' && BLOB.test(x)
}

/** Whether a value is the cloaked id of a private group. Never throws. */
export function isCloakedMsgId(x: unknown): x is CloakedMsgId {
  return typeof x === 'string' && CLOAKED.test(x)
}

/**
 * The feed id of a public key.
 *
 * @param publicKey canonical base64 of 32 bytes, 44 characters. Not checked: the result for anything else is
 *   no feed id, which {@link isFeedId} tells.
 */
export function feedIdFromKey(publicKey: string): FeedId {
  return `@${textOf(publicKey)}.ed25519`
}

/** The public key of a feed id: bare base64, 44 characters. Does not check the id. */
export function keyOfFeedId(id: FeedId): string {
  return textOf(id).slice(1, 1 + KEY_LENGTH)
}

/** The message id of a SHA-256 in canonical base64 (44 characters, not checked). */
export function msgIdFromHash(hash: string): MsgId {
  return `%${textOf(hash)}.sha256`
}

/** The blob id of a SHA-256 in canonical base64 (44 characters, not checked). */
export function blobIdFromHash(hash: string): BlobId {
  return `&${textOf(hash)}.sha256`
}
