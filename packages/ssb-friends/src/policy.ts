import type { Policy } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Graph } from './graph.ts'
import type { HopTree } from './hops.ts'

/** Says how far away a feed is. */
function distance(hops: number): string {
  if (hops === 0) return 'it is our own feed'
  if (hops === 1) return 'you follow it'
  return `it is ${hops} hops away`
}

/**
 * What the follow graph decides:
 *
 * - connect: not with whom we block;
 * - replicate: what is within the hops, never what we block;
 * - serve: never to whom the author of the feed blocks, nor to whom we block;
 * - show: not whom we block.
 */
export function addJudges(policy: Policy, own: FeedId, graph: Graph, tree: HopTree): void {
  const weBlock = (id: FeedId): boolean => graph.edge(own, id) === -1
  policy.add('connect', 'friends', 10, (from, to) =>
    from === own && weBlock(to) ? { allow: false, reason: 'you block it' } : undefined,
  )
  policy.add('show', 'friends', 10, (from, to) =>
    from === own && weBlock(to) ? { allow: false, reason: 'you block it' } : undefined,
  )
  policy.add('serve', 'friends', 10, (from, to) => {
    if (graph.edge(to, from) === -1)
      return { allow: false, reason: 'the author of the feed blocks that peer' }
    if (weBlock(from)) return { allow: false, reason: 'you block that peer' }
    return undefined
  })
  // A block comes before an explicit request, a missing follow after it.
  policy.add('replicate', 'blocks', 10, (from, to) =>
    from === own && weBlock(to) ? { allow: false, reason: 'you block it' } : undefined,
  )
  policy.add('replicate', 'hops', 50, (from, to) => {
    if (from !== own) return undefined
    const hops = tree.hops.get(to)
    if (hops === undefined) return { allow: false, reason: `it is more than ${tree.max} hops away` }
    if (hops >= 0) return { allow: true, reason: distance(hops) }
    return {
      allow: false,
      reason:
        hops === -2 && graph.edge(own, to) === -2
          ? 'you unfollowed it'
          : 'somebody nearer to you blocks or unfollowed it',
    }
  })
}
