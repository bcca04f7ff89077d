/**
 * For authors of plugins: time under control, and hosts connected without a network.
 *
 * @packageDocumentation
 */
import { createMux, type Mux } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Permissions } from './hooks.ts'
import type { Host } from './host.ts'
import type { Peer } from './peer.ts'
import type { AnyPlugin, Clock } from './plugin.ts'

/** A clock that only moves when told. */
export interface ManualClock extends Clock {
  /** Move on by `ms` milliseconds, running what falls due in order. */
  advance(ms: number): void
  /** How many timers wait. */
  readonly pending: number
}

/** Make a clock that stands at `start` milliseconds. */
export function manualClock(start = 1_500_000_000_000): ManualClock {
  let now = start
  let next = 0
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>()
  const due = (until: number): readonly [number, { at: number; run: () => void }] | undefined =>
    [...timers]
      .filter(([, { at }]) => at <= until)
      .sort(([a, x], [b, y]) => x.at - y.at || a - b)[0]
  return {
    now: () => now,
    setTimeout(run, ms) {
      const id = next++
      timers.set(id, { at: now + Math.max(0, ms), run })
      return () => void timers.delete(id)
    },
    advance(ms) {
      const end = now + ms
      for (let entry = due(end); entry; entry = due(end)) {
        const [id, timer] = entry
        timers.delete(id)
        now = Math.max(now, timer.at)
        timer.run()
      }
      now = end
    },
    get pending() {
      return timers.size
    },
  }
}

/** How {@link connectHosts} connects. */
export interface ConnectOptions {
  /** Rights of the dialling host at the other one. Default: `anonymous`. */
  readonly rights?: readonly string[] | Permissions
  /** Called for each chunk that crosses, to delay or drop it: call `deliver` when it arrives. */
  readonly wire?: (deliver: () => void, from: FeedId, bytes: number) => void
  /** Milliseconds since 1970 of the connection. */
  readonly now?: () => number
}

/** Two ends of one connection in memory. */
export interface HostConnection {
  /** The dialled host, as the dialling one sees it. */
  readonly outgoing: Peer
  /** The dialling host, as the dialled one sees it. */
  readonly incoming: Peer
  /** Cut the connection, as a cable is cut. */
  cut(): void
}

type AnyHost = Pick<Host<readonly AnyPlugin[]>, 'id' | 'face' | 'hooks'>

/** Connect two started hosts: `from` has dialled `to`. Both get their `peerConnected`. */
export function connectHosts(
  from: AnyHost,
  to: AnyHost,
  options: ConnectOptions = {},
): HostConnection {
  const wire = options.wire ?? ((deliver: () => void) => queueMicrotask(deliver))
  const ends: End[] = []
  const make = (own: AnyHost, other: AnyHost, at: 0 | 1): End => {
    const roles = at === 0 ? ['anonymous'] : (options.rights ?? ['anonymous'])
    const abort = new AbortController()
    const stats = { bytesIn: 0, bytesOut: 0 }
    const send = (work: (end: End) => void, bytes: number): void =>
      wire(
        () => {
          const end = ends[1 - at]
          if (end !== undefined && !end.abort.signal.aborted) work(end)
        },
        own.id,
        bytes,
      )
    const gone = (reason: string): void => {
      if (abort.signal.aborted) return
      abort.abort()
      own.hooks.peerDisconnected.emit(peer, reason)
    }
    const mux = createMux({
      face: own.face({ peer: other.id, rights: roles }),
      peer: other.id,
      write(chunks) {
        for (const chunk of chunks) {
          const copy = chunk.slice()
          stats.bytesOut += copy.length
          send((end) => {
            end.stats.bytesIn += copy.length
            end.mux.receive(copy)
          }, copy.length)
        }
        return true
      },
      onClose(error) {
        send((end) => {
          end.mux.end()
          end.gone('the other side closed the connection')
        }, 0)
        gone(error?.message ?? 'closed')
      },
    })
    const peer: Peer = {
      id: other.id,
      address: `memory:${other.id}`,
      outgoing: at === 0,
      roles: Array.isArray(roles) ? roles : ['custom'],
      connectedAt: (options.now ?? Date.now)(),
      signal: abort.signal,
      mux,
      stats,
      close: () => mux.close(),
    }
    return { mux, peer, abort, stats, gone }
  }
  ends.push(make(from, to, 0), make(to, from, 1))
  const [outgoing, incoming] = ends as [End, End]
  to.hooks.peerConnected.emit(incoming.peer)
  from.hooks.peerConnected.emit(outgoing.peer)
  return {
    outgoing: outgoing.peer,
    incoming: incoming.peer,
    cut() {
      for (const end of ends) {
        end.mux.end(new Error('the connection was cut'))
        end.gone('the connection was cut')
      }
    },
  }
}

interface End {
  readonly mux: Mux
  readonly peer: Peer
  readonly abort: AbortController
  readonly stats: { bytesIn: number; bytesOut: number }
  gone(reason: string): void
}
