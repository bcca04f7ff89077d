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
      readonly transport: 'net' | 'onion' | 'ws'
      readonly host: string
      readonly port: number
      /** what to dial over `ws` */
      readonly url: string | null
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

/** One with a handshake. */
export type SecureTarget = Exclude<Target, { readonly transport: 'unix' }>

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

/** @internal Those of {@link targetsOf} with a handshake, over the transports that may be dialled. */
export function secureTargetsOf(
  address: unknown,
  transports: readonly SecureTarget['transport'][] = ['net', 'ws', 'onion'],
): readonly SecureTarget[] {
  return targetsOf(address)
    .filter((target) => target.transport !== 'unix')
    .filter(({ transport }) => transports.includes(transport))
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
  const { name, data } = address.transport
  if (name === 'ws' || name === 'wss') return wsTarget(address)
  const isOnion = name === 'onion'
  const net = netAddressOf(isOnion ? { ...address, transport: { name: 'net', data } } : address)
  const target = net === null ? null : netTarget(net)
  if (!isOnion || target === null) return target
  return { ...target, transport: 'onion', text: target.text.replace('net:', 'onion:') }
}

function wsTarget(address: Address): SecureTarget | null {
  const { name, data } = address.transport
  const text = `${name}:${data.join(':')}`
  // key and seed are read as those of any other place
  const place = { name: 'net', data: ['localhost', '1'] }
  const net = netAddressOf({ ...address, transport: place })
  const target = net === null ? null : netTarget(net)
  if (target === null || !/^wss?:\/\/[^\s@#?]+$/.test(text) || !URL.canParse(text)) return null
  const { hostname, port, href: url } = new URL(text)
  return {
    ...target,
    transport: 'ws',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (name === 'wss' ? 443 : 80),
    url,
    text: `${text}~shs:${keyOfFeedId(target.id)}`,
  }
}

function netTarget(net: NonNullable<ReturnType<typeof netAddressOf>>): SecureTarget | null {
  const { host, port, key: id } = net
  const key = fromBase64(keyOfFeedId(id))
  const seed = net.seed === undefined ? null : fromBase64(net.seed)
  // ssb-ref has checked the characters; a seed of another length is no seed
  if (key?.length !== 32 || (net.seed !== undefined && seed?.length !== 32)) return null
  const text = netText(host, port, id)
  return { transport: 'net', host, port, url: null, id, key, seed, text }
}

/** @internal The `net` address of a place and key. IPv6 stands unescaped, as peers write it. */
export function netText(host: string, port: number, id: FeedId): string {
  return `net:${host}:${port}~shs:${keyOfFeedId(id)}`
}
