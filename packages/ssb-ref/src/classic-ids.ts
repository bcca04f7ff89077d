// The predicates and regular expressions of ssb-ref 2.16 under their old names.

import { BASE64_32, isBlobId, isCloakedMsgId, isFeedSyntax, isMsgId } from './ids.ts'

/** Canonical base64 of any number of bytes, none included. */
const BASE64 =
  '(?:[A-Za-z0-9/+]{4})*(?:[A-Za-z0-9/+](?:[AQgw]==|[A-Za-z0-9/+][AEIMQUYcgkosw048]=))?'
const SUFFIX = '\\.[A-Za-z0-9-]+'

/** What `isFeed` tests with. The classic one takes any character for the dot; this one only a dot. */
export const feedIdRegex: RegExp = new RegExp(`^@${BASE64_32}\\.(?:sha256|ed25519)$`)
/** What `isMsg` tests with. */
export const msgIdRegex: RegExp = new RegExp(`^%${BASE64_32}\\.sha256$`)
/** What `isBlob` tests with. */
export const blobIdRegex: RegExp = new RegExp(`^&${BASE64_32}\\.sha256$`)
/** What `isCloakedMsg` tests with. */
export const cloakedMsgIdRegex: RegExp = new RegExp(`^%${BASE64_32}\\.cloaked$`)
/** What `isFeedType` tests with: bytes of any number and any suffix. */
export const feedTypeIdRegex: RegExp = new RegExp(`^@${BASE64}${SUFFIX}$`)
/** What `isMsgType` tests with: bytes of any number and any suffix. */
export const msgTypeIdRegex: RegExp = new RegExp(`^%${BASE64}${SUFFIX}$`)
/** What `isBlobType` tests with: bytes of any number and any suffix. */
export const blobTypeIdRegex: RegExp = new RegExp(`^&${BASE64}${SUFFIX}$`)

/** The classic name of {@link isFeedSyntax}: the suffix `.sha256` passes. Where a key is needed use `isFeedId`. */
export const isFeed: typeof isFeedSyntax = isFeedSyntax
/** The classic name of {@link isMsgId}. */
export const isMsg: typeof isMsgId = isMsgId
/** The classic name of {@link isBlobId}. */
export const isBlob: typeof isBlobId = isBlobId
/** The classic name of {@link isCloakedMsgId}. */
export const isCloakedMsg: typeof isCloakedMsgId = isCloakedMsgId

/** Whether a value looks like a feed's id of any feed format: sigil, canonical base64 of any length, any suffix. */
export function isFeedType(x: unknown): x is `@${string}.${string}` {
  return typeof x === 'string' && feedTypeIdRegex.test(x)
}

/** {@link isFeedType} for messages. */
export function isMsgType(x: unknown): x is `%${string}.${string}` {
  return typeof x === 'string' && msgTypeIdRegex.test(x)
}

/** {@link isFeedType} for blobs. */
export function isBlobType(x: unknown): x is `&${string}.${string}` {
  return typeof x === 'string' && blobTypeIdRegex.test(x)
}

/** Another name of {@link isFeedType}. */
export const isFeedTypeId: typeof isFeedType = isFeedType
/** Another name of {@link isMsgType}. */
export const isMsgTypeId: typeof isMsgType = isMsgType
/** Another name of {@link isBlobType}. */
export const isBlobTypeId: typeof isBlobType = isBlobType
