import type { MsgId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { all, useAsk } from '../data/ask.ts'
import { labelOf, type Message, messageOf, peopleOf, rootOf, textOf } from '../data/message.ts'
import { useOwnId, useRemote } from '../data/server.ts'
import { to } from '../router.ts'
import { texts } from '../texts.ts'
import { Failed, Time, useDeed } from './bits.tsx'
import { Markdown } from './markdown-view.tsx'
import { Avatar, People, Person } from './person.tsx'

const { message: words } = texts

/** One message with its author and what can be done with it. */
export function MessageView({
  message,
  inThread = false,
}: {
  readonly message: Message
  /** It is shown below the message that it replies to. */
  readonly inThread?: boolean
}): VNode {
  const { author, content, written, key, isPrivate } = message
  const root = rootOf(content)
  return (
    <article class="card message" aria-label={labelOf(content)}>
      <header class="row">
        <Avatar id={author} />
        <div>
          <Person id={author} />
          <div class="quiet small">
            <a href={to('thread', key)}>
              <Time at={written} />
            </a>
            {root !== null && !inThread ? (
              <>
                {' · '}
                <a href={to('thread', root)}>{words.inReply}</a>
              </>
            ) : null}
            {isPrivate ? (
              <>
                {' · '}
                <span class="badge">{words.private}</span> {words.to}{' '}
                <People ids={peopleOf(message).filter((id) => id !== author)} />
              </>
            ) : null}
          </div>
        </div>
      </header>
      <Body message={message} />
      <footer class="row small">
        <Likes message={message} />
        {inThread ? null : (
          <a href={to('thread', isPrivate ? key : (root ?? key))}>{words.reply}</a>
        )}
      </footer>
    </article>
  )
}

/** Messages that are shown though somebody warns of them: they stay so when they come back to the screen. */
const shown = new Set<MsgId>()

function Body({ message: { key, content } }: { readonly message: Message }): VNode {
  const warning = textOf(content, 'contentWarning')
  const [isShown, setShown] = useState(warning === '' || shown.has(key))
  const show = (): void => {
    shown.add(key)
    setShown(true)
  }
  if (typeof content === 'string') return <p class="quiet">{words.boxed}</p>
  if (content.type !== 'post') return <p class="quiet">{words.other(content.type)}</p>
  if (!isShown)
    return (
      <p>
        {words.warning} {warning}{' '}
        <button type="button" onClick={show}>
          {words.show}
        </button>
      </p>
    )
  return <Markdown text={textOf(content, 'text')} />
}

/** Who likes a message, by the last vote of each. */
async function likersOf(votes: AsyncIterable<unknown>): Promise<ReadonlySet<string>> {
  const likers = new Set<string>()
  for (const item of await all(votes)) {
    const vote = messageOf(item)
    if (vote === null || typeof vote.content === 'string') continue
    const value = (vote.content['vote'] as { readonly value?: unknown } | null)?.value
    if (typeof value === 'number' && value > 0) likers.add(vote.author)
    else likers.delete(vote.author)
  }
  return likers
}

function Likes({ message }: { readonly message: Message }): VNode {
  const { key, isPrivate } = message
  const own = useOwnId()
  const remote = useRemote()
  const deed = useDeed()
  const query = [{ $filter: { value: { content: { type: 'vote', vote: { link: key } } } } }]
  const asked = useAsk(`likes ${key}`, (from) =>
    likersOf(isPrivate ? from.private.read({ query }) : from.query.read({ query })),
  )
  const likers = asked.value ?? new Set<string>()
  const isLiked = likers.has(own)
  const vote = async (): Promise<void> => {
    const cast = {
      type: 'vote',
      vote: { link: key, value: isLiked ? 0 : 1, expression: isLiked ? 'Unlike' : 'Like' },
    }
    if (isPrivate) await remote.private.publish(cast, [...peopleOf(message)])
    else await remote.publish(cast)
    asked.again()
  }
  return (
    <>
      <button
        type="button"
        class="plain"
        aria-pressed={isLiked}
        disabled={deed.isBusy}
        onClick={() => deed.run(vote)}
      >
        {isLiked ? '♥' : '♡'} {likers.size === 0 ? words.like : words.likes(likers.size)}
      </button>
      {deed.error === null ? null : <Failed why={deed.error} />}
    </>
  )
}
