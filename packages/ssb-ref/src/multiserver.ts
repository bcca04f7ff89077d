// Multiserver addresses:
//
//   net:wx.larpa.net:8008~shs:DTNm…9TQ= ; ws://wx.larpa.net:8989~shs:DTNm…9TQ=
//   name:data       :data ~name:data      alternatives are joined with ;
//   transport              transform
//
//   addresses = address *( ";" address )
//   address   = protocol *( "~" protocol )
//   protocol  = name *( ":" data )
//   name      = [a-z] 1*[a-z0-9-]
//   data      = *( %x22-39 / %x3C-7D / "!!" / "!~" / "!:" / "!;" )

import { isHost, isPort } from './hosts.ts'
import { type FeedId, feedIdFromKey, isFeedId, isKey, keyOfFeedId } from './ids.ts'

/** One layer of an address: its name and its data, without escapes. */
export interface Protocol {
  readonly name: string
  readonly data: readonly string[]
}

/** One way to reach a peer: a transport, and the transforms laid over it, innermost first. */
export interface Address {
  readonly transport: Protocol
  readonly transforms: readonly Protocol[]
}

/** A TCP address with secret handshake, ready to dial. */
export interface NetAddress {
  /** Domain name, IPv4, or IPv6 without brackets. */
  readonly host: string
  /** 0 to 65535. */
  readonly port: number
  readonly key: FeedId
  /** An invite's seed: 32 bytes in base64. */
  readonly seed?: string
}

const NAME = /^[a-z][a-z0-9-]+$/
const SPECIAL = /[!~:;]/g
const WRITABLE = /^[\x21-\x7e]*$/
const ESCAPE = 0x21
const DATA_MAX = 0x7e
const DIGITS = /^\d{1,5}$/
const SEED = /^[A-Za-z0-9/+]{43}=$/

/** Where the escaped or plain piece that starts at `start` ends, or -1 when a character in it is not allowed. */
function pieceEnd(text: string, start: number): number {
  for (let i = start; ; i++) {
    const char = text.charAt(i)
    if (char === '' || char === ':' || char === '~' || char === ';') return i
    const code = char.charCodeAt(0)
    if (code < ESCAPE || code > DATA_MAX) return -1
    if (code !== ESCAPE) continue
    i++
    if (text.charAt(i).search(SPECIAL) < 0) return -1
  }
}

/**
 * Read a multiserver address as lists: alternatives, their protocols, each with its data unescaped.
 *
 * The shape of `decode` of npm multiserver-address, but it returns where that throws.
 *
 * @returns null when the value is no address
 */
export function decodeMultiserver(x: unknown): Protocol[][] | null {
  if (typeof x !== 'string') return null
  const alternatives: Protocol[][] = []
  let protocols: Protocol[] = []
  let pieces: string[] = []
  for (let at = 0; ; ) {
    const end = pieceEnd(x, at)
    if (end < 0) return null
    pieces.push(x.slice(at, end).replaceAll(/!(.)/g, '$1'))
    const separator = x.charAt(end)
    at = end + 1
    if (separator === ':') continue
    const [name = '', ...data] = pieces
    if (!NAME.test(name)) return null
    protocols.push({ name, data })
    pieces = []
    if (separator === '~') continue
    alternatives.push(protocols)
    protocols = []
    if (separator === '') return alternatives
  }
}

/** Whether a value has the form of a multiserver address. `localhost:8008:@…` has, by accident of the grammar. */
export function checkMultiserver(x: unknown): x is string {
  return decodeMultiserver(x) !== null
}

function encodeProtocol(protocol: Protocol): string | null {
  const { name, data } = protocol
  if (typeof name !== 'string' || !NAME.test(name)) return null
  let text = name
  for (const piece of data) {
    if (typeof piece !== 'string' || !WRITABLE.test(piece)) return null
    text += `:${piece.replaceAll(SPECIAL, '!$&')}`
  }
  return text
}

/**
 * Write lists of protocols as a multiserver address, the reverse of {@link decodeMultiserver}.
 *
 * Escapes `! ~ : ;` in data, which `encode` of npm multiserver-address forgets.
 *
 * @returns null for what no address can say: no alternative, an empty one, a bad name, data outside printable ASCII
 */
