import { createHost } from '@scuttlebot/ssb-plugin'
import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import {
  type BackupEntry,
  type BackupReplicate,
  type BackupStore,
  backup,
  readEntries,
  unseal,
} from '../src/index.ts'

const id = `@${Buffer.alloc(32, 1).toString('base64')}.ed25519` as const

type Views = ReturnType<BackupReplicate['views']>

function world(views: Views, isRestored: boolean) {
  const state = { locks: new Set<string>(), note: isRestored, views, withheld: false }
  const store: BackupStore = {
    head: () => ({ id: '%2' as never, sequence: 2 }),
    async *feed() {
      yield [{ value: { sequence: 1 } }, { value: { sequence: 2 } }]
    },
    lockPublishing(reason) {
      state.locks.add(reason)
      return () => void state.locks.delete(reason)
    },
    get publishLocked() {
      return state.locks.values().next().value ?? null
    },
  }
  const clock = manualClock()
  const given = {
    name: 'store',
    needs: {},
    manifest: {},
    setup: () => ({ api: store, handlers: {} }),
  }
  const replicate = {
    name: 'replicate',
    needs: {},
    manifest: {},
    setup: () => ({ api: { views: () => state.views, withhold }, handlers: {} }),
  }
  const withhold = (_feed: FeedId, on: boolean): void => {
    state.withheld = on
  }
  const friends = {
    name: 'friends',
    needs: {},
    manifest: {},
    setup: () => ({ api: { hops: () => hops }, handlers: {} }),
  }
  const note = {
    read: () => state.note,
    remove: () => {
      state.note = false
    },
  }
  const files = async () => ({ secret: 'key' })
  const host = createHost({
    keys: { id, sign: (bytes) => bytes },
    plugins: [given, replicate, friends, backup({ files, restored: note })] as const,
    clock,
  })
  return { host, clock, state }
}

const [ann, ben, eve] = [2, 3, 4].map(
  (n) => `@${Buffer.alloc(32, n).toString('base64')}.ed25519`,
) as [FeedId, FeedId, FeedId]
const hops = new Map([
  [ann, 1],
  [ben, 2],
])
const at = (peer: FeedId, claimed: number | null) => ({ peer, claimed })
const behind: Views = []

test('a folder that was not restored is not locked', async () => {
  const { host, state, clock } = world(behind, false)
  await host.start()
  expect([state.locks.size, clock.pending]).toEqual([0, 0])
  await host.stop()
})

test.each<[string, Views, number]>([
  ['one friend', [at(ann, 2)], 30],
  ['two friends', [at(ann, 2), at(ben, 2)], 3],
  ['a friend, and one who is behind', [at(ann, 2), at(ben, 1), at(eve, null)], 30],
])('a restored one is locked until %s has confirmed it for a while', async (_, views, seconds) => {
  const { host, clock, state } = world(behind, true)
  await host.start()
  expect([...state.locks][0]).toContain('restored from a backup')
  clock.advance(60_000)
  expect(state).toMatchObject({ note: true, withheld: true })
  state.views = views
  // the first look, and so long after it
  clock.advance(seconds * 1_000)
  expect(state.note).toBe(true)
  clock.advance(1_000)
  expect([state.locks.size, state.note, clock.pending]).toEqual([0, false, 0])
  expect(state.withheld).toBe(false)
  await host.stop()
})

test.each<[string, Views]>([
  ['strangers', [at(eve, 2)]],
  ['friends who have less', [at(ann, 1), at(ben, -1)]],
  ['friends, while anybody claims more', [at(ann, 2), at(ben, 2), at(eve, 3)]],
])('it stays locked for %s', async (_, views) => {
  const { host, clock, state } = world(views, true)
  await host.start()
  clock.advance(300_000)
  expect([state.locks.size, state.note]).toEqual([1, true])
  // doubt begins the time anew
  state.views = [at(ann, 2)]
  clock.advance(20_000)
  state.views = views
  clock.advance(1_000)
  state.views = [at(ann, 2)]
  clock.advance(20_000)
  expect(state.note).toBe(true)
  await host.stop()
})

test('a person unlocks it, and the note goes', async () => {
  const { host, clock, state } = world(behind, true)
  await host.start()
  state.locks.clear()
  clock.advance(1_000)
  expect([state.note, clock.pending]).toEqual([false, 0])
  await host.stop()
})

test('stopped before that, it is locked again', async () => {
  const { host, clock, state } = world(behind, true)
  await host.start()
  await host.stop()
  expect([state.note, clock.pending]).toEqual([true, 0])
})

test('what it makes holds files, mark, graph and own feed', async () => {
  const { host } = world(behind, false)
  await host.start()
  const owner = { peer: id, rights: ['owner'] } as const
  const made = await host.call(owner, ['backup', 'make'], 'correct horse')
  const entries: BackupEntry[] = []
  const file = made as AsyncIterable<Uint8Array>
  for await (const entry of readEntries(unseal(file, 'correct horse'))) entries.push(entry)
  expect(entries).toEqual([
    { file: 'secret', text: 'key' },
    { mark: { sequence: 2, id: '%2' } },
    { graph: Object.fromEntries(hops) },
    { message: { sequence: 1 } },
    { message: { sequence: 2 } },
  ])
  await host.stop()
})
