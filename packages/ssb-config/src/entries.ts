import { type Announced, announcedOf } from './announced.ts'
import type { Tree } from './schema.ts'

/** Who may learn of an address: this machine, the private network around it, or everyone. */
export type Scope = 'device' | 'local' | 'public'

interface Place {
  readonly host: string
  readonly port: number
  /** Who is told of it. */
  readonly scope: readonly Scope[]
  /** What everyone is told in place of `host` and `port`. */
  readonly external: readonly Announced[]
  readonly transform: 'shs'
}

/** One place to listen. */
export type Listen =
  | (Place & { readonly transport: 'net' })
  | (Place & {
      readonly transport: 'ws'
      /** Files of a key and a certificate in PEM form: `wss` then. */
      readonly tls: { readonly key: string; readonly cert: string } | null
      /** Whether what is no WebSocket is answered, too. */
      readonly http: boolean
    })
  | {
      /** Nothing is listened on here: an onion service leads to one of the other places. */
      readonly transport: 'onion'
      readonly external: readonly Announced[]
      readonly transform: 'shs'
    }
  | {
      readonly transport: 'unix'
      /** File of the socket; `null`: `socket` in the data folder. */
      readonly path: string | null
      readonly transform: 'noauth'
    }

/** What an entry that says nothing else is taken to say. */
export interface EntryDefaults {
  readonly host: string
  readonly port: number
  readonly wsPort: number
}

/** This machine alone. */
export const HOST_LOCAL = '127.0.0.1'
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

/** The entries of a transport in `connections.incoming`; one alone may stand for a list of one. */
export function entriesOf(incoming: Tree, transport: string): readonly unknown[] {
  const value = Object.hasOwn(incoming, transport) ? incoming[transport] : undefined
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

/** The entry that the old `host` and `port` stand for: the most public one. */
export function bestOf(entries: readonly unknown[]): Tree | null {
  for (const wanted of ['public', 'local', 'device'] as const)
    for (const entry of entries)
      if (isTree(entry) && scopesOf(entry['scope'])?.includes(wanted)) return entry
  return null
}

function externalOf(entry: Tree): readonly Announced[] | null {
  const { external } = entry
  if (external === undefined || external === null) return []
  const read = (Array.isArray(external) ? external : [external]).map(announcedOf)
  return read.every((one) => one !== null) ? read : null
}

function placeOf(entry: Tree, place: string, host: string, port: number): Place | string {
  const scope = scopesOf(entry['scope'])
  if (scope === null) return `${place}.scope must be device, local or public, or a list of these`
  // what only this machine is told of need not be open to others
  const fallback = scope.every((one) => one === 'device') ? HOST_LOCAL : host
  const own = { host: entry['host'] ?? fallback, port: entry['port'] ?? port }
  if (typeof own.host !== 'string' || own.host === '') return `${place}.host must be a text`
  if (typeof own.port !== 'number' || !Number.isInteger(own.port) || !isPort(own.port))
    return `${place}.port must be a whole number from 0 to ${PORT_MAX}`
  // noauth over TCP would make an owner of every process that can reach the port.
  if (entry['transform'] !== undefined && entry['transform'] !== 'shs')
    return `${place}.transform must be shs; connections without a key are for the unix socket`
  const external = externalOf(entry)
  if (external === null) return `${place}.external must be a host or host:port, or a list of these`
  return { host: own.host, port: own.port, scope, external, transform: 'shs' }
}

const isPort = (port: number): boolean => port >= 0 && port <= PORT_MAX

function wsEntry(entry: Tree, place: string, defaults: EntryDefaults): Listen | string {
  const read = placeOf(entry, place, defaults.host, defaults.wsPort)
  if (typeof read === 'string') return read
  const { key, cert, http = true } = entry
  const isPlain = key === undefined && cert === undefined
  if (!isPlain && (typeof key !== 'string' || typeof cert !== 'string'))
    return `${place} needs both key and cert, the names of two files, or neither`
  if (typeof http !== 'boolean') return `${place}.http must be true or false`
  const tls = isPlain ? null : { key: String(key), cert: String(cert) }
  return { transport: 'ws', ...read, tls, http }
}

function onionEntry(entry: Tree, place: string): Listen | string {
  const external = externalOf(entry)
  if (external === null || external.length === 0)
    return `${place}.external must be the name of an onion service, which leads to the port of net`
  const port = typeof entry['port'] === 'number' && isPort(entry['port']) ? entry['port'] : null
  const announced = external.map((one) => ({ ...one, port: one.port ?? port }))
  return { transport: 'onion', external: announced, transform: 'shs' }
}

function unixEntry(entry: Tree, place: string): Listen | string {
  if (entry['transform'] !== undefined && entry['transform'] !== 'noauth')
    return `${place}.transform must be noauth`
  const path = entry['path'] ?? entry['server'] ?? entry['socket'] ?? null
  if (path !== null && typeof path !== 'string') return `${place}.path must be a text`
  return { transport: 'unix', path, transform: 'noauth' }
}

/** Read one entry of a transport in {@link TRANSPORTS}; a sentence when it cannot be read. */
export function listenEntry(
  transport: string,
  entry: unknown,
  place: string,
  defaults: EntryDefaults,
): Listen | string {
  if (!isTree(entry)) return `${place} must be an object`
  if (transport === 'unix') return unixEntry(entry, place)
  if (transport === 'ws') return wsEntry(entry, place, defaults)
  if (transport === 'onion') return onionEntry(entry, place)
  const read = placeOf(entry, place, defaults.host, defaults.port)
  return typeof read === 'string' ? read : { transport: 'net', ...read }
}

/** Transports that `connections.incoming` may name and that are served. */
export const TRANSPORTS: ReadonlySet<string> = new Set(['net', 'ws', 'onion', 'unix'])
/** Transports that classic files may name and that this server does not have. */
export const ABSENT: ReadonlySet<string> = new Set(['tunnel', 'channel', 'bluetooth'])
