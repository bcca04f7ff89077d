import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import type { Message } from '../data/message.ts'
import { usePosts, type Which } from '../data/posts.ts'
import { texts } from '../texts.ts'
import { Failed, Loading, Sentinel } from './bits.tsx'
import { MessageView } from './message-view.tsx'

/** Posts without end: new ones wait for a click, so that nothing jumps while somebody reads. */
export function PostList({
  which,
  empty,
}: {
  readonly which: Which
  readonly empty: string
}): VNode {
  const posts = usePosts(which)
  // the same node is not looked at again: only what is new costs anything
  const drawn = useRef(new Map<string, VNode>())
  const viewOf = (message: Message): VNode => {
    const known = drawn.current.get(message.key)
    const view = known ?? <MessageView key={message.key} message={message} />
    if (known === undefined) drawn.current.set(message.key, view)
    return view
  }
  const { timeline } = texts
  return (
    <div>
      <div aria-live="polite">
        {posts.waiting > 0 ? (
          <button type="button" class="wide" onClick={posts.showNew}>
            {timeline.fresh(posts.waiting)}
          </button>
        ) : null}
      </div>
      {posts.list.length === 0 ? null : (
        <div role="feed" aria-busy={posts.isLoading}>
          {posts.list.map(viewOf)}
        </div>
      )}
      {posts.error === null ? null : <Failed why={posts.error} />}
      {posts.isLoading ? <Loading /> : null}
      {!posts.isLoading && posts.list.length === 0 ? <p class="quiet">{empty}</p> : null}
      {posts.isAtEnd && posts.list.length > 5 ? <p class="quiet">{timeline.end}</p> : null}
      {posts.isAtEnd || posts.isLoading ? null : <Sentinel reached={posts.more} />}
    </div>
  )
}
