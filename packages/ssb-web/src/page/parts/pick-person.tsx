import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useAsk } from '../data/ask.ts'
import { texts } from '../texts.ts'
import { Avatar } from './person.tsx'

/** Somebody whom a word may mean. */
export interface Suggestion {
  readonly id: FeedId
  readonly name: string
}

const SHOWN = 6

/** Those whose name begins with `typed`; empty while nothing is typed. */
export function useSuggestions(typed: string | null): readonly Suggestion[] {
  const asked = useAsk(`names ${typed ?? ''}`, async (remote) => {
    if (typed === null || typed === '') return []
    const found = await remote.names.getSignifies(typed)
    return found.slice(0, SHOWN)
  })
  return asked.value ?? []
}

/** The suggestions as buttons. */
export function Suggestions({
  list,
  pick,
}: {
  readonly list: readonly Suggestion[]
  readonly pick: (one: Suggestion) => void
}): VNode | null {
  if (list.length === 0) return null
  return (
    <ul class="suggestions" aria-label={texts.compose.suggestions}>
      {list.map((one) => (
        <li key={one.id}>
          <button type="button" onClick={() => pick(one)}>
            <Avatar id={one.id} size={20} /> {one.name}{' '}
            <span class="quiet small">{one.id.slice(0, 9)}…</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** A field for one person: a name that is completed, or an id. */
export function PickPerson({
  label,
  pick,
}: {
  readonly label: string
  readonly pick: (id: FeedId) => void
}): VNode {
  const [typed, setTyped] = useState('')
  const list = useSuggestions(
    typed.startsWith('@') && typed.length > 20 ? null : typed.replace(/^@/, ''),
  )
  const take = (id: FeedId): void => {
    pick(id)
    setTyped('')
  }
  return (
    <div class="pick">
      <input
        type="text"
        aria-label={label}
        placeholder={label}
        value={typed}
        onInput={(event) => {
          const text = event.currentTarget.value.trim()
          if (isFeedId(text)) take(text)
          else setTyped(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          const [first] = list
          if (event.key !== 'Enter' || first === undefined) return
          event.preventDefault()
          take(first.id)
        }}
      />
      <Suggestions list={list} pick={({ id }) => take(id)} />
    </div>
  )
}
