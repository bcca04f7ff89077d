import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import type { PageProps } from '../app.tsx'
import { useAsk, usePoll } from '../data/ask.ts'
import { useKnown } from '../data/names.ts'
import { descriptionOf, type Relation, relationOf } from '../data/relation.ts'
import { useOwnId, useRemote } from '../data/server.ts'
import { Card, Copyable, Failed, Loading, Page, useDeed } from '../parts/bits.tsx'
import { Markdown } from '../parts/markdown-view.tsx'
import { Avatar } from '../parts/person.tsx'
import { PostList } from '../parts/post-list.tsx'
import { to } from '../router.ts'
import { texts } from '../texts.ts'

const { profile: words, common } = texts

/** Somebody: who it is, how we stand to each other, and what was said. */
export function Profile({ argument }: PageProps): VNode {
  if (!isFeedId(argument)) return <Page title={common.noName}>{words.none}</Page>
  return <Shown id={argument} />
}

function Shown({ id }: { readonly id: FeedId }): VNode {
  const own = useOwnId()
  const { name } = useKnown(id)
  const asked = usePoll(`relation ${id}`, 5_000, (remote) => relationOf(remote, own, id))
  const { value: description = '' } = useAsk(`about ${id}`, (remote) => descriptionOf(remote, id))
  const relation = asked.value
  return (
    <Page title={name || common.noName}>
      <Card>
        <div class="self">
          <Avatar id={id} size={96} />
          <div class="grow">
            <Copyable text={id} />
            {description === '' ? null : <Markdown text={description} />}
            {asked.error === null ? null : <Failed why={asked.error} again={asked.again} />}
            {relation === undefined ? (
              <Loading />
            ) : (
              <Standing id={id} own={own} relation={relation} again={asked.again} />
            )}
          </div>
        </div>
      </Card>
      <h2>{words.posts}</h2>
      <PostList which={{ of: id }} empty={words.none} />
    </Page>
  )
}

function Standing({
  id,
  own,
  relation,
  again,
}: {
  readonly id: FeedId
  readonly own: FeedId
  readonly relation: Relation
  again(): void
}): VNode {
  const facts = [
    id === own ? words.self : words.hops(relation.hops ?? -1),
    ...(relation.isFollowed ? [words.youFollow] : []),
    ...(relation.followsUs ? [words.followsYou] : []),
    ...(relation.isBlocked ? [words.youBlock] : []),
    words.stored(relation.stored),
  ]
  return (
    <>
      <p>{facts.join(' · ')}</p>
      {id === own ? null : <Deeds id={id} relation={relation} again={again} />}
      <details>
        <summary>{words.why}</summary>
        <p>{relation.why}</p>
      </details>
    </>
  )
}

function Deeds({
  id,
  relation: { isFollowed, isBlocked },
  again,
}: {
  readonly id: FeedId
  readonly relation: Relation
  again(): void
}): VNode {
  const remote = useRemote()
  const deed = useDeed()
  const then = (work: () => Promise<unknown>) => (): void =>
    deed.run(async () => {
      await work()
      again()
    })
  return (
    <div class="row wrap">
      {isBlocked ? null : (
        <button
          type="button"
          class={isFollowed ? '' : 'primary'}
          disabled={deed.isBusy}
          onClick={then(() => remote.friends.follow(id, { state: !isFollowed }))}
        >
          {isFollowed ? words.unfollow : words.follow}
        </button>
      )}
      <button
        type="button"
        disabled={deed.isBusy}
        onClick={then(() => remote.friends.block(id, { state: !isBlocked }))}
      >
        {isBlocked ? words.unblock : words.block}
      </button>
      <a class="button" href={to('compose', id)}>
        {words.message}
      </a>
      {deed.error === null ? null : <Failed why={deed.error} />}
    </div>
  )
}
