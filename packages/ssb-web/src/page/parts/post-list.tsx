import type { VNode } from 'preact'
import { usePosts, type Which } from '../data/posts.ts'
import { texts } from '../texts.ts'
import { Failed, Loading, Sentinel } from './bits.tsx'
import { useDrawn } from './message-list.tsx'
import { Sheets } from './sheets.tsx'

/** Posts without end: new ones wait for a click, so that nothing jumps while somebody reads. */
export function PostList({
  which,
  empty,
}: {
  readonly which: Which
  readonly empty: string
}): VNode {
  const posts = usePosts(which)
  const { views, isWhole } = useDrawn(posts.list)
  const isLoading = posts.isLoading || !isWhole
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
        <div role="feed" aria-busy={isLoading}>
          <Sheets views={views} />
        </div>
      )}
      {posts.error === null ? null : <Failed why={posts.error} again={posts.again} />}
      {isLoading ? <Loading /> : null}
      {!posts.isLoading && posts.list.length === 0 ? <p class="quiet">{empty}</p> : null}
      {posts.isAtEnd && isWhole && posts.list.length > 5 ? (
        <p class="quiet">{timeline.end}</p>
      ) : null}
      {posts.isAtEnd || isLoading ? null : <Sentinel reached={posts.more} />}
    </div>
  )
}
