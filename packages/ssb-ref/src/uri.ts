// SSB URIs (ssb-uri-spec 1.3):
//
//   ssb:message/classic/g3hPVPDEO1Aj_uPl0-J2NlhFB2bbFLIHlty-YuqFZ3w=
//   ssb:message:classic:…      ssb://message/classic/…            read, not written
//   ssb:feed/buttwoo-v1/<data>/<parent message>
//   ssb:address/multiserver?multiserverAddress=<percent-encoded>
//   ssb:experimental?action=…&…
//
// Data is URI-safe base64 with padding; in parsed form it is standard base64.

import {
  type BlobId,
  blobIdFromHash,
  type CloakedMsgId,
  type FeedId,
  feedIdFromKey,
  isKey,
  type MsgId,
  msgIdFromHash,
} from './ids.ts'
import { checkMultiserver } from './multiserver.ts'
import { formatPairs, parsePairs, type Query } from './query.ts'

/** A URI of something that has an id: message, feed, blob, identity, encryption key, or a type not known here. */
export interface UriReference {
  readonly form: 'reference'
  readonly type: string
  /** `classic` also where the URI says `sha256` or `ed25519`. */
  readonly format: string
  /** Standard base64. 32 bytes and canonical where the format is `classic`, else not checked. */
  readonly data: string
  /** The second part of the data, such as the parent message of a `buttwoo-v1` feed. */
  readonly extraData?: string
  /** The same thing as a sigil reference, where there is one. */
  readonly id?: FeedId | MsgId | BlobId | CloakedMsgId
  readonly query: Query
}

/** A URI of a peer's address. */
export interface UriAddress {
  readonly form: 'address'
  /** A multiserver address. */
  readonly address: string
  /** The pairs beside the address. */
  readonly query: Query
}

/** A URI that asks an application to do something; only its query has meaning. */
export interface UriExperimental {
  readonly form: 'experimental'
  readonly action: string | null
  readonly query: Query
}

/** An SSB URI in parts. */
export type SsbUri = UriReference | UriAddress | UriExperimental

/** Formats by type, as the specification lists them. */
export const URI_FORMATS: Readonly<Record<string, readonly string[]>> = {
  message: ['classic', 'bendybutt-v1', 'gabbygrove-v1', 'buttwoo-v1', 'indexed-v1', 'cloaked'],
  feed: ['classic', 'bendybutt-v1', 'gabbygrove-v1', 'buttwoo-v1', 'indexed-v1'],
  blob: ['classic'],
  address: ['multiserver'],
  'encryption-key': ['box2-dm-dh'],
  identity: ['po-box', 'group', 'fusion'],
}

/** Spellings that are read but should not be written: all mean `classic`. */
export const DEPRECATED_FORMATS: Readonly<Record<string, string>> = {
  message: 'sha256',
  feed: 'ed25519',
  blob: 'sha256',
}

const SCHEME = 'ssb:'
const WORD = /^[a-z][a-z0-9-]*$/
const DATA = /^[A-Za-z0-9_=-]+$/
const ADDRESS_KEY = 'multiserverAddress'

const toStandard = (data: string): string => data.replaceAll('-', '+').replaceAll('_', '/')
const toUriSafe = (data: string): string => data.replaceAll('+', '-').replaceAll('/', '_')

function idOf(type: string, format: string, data: string): UriReference['id'] {
  if (!isKey(data)) return undefined
  if (type === 'message' && format === 'cloaked') return `%${data}.cloaked`
  if (format !== 'classic') return undefined
  if (type === 'feed') return feedIdFromKey(data)
  if (type === 'message') return msgIdFromHash(data)
  return type === 'blob' ? blobIdFromHash(data) : undefined
}

/** A type without a table of its own prototype's names. */
function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

function parseReference(parts: readonly string[], query: Query): UriReference | null {
  const [type = '', spelling = '', data = '', extraData, ...more] = parts
  if (!WORD.test(type) || !WORD.test(spelling) || !DATA.test(data) || more.length > 0) return null
  if (extraData !== undefined && !DATA.test(extraData)) return null
  const format = lookUp(DEPRECATED_FORMATS, type) === spelling ? 'classic' : spelling
  const known = lookUp(URI_FORMATS, type)
  const classic = format === 'classic' && known?.includes(format)
  if (classic && (!isKey(toStandard(data)) || extraData !== undefined)) return null
  if (type === 'address' && format === 'multiserver') return null
  const id = idOf(type, format, toStandard(data))
  return {
    form: 'reference',
    type,
    format,
    data: toStandard(data),
    ...(extraData === undefined ? {} : { extraData: toStandard(extraData) }),
    ...(id === undefined ? {} : { id }),
    query,
  }
}

function parseAddressUri(query: Query): UriAddress | null {
  const found = query.find(([key]) => key === ADDRESS_KEY)
  if (found === undefined || !checkMultiserver(found[1])) return null
  return { form: 'address', address: found[1], query: query.filter((pair) => pair !== found) }
}

function parseExperimental(query: Query): UriExperimental | null {
  if (query.length === 0) return null
  const action = query.find(([key]) => key === 'action')?.[1] ?? null
  return { form: 'experimental', action, query }
}

/**
 * Read an SSB URI in any of its three spellings. The scheme must be lower case; separators must not be mixed.
 *
 * A fragment (`#…`) means nothing here and is dropped. Strict where the meaning is known: classic data must be 32 bytes in canonical base64, an address must be a
 * multiserver address. What is not known is kept: any type, any format, data of any length.
 *
 * @returns null when the value is no SSB URI
 */
export function parseUri(x: unknown): SsbUri | null {
  if (typeof x !== 'string' || !x.startsWith(SCHEME)) return null
  const slashes = x.startsWith('//', SCHEME.length)
  const [rest = ''] = x.slice(SCHEME.length + (slashes ? 2 : 0)).split('#', 1)
  const at = rest.indexOf('?')
  const path = at < 0 ? rest : rest.slice(0, at)
  const query = parsePairs(at < 0 ? '' : rest.slice(at + 1), 'space')
  if (query === null) return null
  if (path === 'experimental' || path === 'experimental/') return parseExperimental(query)
  const parts = path.split(slashes || path.includes('/') ? '/' : ':')
  if (parts[0] === 'address' && parts[1] === 'multiserver' && !parts[2] && parts.length <= 3)
    return parseAddressUri(query)
  return parseReference(parts, query)
}

function write(uri: SsbUri): string {
  if (uri.form === 'experimental') return `${SCHEME}experimental?${formatPairs(uri.query, 'space')}`
  if (uri.form === 'address') {
    const query: Query = [[ADDRESS_KEY, uri.address], ...uri.query]
    return `${SCHEME}address/multiserver?${formatPairs(query, 'space')}`
  }
  const { type, format, data, extraData, query } = uri
  const parts = [type, format, toUriSafe(data)]
  if (extraData !== undefined) parts.push(toUriSafe(extraData))
  const tail = query.length === 0 ? '' : `?${formatPairs(query, 'space')}`
  return SCHEME + parts.join('/') + tail
}

/**
 * Write an SSB URI in its canonical spelling, with slashes. `id` and `action` are not looked at.
 *
 * @returns null when {@link parseUri} would not read the result
 */
export function formatUri(uri: SsbUri): string | null {
  try {
    const text = write(uri)
    return parseUri(text)?.form === uri.form ? text : null
  } catch {
    return null
  }
}
