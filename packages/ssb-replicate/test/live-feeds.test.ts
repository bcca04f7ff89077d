import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { NEWEST_MESSAGES_MAX, NEWEST_MS } from '../src/limits.ts'
import { LiveFeeds } from '../src/live-feeds.ts'
import type { ReplicateMessage } from '../src/needs.ts'
import { id } from './fake.ts'

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
  live.appended([message], 0)
  await grown
  late.close()
  expect(live.size).toBe(0)
})

test('what grows between two waits is not lost', async () => {
  const live = new LiveFeeds()
  const waiter = live.wait(feed)
  live.appended([message], 0)
  await waiter.grown()
  const next = waiter.grown()
  live.appended([message], 0)
  await next
  waiter.close()
})

test('what was appended just now is read from memory, all of it or nothing', () => {
  const live = new LiveFeeds()
  const other = `@${'B'.repeat(43)}=.ed25519` as FeedId
  const of = (author: FeedId, feedSequence: number): ReplicateMessage =>
    ({ author, feedSequence }) as ReplicateMessage
  const [four, five] = [of(feed, 4), of(feed, 5)]
  live.appended([four, of(other, 1), five], 1000)
  expect(live.newest(feed, 4, 5, 1000)).toEqual([four, five])
  expect(live.newest(feed, 5, 5, 1000 + NEWEST_MS)).toEqual([five])
  expect(live.newest(feed, 5, 5, 1001 + NEWEST_MS)).toBe(null)
  // One before them is missing, one after them has come, nothing is new, another feed.
  expect(live.newest(feed, 3, 5, 1000)).toBe(null)
  expect(live.newest(feed, 4, 6, 1000)).toBe(null)
  expect(live.newest(feed, 6, 5, 1000)).toBe(null)
  expect(live.newest(id('C'), 1, 1, 1000)).toBe(null)
  const many = Array.from({ length: NEWEST_MESSAGES_MAX + 1 }, (_, n) => of(feed, 6 + n))
  live.appended(many.slice(1), 1000)
  expect(live.newest(feed, 7, 6 + NEWEST_MESSAGES_MAX, 1000)).toHaveLength(NEWEST_MESSAGES_MAX)
  live.appended(many, 1000)
  expect(live.newest(feed, 6, 6 + NEWEST_MESSAGES_MAX, 1000)).toBe(null)
})
