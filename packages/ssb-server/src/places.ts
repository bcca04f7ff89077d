import { networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { type Announced, type Config, HOST_LOCAL, type Listen } from '@scuttlebot/ssb-config'
import type { ListenSpec } from '@scuttlebot/ssb-net'

/** Addresses that lead to this machine from nowhere else than its own network. */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|fe[89ab]|f[cd]|::1$)/i
const EVERYWHERE: ReadonlySet<string> = new Set(['::', '0.0.0.0', ''])

/** Own addresses, as the platform tells them. */
type Interfaces = ReturnType<typeof networkInterfaces>

/**
 * Under what everybody reaches a place: as configured, or, of one in the public scope, its own address or the public
 * ones of this machine's interfaces.
 */
export function publicPlaces(
  place: Extract<Listen, { readonly scope: unknown }>,
  interfaces: Interfaces = networkInterfaces(),
): readonly Announced[] {
  if (place.external.length > 0) return place.external
  if (!place.scope.includes('public')) return []
  const own = EVERYWHERE.has(place.host)
    ? Object.values(interfaces)
        .flatMap((all) => all ?? [])
        .filter(({ internal, family }) => !internal && (family === 'IPv4' || place.host === '::'))
        .map(({ address }) => address)
    : [place.host]
  return own
    .filter((host) => !PRIVATE.test(host) && host !== 'localhost')
    .map((host) => ({ host, port: null, isSecure: false }))
}

/** A place of the configuration, as the network plugin takes it. Files are those of the data folder. */
function specOf(place: Listen, path: string): ListenSpec {
  switch (place.transport) {
    case 'unix':
      return { transport: 'unix', ...(place.path === null ? {} : { path: place.path }) }
    case 'onion':
      return { transport: 'onion', external: place.external }
    case 'net':
      return netOf(place)
    case 'ws': {
      const { http, tls } = place
      const files = tls && { key: resolve(path, tls.key), cert: resolve(path, tls.cert) }
      return { ...netOf(place), transport: 'ws', http, tls: files }
    }
  }
}

function netOf(
  place: Extract<Listen, { readonly scope: unknown }>,
): Extract<ListenSpec, { transport: 'net' }> {
  const { host, port, scope } = place
  return { transport: 'net', host, port, scope, external: publicPlaces(place) }
}

/** From the port of peers to that of the page: 8008 and 8989. */
const PAGE_PORT_ABOVE = 981
const PORT_MAX = 65_535

/** A place for the page that nobody is told of, where no other answers HTTP; `null`: there is no need of it. */
function pagePlace({ web, listen, port }: Config): ListenSpec | null {
  const isThere = listen.some((place) => place.transport === 'ws' && place.http)
  if (!web.enabled || isThere) return null
  const own = port === 0 || port + PAGE_PORT_ABOVE > PORT_MAX ? 0 : port + PAGE_PORT_ABOVE
  return {
    transport: 'ws',
    host: HOST_LOCAL,
    port: web.port ?? own,
    orAnyPort: web.port === null,
    scope: [],
  }
}

/** Where to listen, and how to dial. */
export function placesOf(config: Config): {
  readonly listen: readonly ListenSpec[]
  readonly dial: Config['dial']['transports']
  readonly socks: Config['dial']['socks']
} {
  const { listen, path, dial } = config
  const net = listen.find((place) => place.transport === 'net')
  const specs = listen.map((place) => specOf(place, path))
  const page = pagePlace(config)
  return {
    listen: [
      ...specs.map((spec) =>
        spec.transport === 'onion'
          ? { ...spec, external: leadingTo(spec.external, net?.port) }
          : spec,
      ),
      ...(page === null ? [] : [page]),
    ],
    dial: dial.transports,
    socks: dial.socks,
  }
}

/** An onion service that names no port has that of TCP. */
function leadingTo(
  external: readonly (string | { readonly host: string; readonly port?: number | null })[],
  port = 8008,
): readonly { readonly host: string; readonly port: number }[] {
  return external.map((one) =>
    typeof one === 'string' ? { host: one, port } : { host: one.host, port: one.port ?? port },
  )
}
