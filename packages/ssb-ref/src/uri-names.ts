// SSB URIs under the names of npm ssb-uri2, over the strict reader of `uri.ts`. Nothing here throws.

import {
  type BlobId,
  type FeedId,
  isBlobId,
  isCloakedMsgId,
  isFeedId,
  isMsgId,
  type MsgId,
} from './ids.ts'
import { DEPRECATED_FORMATS, formatUri, parseUri, URI_FORMATS } from './uri.ts'

/** A function that recognises some URIs. */
export type UriTest = (x: unknown) => x is string

function recogniser(type: string, format?: string): UriTest {
  return (x): x is string => {
    const uri = parseUri(x)
    if (uri?.form !== 'reference' || uri.type !== type) return false
    return format === undefined ? known(type, uri.format) : uri.format === format
  }
}

const known = (type: string, format: string): boolean =>
  Object.hasOwn(URI_FORMATS, type) && (URI_FORMATS[type]?.includes(format) ?? false)

/** Recognises the URI of a feed in any known format. */
export const isFeedSSBURI: UriTest = recogniser('feed')
/** Recognises `ssb:feed/classic/…`. */
export const isClassicFeedSSBURI: UriTest = recogniser('feed', 'classic')
/** Recognises `ssb:feed/bendybutt-v1/…`. */
export const isBendyButtV1FeedSSBURI: UriTest = recogniser('feed', 'bendybutt-v1')
/** Recognises `ssb:feed/gabbygrove-v1/…`. */
export const isGabbyGroveV1FeedSSBURI: UriTest = recogniser('feed', 'gabbygrove-v1')
/** Recognises `ssb:feed/buttwoo-v1/…`, with a parent message or without. */
export const isButtwooV1FeedSSBURI: UriTest = recogniser('feed', 'buttwoo-v1')
/** Recognises `ssb:feed/indexed-v1/…`. */
export const isIndexedV1FeedSSBURI: UriTest = recogniser('feed', 'indexed-v1')
/** Recognises the URI of a message in any known format. */
export const isMessageSSBURI: UriTest = recogniser('message')
/** Recognises `ssb:message/classic/…`. */
export const isClassicMessageSSBURI: UriTest = recogniser('message', 'classic')
/** Recognises `ssb:message/bendybutt-v1/…`. */
export const isBendyButtV1MessageSSBURI: UriTest = recogniser('message', 'bendybutt-v1')
/** Recognises `ssb:message/gabbygrove-v1/…`. */
export const isGabbyGroveV1MessageSSBURI: UriTest = recogniser('message', 'gabbygrove-v1')
/** Recognises `ssb:message/buttwoo-v1/…`. */
export const isButtwooV1MessageSSBURI: UriTest = recogniser('message', 'buttwoo-v1')
/** Recognises `ssb:message/indexed-v1/…`. */
export const isIndexedV1MessageSSBURI: UriTest = recogniser('message', 'indexed-v1')
/** Recognises `ssb:message/cloaked/…`. */
export const isCloakedV1MessageSSBURI: UriTest = recogniser('message', 'cloaked')
/** Recognises `ssb:blob/classic/…`. */
export const isClassicBlobSSBURI: UriTest = recogniser('blob', 'classic')
/** Recognises `ssb:encryption-key/box2-dm-dh/…`. */
export const isEncryptionKeyBox2DMDiffieHellmanSSBURI: UriTest = recogniser(
  'encryption-key',
  'box2-dm-dh',
)
/** Recognises the URI of an identity in any known format. */
export const isIdentitySSBURI: UriTest = recogniser('identity')
/** Recognises `ssb:identity/po-box/…`. */
export const isIdentityPOBoxSSBURI: UriTest = recogniser('identity', 'po-box')
/** Recognises `ssb:identity/group/…`. */
export const isIdentityGroupSSBURI: UriTest = recogniser('identity', 'group')
/** Recognises `ssb:identity/fusion/…`. */
export const isIdentityFusionSSBURI: UriTest = recogniser('identity', 'fusion')

/** Whether a value is the URI of a multiserver address. */
export function isAddressSSBURI(x: unknown): x is string {
  return parseUri(x)?.form === 'address'
}

/** Whether a value is `ssb:experimental?…`. */
export function isExperimentalSSBURI(x: unknown): x is string {
  return parseUri(x)?.form === 'experimental'
}

/** Make a test for `ssb:experimental?action=…` with one action. */
export function isExperimentalSSBURIWithAction(action: string): UriTest {
  return (x): x is string => {
    const uri = parseUri(x)
    return uri?.form === 'experimental' && uri.action === action
  }
}

