import type { LogEntry } from './log.ts'

const MINUTE_MS = 60_000
/** Peers that an entry of one kind is written of in a minute. */
const PEERS_MAX = 60
/** Kinds of entries: a few dozen; more would be a fault of a plugin that puts what peers say into a text. */
const KINDS_MAX = 1000

interface Minute {
  readonly since: number
  readonly peers: Set<string>
  /** Entries that were not written. */
  left: number
}

/**
 * Peers cause some of what is logged, as often as they like: entries that name a `peer` are written once per peer and
 * minute, and for 60 peers in a minute. The next one of its kind says in `leftOut` how many were not.
 *
 * @returns the entry to write, or `null`
 */
export function calmLog(): (entry: LogEntry) => LogEntry | null {
  const minutes = new Map<string, Minute>()
  return (entry) => {
    const { peer } = entry.facts
    if (typeof peer !== 'string') return entry
    const kind = `${entry.plugin}: ${entry.text}`
    const last = minutes.get(kind)
    if (last === undefined || Math.abs(entry.time - last.since) >= MINUTE_MS) {
      if (minutes.size >= KINDS_MAX) minutes.clear()
      minutes.set(kind, { since: entry.time, peers: new Set([peer]), left: 0 })
      const leftOut = last?.left ?? 0
      return leftOut === 0 ? entry : { ...entry, facts: { ...entry.facts, leftOut } }
    }
    if (last.peers.has(peer) || last.peers.size >= PEERS_MAX) {
      last.left++
      return null
    }
    last.peers.add(peer)
    return entry
  }
}
