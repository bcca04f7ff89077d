import type { Problem } from './errors.ts'
import type { Tree } from './schema.ts'

/** Who may learn of an address: this machine, the private network around it, or everyone. */
export type Scope = 'device' | 'local' | 'public'

/** One place to listen. */
export type Listen =
  | {
      readonly transport: 'net'
      readonly host: string
      readonly port: number
      readonly scope: readonly Scope[]
      /** Hosts to announce instead of `host`. */
      readonly external: readonly string[]
      readonly transform: 'shs'
    }
  | {
      readonly transport: 'unix'
      /** File of the socket; `null`: `socket` in the data folder. */
      readonly path: string | null
      readonly transform: 'noauth'
    }

/** What `listenOf` reads. */
export interface ListenSettings {
  readonly host: string | null
  readonly port: number | null
  readonly wsPort: number | null
  readonly incoming: Tree | null
  /** Other machines must not be listened to. */
  readonly localOnly: boolean
}

/** Every interface, IPv6 and IPv4: for who wants others to connect. */
export const HOST_EVERYWHERE = '::'
/** This machine alone: where a server listens when nothing is said, and where clients dial one that listens everywhere. */
export const HOST_LOCAL = '127.0.0.1'
/** The port of Secure Scuttlebutt. */
export const PORT_DEFAULT = 8008
const PORT_MAX = 65_535

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const SCOPES: ReadonlyMap<unknown, Scope> = new Map<unknown, Scope>([
  ['device', 'device'],
  ['local', 'local'],
  ['private', 'local'],
  ['public', 'public'],
])

function scopesOf(value: unknown): readonly Scope[] | null {
  const words = Array.isArray(value) ? value : [value]
  const scopes = words.map((word) => SCOPES.get(word))
  return scopes.length > 0 && scopes.every((scope) => scope !== undefined)
    ? [...new Set(scopes as Scope[])]
    : null
}

const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string')

const entriesOf = (incoming: Tree, transport: string): readonly unknown[] => {
  const value = Object.hasOwn(incoming, transport) ? incoming[transport] : undefined
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

/** The entry that the old `host` and `port` stand for: the most public one. */
function bestOf(entries: readonly unknown[]): Tree | null {
  for (const wanted of ['public', 'local', 'device'] as const)
    for (const entry of entries)
      if (isTree(entry) && scopesOf(entry['scope'])?.includes(wanted)) return entry
  return null
}

function netEntry(entry: unknown, place: string): Listen | string {
  if (!isTree(entry)) return `${place} must be an object`
  const scope = scopesOf(entry['scope'])
  if (scope === null) return `${place}.scope must be device, local or public, or a list of these`
  const host = entry['host'] ?? HOST_LOCAL
  if (typeof host !== 'string' || host === '') return `${place}.host must be a text`
  const port = entry['port'] ?? PORT_DEFAULT
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > PORT_MAX)
    return `${place}.port must be a whole number from 0 to ${PORT_MAX}`
  // noauth over TCP would make an owner of every process that can reach the port.
  if (entry['transform'] !== undefined && entry['transform'] !== 'shs')
    return `${place}.transform must be shs; connections without a key are for the unix socket`
  const external = textsOf(entry['external'])
  return { transport: 'net', host, port, scope, external, transform: 'shs' }
}

function unixEntry(entry: unknown, place: string): Listen | string {
  if (!isTree(entry)) return `${place} must be an object`
  if (entry['transform'] !== undefined && entry['transform'] !== 'noauth')
    return `${place}.transform must be noauth`
  const path = entry['path'] ?? entry['server'] ?? entry['socket'] ?? null
  if (path !== null && typeof path !== 'string') return `${place}.path must be a text`
  return { transport: 'unix', path, transform: 'noauth' }
}

/** Transports that classic files may name and that this server does not have. */
const ABSENT: ReadonlySet<string> = new Set(['ws', 'onion', 'tunnel', 'channel', 'bluetooth'])

/** The places to listen, and what is wrong with them; `place` of the problems is the caller's to fill in. */
export function listenOf(settings: ListenSettings): {
  listen: readonly Listen[]
  problems: readonly Problem[]
  /** Transports that are asked for and not served. */
  absent: readonly string[]
} {
  const { incoming } = settings
  if (incoming === null) {
    const host = settings.host ?? HOST_LOCAL
    const port = settings.port ?? PORT_DEFAULT
    return withoutOthers(settings, {
      listen: [
        {
          transport: 'net',
          host,
          port,
          scope: isLoopback(host) ? ['device'] : ['device', 'local', 'public'],
          external: [],
          transform: 'shs',
        },
        { transport: 'unix', path: null, transform: 'noauth' },
      ],
      problems: [],
      absent: [],
    })
  }
  const wrong = (reason: string): Problem => ({
    code: 'SSB_CONFIG_WRONG_VALUE',
    key: 'connections.incoming',
    place: '',
    reason,
  })
  const listen: Listen[] = []
  const problems: Problem[] = []
  const absent: string[] = []
  for (const transport of Object.keys(incoming)) {
    if (ABSENT.has(transport)) absent.push(transport)
    else if (transport !== 'net' && transport !== 'unix')
      problems.push(wrong(`there is no transport named ${transport}`))
    else
      entriesOf(incoming, transport).forEach((entry, index) => {
        const place = `connections.incoming.${transport}.${index}`
        const read = transport === 'net' ? netEntry(entry, place) : unixEntry(entry, place)
        if (typeof read === 'string') problems.push(wrong(read))
        else listen.push(read)
      })
  }
  if (problems.length === 0) problems.push(...conflictsOf(settings, incoming))
  return withoutOthers(settings, { listen, problems, absent })
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)

/** With `local-only`, a place that other machines can reach is a contradiction. */
function withoutOthers(
  settings: ListenSettings,
  found: ReturnType<typeof listenOf>,
): ReturnType<typeof listenOf> {
  if (!settings.localOnly) return found
  const open = found.listen.find((place) => place.transport === 'net' && !isLoopback(place.host))
  if (open?.transport !== 'net') return found
  const problem: Problem = {
    code: 'SSB_CONFIG_CONFLICT',
    key: settings.incoming === null ? 'host' : 'connections.incoming',
    place: '',
    reason: `local-only forbids to listen on ${open.host}`,
  }
  return { ...found, problems: [...found.problems, problem] }
}

/** The check of ssb-config 3: old keys may stand beside `connections.incoming` only if they say the same. */
function conflictsOf(settings: ListenSettings, incoming: Tree): readonly Problem[] {
  const net = bestOf(entriesOf(incoming, 'net'))
  const ws = bestOf(entriesOf(incoming, 'ws'))
  const conflicts = [
    ...(net && settings.host !== null && settings.host !== net['host'] ? ['net host'] : []),
    ...(net && settings.port !== null && settings.port !== net['port'] ? ['net port'] : []),
    ...(ws && settings.wsPort !== null && settings.wsPort !== ws['port'] ? ['ws port'] : []),
  ]
  if (conflicts.length === 0) return []
  return [
    {
      code: 'SSB_CONFIG_CONFLICT',
      key: 'connections.incoming',
      place: '',
      reason: `ssb-config: conflicting connection settings for: ${conflicts.join(', ')}`,
    },
  ]
}
