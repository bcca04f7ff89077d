import { type AddressData, type AddressRecord, dialable, type PeerRecord } from './record.ts'

/** Given by the owner: never given up for what somebody else says. */
const isGiven = ({ source }: AddressRecord): boolean =>
  source === 'manual' || source === 'seed' || source === 'invite'

/** The address that is missed least; `null` when all have worked or were given by the owner. */
export function leastMissed(peer: PeerRecord): AddressRecord | null {
  const spare = [...peer.addresses.values()]
    .filter(
      ({ succeededAt, source, staged }) =>
        succeededAt === null && staged === null && (source === 'pub' || source === 'stored'),
    )
    .sort((a, b) => b.failures - a.failures || a.birth - b.birth)
  const last = dialable(peer).findLast((one) => one.succeededAt === null && !isGiven(one))
  return spare[0] ?? last ?? null
}

/** Below 1: may go for a newcomer. */
export function usefulness(peer: PeerRecord): number {
  const isKept = [...peer.addresses.values()].some((one) => one.staged !== null || isGiven(one))
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
