import type { FeedId } from '@scuttlebot/ssb-ref'

/** Something that happened between us and a peer. */
export interface HistoryEvent {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: 'connected' | 'failed' | 'disconnected' | 'banned' | 'unbanned'
  /** Multiserver address, where one was involved. */
  readonly address?: string
  /** Whether we dialled. */
  readonly outgoing?: boolean
  /** Why it ended, failed, or was banned. */
  readonly reason?: string
  /** How long it lasted, in milliseconds. */
  readonly ms?: number
}

/** An event with its sentence, as `gossip.history` tells it. */
export interface HistoryLine extends HistoryEvent {
  readonly peer: FeedId
  readonly text: string
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** A length of time for people: its two largest units. */
export function spoken(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const parts: string[] = []
  let rest = ms
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${name}`)
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** One sentence for people. */
export function sentence(event: HistoryEvent): string {
  const { kind, address = 'an unknown address', outgoing, reason, ms } = event
  switch (kind) {
    case 'connected':
      return outgoing ? `We connected to ${address}.` : `It connected to us from ${address}.`
    case 'failed':
      return `We could not connect to ${address}: ${clause(reason)}.`
    case 'disconnected':
      return `The connection ended after ${spoken(ms ?? 0)}: ${clause(reason)}.`
    case 'banned':
      return `We banned it ${ms === undefined ? 'for good' : `for ${spoken(ms)}`}: ${clause(reason)}.`
    case 'unbanned':
      return `The ban was lifted: ${clause(reason)}.`
  }
}

/** A reason, ready to stand before a full stop. */
function clause(reason: string | undefined): string {
  if (reason === undefined || reason === '') return 'no reason was given'
  return reason.replace(/\.$/, '')
}
