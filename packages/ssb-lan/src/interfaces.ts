/** A network interface's address, as the platform tells it. */
export interface LanInterface {
  readonly family: 'IPv4' | 'IPv6'
  readonly address: string
  readonly netmask: string
  /** Loopback. */
  readonly internal: boolean
}

/** Where to send from one interface. */
export interface LanRoute {
  /** Own address on it. */
  readonly own: string
  /** Its subnet's broadcast address, and the one of all networks. */
  readonly targets: readonly string[]
}

const EVERYWHERE = '255.255.255.255'

/** Routes of all IPv4 interfaces but loopback. */
export function routesOf(interfaces: readonly LanInterface[]): readonly LanRoute[] {
  const routes = new Map<string, LanRoute>()
  for (const { family, address, netmask, internal } of interfaces) {
    if (family !== 'IPv4' || internal) continue
    const broadcast = broadcastOf(address, netmask)
    const targets = broadcast === null ? [EVERYWHERE] : [broadcast, EVERYWHERE]
    routes.set(address, { own: address, targets: [...new Set(targets)] })
  }
  return [...routes.values()]
}

/** The broadcast address of a subnet; `null`: it has none (point to point), or the texts are no addresses. */
export function broadcastOf(address: string, netmask: string): string | null {
  const own = octetsOf(address)
  const mask = octetsOf(netmask)
  if (own === null || mask === null || mask[3] === 255) return null
  return own.map((octet, at) => (octet | (~(mask[at] ?? 0) & 255)) & 255).join('.')
}

function octetsOf(text: string): readonly number[] | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return null
  const octets = text.split('.').map(Number)
  return octets.every((octet) => octet <= 255) ? octets : null
}

/** Whether a host is an address of private networks, or of the link. */
export function isNearby(host: string): boolean {
  const bare = host.toLowerCase()
  const octets = octetsOf(bare)
  if (octets !== null) {
    const [a, b = 0] = octets
    return (
      a === 10 ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 172 && b >> 4 === 1)
    )
  }
  return /^(?:fe[89ab]|f[cd])[0-9a-f]{0,2}:/.test(bare)
}
