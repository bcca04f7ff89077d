import type { Handlers } from '@scuttlebot/ssb-muxrpc'
import type { Clock } from '@scuttlebot/ssb-plugin'
import { readPeerAddress } from './addresses.ts'
import { GossipError } from './errors.ts'
import type { Gossip } from './gossip.ts'
import type { Switches } from './persist.ts'
import { answerPings } from './ping.ts'
import { readSource } from './record.ts'
import type { GossipRpc } from './rpc.ts'
import { hubPeers, keptPeers, stagedPeers } from './shapes.ts'
import { snapshots } from './snapshots.ts'

const HOUR_MS = 3_600_000

/** The functions behind the methods. */
export function gossipHandlers(state: Gossip, clock: Clock, pingMs: number): Handlers<GossipRpc> {
  const { book, conductor } = state
  return {
    gossip: {
      ping: (call, input) => answerPings(call, input, clock, pingMs),
      peers: () => state.peers(),
      get: (_call, peer) => state.get(peer) ?? undefined,
      add: (_call, address, source) => {
        readPeerAddress(address)
        return state.add(address, readSource(source, 'manual')) ?? undefined
      },
      remove: (_call, peer) => state.remove(peer),
      connect: async (_call, peer) => {
        await state.connect(peer)
        return true
      },
      disconnect: (_call, peer) => state.disconnect(peer),
      changes: (call) => state.changes(call),
      reconnect: () => {
        conductor.reconnect('we were asked to reconnect')
        return clock.now()
      },
      enable: (_call, type) => state.toggle(readSwitch(type), true),
      disable: (_call, type) => state.toggle(readSwitch(type), false),
      history: (_call, peer) => state.history(peer),
      bans: () => state.trust.bans(),
      ban: (_call, peer, options) => {
        const hours = options?.hours
        const ms = typeof hours === 'number' && hours > 0 ? hours * HOUR_MS : null
        return state.ban(state.mustBeId(peer), ms, String(options?.reason ?? 'by hand'))
      },
      unban: (_call, peer) => state.unban(state.mustBeId(peer)),
    },
    conn: {
      connect: async (_call, address, data) => {
        await state.connectStaged(address, data ?? {})
        return true
      },
      disconnect: (_call, address) => state.disconnect(address),
      peers: (call) => snapshots(call, [conductor.changed], () => hubPeers(book, conductor.live())),
      remember: (_call, address, data) => {
        readPeerAddress(address)
        state.add(address, readSource(data?.['source'], 'manual'), data ?? {})
      },
      forget: (_call, address) => state.forget(address),
      dbPeers: () => keptPeers(book),
      stage: (_call, address, data) => state.stage(address, { type: 'internet', ...data }),
      unstage: (_call, address) => state.unstage(address),
      stagedPeers: (call) =>
        snapshots<ReturnType<typeof stagedPeers>, readonly unknown[]>(
          call,
          [state.stagedChanged, conductor.changed],
          () => stagedPeers(book, (id) => conductor.get(id) !== null),
        ),
      start: () => conductor.setAutomatic(true),
      stop: () => conductor.setAutomatic(false),
      ping: (call, input) => answerPings(call, input, clock, pingMs),
    },
  }
}

const SWITCHES: readonly (keyof Switches)[] = ['global', 'local', 'friends', 'seed', 'pub']

function readSwitch(type: unknown): keyof Switches {
  if (type === undefined || type === null) return 'global'
  const found = SWITCHES.find((name) => name === type)
  if (found !== undefined) return found
  const names = SWITCHES.join(', ')
  throw new GossipError(
    'SSB_GOSSIP_SWITCH',
    `there is no gossip type of that name; there are ${names}`,
  )
}
