import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useAsk } from '../data/ask.ts'
import { drawingOf } from '../data/graph.ts'
import { turn } from '../data/turn.ts'
import { Card, Failed, Loading, Page } from '../parts/bits.tsx'
import { GraphView } from '../parts/graph-view.tsx'
import { PersonRow } from '../parts/person.tsx'
import { texts } from '../texts.ts'

const { people: words, common } = texts
const SHOWN = 50
const HOPS_MAX = 3
/** Edges that are read at once. */
const EDGES = 1_000

/** Who is how far away: drawn, and as a list for those who cannot use a drawing. */
export function PeoplePage(): VNode {
  const asked = useAsk('people', async (remote) => {
    const hops = await remote.friends.hops({ max: HOPS_MAX })
    // the answers are large, and so is the list: to read, to lay out and to show them are tasks of their own
    await turn()
    const graph = remote.friends.graphStream({ live: false, part: EDGES })
    const drawing = await drawingOf(graph, hops, HOPS_MAX)
    await turn()
    return drawing
  })
  const drawing = asked.value ?? null
  const [shown, setShown] = useState(SHOWN)
  return (
    <Page title={words.title}>
      {asked.error === null ? null : <Failed why={asked.error} again={asked.again} />}
      {drawing === null ? (
        <Loading />
      ) : (
        <>
          <Card>
            <GraphView drawing={drawing} />
            <Legend />
          </Card>
          <Card title={`${words.list}: ${words.count(drawing.nodes.length)}`}>
            {drawing.nodes.length < 2 ? <p class="quiet">{words.empty}</p> : null}
            <ul class="list">
              {drawing.nodes.slice(0, shown).map(({ id, hops }) => (
                <li key={id}>
                  <PersonRow id={id}>
                    <span class="quiet small">{words.hop(hops)}</span>
                  </PersonRow>
                </li>
              ))}
            </ul>
            {drawing.nodes.length > shown ? (
              <button type="button" onClick={() => setShown(shown + SHOWN)}>
                {common.more}
              </button>
            ) : null}
          </Card>
        </>
      )}
    </Page>
  )
}

function Legend(): VNode {
  return (
    <p class="row wrap small">
      {[0, 1, 2, 3].map((hops) => (
        <span key={hops}>
          <span class={`hop${hops}`} aria-hidden="true">
            ●
          </span>{' '}
          {words.hop(hops)}
        </span>
      ))}
    </p>
  )
}
