import { type AddressData, type AddressRecord, dialable, type PeerRecord } from './record.ts'

/** The address that is missed least; `null` when all have worked or were given by the owner. */
export function leastMissed(peer: PeerRecord): AddressRecord | null {
  const spare = [...peer.addresses.values()]
    .filter(
      ({ succeededAt, source, staged }) =>
        succeededAt === null && staged === null && (source === 'pub' || source === 'stored'),
    )
    .sort((a, b) => b.failures - a.failures || a.birth - b.birth)
  return spare[0] ?? dialable(peer).findLast(({ succeededAt }) => succeededAt === null) ?? null
}

/** Below 1: may go for a newcomer. */
export function usefulness(peer: PeerRecord): number {
  const isKept = [...peer.addresses.values()].some(
    ({ source, staged }) =>
      staged !== null || source === 'manual' || source === 'seed' || source === 'invite',
  )
  if (isKept || peer.hops !== null) return 2
  if (peer.syncedAt !== null && peer.failures < 5) return 2
  return 1 / (2 + peer.failures)
}

/** UTF-16 units of some data as JSON; `Infinity` for what is none. */
export function lengthOf(data: AddressData): number {
  try {
    return JSON.stringify(data).length
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
