import type { FeedId } from '@scuttlebot/ssb-ref'
import { numberOf } from './health.ts'
import type { PageRemote } from './rpc.ts'

/** How we and a feed stand to each other. */
export interface Relation {
  readonly isFollowed: boolean
  readonly followsUs: boolean
  readonly isBlocked: boolean
  /** 0 ourselves, 1 followed, …; `null`: outside of our network */
  readonly hops: number | null
  /** How many of its messages are here. */
  readonly stored: number
  /** Why it is fetched or not, in a sentence. */
  readonly why: string
}

/** How a feed is described: by us, else by itself, else by most; not by whoever did so last. */
export async function descriptionOf(
  remote: Pick<PageRemote, 'about'>,
  feed: FeedId,
): Promise<string> {
  const found = await remote.about.socialValue({ key: 'description', dest: feed })
  return typeof found === 'string' ? found : ''
}

/** Ask for it. */
export async function relationOf(remote: PageRemote, own: FeedId, feed: FeedId): Promise<Relation> {
  const [follows, followed, blocks, hops, stored, explained] = await Promise.all([
    remote.friends.isFollowing({ source: own, dest: feed }),
    remote.friends.isFollowing({ source: feed, dest: own }),
    remote.friends.isBlocking({ source: own, dest: feed }),
    remote.friends.hops(),
    remote.latestSequence(feed).catch(() => 0),
    remote.replication.explain(feed).then(
      ({ text }) => text,
      () => '',
    ),
  ])
  return {
    isFollowed: follows === true,
    followsUs: followed === true,
    isBlocked: blocks === true,
    hops: typeof hops[feed] === 'number' && hops[feed] >= 0 ? hops[feed] : null,
    stored: numberOf(stored),
    why: explained,
  }
}
