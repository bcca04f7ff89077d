import type { Client } from '@scuttlebot/ssb-client'
import type { Io } from './io.ts'
import type { FoundMethod } from './method.ts'
import { type Names, namesOf } from './names.ts'
import { safeLine } from './safe.ts'

/** What is read of the answer of `replication.status`. */
export interface Replication {
  readonly feeds: number
  readonly messages: number
  readonly remaining: number
  readonly rate: number
  readonly verifying: number
  readonly refused: number
  readonly peers: readonly ReplicationPeer[]
}

interface ReplicationPeer {
  readonly peer: string
  readonly feeds: number
  readonly have: number
  readonly want: number
  readonly received: number
  readonly rate: number
}

const COLUMNS = 24
const PEERS_SHOWN = 20
/** Of an id: enough to tell peers apart, and lines that fit a terminal, since wrapped ones could not be drawn over. */
const ID_CHARS = 12

const hasNumbers = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'number')

/** Whether a value is where replication stands. */
export function isReplication(value: unknown): value is Replication {
  if (!hasNumbers(value, ['feeds', 'messages', 'remaining', 'rate', 'verifying', 'refused']))
    return false
  const { peers } = value as { readonly peers: unknown }
  return (
    Array.isArray(peers) &&
    peers.every(
      (peer) =>
        hasNumbers(peer, ['feeds', 'have', 'want', 'received', 'rate']) &&
        typeof peer.peer === 'string',
    )
  )
}

const digits = (count: number): string => Math.round(count).toLocaleString('en-US')

/** `[######------]  50 %`; never full before everything is there. */
function bar(have: number, want: number): string {
  const share = want > 0 ? Math.min(have / want, 1) : 1
  const signs = '#'.repeat(Math.floor(share * COLUMNS)).padEnd(COLUMNS, '-')
  return `[${signs}] ${String(Math.floor(share * 100)).padStart(3)} %`
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** Where replication stands, as a person reads it: a bar for all, a line for each peer. */
export function replicationText(status: Replication, names: Names): string {
  const { messages, remaining, rate, peers } = status
  const facts = [
    remaining > 0
      ? `${digits(messages)} of ${digits(messages + remaining)} messages`
      : `${digits(messages)} messages of ${digits(status.feeds)} feeds`,
  ]
  if (rate > 0) facts.push(`${digits(rate)}/s`)
  if (remaining > 0) facts.push(rate > 0 ? `${duration(remaining / rate)} left` : 'nothing comes')
  if (status.verifying > 0) facts.push(`${digits(status.verifying)} being verified`)
  if (status.refused > 0) facts.push(`${digits(status.refused)} refused`)
  const lines = peers.slice(0, PEERS_SHOWN).map((one) => {
    const name = names.get(one.peer)
    const who = safeLine(name ?? `${one.peer.slice(0, ID_CHARS)}…`)
    const what =
      one.want > one.have
        ? `sends ${digits(one.feeds)} feeds, at ${digits(one.have)} of ${digits(one.want)}, ${digits(one.rate)}/s`
        : `has sent ${digits(one.received)}`
    return `  ${who} ${what}`
  })
  if (peers.length > PEERS_SHOWN) lines.push(`  and ${digits(peers.length - PEERS_SHOWN)} more`)
  if (peers.length === 0) lines.push('  no peer is connected')
  return [`${bar(messages, messages + remaining)}  ${facts.join(', ')}`, ...lines].join('\n')
}

/** Whether it is the method that tells each change of where replication stands. */
export function isReplicationChanges(method: FoundMethod): boolean {
  return method.name === 'replicate.changes' && method.kind === 'source'
}

/** `sbot replicate.changes` on a terminal: drawn in place, until somebody stops it. */
export async function runReplicationChanges(
  client: Client<unknown>,
  method: FoundMethod,
  io: Io,
): Promise<void> {
  const names = await namesOf(client)
  let drawn = 0
  for await (const item of client.mux.source(method.path, [], { signal: io.signal })) {
    if (!isReplication(item)) continue
    const text = replicationText(item, names)
    // Up to where the last one began, and nothing of it stays.
    await io.out(`${drawn > 0 ? `\u001b[${drawn}A\u001b[J` : ''}${text}\n`)
    drawn = text.split('\n').length
  }
}
