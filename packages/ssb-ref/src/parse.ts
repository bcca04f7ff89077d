import { fieldsOf } from './fields.ts'
import {
  type BlobId,
  type CloakedMsgId,
  type FeedId,
  isBlobId,
  isCloakedMsgId,
  isFeedId,
  isMsgId,
  type MsgId,
} from './ids.ts'
import { cutRedirect } from './invites.ts'
import {
  type Address,
  formatMultiserver,
  formatNetAddress,
  type NetAddress,
  netAddressOf,
  parseMultiserver,
  parseNetAddress,
} from './multiserver.ts'
import { formatPairs, parsePairs, type Query } from './query.ts'
import { formatUri, parseUri, type SsbUri } from './uri.ts'

/** A reference with a sigil, with a query or without (`[]`). */
export type ParsedReference =
  | { readonly kind: 'feed'; readonly id: FeedId; readonly query: Query }
  | { readonly kind: 'message'; readonly id: MsgId; readonly query: Query }
  | { readonly kind: 'cloaked'; readonly id: CloakedMsgId; readonly query: Query }
  | { readonly kind: 'blob'; readonly id: BlobId; readonly query: Query }

/** Ways to reach a peer, by preference. At least one has a transform. */
export interface ParsedAddress {
  readonly kind: 'address'
  readonly addresses: readonly Address[]
}

/** An invite: ways to reach a pub, one of them with the seed of the key to show there. */
export interface ParsedInviteCode {
  readonly kind: 'invite'
  readonly addresses: readonly Address[]
  /** The pub's id. */
  readonly key: FeedId
  /** 32 bytes in base64. Secret: who has it can use the invite. */
  readonly seed: string
  /** `#` and a text for the application, or null. */
  readonly redirect: string | null
}

/** An SSB URI. A classic one has its sigil form in `uri.id`. */
export interface ParsedUri {
  readonly kind: 'uri'
  readonly uri: SsbUri
}

/** Whatever SSB points with, taken apart. */
export type Parsed = ParsedReference | ParsedAddress | ParsedInviteCode | ParsedUri

function parseReference(text: string): ParsedReference | null {
  const at = text.indexOf('?')
  const id = at < 0 ? text : text.slice(0, at)
  const query = parsePairs(at < 0 ? '' : text.slice(at + 1), 'plus')
  if (query === null) return null
  if (isFeedId(id)) return { kind: 'feed', id, query }
  if (isMsgId(id)) return { kind: 'message', id, query }
  if (isBlobId(id)) return { kind: 'blob', id, query }
  return isCloakedMsgId(id) ? { kind: 'cloaked', id, query } : null
}

/** Key and seed of the first alternative that carries a seed, whatever its transport. */
function findSeed(addresses: readonly Address[]): { key: FeedId; seed: string } | null {
  for (const address of addresses) {
    // The transport does not matter for the key and the seed, so any will do to read them.
    const transport = { name: 'net', data: ['any', '0'] }
    const net = netAddressOf({ transport, transforms: address.transforms })
    if (net?.seed !== undefined) return { key: net.key, seed: net.seed }
  }
  return null
}

/** `host:port:@key~seed` in multiserver form, or null. */
function modernInvite(code: string): string | null {
  const [address, seed, ...more] = code.split('~')
  if (seed === undefined || more.length > 0) return null
  const net = parseNetAddress(address)
  return net === null ? null : formatNetAddress({ ...net, seed })
}

function parseInviteCode(text: string): ParsedInviteCode | null {
  const { code, redirect } = cutRedirect(text)
  const addresses = parseMultiserver(modernInvite(code) ?? code)
  const found = addresses && findSeed(addresses)
  return found ? { kind: 'invite', addresses, ...found, redirect } : null
}

function parseAddressText(text: string): ParsedAddress | null {
  const addresses = parseMultiserver(text)
  if (addresses?.some((address) => address.transforms.length > 0))
    return { kind: 'address', addresses }
  const net = parseNetAddress(text)
  return net && parseAddressText(formatNetAddress(net) ?? '')
}

/**
 * Take apart whatever SSB points with: ids with a query or without, addresses in every form (objects of host, port
 * and key too), invites, URIs. Total, and strict: what it gives can be used as it is.
 *
 * `parse(format(parsed))` equals `parsed`. An address with a seed is an invite, one without is an address.
 * IPv6 in brackets is read in the old `host:port:key` forms, which the classic functions refuse.
 *
 * @returns null when the value is none of these
 */
export function parse(x: unknown): Parsed | null {
  if (typeof x === 'string') {
    if (/^[@%&]/.test(x)) return parseReference(x)
    const uri = parseUri(x)
    return uri === null ? (parseInviteCode(x) ?? parseAddressText(x)) : { kind: 'uri', uri }
  }
  const fields = fieldsOf(x)
  const text = fields && formatNetAddress(fields as NetAddress)
  return text ? parseAddressText(text) : null
}

/**
 * Write what {@link parse} takes apart, in its canonical form: addresses and invites as multiserver, URIs with slashes.
 *
 * @returns null when the parts cannot be written; those that `parse` gave always can
 */
export function format(parts: Parsed): string | null {
  try {
    if (parts.kind === 'uri') return formatUri(parts.uri)
    if (parts.kind === 'address') return formatMultiserver(parts.addresses)
    if (parts.kind === 'invite') {
      const address = formatMultiserver(parts.addresses)
      return address && address + (parts.redirect ?? '')
    }
    const { id, query } = parts
    const text = query.length === 0 ? id : `${id}?${formatPairs(query, 'plus')}`
    return parseReference(text)?.kind === parts.kind ? text : null
  } catch {
    return null
  }
}
