import { isIPv4, isIPv6 } from 'node:net'
import { isLoopback } from '@scuttlebot/ssb-ref'
import type { NetLimits } from './limits.ts'

/** A place taken at the {@link Gate}. */
export interface Ticket {
  /** The handshake is through: this one is not half-open any more. */
  established(): void
  /** It is over. Idempotent. */
  release(): void
}

/** What happened at the gate. */
export interface GateStats {
  /** connections now, half-open ones included */
  readonly connections: number
  /** accepted connections whose handshake is under way */
  readonly halfOpen: number
  /** connections turned away since the start, by what they would have exceeded */
  readonly refusedTotal: number
  readonly refusedPerAddress: number
  /** accepted connections of the address with the most, now; addresses that are not counted do not count */
  readonly perAddressMost: number
  /** half-open connections that had to go for newer ones */
  readonly evicted: number
}

/**
 * Counts connections and turns away those that are too many. Half-open ones do not keep others
 * out: the oldest makes room, as an honest handshake takes milliseconds.
 */
export class Gate {
  readonly #limits: NetLimits
  readonly #perAddress = new Map<string, number>()
  /** oldest first */
  readonly #halfOpen = new Map<object, () => void>()
  #connections = 0
  #refusedTotal = 0
  #refusedPerAddress = 0
  #evicted = 0

  constructor(limits: NetLimits) {
    this.#limits = limits
  }

  get stats(): GateStats {
    return {
      connections: this.#connections,
      halfOpen: this.#halfOpen.size,
      refusedTotal: this.#refusedTotal,
      refusedPerAddress: this.#refusedPerAddress,
      perAddressMost: Math.max(0, ...this.#perAddress.values()),
      evicted: this.#evicted,
    }
  }

  /** A place for one that we dial; `null`: full. */
  dial(): Ticket | null {
    const { connectionsMax } = this.#limits
    if (this.#connections >= connectionsMax) this.#evict()
    if (this.#connections >= connectionsMax) {
      this.#refusedTotal += 1
      return null
    }
    return this.#take(null, null)
  }

  /** A place for one that has connected from `host`; `evict` is called when it must make room. */
  accept(host: string, evict: () => void): Ticket | null {
    const { connectionsMax, perAddressMax, halfOpenMax } = this.#limits
    const place = placeOf(host, this.#limits.countLoopback)
    if (place !== null && (this.#perAddress.get(place) ?? 0) >= perAddressMax) {
      this.#refusedPerAddress += 1
      return null
    }
    if (this.#halfOpen.size >= halfOpenMax || this.#connections >= connectionsMax) this.#evict()
    if (this.#connections >= connectionsMax) {
      this.#refusedTotal += 1
      return null
    }
    return this.#take(place, evict)
  }

  #evict(): void {
    for (const evict of this.#halfOpen.values()) {
      this.#evicted += 1
      evict()
      return
    }
  }

  #take(place: string | null, evict: (() => void) | null): Ticket {
    this.#connections += 1
    if (place !== null) this.#perAddress.set(place, (this.#perAddress.get(place) ?? 0) + 1)
    let isHeld = true
    const ticket: Ticket = {
      established: () => void this.#halfOpen.delete(ticket),
      release: () => {
        if (!isHeld) return
        isHeld = false
        this.#connections -= 1
        this.#halfOpen.delete(ticket)
        if (place !== null) this.#leave(place)
      },
    }
    if (evict !== null)
      this.#halfOpen.set(ticket, () => {
        ticket.release()
        evict()
      })
    return ticket
  }

  #leave(place: string): void {
    const count = (this.#perAddress.get(place) ?? 1) - 1
    if (count > 0) this.#perAddress.set(place, count)
    else this.#perAddress.delete(place)
  }
}

/** @internal What counts as one address; `null` is not counted. */
export function placeOf(host: string, countLoopback: boolean): string | null {
  if (!countLoopback && isLoopback(host)) return null
  if (isIPv4(host)) return host
  if (!isIPv6(host)) return null
  return prefixOf(host)
}

/** The first 64 bits of an IPv6 address, which one household or one rented machine has to itself. */
function prefixOf(host: string): string {
  const [head = '', tail] = host.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length)
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
