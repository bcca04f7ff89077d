import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { Heads } from '@scuttlebot/ssb-tangle'
import { all, useAsk, useStream } from './ask.ts'
import { type Message, messageOf, peopleOf, rootOf } from './message.ts'
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
  /** For whom a reply is, ourselves included; `null`: for everybody. */
  readonly audience: readonly FeedId[] | null
}

async function messageAt(remote: PageRemote, id: MsgId): Promise<Message | null> {
  try {
    return messageOf(await remote.get({ id, private: true, meta: true }))
  } catch (error) {
    if ((error as { readonly remoteCode?: unknown }).remoteCode === 'SSB_STORE_NOT_FOUND')
      return null
    // not to know a message is no reason to take it for public
    throw error
  }
}

/**
 * For whom a reply is: private to the people of the message that was asked for, else to those of the first one. A
 * private message can reply to a public one, and need not say whom it is for.
 */
export function audienceOf(asked: Message | null, root: Message | null): Thread['audience'] {
  const boxed = [asked, root].find((one) => one?.isPrivate === true)
  return boxed === undefined || boxed === null ? null : peopleOf(boxed)
}

/** The ends of a public thread by its public messages: that we can read a private one is nobody's business. */
export function publicEndsOf(root: MsgId, replies: readonly unknown[]): readonly MsgId[] {
  const heads = new Heads()
  heads.add(root)
  for (const item of replies) {
    const one = messageOf(item)
    if (one !== null && !one.isPrivate)
      heads.add(one.key, (item as { readonly value: unknown }).value)
  }
  return heads.ends()
}

function repliesTo(root: MsgId): readonly object[] {
  return [{ $filter: { value: { content: { root } } } }]
}

async function threadOf(remote: PageRemote, id: MsgId): Promise<Thread> {
  const asked = await messageAt(remote, id)
  const rootId = (asked === null ? null : rootOf(asked.content)) ?? id
  const root = rootId === id ? asked : await messageAt(remote, rootId)
  const query = repliesTo(rootId)
  const audience = audienceOf(asked, root)
  const [open, boxed] = await Promise.all([
    all(remote.query.read({ query })),
    audience === null ? [] : all(remote.private.read({ query })),
  ])
  const ends = audience === null ? publicEndsOf(rootId, open) : await remote.tangle.branch(rootId)
  const replies = [...open, ...boxed]
    .map(messageOf)
    .filter((one) => one !== null)
    .filter(({ content }) => typeof content !== 'string' && content.type === 'post')
    .toSorted((a, b) => a.order - b.order)
  return { root, rootId, replies, ends, audience }
}

/** A thread that grows while it is looked at; `id` is any message of it. */
export function useThread(id: MsgId): {
  readonly thread: Thread | undefined
  readonly error: string | null
  again(): void
} {
  const asked = useAsk(`thread ${id}`, (remote) => threadOf(remote, id))
  const rootId = asked.value?.rootId ?? id
  const isPrivate = (asked.value?.audience ?? null) !== null
  useStream(
    `replies ${rootId} ${isPrivate}`,
    (remote) => {
      const options = { query: repliesTo(rootId), live: true, old: false, sync: false }
      return isPrivate ? remote.private.read(options) : remote.query.read(options)
    },
    () => asked.again(),
  )
  return { thread: asked.value, error: asked.error, again: asked.again }
}
