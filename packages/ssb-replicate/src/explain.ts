import type { Policy } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** How one protocol sees one feed at one connected peer. */
export interface FeedAtPeer {
  readonly peer: FeedId
  /** Highest sequence that the peer claims; −1: it does not replicate the feed; `null`: it has not said. */
  readonly claimed: number | null
  /** Whether we have asked this peer to send. */
  readonly asked: boolean
  /** Milliseconds since 1970 when it last sent something of the feed, or was first asked for what it has more. */
  readonly activeAt: number
  /** This peer holds another branch of the feed. */
  readonly forked: boolean
  /** Messages of the feed that have come from it and are being judged. */
  readonly verifying: number
}

/** What one peer delivers over one protocol. */
export interface Delivery {
  readonly peer: FeedId
  /** Feeds that we have asked it for. */
  readonly feeds: number
  /** Messages of those feeds that we have. */
  readonly have: number
  /** Messages of those feeds that the peer claims, or we have. */
  readonly want: number
}

/** A protocol that carries feeds (EBT, createHistoryStream), as far as explanations need it. */
export interface Carrier {
  readonly name: string
  /** Every connected peer that this protocol runs with, for one feed. */
  view(feed: FeedId): readonly FeedAtPeer[]
  /** Whether it runs with a peer: then there is no need for another one. */
  carries(peer: FeedId): boolean
  /** What each peer delivers. Not cheap: looks at every feed. */
  deliveries(): readonly Delivery[]
}

/** Why a feed does, or does not, arrive. A closed list: a program can branch on it. */
export type ReplicationReason = (typeof REPLICATION_REASONS)[number]

/** Every {@link ReplicationReason}. */
export const REPLICATION_REASONS = [
  /** The policy does not want it: `text` has the policy's reason. */
  'not-wanted',
  /** We block it, or the only peers that have more may not have it from us, such as those that its author blocks. */
  'blocked',
  /** Wanted, and no peer is connected. */
  'no-peers',
  /** Wanted, and no connected peer has said that it has more than we. */
  'nobody-has-more',
  /** Wanted, and every connected peer says that it does not replicate it. */
  'nobody-replicates-it',
  /** A peer is sending it. */
  'delivering',
  /** A peer that was asked has sent nothing for a while. */
  'stalled',
  /** A peer claims more, and nobody has been asked yet. */
  'not-asked-yet',
  /** Messages have come and wait for their verdict. */
  'verifying',
  /** The peers that have more hold another branch of it. */
  'forked',
  /** The peer that is asked about is not connected. */
  'not-connected',
] as const

/** The answer of `replication.explain`. */
export interface ReplicationExplained {
  readonly reason: ReplicationReason
  /** One sentence for people. */
  readonly text: string
  /** Our sequence of the feed; 0: nothing. */
  readonly have: number
  /** Highest sequence that a connected peer claims. */
  readonly claimed: number
  /** The peer that the reason is about. */
  readonly peer?: FeedId
}

/** After how many quiet milliseconds a delivery counts as stalled. */
export const STALLED_MS = 10_000

/** The judge of ssb-friends that refuses whom we block. */
const BLOCKS = 'blocks'

/** Say why `feed` does or does not arrive, from `peer` alone if one is given. */
export function explain(
  facts: {
    readonly own: FeedId
    readonly policy: Policy
    readonly have: number
    /** Connected peers. */
    readonly peers: ReadonlySet<FeedId>
    readonly now: number
    readonly views: readonly FeedAtPeer[]
  },
  feed: FeedId,
  peer?: FeedId,
): ReplicationExplained {
  const { have, now } = facts
  const views = peer === undefined ? facts.views : facts.views.filter((view) => view.peer === peer)
  const claimed = views.reduce((max, view) => Math.max(max, view.claimed ?? 0), 0)
  const answer = (
    reason: ReplicationReason,
    text: string,
    about?: FeedAtPeer,
  ): ReplicationExplained => ({
    reason,
    text,
    have,
    claimed,
    ...(about ? { peer: about.peer } : {}),
  })

  const wanted = facts.policy.ask('replicate', facts.own, feed)
  if (!wanted.allow) {
    const blocked = wanted.judge === BLOCKS
    return answer(blocked ? 'blocked' : 'not-wanted', `This feed is not wanted: ${wanted.reason}.`)
  }
  const judged = views.find((view) => view.verifying > 0)
  if (judged)
    return answer(
      'verifying',
      `${judged.verifying} messages have come and are being verified.`,
      judged,
    )
  if (facts.peers.size === 0) return answer('no-peers', 'No peer is connected.')
  if (peer !== undefined && !facts.peers.has(peer))
    return answer('not-connected', 'That peer is not connected.')
  const more = views.filter((view) => (view.claimed ?? 0) > have)
  const ahead = more.filter((view) => facts.policy.ask('serve', view.peer, feed).allow)
  const refused = more[0]
  if (refused && ahead.length === 0) {
    const { reason } = facts.policy.ask('serve', refused.peer, feed)
    return answer('blocked', `${refused.peer} has more, but ${reason}.`, refused)
  }
  const forked = ahead.find((view) => view.forked)
  if (forked && ahead.every((view) => view.forked))
    return answer(
      'forked',
      `Every peer that has more holds another branch of this feed, which forks after ${have} or before.`,
      forked,
    )
  const usable = ahead.filter((view) => !view.forked)
  const asked = usable.filter((view) => view.asked)
  const active = asked.find((view) => now - view.activeAt < STALLED_MS)
  if (active)
    return answer('delivering', `${active.peer} is sending, at ${have} of ${claimed}.`, active)
  const stalled = asked[0]
  if (stalled)
    return answer(
      'stalled',
      `${stalled.peer} was asked and has sent nothing for ${Math.round((now - stalled.activeAt) / 1000)} s; ${usable.length > 1 ? 'another peer will be asked' : 'it will be asked again'}.`,
      stalled,
    )
  const idle = usable[0]
  if (idle)
    return answer('not-asked-yet', `${idle.peer} has up to ${claimed} and will be asked.`, idle)
  const refusing = new Set(views.flatMap((view) => (view.claimed === -1 ? view.peer : [])))
  if ((peer === undefined ? [...facts.peers] : [peer]).every((one) => refusing.has(one)))
    return answer(
      'nobody-replicates-it',
      peer === undefined
        ? 'Every connected peer says that it does not replicate it.'
        : 'That peer says that it does not replicate it.',
    )
  const unsaid = peer === undefined ? 'No connected peer has said' : 'That peer has not said'
  return answer(
    'nobody-has-more',
    have === 0
      ? `${unsaid} that it has messages of this feed.`
      : `${unsaid} that it has more than our ${have} messages of this feed.`,
  )
}
