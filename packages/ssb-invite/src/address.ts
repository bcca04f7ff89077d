import { parseMultiserver, parseNetAddress } from '@scuttlebot/ssb-ref'
import { isPrivateHost } from './code.ts'
import { InviteError } from './errors.ts'
import type { InviteNet } from './needs.ts'
import type { CreateOptions } from './rpc.ts'

const SETTING =
  'set connections.incoming.net[].external to the host under which others reach this server, or give external'

/**
 * Where an invite is to lead: `[code without the seed, address to dial, what stands before the seed]`.
 *
 * @throws InviteError `SSB_INVITE_NO_ADDRESS`
 */
export function inviteAddress(
  net: InviteNet,
  options: CreateOptions,
  allowPrivate: boolean,
): { readonly address: string; readonly prefix: string } {
  const scopes = allowPrivate ? (['public', 'local', 'device'] as const) : (['public'] as const)
  const all = scopes.flatMap((scope) => net.addresses(scope))
  if (options.modern === true) return modernAddress(all)
  const text = all.find((one) => placeOf(one) !== null) ?? anyOf(net, options)
  const found = text === undefined ? null : placeOf(text)
  if (found === null)
    throw new InviteError(
      'SSB_INVITE_NO_ADDRESS',
      `no address available for creating an invite, configuration needed for server: ${SETTING}.`,
    )
  const host = options.external ?? found.host
  if (isPrivateHost(host) && !allowPrivate)
    throw new InviteError(
      'SSB_INVITE_NO_ADDRESS',
      `Server has no public ip address, cannot create useable invitation: ${host} can only be reached from nearby; ${SETTING}.`,
    )
  const transport = host.endsWith('.onion') ? 'onion' : 'net'
  const address = `${transport}:${host}:${found.port}~shs:${found.key.slice(1, -8)}`
  if (placeOf(address)?.host !== host)
    throw new InviteError(
      'SSB_INVITE_NO_ADDRESS',
      `Could not parse host portion from server address:${host}`,
    )
  return { address, prefix: `${host}:${found.port}:${found.key}~` }
}

/** With a host given, the port of any place where we listen does. */
function anyOf(net: InviteNet, options: CreateOptions): string | undefined {
  if (options.external === undefined) return undefined
  const all = [...net.addresses('local'), ...net.addresses('device')]
  return all.find((one) => placeOf(one) !== null)
}

/** Host, port and key of a TCP address, or of an onion service, which the legacy form of a code knows by its name. */
function placeOf(address: string): ReturnType<typeof parseNetAddress> {
  return parseNetAddress(address.replace(/^onion:/, 'net:'))
}

function modernAddress(all: readonly string[]): { address: string; prefix: string } {
  const address = all
    .flatMap((text) => text.split(';'))
    .find((text) => /^wss?$/.test(parseMultiserver(text)?.[0]?.transport.name ?? ''))
  if (address === undefined)
    throw new InviteError(
      'SSB_INVITE_NO_ADDRESS',
      'A modern invite needs a WebSocket address, and this server has none.',
    )
  return { address, prefix: `${address}:` }
}
