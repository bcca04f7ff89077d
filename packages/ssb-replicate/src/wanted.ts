import { type Event, event, type Policy } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

/**
 * The feeds that we replicate. Candidates come from the follow graph, from explicit requests, and
 * from ourselves; the policy has the last word on each. Kept current by the changes, never rebuilt.
 */
export class WantedFeeds {
  /** A feed has become wanted, or is not any more. */
  readonly changed: Event<[feed: FeedId, wanted: boolean]>
  readonly #own: FeedId
  readonly #policy: Policy
  readonly #wanted = new Set<FeedId>()
  readonly #candidates = new Set<FeedId>()

  constructor(own: FeedId, policy: Policy, onError: (error: unknown) => void) {
    this.#own = own
    this.#policy = policy
    this.changed = event(onError)
  }

  /** Live: read it anew after each change. */
  get feeds(): ReadonlySet<FeedId> {
    return this.#wanted
  }

  /** A feed may have to be replicated: ask the policy now, and again at each change. */
  consider(feed: FeedId): void {
    this.#candidates.add(feed)
    this.#judge(feed)
  }

  /** The follow graph does not speak for the feed any more; somebody else may. */
  drop(feed: FeedId): void {
    if (feed === this.#own) return
    this.#candidates.delete(feed)
    this.#judge(feed)
  }

  /** The policy has changed for one feed, or for all (`null`). */
  review(feed: FeedId | null): void {
    if (feed !== null) this.#judge(feed)
    else for (const each of this.#candidates) this.#judge(each)
  }

  #judge(feed: FeedId): void {
    this.#set(feed, this.#policy.ask('replicate', this.#own, feed).allow)
  }

  #set(feed: FeedId, wanted: boolean): void {
    if (this.#wanted.has(feed) === wanted) return
    if (wanted) this.#candidates.add(feed)
    if (wanted) this.#wanted.add(feed)
    else this.#wanted.delete(feed)
    this.changed.emit(feed, wanted)
  }
}