/** Whether a value is an SSB URI of a known type and format. `parseUri` reads unknown ones too. */
export function isSSBURI(x: unknown): x is string {
  const uri = parseUri(x)
  return uri !== null && (uri.form !== 'reference' || known(uri.type, uri.format))
}

const textOf = (type: string, format: string, data: string): string | null =>
  formatUri({
    form: 'reference',
    type,
    format,
    data: data.slice(1, data.indexOf('.')),
    query: [],
  })

/** The URI of a feed id. @returns null when the value is no feed id */
export function fromFeedSigil(x: unknown): string | null {
  return isFeedId(x) ? textOf('feed', 'classic', x) : null
}

/** The URI of a message id, cloaked ones included. @returns null when the value is no message id */
export function fromMessageSigil(x: unknown): string | null {
  if (isCloakedMsgId(x)) return textOf('message', 'cloaked', x)
  return isMsgId(x) ? textOf('message', 'classic', x) : null
}

/** The URI of a blob id. @returns null when the value is no blob id */
export function fromBlobSigil(x: unknown): string | null {
  return isBlobId(x) ? textOf('blob', 'classic', x) : null
}

/** The URI of a multiserver address. @returns null when the value is none */
export function fromMultiserverAddress(x: unknown): string | null {
  return typeof x === 'string' ? formatUri({ form: 'address', address: x, query: [] }) : null
}

function idIn(x: unknown): unknown {
  const uri = parseUri(x)
  return uri?.form === 'reference' ? uri.id : undefined
}

/** The feed id in a classic feed URI. @returns null for anything else */
export function toFeedSigil(x: unknown): FeedId | null {
  const id = idIn(x)
  return isFeedId(id) ? id : null
}

/** The message id in a classic message URI. @returns null for anything else, cloaked ids included: see `parseUri` */
export function toMessageSigil(x: unknown): MsgId | null {
  const id = idIn(x)
  return isMsgId(id) ? id : null
}

/** The blob id in a classic blob URI. @returns null for anything else */
export function toBlobSigil(x: unknown): BlobId | null {
  const id = idIn(x)
  return isBlobId(id) ? id : null
}

/** The multiserver address in an address URI. @returns null for anything else */
export function toMultiserverAddress(x: unknown): string | null {
  const uri = parseUri(x)
  return uri?.form === 'address' ? uri.address : null
}

/** What `compose` takes and `decompose` gives. */
export interface UriParts {
  readonly type: string
  readonly format: string
  /** Base64, standard or URI-safe. */
  readonly data: string
  readonly extraData?: string
}

/**
 * Write a URI from its parts, with slashes; a deprecated format is kept as it is written.
 *
 * @returns null when a part is missing, the format is not one of a known type's, or the data is not that of the format
 */
export function compose(parts: UriParts): string | null {
  try {
    const { type, format, data, extraData } = parts
    const text = formatUri({
      form: 'reference',
      type,
      format,
      data,
      ...(extraData ? { extraData } : {}),
      query: [],
    })
    if (text === null || !Object.hasOwn(URI_FORMATS, type)) return text
    return known(type, format) || DEPRECATED_FORMATS[type] === format ? text : null
  } catch {
    return null
  }
}

/** Take a URI with data apart; the data comes as standard base64. @returns null for anything else */
export function decompose(x: unknown): UriParts | null {
  const uri = parseUri(x)
  if (uri?.form !== 'reference') return null
  const { type, format, data, extraData } = uri
  return extraData === undefined ? { type, format, data } : { type, format, data, extraData }
}

const anyOf = (type: string): string =>
  [...(URI_FORMATS[type] ?? []), DEPRECATED_FORMATS[type]].join('|')
const DATA_32 = '[a-zA-Z0-9_-]{43}='

/** A regular expression that finds the URIs of feeds in a text. */
export function getFeedSSBURIRegex(): RegExp {
  const plain = `ssb:(?://)?feed[/:](?:${anyOf('feed')})[/:]${DATA_32}`
  const withParent = `ssb:(?://)?feed[/:]buttwoo-v1[/:]${DATA_32}[/:]${DATA_32}`
  return new RegExp(`${withParent}|${plain}`)
}

/** A regular expression that finds the URIs of messages in a text. */
export function getMessageSSBURIRegex(): RegExp {
  return new RegExp(`ssb:(?://)?message[/:](?:${anyOf('message')})[/:]${DATA_32}`)
}
