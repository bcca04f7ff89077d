import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useStream } from '../data/ask.ts'
import { Page } from '../parts/bits.tsx'
import { FilterField, matches } from '../parts/filter-field.tsx'
import { texts } from '../texts.ts'

const { logs: words } = texts
const LINES_MAX = 1_000

/** What the server writes down, as it writes it. */
export function Logs(): VNode {
  const [lines, setLines] = useState<readonly string[]>([])
  const [isPaused, setPaused] = useState(false)
  const [filter, setFilter] = useState('')
  useStream(
    `logs ${isPaused}`,
    (remote) => remote.web.logs(),
    ({ text }) => {
      if (!isPaused)
        setLines((old) => (old.includes(text) ? old : [text, ...old].slice(0, LINES_MAX)))
    },
  )
  const shown = lines.filter((line) => matches(line, filter))
  return (
    <Page title={words.title}>
      <p class="quiet">{words.hint}</p>
      <div class="row wrap">
        <FilterField value={filter} set={setFilter} />
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? words.go : words.pause}
        </button>
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{words.empty}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <pre class="log" role="log" tabIndex={0} aria-label={words.title}>
          {shown.join('\n')}
        </pre>
      )}
    </Page>
  )
}
