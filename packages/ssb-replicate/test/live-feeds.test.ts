import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { LiveFeeds } from '../src/live-feeds.ts'
import type { ReplicateMessage } from '../src/needs.ts'

const feed: FeedId = `@${'A'.repeat(43)}=.ed25519`
const message = { author: feed, feedSequence: 1 } as ReplicateMessage

test('a reader that is closed twice does not take those who came later with it', async () => {
  const live = new LiveFeeds()
  const early = live.wait(feed)
  early.close()
  const late = live.wait(feed)
  // aborted first, then cleaned up
  early.close()
  expect(live.size).toBe(1)
  const grown = late.grown()
  live.appended([message])
  await grown
  late.close()
  expect(live.size).toBe(0)
})

test('what grows between two waits is not lost', async () => {
  const live = new LiveFeeds()
  const waiter = live.wait(feed)
  live.appended([message])
  await waiter.grown()
  const next = waiter.grown()
  live.appended([message])
  await next
  waiter.close()
})