export function encodeMultiserver(alternatives: readonly (readonly Protocol[])[]): string | null {
  try {
    const texts: string[] = []
    for (const protocols of alternatives) {
      const parts = protocols.map(encodeProtocol)
      if (parts.length === 0 || parts.includes(null)) return null
      texts.push(parts.join('~'))
    }
    return texts.length === 0 ? null : texts.join(';')
  } catch {
    return null
  }
}

/**
 * Read a multiserver address: every alternative, in order of preference.
 *
 * An alternative without a transform cannot be spoken to but is kept, so that `formatMultiserver` gives the same text
 * again; protocols of any name are kept too.
 *
 * @returns null when the value is no address
 */
export function parseMultiserver(x: unknown): Address[] | null {
  return (
    decodeMultiserver(x)?.map(([transport, ...transforms]) => ({
      transport: transport as Protocol,
      transforms,
    })) ?? null
  )
}

/** Write addresses as text, with every escape. @returns null where {@link encodeMultiserver} does */
export function formatMultiserver(addresses: readonly Address[]): string | null {
  try {
    return encodeMultiserver(addresses.map((a) => [a.transport, ...a.transforms]))
  } catch {
    return null
  }
}

/** Colons of an IPv6 literal are usually not escaped: the last piece is the port, all before it the host. */
function hostAndPort({ data }: Protocol): { host: string; port: number } | null {
  const port = data.at(-1) ?? ''
  if (data.length < 2 || !DIGITS.test(port) || !isPort(Number(port))) return null
  const host = data.slice(0, -1).join(':')
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return { host: bare || 'localhost', port: Number(port) }
}

/** The dialable form of one alternative, or null when it is not `net` with exactly `shs` over it. */
export function netAddressOf(address: Address): NetAddress | null {
  try {
    const [shs, ...more] = address.transforms
    if (address.transport.name !== 'net' || shs?.name !== 'shs' || more.length > 0) return null
    return withKey(hostAndPort(address.transport), shs)
  } catch {
    return null
  }
}

function withKey(place: ReturnType<typeof hostAndPort>, { data }: Protocol): NetAddress | null {
  const [key, seed] = data
  if (place === null || !isKey(key)) return null
  if (seed === undefined) return { ...place, key: feedIdFromKey(key) }
  return SEED.test(seed) ? { ...place, key: feedIdFromKey(key), seed } : null
}

/** `host:port:@key.ed25519`, the form before multiserver; the host may hold colons. */
function parseLegacyNet(text: string): NetAddress | null {
  const parts = text.split(':')
  const key = parts.pop()
  const place = hostAndPort({ name: 'net', data: parts })
  if (place === null || !isFeedId(key) || !isHost(place.host)) return null
  return { ...place, key }
}

/**
 * Read the first `net:…~shs:…` alternative of an address; the old form `host:port:@key.ed25519` is read too.
 *
 * The host is not resolved nor checked beyond the grammar; an empty one means `localhost`; brackets around IPv6 are taken off.
 *
 * @returns null when there is no such alternative
 */
export function parseNetAddress(x: unknown): NetAddress | null {
  const addresses = parseMultiserver(x)
  for (const address of addresses ?? []) {
    const net = netAddressOf(address)
    if (net !== null) return net
  }
  return typeof x === 'string' ? parseLegacyNet(x) : null
}

/**
 * Write a dialable address as `net:host:port~shs:key`, with `:seed` where there is one. Colons of IPv6 stay as they are.
 *
 * @returns null when a part is not what its type says
 */
export function formatNetAddress(address: NetAddress): string | null {
  try {
    const { host, port, key, seed } = address
    if (typeof host !== 'string' || !isPort(port) || !isFeedId(key)) return null
    if (seed !== undefined && !(typeof seed === 'string' && SEED.test(seed))) return null
    const shs = [keyOfFeedId(key), ...(seed === undefined ? [] : [seed])]
    return encodeMultiserver([
      [
        { name: 'net', data: [...host.split(':'), String(port)] },
        { name: 'shs', data: shs },
      ],
    ])
  } catch {
    return null
  }
}
