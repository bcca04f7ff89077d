import { isLoopback } from '@scuttlebot/ssb-ref'
import { announcedOf } from './announced.ts'
import {
  ABSENT,
  bestOf,
  type EntryDefaults,
  entriesOf,
  HOST_LOCAL,
  type Listen,
  listenEntry,
  type Scope,
  TRANSPORTS,
} from './entries.ts'
import type { Problem } from './errors.ts'
import type { Tree } from './schema.ts'

/** What `listenOf` reads. */
export interface ListenSettings {
  readonly host: string | null
  readonly port: number | null
  readonly external: readonly string[]
  readonly ws: {
    readonly host: string | null
    readonly port: number | null
    readonly external: readonly string[]
    readonly key: string | null
    readonly cert: string | null
    readonly http: boolean
  }
  readonly incoming: Tree | null
  /** Other machines must not be listened to. */
  readonly localOnly: boolean
}

/** Where to listen, and what is wrong with it. */
export interface Listening {
  readonly listen: readonly Listen[]
  /** `place` is the caller's to fill in. */
  readonly problems: readonly Problem[]
  /** Transports that are asked for and not served. */
  readonly absent: readonly string[]
}

/** Every interface, IPv6 and IPv4: for who wants others to connect. */
export const HOST_EVERYWHERE = '::'
/** Where a server listens when nothing is said and `local-only` is not set. */
export const HOST_DEFAULT: string = HOST_EVERYWHERE
/** The port of Secure Scuttlebutt. */
export const PORT_DEFAULT = 8008
/** The port of WebSockets, where they are wanted. */
export const WS_PORT_DEFAULT = 8989

const problem = (code: Problem['code'], key: string, reason: string): Problem => ({
  code,
  key,
  place: '',
  reason,
})

/** The places to listen, and what is wrong with them. */
export function listenOf(settings: ListenSettings): Listening {
  const defaults: EntryDefaults = {
    host: settings.localOnly ? HOST_LOCAL : HOST_DEFAULT,
    port: PORT_DEFAULT,
    wsPort: WS_PORT_DEFAULT,
  }
  const found =
    settings.incoming === null
      ? shortForm(settings, defaults)
      : longForm(settings, settings.incoming, defaults)
  return settings.localOnly ? { ...found, problems: [...found.problems, ...open(found)] } : found
}

/** As told by `host`, `port`, `external` and `ws`. */
function shortForm(settings: ListenSettings, defaults: EntryDefaults): Listening {
  const { ws } = settings
  const external = namesOf('external', settings.external)
  const wsExternal = namesOf('ws.external', ws.external)
  const problems: Problem[] = [...external.problems, ...wsExternal.problems]
  const listen: Listen[] = []
  const take = (transport: 'net' | 'ws', key: string, entry: Tree): void => {
    const made = listenEntry(transport, entry, transport, defaults)
    if (typeof made === 'string') problems.push(problem('SSB_CONFIG_WRONG_VALUE', key, made))
    else listen.push(made)
  }
  const host = settings.host ?? defaults.host
  const net = { host, port: settings.port ?? defaults.port, external: external.names }
  take('net', 'host', { ...net, scope: scopeOf(host, external.names) })
  if (ws.port !== null || ws.host !== null || ws.key !== null || ws.cert !== null) {
    const own = { host: ws.host ?? host, port: ws.port ?? defaults.wsPort, http: ws.http }
    // a port in `external` is that of the others: here only the names count
    const shared = external.names
      .map((text) => announcedOf(text)?.host ?? '')
      .filter((name) => !name.endsWith('.onion'))
    const names = wsExternal.names.length > 0 ? wsExternal.names : shared
    const tls = {
      ...(ws.key === null ? {} : { key: ws.key }),
      ...(ws.cert === null ? {} : { cert: ws.cert }),
    }
    take('ws', 'ws.key', { ...own, ...tls, external: names, scope: scopeOf(own.host, names) })
  }
  listen.push({ transport: 'unix', path: null, transform: 'noauth' })
  return { listen, problems, absent: [] }
}

/** Something else may lead from everywhere to a place that by itself only this machine reaches. */
function scopeOf(host: string, external: readonly string[]): readonly Scope[] {
  if (!isLoopback(host)) return ['device', 'local', 'public']
  return external.length > 0 ? ['device', 'public'] : ['device']
}

function namesOf(
  key: string,
  names: readonly string[],
): { readonly names: readonly string[]; readonly problems: readonly Problem[] } {
  const wrong = names.find((text) => announcedOf(text) === null)
  if (wrong === undefined) return { names, problems: [] }
  const reason = `${key} must be hosts or host:port, not ${JSON.stringify(wrong.slice(0, 80))}`
  return { names: [], problems: [problem('SSB_CONFIG_WRONG_VALUE', key, reason)] }
}

/** As told by `connections.incoming`. */
function longForm(settings: ListenSettings, incoming: Tree, defaults: EntryDefaults): Listening {
  const wrong = (reason: string): Problem =>
    problem('SSB_CONFIG_WRONG_VALUE', 'connections.incoming', reason)
  const listen: Listen[] = []
  const problems: Problem[] = []
  const absent: string[] = []
  for (const transport of Object.keys(incoming)) {
    if (ABSENT.has(transport)) absent.push(transport)
    else if (!TRANSPORTS.has(transport))
      problems.push(wrong(`there is no transport named ${transport}`))
    else
      entriesOf(incoming, transport).forEach((entry, index) => {
        const place = `connections.incoming.${transport}.${index}`
        const read = listenEntry(transport, entry, place, defaults)
        if (typeof read === 'string') problems.push(wrong(read))
        else listen.push(read)
      })
  }
  if (problems.length === 0) problems.push(...conflictsOf(settings, incoming))
  return { listen, problems, absent }
}

/** With `local-only`, a place that other machines can reach is a contradiction. */
function open({ listen }: Listening): readonly Problem[] {
  const place = listen.find((one) => 'host' in one && !isLoopback(one.host))
  if (place === undefined || !('host' in place)) return []
  return [
    problem('SSB_CONFIG_CONFLICT', 'local-only', `local-only forbids to listen on ${place.host}`),
  ]
}

/** The check of ssb-config 3: old keys may stand beside `connections.incoming` only if they say the same. */
function conflictsOf(settings: ListenSettings, incoming: Tree): readonly Problem[] {
  const net = bestOf(entriesOf(incoming, 'net'))
  const ws = bestOf(entriesOf(incoming, 'ws'))
  const { host, port } = settings
  const conflicts = [
    ...(net && host !== null && host !== net['host'] ? ['net host'] : []),
    ...(net && port !== null && port !== net['port'] ? ['net port'] : []),
    ...(ws && settings.ws.port !== null && settings.ws.port !== ws['port'] ? ['ws port'] : []),
  ]
  if (conflicts.length === 0) return []
  const reason = `ssb-config: conflicting connection settings for: ${conflicts.join(', ')}`
  return [problem('SSB_CONFIG_CONFLICT', 'connections.incoming', reason)]
}
