import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { useEffect, useRef, useState } from 'preact/hooks'
import { all, sentenceOf, useStream } from './ask.ts'
import { type Message, messageOf } from './message.ts'
import type { PageRemote } from './rpc.ts'
import { useOwnId, useRemote } from './server.ts'

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
): Promise<readonly Message[]> {
  if (which.of === 'private') {
    const limit = shown.length + PAGE
    const query = [{ $filter: filterOf(which, null) }]
    const items = await all(remote.private.read({ query, reverse: true, limit }))
    return items
      .map(messageOf)
      .filter((one) => one !== null)
      .slice(shown.length)
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
  const [fresh, setFresh] = useState<readonly Message[]>([])
  const [isLoading, setLoading] = useState(true)
  const [isAtEnd, setAtEnd] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const round = useRef(0)
  const load = (shown: readonly Message[]): void => {
    const own = ++round.current
    setLoading(true)
    pageOf(remote, which, shown).then(
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
    setFresh([])
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
      else setFresh((old) => [message, ...old.filter(({ key }) => key !== message.key)])
    },
  )
  const known = new Set(list.map(({ key }) => key))
  const unseen = fresh.filter(({ key }) => !known.has(key))
  return {
    list,
    waiting: unseen.length,
    isLoading,
    isAtEnd,
    error,
    more: () => !isLoading && !isAtEnd && error === null && load(list),
    showNew: () => {
      setList([...unseen, ...list])
      setFresh([])
    },
  }
}
