import {
  type FeedId,
  getKeyFromAddress,
  isAddress,
  isFeedId,
  isLoopback,
  parseMultiserver,
  toMultiServerAddress,
} from '@scuttlebot/ssb-ref'
import { GossipError } from './errors.ts'
import { ADDRESS_LENGTH_MAX } from './limits.ts'

/** An address as clients write it. */
export type AddressArgument =
  | string
  | { readonly host: string; readonly port: number; readonly key: string }
  | { readonly address: string }

/** An address that names its peer. */
export interface PeerAddress {
  /** Multiserver form. */
  readonly address: string
  readonly id: FeedId
}

/** An address in any form; `null` when it is none, is too long, or does not name the peer's key. */
export function peerAddress(given: unknown): PeerAddress | null {
  const address = multiserverOf(given)
  if (address === null) return null
  const id = getKeyFromAddress(address)
  return isFeedId(id) ? { address, id } : null
}

function multiserverOf(given: unknown): string | null {
  const inner =
    typeof given === 'object' && given !== null && 'address' in given ? given.address : given
  if (typeof inner === 'string' && inner.length > ADDRESS_LENGTH_MAX) return null
  return isAddress(inner) ? toMultiServerAddress(legacyFields(inner)) : null
}

/** `host:port:@key` passes for a multiserver address of a transport named like the host; it is none. */
function legacyFields(given: unknown): unknown {
  if (typeof given !== 'string' || given.includes('~')) return given
  const [, host, port, key] = /^(.*):(\d+):([^:]+)$/.exec(given) ?? []
  return { host, port: Number(port), key }
}

/**
 * An address in multiserver form.
 *
 * @throws {@link GossipError} `SSB_GOSSIP_ADDRESS`, in the reference's words.
 */
export function readAddress(given: unknown): string {
  const address = multiserverOf(given)
  if (address !== null) return address
  throw new GossipError('SSB_GOSSIP_ADDRESS', `not a valid address:${shown(given)}`)
}

/** @throws {@link GossipError} `SSB_GOSSIP_ADDRESS` also for addresses without a key. */
export function readPeerAddress(given: unknown): PeerAddress {
  const peer = peerAddress(given)
  if (peer !== null) return peer
  throw new GossipError('SSB_GOSSIP_ADDRESS', `not a valid address:${shown(given)}`)
}

/** A feed id out of an id, an address or a peer object; `null` when there is none in it. */
export function idOf(given: unknown): FeedId | null {
  if (isFeedId(given)) return given
  if (typeof given === 'object' && given !== null && 'key' in given && isFeedId(given.key))
    return given.key
  return peerAddress(given)?.id ?? null
}

/** Host and port of the first alternative that has them, for the classic shape of a peer. */
export function hostAndPort(address: string): { host?: string; port?: number } {
  for (const { transport } of parseMultiserver(address) ?? []) {
    if (transport.name !== 'net' && transport.name !== 'onion') continue
    const port = Number(transport.data.at(-1))
    const host = transport.data.slice(0, -1).join(':')
    if (Number.isInteger(port)) return { host, port }
  }
  return {}
}

/** Whether an address leads to a program of this machine. */
export function isOnDevice(address: string): boolean {
  return (parseMultiserver(address) ?? []).some(
    ({ transport: { name, data } }) =>
      name === 'unix' || isLoopback(data.slice(0, -1).join(':').replace('//', '')),
  )
}

/** Whether an address leads through a room. */
export function isTunnel(address: string): boolean {
  return address.startsWith('tunnel:')
}

function shown(given: unknown): string {
  const text = JSON.stringify(given) ?? String(given)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
