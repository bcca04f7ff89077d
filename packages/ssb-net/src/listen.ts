import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { encodeMultiserver, type FeedId, isLoopback, keyOfFeedId } from '@scuttlebot/ssb-ref'
import { NetError } from './errors.ts'
import type { HttpHandlers, HttpPlace } from './http.ts'
import { netText } from './targets.ts'
import * as tcp from './tcp.ts'
import type { Listener, ListenHandlers } from './transport.ts'
import * as unix from './unix.ts'
import * as ws from './ws.ts'

/** How far an address reaches: this machine, its network, everywhere. */
export type Scope = 'device' | 'local' | 'public'

/** A place that others are told of, which is not where we listen. */
export interface Announced {
  /** name or IP address, without brackets; a name that ends in `.onion` is an onion service */
  readonly host: string
  /** `null`: the port that is listened on; 443 behind TLS */
  readonly port?: number | null
  /** whether something before us speaks TLS there, so that the address is `wss` */
  readonly isSecure?: boolean
}

interface Place {
  /** IP address or name; default `127.0.0.1`; `::` is every interface, IPv4 too */
  readonly host?: string
  /** default 8008, and 8989 for `ws`; 0: any free one */
  readonly port?: number
  /** names or addresses under which others reach us from elsewhere: the `public` scope */
  readonly external?: string | readonly (string | Announced)[]
  /** the port that goes with names in `external`, when another one is forwarded to us */
  readonly externalPort?: number
  /** who is told of its addresses; default: whoever can reach them */
  readonly scope?: readonly Scope[]
}

/** What to listen on. */
export type ListenSpec =
  | (Place & { readonly transport: 'net' })
  | (Place & {
      readonly transport: 'ws'
      /** whether something before us speaks TLS for the names in `external`: their addresses are `wss` then */
      readonly isSecure?: boolean
      /** files of a private key and its certificate in PEM form: we speak TLS ourselves then */
      readonly tls?: { readonly key: string; readonly cert: string } | null
      /** whether what is no WebSocket is answered by the handlers of `http`; default true */
      readonly http?: boolean
      /** whether any free port will do where that one is taken; default false */
      readonly orAnyPort?: boolean
    })
  | {
      /** nothing is listened on: an onion service leads to another of the places, here `port` */
      readonly transport: 'onion'
      readonly external: readonly (string | Announced)[]
    }
  | {
      readonly transport: 'unix'
      /** default: `socket` in the data folder; without a data folder nothing is listened on */
      readonly path?: string
    }

