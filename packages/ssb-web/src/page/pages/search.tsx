import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { PageProps } from '../app.tsx'
import { all, useAsk } from '../data/ask.ts'
import { messageOf } from '../data/message.ts'
import { Failed, Loading, Page } from '../parts/bits.tsx'
import { MessageList } from '../parts/message-list.tsx'
import { go } from '../router.ts'
import { texts } from '../texts.ts'

const { search: words } = texts
const HITS = 50

/** Posts by their words; the words are in the address, so that a search can be kept. */
export function Search({ argument }: PageProps): VNode {
  const [typed, setTyped] = useState(argument)
  return (
    <Page title={words.title}>
      <search>
        <form
          class="card row"
          onSubmit={(event) => {
            event.preventDefault()
            go('search', typed.trim())
          }}
        >
          <input
            type="search"
            aria-label={words.label}
            placeholder={words.hint}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" class="primary">
            {words.go}
          </button>
        </form>
      </search>
      {argument === '' ? null : <Found words={argument} />}
    </Page>
  )
}

function Found({ words: query }: { readonly words: string }): VNode {
  const asked = useAsk(`search ${query}`, (remote) =>
    query.startsWith('#')
      ? all(
          remote.query.read({
            query: [{ $filter: { value: { content: { type: 'post', channel: query.slice(1) } } } }],
            reverse: true,
            limit: HITS,
          }),
        )
      : all(remote.search.query({ query, limit: HITS })),
  )
  if (asked.error !== null) return <Failed why={asked.error} again={asked.again} />
  if (asked.value === undefined) return <Loading />
  const found = asked.value.map(messageOf).filter((one) => one !== null)
  return (
    <div aria-live="polite">
      {found.length === 0 ? <p class="quiet">{words.nothing}</p> : null}
      <MessageList messages={found} />
    </div>
  )
}
