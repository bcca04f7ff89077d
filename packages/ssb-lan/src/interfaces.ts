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
  const octets = text.split('.').map(Number)
  const isOctet = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 255
  return octets.length === 4 && octets.every(isOctet) ? octets : null
}

/** Whether a host is an address of private networks, or of the link. */
export function isNearby(host: string): boolean {
  const bare = host.toLowerCase()
  if (/^(?:10|192\.168|169\.254)\./.test(bare)) return true
  if (/^172\.(?:1[6-9]|2\d|3[01])\./.test(bare)) return true
  return /^(?:fe[89ab]|f[cd])[0-9a-f]{0,2}:/.test(bare)
}