/** @internal One that listens, and what to tell others of it. */
export interface Listening {
  readonly spec: ListenSpec
  readonly listener: Listener
  /** its addresses in a scope; interfaces come and go, so this is asked anew each time */
  addresses(scope: Scope, id: FeedId): readonly string[]
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8008
const DEFAULT_WS_PORT = 8989
const TLS_PORT = 443

/** @internal Start to listen; `null` for a unix socket without a folder. */
export async function openListener(
  spec: ListenSpec,
  folder: string | null,
  handlers: ListenHandlers,
  http: HttpHandlers,
): Promise<Listening | null> {
  switch (spec.transport) {
    case 'unix':
      return await openUnix(spec, folder, handlers)
    case 'onion': {
      const listener = { port: DEFAULT_PORT, close: async () => undefined }
      return { spec, listener, addresses: (scope, id) => announced(spec, scope, DEFAULT_PORT, id) }
    }
    case 'net': {
      const { host = DEFAULT_HOST, port = DEFAULT_PORT } = spec
      const listener = await tcp.listen({ host, port }, handlers)
      return placed(spec, host, listener, netText)
    }
    case 'ws': {
      const { host = DEFAULT_HOST, port = DEFAULT_WS_PORT, tls = null } = spec
      const onRequest = spec.http === false ? {} : { onRequest: http.answer }
      const open = (at: number): Promise<Listener> =>
        ws.listen({ host, port: at, tls, mayOpen: http.mayOpen, ...onRequest }, handlers)
      const listener = await open(port).catch((error: unknown) => {
        if (spec.orAnyPort === true && port !== 0) return open(0)
        throw error
      })
      const scheme = tls === null ? 'ws' : 'wss'
      return placed(spec, host, listener, (name, at, id) => wsText(name, at, id, scheme))
    }
    default:
      throw new NetError('SSB_NET_LISTEN', 'only net, ws, onion and unix can be listened on')
  }
}

async function openUnix(
  spec: Extract<ListenSpec, { transport: 'unix' }>,
  folder: string | null,
  handlers: ListenHandlers,
): Promise<Listening | null> {
  const path = spec.path ?? (folder === null ? null : join(folder, 'socket'))
  if (path === null) return null
  const listener = await unix.listen(path, handlers)
  const address = (id: FeedId): string | null =>
    encodeMultiserver([
      [
        { name: 'unix', data: [path] },
        { name: 'noauth', data: [keyOfFeedId(id)] },
      ],
    ])
  return {
    spec,
    listener,
    addresses: (scope, id) => (scope === 'device' ? [address(id)].filter((x) => x !== null) : []),
  }
}

/** One on a port: addresses of interfaces nearby, and the announced names for everyone. */
function placed(
  spec: Extract<ListenSpec, { transport: 'net' | 'ws' }>,
  host: string,
  listener: Listener,
  textOf: (host: string, port: number, id: FeedId) => string,
): Listening {
  return {
    spec,
    listener,
    addresses(scope, id) {
      if (spec.scope?.includes(scope) === false) return []
      if (scope === 'public') return announced(spec, scope, listener.port, id)
      return hostsOf(host, scope).map((name) => textOf(name, listener.port, id))
    },
  }
}

/** The addresses of the places that others are told of. */
function announced(
  spec: Exclude<ListenSpec, { transport: 'unix' }>,
  scope: Scope,
  port: number,
  id: FeedId,
): readonly string[] {
  if (scope !== 'public') return []
  return externalPlaces(spec).map(({ host, port: other, isSecure = false }) => {
    if (spec.transport !== 'ws') {
      const text = netText(host, other ?? port, id)
      return isOnion(host) ? text.replace('net:', 'onion:') : text
    }
    const isTls = (spec.tls ?? null) !== null
    const outside = other ?? (isSecure && !isTls ? TLS_PORT : port)
    return wsText(host, outside, id, isSecure || isTls ? 'wss' : 'ws')
  })
}

const isOnion = (host: string): boolean => host.toLowerCase().endsWith('.onion')

function externalPlaces(spec: Exclude<ListenSpec, { transport: 'unix' }>): readonly Announced[] {
  const { external = [] } = spec
  const common = {
    port: 'externalPort' in spec ? (spec.externalPort ?? null) : null,
    isSecure: spec.transport === 'ws' && spec.isSecure === true,
  }
  return (typeof external === 'string' ? [external] : external).map((one) =>
    typeof one === 'string' ? { ...common, host: one } : one,
  )
}

/** @internal Where a listener answers HTTP: one place, or none. */
export function httpPlaceOf({ spec, listener }: Listening): readonly HttpPlace[] {
  if (spec.transport !== 'ws' || spec.http === false) return []
  const { host = DEFAULT_HOST, tls = null } = spec
  const isFronted = externalNames(spec).length > 0
  return [{ host, port: listener.port, isSecure: tls !== null, isFronted }]
}

/** @internal The names that a listener has for others. */
export function externalNames(spec: ListenSpec): readonly string[] {
  return spec.transport === 'unix' ? [] : externalPlaces(spec).map(({ host }) => host)
}

function wsText(host: string, port: number, id: FeedId, scheme: 'ws' | 'wss'): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}~shs:${keyOfFeedId(id)}`
}

/** @internal The hosts under which a listener on `host` is reached from that scope. */
export function hostsOf(host: string, scope: 'device' | 'local'): readonly string[] {
  const isEverywhere = host === '::' || host === '0.0.0.0' || host === ''
  if (scope === 'device') return [isEverywhere ? 'localhost' : host]
  if (isLoopback(host)) return []
  return isEverywhere ? interfaceHosts(isIPv6(host) || host === '') : [host]
}

function interfaceHosts(withIPv6: boolean): readonly string[] {
  const hosts: string[] = []
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { internal, family, address, scopeid } of addresses ?? []) {
      if (internal || (family === 'IPv6' && !withIPv6)) continue
      // an address that is only good with the name of an interface is of no use to others
      if (family === 'IPv6' && scopeid !== 0) continue
      hosts.push(address)
    }
  }
  return hosts
}
