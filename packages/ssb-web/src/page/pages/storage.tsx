import { isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { usePoll } from '../data/ask.ts'
import { numberOf, treeOf } from '../data/health.ts'
import type { PageRemote } from '../data/rpc.ts'
import { bytesOf, Card, Failed, Loading, Page } from '../parts/bits.tsx'
import { PersonRow } from '../parts/person.tsx'
import { Table } from '../parts/table.tsx'
import { texts } from '../texts.ts'

const { storage: words, common } = texts
const SHOWN = 50

async function ask(remote: PageRemote) {
  const [clock, blobs, status, metrics] = await Promise.all([
    remote.getVectorClock(),
    remote.blobs.status(),
    remote.status(),
    remote.metrics(),
  ])
  const authors = Object.entries(clock)
    .map(([id, count]) => ({ id, count: numberOf(count) }))
    .toSorted((a, b) => b.count - a.count)
  const sync = treeOf(treeOf(status)['sync'])
  const since = numberOf(sync['since'])
  const indexes = Object.entries(treeOf(sync['plugins'])).map(([name, at]) => ({
    name,
    at: numberOf(at),
  }))
  return { authors, blobs, since, indexes, metrics }
}

/** What is kept, of whom, and how far the indexes are. */
export function Storage(): VNode {
  const asked = usePoll('storage', 10_000, ask)
  const [shown, setShown] = useState(SHOWN)
  if (asked.value === undefined)
    return (
      <Page title={words.title}>
        {asked.error === null ? <Loading /> : <Failed why={asked.error} again={asked.again} />}
      </Page>
    )
  const { authors, blobs, since, indexes, metrics } = asked.value
  const total = authors.reduce((sum, { count }) => sum + count, 0)
  const quota = blobs.quotaBytes === null ? words.noQuota : bytesOf(blobs.quotaBytes)
  return (
    <Page title={words.title}>
      <Card title={words.messages}>
        <p>{texts.network.stored(total)}</p>
      </Card>
      <Card title={words.blobs}>
        <p>{words.blobsKept(blobs.blobs, bytesOf(blobs.bytes), quota)}</p>
      </Card>
      <Card title={words.byAuthor}>
        <Table
          label={words.byAuthor}
          rows={authors.slice(0, shown)}
          keyOf={({ id }) => id}
          columns={[
            { title: words.author, cell: ({ id }) => (isFeedId(id) ? <PersonRow id={id} /> : id) },
            { title: words.count, isNumber: true, cell: ({ count }) => count },
          ]}
        />
        {authors.length > shown ? (
          <button type="button" onClick={() => setShown(shown + SHOWN)}>
            {common.more}
          </button>
        ) : null}
      </Card>
      <Card title={words.indexes}>
        <Table
          label={words.indexes}
          rows={indexes}
          keyOf={({ name }) => name}
          columns={[
            { title: words.index, cell: ({ name }) => name },
            {
              title: words.position,
              isNumber: true,
              cell: ({ at }) => (at >= since ? words.current : `${at} / ${since}`),
            },
          ]}
        />
      </Card>
      <Card title={words.figures}>
        <Table
          label={words.figures}
          rows={metrics}
          keyOf={({ name }) => name}
          columns={[
            { title: words.figure, cell: ({ help }) => help },
            {
              title: words.value,
              isNumber: true,
              cell: ({ value, limit }) => (limit === undefined ? value : `${value} / ${limit}`),
            },
          ]}
        />
      </Card>
    </Page>
  )
}
