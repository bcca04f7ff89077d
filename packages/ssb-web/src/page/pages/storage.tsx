import type { FeedSize } from '@scuttlebot/ssb-feed-store'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useAsk, usePoll } from '../data/ask.ts'
import { bytesOf } from '../data/bytes.ts'
import { numberOf, treeOf } from '../data/health.ts'
import type { PageRemote } from '../data/rpc.ts'
import { Card, Failed, Loading, Page } from '../parts/bits.tsx'
import { PersonRow } from '../parts/person.tsx'
import { Table } from '../parts/table.tsx'
import { texts } from '../texts.ts'

const { storage: words, common } = texts
const SHOWN = 50

async function ask(remote: PageRemote) {
  const [clock, blobs, shares, status, metrics] = await Promise.all([
    remote.getVectorClock(),
    remote.blobs.status(),
    remote.blobs.authors().catch(() => null),
    remote.status(),
    remote.metrics(),
  ])
  const authors = Object.entries(clock)
    .map(([id, count]) => ({ id: id as FeedId, count: numberOf(count) }))
    .toSorted((a, b) => b.count - a.count)
  const sync = treeOf(treeOf(status)['sync'])
  const since = numberOf(sync['since'])
  const indexes = Object.entries(treeOf(sync['plugins'])).map(([name, at]) => ({
    name,
    at: numberOf(at),
  }))
  return { authors, blobs, shares, since, indexes, metrics }
}

/** What is kept, of whom, and how far the indexes are. */
export function Storage(): VNode {
  const asked = usePoll('storage', 10_000, ask)
  if (asked.value === undefined)
    return (
      <Page title={words.title}>
        {asked.error === null ? <Loading /> : <Failed why={asked.error} again={asked.again} />}
      </Page>
    )
  const { authors, blobs, shares, since, indexes, metrics } = asked.value
  const total = authors.reduce((sum, { count }) => sum + count, 0)
  const quota = blobs.quotaBytes === null ? words.noQuota : bytesOf(blobs.quotaBytes)
  return (
    <Page title={words.title}>
      <Card title={words.messages}>
        <p>{texts.network.stored(total)}</p>
      </Card>
      <Card title={words.blobs}>
        <p>{words.blobsKept(blobs.blobs, bytesOf(blobs.bytes), quota)}</p>
        {shares === null || shares.nobody.blobs === 0 ? null : (
          <p>{words.nobodys(shares.nobody.blobs, bytesOf(shares.nobody.bytes))}</p>
        )}
        {blobs.disk === null ? null : (
          <p>{words.disk(bytesOf(blobs.disk.freeBytes), bytesOf(blobs.disk.totalBytes))}</p>
        )}
      </Card>
      <ByAuthor authors={authors} shares={shares} />
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

type Answer = Awaited<ReturnType<typeof ask>>

function ByAuthor({ authors, shares }: Pick<Answer, 'authors' | 'shares'>): VNode {
  const [shown, setShown] = useState(SHOWN)
  const rows = authors.slice(0, shown)
  const sizes = useAsk(`sizes ${shown} ${rows[0]?.count}`, (remote) =>
    sizesOf(
      remote,
      rows.map(({ id }) => id),
    ),
  )
  const shareOf = (author: FeedId) => shares?.authors.find(({ id }) => id === author)
  return (
    <Card title={words.byAuthor}>
      <Table
        label={words.byAuthor}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { title: words.author, cell: ({ id }) => (isFeedId(id) ? <PersonRow id={id} /> : id) },
          { title: words.count, isNumber: true, cell: ({ count }) => count },
          {
            title: words.bytes,
            isNumber: true,
            cell: ({ id }) => {
              const size = sizes.value?.get(id)
              return size === undefined
                ? '…'
                : `${size.isEstimate ? '≈ ' : ''}${bytesOf(size.bytes)}`
            },
          },
          {
            title: words.blobsOf,
            isNumber: true,
            cell: ({ id }) => {
              const share = shareOf(id)
              return words.blobsShare(share?.blobs ?? 0, bytesOf(share?.bytes ?? 0))
            },
          },
        ]}
      />
      {sizes.error === null ? null : <Failed why={sizes.error} again={sizes.again} />}
      <p class="quiet small">{words.estimate}</p>
      {authors.length > shown ? (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          {common.more}
        </button>
      ) : null}
    </Card>
  )
}

/** As many as the server tells of at once. */
async function sizesOf(remote: PageRemote, ids: readonly FeedId[]) {
  const parts = []
  for (let at = 0; at < ids.length; at += SHOWN)
    parts.push(await remote.feed.sizes(ids.slice(at, at + SHOWN)))
  return new Map(parts.flatMap((part) => Object.entries(part) as [FeedId, FeedSize][]))
}
