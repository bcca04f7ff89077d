import type { FeedId } from '@scuttlebot/ssb-ref'
import { hostAndPort, isTunnel } from './addresses.ts'
import type { PeerBook } from './book.ts'
import type { Live } from './conductor.ts'
import { type AddressData, type AddressRecord, addressFields, dialable } from './record.ts'
import type { AddressAndData, GossipPeer } from './rpc.ts'

/** A peer in the classic shape: at the address of its connection, or at its best one. */
export function classicPeer(book: PeerBook, id: FeedId, live: Live | null): GossipPeer {
  const peer = book.recordOf(id)
  const best = dialable(peer)[0] ?? [...peer.addresses.values()][0]
  const record = (live === null ? undefined : peer.addresses.get(live.address)) ?? best
  const address = live?.address ?? record?.address ?? ''
  return {
    address,
    key: id,
    ...hostAndPort(address),
    source: record?.source ?? 'stored',
    announcers: record?.announcers ?? 0,
    duration: record?.duration ?? null,
    ...(live === null ? {} : { state: live.state }),
    stateChange: live?.since ?? record?.changedAt ?? peer.syncedAt ?? 0,
    failure: record?.failures ?? 0,
    client: live !== null && !live.outgoing,
    ping: { rtt: record?.rtt ?? null, skew: record?.skew ?? null },
  }
}

/** All peers that are known or connected. */
export function classicPeers(book: PeerBook, lives: readonly Live[]): readonly GossipPeer[] {
  const byId = new Map(lives.map((live) => [live.id, live]))
  const ids = new Set<FeedId>(byId.keys())
  for (const { id } of book.peers()) ids.add(id)
  return [...ids].map((id) => classicPeer(book, id, byId.get(id) ?? null))
}

/** Connections as `conn.peers` tells them. */
export function hubPeers(book: PeerBook, lives: readonly Live[]): readonly AddressAndData[] {
  return lives.map((live) => {
    const peer = book.recordOf(live.id)
    const record = peer.addresses.get(live.address)
    const data: AddressData = {
      ...(record === undefined ? {} : addressFields(peer, record)),
      key: live.id,
      state: live.state,
      inferredType: inferredType(live.address, record),
      hubBirth: live.birth,
      hubUpdated: live.since,
    }
    return [live.address, data]
  })
}

/** Addresses that are kept, as `conn.dbPeers` tells them. */
export function keptPeers(book: PeerBook): readonly AddressAndData[] {
  const all: AddressAndData[] = []
  for (const peer of book.peers())
    for (const record of peer.addresses.values())
      if (record.remembered) all.push([record.address, addressFields(peer, record)])
  return all
}

/** Addresses that are offered and not connected, as `conn.stagedPeers` tells them. */
export function stagedPeers(
  book: PeerBook,
  isLive: (id: FeedId) => boolean,
): readonly AddressAndData[] {
  const all: AddressAndData[] = []
  for (const peer of book.peers()) {
    if (isLive(peer.id)) continue
    for (const { address, data, staged } of peer.addresses.values())
      if (staged !== null) {
        const { birth, updated } = staged
        all.push([address, { ...data, key: peer.id, stagingBirth: birth, stagingUpdated: updated }])
      }
  }
  return all
}

function inferredType(address: string, record: AddressRecord | undefined): string {
  if (isTunnel(address)) return 'tunnel'
  if (/^(?:bt|dht):/.test(address)) return address.slice(0, address.indexOf(':'))
  if (record?.data['type'] === 'lan' || record?.source === 'local') return 'lan'
  const { host = '' } = hostAndPort(address)
  return isPrivateHost(host) ? 'lan' : 'internet'
}

/** Whether a host is an address of a private network, or of this machine. */
export function isPrivateHost(host: string): boolean {
  const bare = host.toLowerCase()
  if (bare === 'localhost' || bare === '::1' || /^(?:127|10|192\.168|169\.254)\./.test(bare))
    return true
  if (/^172\.(?:1[6-9]|2\d|3[01])\./.test(bare)) return true
  return /^(?:fe[89ab]|f[cd])[0-9a-f]{0,2}:/.test(bare)
}
