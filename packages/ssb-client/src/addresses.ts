import { join } from 'node:path'
import type { Config } from '@scuttlebot/ssb-config'
import { formatMultiserver } from '@scuttlebot/ssb-ref'

/** Addresses that mean "every interface" when listening; nobody can dial them. */
const ANY: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['', '127.0.0.1'],
])

/** What decides where to dial. */
export interface AddressOptions {
  readonly config: Config
  /** Public key of the server, base64; `null` when not known: then only the socket can be dialled. */
  readonly serverKey: string | null
  /** The socket in the data folder is not meant: another host or port was asked for. */
  readonly isElsewhere: boolean
}

/** The multiserver addresses to try, in order: the one asked for alone; else the unix socket, then TCP. */
export function addressesOf(options: AddressOptions): readonly string[] {
  const { config, serverKey, isElsewhere } = options
  if (config.remote !== null) return [config.remote]
  const sockets = isElsewhere
    ? []
    : config.listen.flatMap((place) =>
        place.transport === 'unix' ? [place.path ?? join(config.path, 'socket')] : [],
      )
  const host = ANY.get(config.host) ?? config.host
  const key = serverKey === null ? [] : [serverKey]
  const addresses = [
    ...sockets.map((path) =>
      formatMultiserver([
        {
          transport: { name: 'unix', data: [path] },
          transforms: [{ name: 'noauth', data: key }],
        },
      ]),
    ),
    ...(serverKey === null
      ? []
      : [
          formatMultiserver([
            {
              transport: { name: 'net', data: [host, String(config.port)] },
              transforms: [{ name: 'shs', data: [serverKey] }],
            },
          ]),
        ]),
  ]
  return addresses.filter((address) => address !== null)
}
