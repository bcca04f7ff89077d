// The address functions of ssb-ref 2.16. Every one answers false, null or undefined where the original throws.
// New code should prefer `parseMultiserver` and `parseNetAddress`.

import { fieldsOf, numberOf } from './fields.ts'
import { isClassicPort, isHost } from './hosts.ts'
import { type FeedId, feedIdFromKey, isFeedId, keyOfFeedId } from './ids.ts'
import { checkMultiserver, decodeMultiserver } from './multiserver.ts'

/** An address as an object: what addresses were before multiserver. */
export interface LegacyAddress {
  /** With `ws://` or `wss://` before it when it is a WebSocket address. */
  readonly host: string
  readonly port: number
  readonly key: FeedId
  readonly seed?: string
}

/** The port that peers listen on by default. */
const DEFAULT_PORT = 8008

const SOCKET_TRANSPORT = /^(?:net|wss?|onion)$/

/** Whether a text is a multiserver address with a transform, without which no peer can be addressed. */
function isPeerAddress(text: string): boolean {
  return decodeMultiserver(text)?.some((protocols) => protocols.length > 1) ?? false
}

/** `host:port:key` from the right, as the host may hold colons. */
function splitLegacy(text: string): { host: string; port: string | undefined; key: string } {
  const parts = text.split(':')
  const key = parts.pop() ?? ''
  const port = parts.pop()
  return { host: parts.join(':'), port, key }
}

/**
 * Whether a value is an address: an object of host, port and key, a text `host:port:key`, or any multiserver address
 * that has a transform, understood or not. An object's port may be a text; null counts as 0.
 */
export function isAddress(x: unknown): boolean {
  if (typeof x === 'string' && isPeerAddress(x)) return true
  const fields = typeof x === 'string' ? splitLegacy(x) : fieldsOf(x)
  if (fields === null) return false
  return isFeedId(fields.key) && isClassicPort(numberOf(fields.port)) && isHost(fields.host)
}

/** Whether a value is an object of host, port (a number) and key. */
export function isLegacyAddress(x: unknown): x is LegacyAddress {
  const fields = fieldsOf(x)
  return (
    fields !== null && isHost(fields.host) && isClassicPort(fields.port) && isFeedId(fields.key)
  )
}

/**
 * Turn a multiserver address into an object: the first alternative over `net`, `ws`, `wss` or `onion` with `shs`.
 *
 * COMPAT: `seed` is the third value of `shs`, so an invite's seed, the second, is not reported (ssb-ref 2.16,
 * held by `test/classic.test.ts`). `parseNetAddress` reports it.
 *
 * @returns false when there is none, or its host, port or key is no such thing
 */
export function toLegacyAddress(x: unknown): LegacyAddress | false {
  const found = decodeMultiserver(x)?.find(
    ([transport, transform]) =>
      SOCKET_TRANSPORT.test(transport?.name ?? '') && transform?.name.startsWith('shs'),
  )
  const [transport, shs] = found ?? []
  if (!transport || !shs) return false
  const port = numberOf(transport.data.at(-1))
  const prefix = transport.name.startsWith('ws') ? `${transport.name}:` : ''
  const host = prefix + transport.data.slice(0, -1).join(':')
  const key = feedIdFromKey(shs.data[0] ?? '')
  if (!isHost(host) || !isClassicPort(port) || !isFeedId(key)) return false
  const seed = shs.data[2]
  return seed ? { host, port, key, seed } : { host, port, key }
}

/**
 * Turn any text form of an address into an object. Without a `~` nothing is checked: parts may be empty and the
 * port NaN. A value that is no text comes back as it is.
 */
export function parseAddress(x: unknown): unknown {
  if (typeof x !== 'string') return x
  if (x.includes('~')) return toLegacyAddress(x)
  const { host, port, key } = splitLegacy(x)
  return { host, port: Number(port || DEFAULT_PORT), key }
}

/**
 * {@link parseAddress}, with port 8008 and host `localhost` where they are missing or empty.
 *
 * Returns a new object; the original changes the one it was given. What is no object comes back as it is.
 */
export function toAddress(x: unknown): unknown {
  const parsed = parseAddress(x)
  const fields = fieldsOf(parsed)
  if (fields === null) return parsed
  try {
    return {
      ...(parsed as object),
      host: fields.host || 'localhost',
      port: fields.port || DEFAULT_PORT,
    }
  } catch {
    return parsed
  }
}

/**
 * Turn an address object into a multiserver address. A value that already is one comes back unchanged;
 * so does, by accident of the grammar, a text like `localhost:8008:@…`.
 *
 * @returns null when host, port or key is no such thing; there the original throws
 */
export function toMultiServerAddress(x: unknown): string | null {
  if (checkMultiserver(x)) return x
  const fields = fieldsOf(x)
  if (fields === null) return null
  const { host, port, key } = fields
  if (!isClassicPort(port) || !isHost(host) || !isFeedId(key)) return null
  const prefix = /^wss?:/.test(host) ? '' : host.endsWith('.onion') ? 'onion:' : 'net:'
  return `${prefix}${host}:${port}~shs:${keyOfFeedId(key)}`
}

/**
 * The feed id in an address: an object's `key`, or that of the first `shs` protocol in a multiserver address.
 *
 * Not checked: use `isFeedId` on it.
 *
 * @returns undefined when there is none
 */
export function getKeyFromAddress(x: unknown): unknown {
  const key = fieldsOf(x)?.key
  if (key) return key
  const shs = decodeMultiserver(x)
    ?.flat()
    .find((protocol) => protocol.name.startsWith('shs'))
  return shs && `@${shs.data[0]}.ed25519`
}
