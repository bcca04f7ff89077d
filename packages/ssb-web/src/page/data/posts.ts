import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { useEffect, useRef, useState } from 'preact/hooks'
import { all, sentenceOf, useStream } from './ask.ts'
import { type Message, messageOf } from './message.ts'
import type { PageRemote } from './rpc.ts'
import { useOwnId, useRemote } from './server.ts'
import { behind, NOTHING, waitingWith } from './waiting.ts'

/** Which posts. */
export interface Which {
  /** All that can be read, those of one feed, or those boxed for us. */
  readonly of: 'everyone' | FeedId | 'private'
}

/** A list that grows at its end when asked to, and gathers what is new until it is asked for. */
export interface Posts {
  readonly list: readonly Message[]
  /** How many have come since; they are shown by `showNew`. */
  readonly waiting: number
  readonly isLoading: boolean
  readonly isAtEnd: boolean
  readonly error: string | null
  /** Try again after an error. */
  again(): void
  more(): void
  showNew(): void
}

/** Some screens full. */
const PAGE = 12

function filterOf({ of }: Which, before: number | null): object {
  return {
    value: { content: { type: 'post' }, ...(of.startsWith('@') ? { author: of } : {}) },
    ...(of === 'private' ? {} : { rts: before === null ? { $gt: 0 } : { $lte: before } }),
  }
}

async function pageOf(
  remote: PageRemote,
  which: Which,
  shown: readonly Message[],
  newer: number,
): Promise<readonly Message[]> {
  if (which.of === 'private') {
    const limit = newer + shown.length + PAGE
    const query = [{ $filter: filterOf(which, null) }]
    const items = await all(remote.private.read({ query, reverse: true, limit }))
    return behind(shown, items.map(messageOf)).slice(0, PAGE)
  }
  const last = shown.at(-1)
  const query = [{ $filter: filterOf(which, last?.order ?? null) }]
  // several may have the same time as the last one
  const same = shown.filter(({ order }) => order === last?.order)
  const limit = PAGE + same.length
  const items = await all(remote.query.read({ query, reverse: true, limit }))
  const known = new Set<MsgId>(same.map(({ key }) => key))
  return items.map(messageOf).filter((one) => one !== null && !known.has(one.key)) as Message[]
}

function newOf(remote: PageRemote, which: Which): AsyncIterable<unknown> {
  const query = [{ $filter: { value: (filterOf(which, null) as { value: object }).value } }]
  const options = { query, live: true, old: false, sync: false }
  return which.of === 'private' ? remote.private.read(options) : remote.query.read(options)
}

/** Posts, the newest first. */
export function usePosts(which: Which): Posts {
  const remote = useRemote()
  const own = useOwnId()
  const [list, setList] = useState<readonly Message[]>([])
  const [fresh, setFresh] = useState(NOTHING)
  const [isLoading, setLoading] = useState(true)
  const [isAtEnd, setAtEnd] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const round = useRef(0)
  const known = new Set(list.map(({ key }) => key))
  const unseen = fresh.list.filter(({ key }) => !known.has(key))
  const waiting = unseen.length + fresh.more
  const load = (shown: readonly Message[]): void => {
    const own = ++round.current
    setLoading(true)
    pageOf(remote, which, shown, waiting).then(
      (page) => {
        if (own !== round.current) return
        // what came meanwhile stays
        setList((now) => (shown.length === 0 ? page : [...now, ...page]))
        setAtEnd(page.length < PAGE)
        setLoading(false)
        setError(null)
      },
      (failed: unknown) => {
        if (own !== round.current) return
        setLoading(false)
        setError(sentenceOf(failed))
      },
    )
  }
  // begin anew for another list or connection
  useEffect(() => {
    setFresh(NOTHING)
    load([])
  }, [which.of, remote])
  useStream(
    which.of,
    (from) => newOf(from, which),
    (item) => {
      const message = messageOf(item)
      if (message === null) return
      // what one has written oneself is expected to be there
      if (message.author === own)
        setList((old) => [message, ...old.filter(({ key }) => key !== message.key)])
      else setFresh((old) => waitingWith(old, message))
    },
  )
  return {
    list,
    waiting,
    isLoading,
    isAtEnd,
    error,
    again: () => load(list),
    more: () => !isLoading && !isAtEnd && error === null && load(list),
    showNew: () => {
      setFresh(NOTHING)
      if (fresh.more > 0) load([])
      else setList([...unseen, ...list])
    },
  }
}
