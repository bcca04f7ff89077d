import type { Config } from '@scuttlebot/ssb-config'
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
    limits: { peersMax: config.limits.peers },
    network: networkAddresses,
  }
  return gossip(options)
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
    transports: config.dial.transports,
    socks: config.dial.socks,
  }
  return invite({
    dial: (address, signal) => dial({ address, signal, ...secure }),
    storage: fileInvites(config.path),
    allowPrivate: config.allowPrivate,
  })
}
