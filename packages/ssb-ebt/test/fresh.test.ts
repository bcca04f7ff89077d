import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { Fresh } from '../src/fresh.ts'
import { FRESH_MESSAGES_MAX, FRESH_MS } from '../src/limits.ts'
import { id, make, settle } from './fake.ts'

const [A, B, C] = [id('A'), id('B'), id('C')]
const of = (author: FeedId, feedSequence: number) => ({
  author,
  feedSequence,
  bytes: new Uint8Array(),
})

test('the newest messages are read from memory for a moment, all or none', () => {
  const fresh = new Fresh()
  expect(fresh.read(A, 1, 1, 0)).toBe(null)
  const [four, five] = [of(A, 4), of(A, 5)]
  fresh.appended([four, of(B, 1), five], 1000)
  expect(fresh.read(A, 4, 5, 1000)).toEqual([four, five])
  expect(fresh.read(A, 5, 5, 1000 + FRESH_MS)).toEqual([five])
  expect(fresh.read(A, 5, 5, 1001 + FRESH_MS)).toBe(null)
  expect(fresh.read(A, 3, 5, 1000)).toBe(null)
  expect(fresh.read(A, 5, 6, 1000)).toBe(null)
  expect(fresh.read(C, 1, 1, 1000)).toBe(null)
  const many = Array.from({ length: FRESH_MESSAGES_MAX + 1 }, (_, n) => of(A, 1 + n))
  fresh.appended(many.slice(1), 1000)
  expect(fresh.read(A, 2, 1 + FRESH_MESSAGES_MAX, 1000)).toHaveLength(FRESH_MESSAGES_MAX)
  fresh.appended(many, 1000)
  expect(fresh.read(A, 1, 1, 1000)).toBe(null)
})

test('a live message goes out without being read from the store, an older one is read', async () => {
  const [a, b] = [await make('A', 'B'), await make('B', 'A')]
  a.store.publish(A, 3)
  connectHosts(a.host, b.host)
  a.clock.advance(FRESH_MS + 1)
  await settle()
  const reads = a.store.reads
  expect(reads).toBeGreaterThan(0)
  a.store.publish(A)
  await settle()
  expect([b.length(A), a.store.reads]).toEqual([4, reads])
})
