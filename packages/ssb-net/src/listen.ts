import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { encodeMultiserver, type FeedId, isLoopback, keyOfFeedId } from '@scuttlebot/ssb-ref'
import { NetError } from './errors.ts'
import type { HttpHandlers } from './http.ts'
import { netText } from './targets.ts'
import * as tcp from './tcp.ts'
import type { Listener, ListenHandlers } from './transport.ts'
import * as unix from './unix.ts'
import * as ws from './ws.ts'

/** How far an address reaches: this machine, its network, everywhere. */
export type Scope = 'device' | 'local' | 'public'

/** What to listen on. */
export type ListenSpec =
  | {
      readonly transport: 'net'
      /** IP address or name; default `127.0.0.1`; `::` is every interface, IPv4 too */
      readonly host?: string
      /** default 8008; 0: any free one */
      readonly port?: number
      /** names or addresses under which others reach us from elsewhere: the `public` scope */
      readonly external?: string | readonly string[]
      /** the port that goes with `external`, when another one is forwarded to us */
      readonly externalPort?: number
    }
  | {
      readonly transport: 'ws'
      /** IP address or name; default `127.0.0.1` */
      readonly host?: string
      /** default 8989; 0: any free one */
      readonly port?: number
      /** names under which others reach us from elsewhere: the `public` scope */
      readonly external?: string | readonly string[]
      /** the port that goes with `external` */
      readonly externalPort?: number
      /** whether something before us speaks TLS for the `external` names: their addresses are `wss` then */
      readonly isSecure?: boolean
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

/** @internal Start to listen; `null` for a unix socket without a folder. */
export async function openListener(
  spec: ListenSpec,
  folder: string | null,
  handlers: ListenHandlers,
  http: HttpHandlers,
): Promise<Listening | null> {
  if (spec.transport === 'unix') {
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
  if (spec.transport !== 'net' && spec.transport !== 'ws')
    throw new NetError('SSB_NET_LISTEN', 'only net, ws and unix can be listened on')
  const isWs = spec.transport === 'ws'
  const host = spec.host ?? DEFAULT_HOST
  const port = spec.port ?? (isWs ? DEFAULT_WS_PORT : DEFAULT_PORT)
  const listener = isWs
    ? await ws.listen({ host, port, onRequest: http.answer }, handlers)
    : await tcp.listen({ host, port }, handlers)
  const textOf = isWs ? wsText : netText
  return {
    spec,
    listener,
    addresses(scope, id) {
      if (scope !== 'public')
        return hostsOf(host, scope).map((name) => textOf(name, listener.port, id))
      const isSecure = spec.transport === 'ws' && spec.isSecure === true
      const outside = spec.externalPort ?? (isSecure ? 443 : listener.port)
      return externalNames(spec).map((name) =>
        isSecure ? wsText(name, outside, id, 'wss') : textOf(name, outside, id),
      )
    },
  }
}

/** @internal The names that a listener has for others. */
export function externalNames(spec: ListenSpec): readonly string[] {
  const external = spec.transport === 'unix' ? [] : (spec.external ?? [])
  return typeof external === 'string' ? [external] : external
}

function wsText(host: string, port: number, id: FeedId, scheme = 'ws'): string {
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
