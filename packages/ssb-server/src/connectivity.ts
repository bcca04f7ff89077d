import { networkInterfaces } from 'node:os'
import type { Config, Listen } from '@scuttlebot/ssb-config'
import { type GossipOptions, gossip } from '@scuttlebot/ssb-gossip'
import { fileBook, networkAddresses } from '@scuttlebot/ssb-gossip/files'
import { invite } from '@scuttlebot/ssb-invite'
import { fileInvites } from '@scuttlebot/ssb-invite/files'
import { type Keys, keyPairOf } from '@scuttlebot/ssb-keys'
import { lan } from '@scuttlebot/ssb-lan'
import { udpSockets } from '@scuttlebot/ssb-lan/udp'
import { dial } from '@scuttlebot/ssb-net/secure'
import { isLoopback } from '@scuttlebot/ssb-ref'

/** The peer book and the scheduler, with their options out of the configuration. */
export function gossipOf(config: Config): ReturnType<typeof gossip> {
  const { global, local, friends, seed, pub, autoPopulate, connections } = config.gossip
  const options: GossipOptions = {
    pingMs: config.timers.ping,
    storage: fileBook(config.path),
    seeds: config.seeds,
    autostart: !config.offline && config.conn.autostart,
    autoPopulate: autoPopulate && pub && config.conn.populatePubs,
    switches: { global, local, friends, seed, pub },
    quotas: { pubs: connections },
    network: networkAddresses,
  }
  return gossip(options)
}

/** Addresses that lead to this machine from nowhere else than its own network. */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|fe[89ab]|f[cd]|::1$)/i
const EVERYWHERE: ReadonlySet<string> = new Set(['::', '0.0.0.0', ''])

/**
 * The hosts under which everybody reaches a place: as configured, or, of one in the public scope, its own
 * address or the public ones of this machine's interfaces.
 */
export function publicHosts(place: Listen & { transport: 'net' }): readonly string[] {
  if (place.external.length > 0) return place.external
  if (!place.scope.includes('public')) return []
  const own = EVERYWHERE.has(place.host)
    ? Object.values(networkInterfaces())
        .flatMap((all) => all ?? [])
        .filter(({ internal, family }) => !internal && (family === 'IPv4' || place.host === '::'))
        .map(({ address }) => address)
    : [place.host]
  return own.filter((host) => !PRIVATE.test(host))
}

/** Announcements in the local network; none of a server that only this machine can reach. */
export function lanOf(config: Config, networkKey: Uint8Array): ReturnType<typeof lan> {
  const isReachable = config.listen.some(
    (place) => place.transport === 'net' && !isLoopback(place.host),
  )
  return lan({
    sockets: udpSockets(),
    networkKey,
    autostart: isReachable && config.gossip.local && !config.offline,
    legacy: config.lan.legacy,
  })
}

/** Invites, made and accepted. */
export function inviteOf(
  config: Config,
  keys: Keys,
  networkKey: Uint8Array,
): ReturnType<typeof invite> {
  const secure = {
    keys: keyPairOf(keys),
    networkKey,
    handshakeMs: config.timers.handshake,
  }
  return invite({
    dial: (address, signal) => dial({ address, signal, ...secure }),
    storage: fileInvites(config.path),
    allowPrivate: config.allowPrivate,
  })
}
