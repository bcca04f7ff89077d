import type { Policy } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** Blocks made by hand, besides those of the follow graph: who may not have whose messages. */
export class BlockList {
  readonly #own: FeedId
  readonly #policy: Policy
  /** Feed → peers that may not have it. */
  readonly #blocks = new Map<FeedId, Set<FeedId>>()

  constructor(own: FeedId, policy: Policy) {
    this.#own = own
    this.#policy = policy
    const answer = { allow: false, reason: 'it was blocked by hand' }
    policy.add('serve', 'replicate.block', 20, (peer, feed) =>
      this.#blocks.get(feed)?.has(peer) ? answer : undefined,
    )
    // With whom our own feed is not shared, nothing is.
    policy.add('connect', 'replicate.block', 20, (from, to) =>
      from === own && this.#blocks.get(from)?.has(to) ? answer : undefined,
    )
  }

  /** Do not hand the messages of `from` to `to`, or do again. */
  set(from: FeedId, to: FeedId, on: boolean): void {
    const blocked = this.#blocks.get(from) ?? new Set()
    if (on) this.#blocks.set(from, blocked.add(to))
    else if (blocked.delete(to) && blocked.size === 0) this.#blocks.delete(from)
    this.#policy.changed.emit('serve', from)
    if (from === this.#own) this.#policy.changed.emit('connect', to)
  }
}
