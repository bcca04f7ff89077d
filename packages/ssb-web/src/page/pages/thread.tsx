import { isMsgId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import type { PageProps } from '../app.tsx'
import { useOwnId } from '../data/server.ts'
import { useThread } from '../data/thread.ts'
import { Failed, Loading, Page } from '../parts/bits.tsx'
import { Composer } from '../parts/composer.tsx'
import { MessageList } from '../parts/message-list.tsx'
import { MessageView } from '../parts/message-view.tsx'
import { texts } from '../texts.ts'

const { thread: words } = texts

/** A message with what it began, and a place to reply. */
export function ThreadPage({ argument }: PageProps): VNode {
  return (
    <Page title={words.title}>
      {isMsgId(argument) ? <Shown id={argument} /> : <p class="quiet">{words.missing}</p>}
    </Page>
  )
}

function Shown({ id }: { readonly id: `%${string}.sha256` }): VNode {
  const own = useOwnId()
  const { thread, error, again } = useThread(id)
  if (thread === undefined)
    return error === null ? <Loading /> : <Failed why={error} again={again} />
  return (
    <>
      {thread.root === null ? (
        <p class="quiet">{words.missing}</p>
      ) : (
        <MessageView message={thread.root} inThread />
      )}
      <div class="replies">
        <MessageList messages={thread.replies} inThread />
      </div>
      {typeof thread.root?.content === 'string' ? null : (
        <>
          <h2>{words.replyTo}</h2>
          <Composer
            // begun anew for others: what was written for some must not go to everybody
            key={String(thread.audience)}
            root={thread.rootId}
            branch={thread.ends}
            recipients={(thread.audience ?? []).filter((one) => one !== own)}
            alwaysPrivate={thread.audience !== null}
            onDone={again}
          />
        </>
      )}
    </>
  )
}
