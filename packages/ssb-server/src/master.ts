import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** After the judges that refuse (blocks and the like), before those that merely let in. */
const ORDER = 50

/** Feeds that may do over the network all that the owner may. */
export function master(feeds: readonly string[]): Plugin<'master', Nothing> {
  const owners: ReadonlySet<string> = new Set(feeds)
  return {
    name: 'master',
    needs: {},
    manifest: {},
    setup: ({ hooks }) => {
      hooks.authorize.add(ORDER, ({ peer }: { peer: FeedId }) =>
        owners.has(peer) ? { allow: true, roles: ['owner'] } : undefined,
      )
      return { api: {}, handlers: {} }
    },
  }
}
