import { fromBase64 } from '@scuttlebot/ssb-encode'
import {
  type Address,
  type FeedId,
  feedIdFromKey,
  formatMultiserver,
  isKey,
  keyOfFeedId,
  netAddressOf,
  parseMultiserver,
  parseNetAddress,
} from '@scuttlebot/ssb-ref'

/** One way to reach somebody. */
export type Target =
  | {
      readonly transport: 'net'
      readonly host: string
      readonly port: number
      readonly id: FeedId
      /** Ed25519 public key, 32 bytes */
      readonly key: Uint8Array
      /** an invite's seed, 32 bytes: dial with the key pair that is made from it */
      readonly seed: Uint8Array | null
      /** the multiserver address, without the seed */
      readonly text: string
    }
  | {
      readonly transport: 'unix'
      readonly path: string
      /** who is there, when the address says so; nothing proves it */
      readonly id: FeedId | null
      readonly text: string
    }

/**
 * The ways that an address offers and that we can go, in its order. Multiserver addresses with
 * alternatives, and the older `host:port:@key.ed25519`. Total; empty for anything else.
 */
export function targetsOf(address: unknown): readonly Target[] {
  if (typeof address !== 'string') return []
  const targets = (parseMultiserver(address) ?? []).map(targetOf)
  const found = targets.filter((target) => target !== null)
  if (found.length > 0) return found
  const legacy = parseNetAddress(address)
  return legacy === null ? [] : [netTarget(legacy)].filter((target) => target !== null)
}

function targetOf(address: Address): Target | null {
  const [transform, ...more] = address.transforms
  if (address.transport.name === 'unix' && transform?.name === 'noauth' && more.length === 0) {
    const path = address.transport.data.join(':')
    const key = transform.data[0]
    const text = formatMultiserver([address])
    if (path === '' || text === null) return null
    return { transport: 'unix', path, id: isKey(key) ? feedIdFromKey(key) : null, text }
  }
  const net = netAddressOf(address)
  return net === null ? null : netTarget(net)
}

function netTarget(net: NonNullable<ReturnType<typeof netAddressOf>>): Target | null {
  const { host, port, key: id } = net
  const key = fromBase64(keyOfFeedId(id))
  const seed = net.seed === undefined ? null : fromBase64(net.seed)
  // ssb-ref has checked the characters; a seed of another length is no seed
  if (key?.length !== 32 || (net.seed !== undefined && seed?.length !== 32)) return null
  return { transport: 'net', host, port, id, key, seed, text: netText(host, port, id) }
}

/** @internal The `net` address of a place and key. IPv6 stands unescaped, as peers write it. */
export function netText(host: string, port: number, id: FeedId): string {
  return `net:${host}:${port}~shs:${keyOfFeedId(id)}`
}
