import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { useState } from 'preact/hooks'
import { all, useAsk, useStream } from './ask.ts'
import { type Message, messageOf, recipientsOf, rootOf } from './message.ts'
import type { PageRemote } from './rpc.ts'

/** A thread as far as it is here. */
export interface Thread {
  /** The message that it begins with; `null`: not here. */
  readonly root: Message | null
  /** Its id, whether the message is here or not. */
  readonly rootId: MsgId
  /** What was said in it, the oldest first. */
  readonly replies: readonly Message[]
  /** Its ends, which a reply names. */
  readonly ends: readonly MsgId[]
  /** For whom it is; empty: public. */
  readonly recipients: readonly FeedId[]
}

async function messageAt(remote: PageRemote, id: MsgId): Promise<Message | null> {
  try {
    return messageOf(await remote.get({ id, private: true, meta: true }))
  } catch {
    return null
  }
}

function repliesTo(root: MsgId): readonly object[] {
  return [{ $filter: { value: { content: { root } } } }]
}

async function threadOf(remote: PageRemote, id: MsgId): Promise<Thread> {
  const asked = await messageAt(remote, id)
  const rootId = (asked === null ? null : rootOf(asked.content)) ?? id
  const root = rootId === id ? asked : await messageAt(remote, rootId)
  const query = repliesTo(rootId)
  const isPrivate = (root ?? asked)?.isPrivate === true
  const [items, ends] = await Promise.all([
    all(isPrivate ? remote.private.read({ query }) : remote.query.read({ query })),
    remote.tangle.branch(rootId).catch(() => [rootId]),
  ])
  const replies = items
    .map(messageOf)
    .filter((one) => one !== null)
    .filter(({ content }) => typeof content !== 'string' && content.type === 'post')
    .toSorted((a, b) => a.order - b.order)
  const recipients = isPrivate ? recipientsOf((root ?? asked)?.content ?? '') : []
  return { root, rootId, replies, ends: ends.length > 0 ? ends : [rootId], recipients }
}

/** A thread that grows while it is looked at; `id` is any message of it. */
export function useThread(id: MsgId): {
  readonly thread: Thread | undefined
  readonly error: string | null
  again(): void
} {
  const [fresh, setFresh] = useState(0)
  const asked = useAsk(`thread ${id}`, (remote) => threadOf(remote, id))
  const rootId = asked.value?.rootId ?? id
  const isPrivate = asked.value?.root?.isPrivate === true
  useStream(
    `replies ${rootId} ${isPrivate}`,
    (remote) => {
      const options = { query: repliesTo(rootId), live: true, old: false, sync: false }
      return isPrivate ? remote.private.read(options) : remote.query.read(options)
    },
    () => {
      setFresh(fresh + 1)
      asked.again()
    },
  )
  return { thread: asked.value, error: asked.error, again: asked.again }
}
