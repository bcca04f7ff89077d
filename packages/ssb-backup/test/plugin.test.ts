import { createHost } from '@scuttlebot/ssb-plugin'
import { manualClock } from '@scuttlebot/ssb-plugin/testing'
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

function world(answer: ReturnType<BackupReplicate['explain']>, isRestored: boolean) {
  const state = { locks: new Set<string>(), note: isRestored, answer }
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
    setup: () => ({ api: { explain: () => state.answer }, handlers: {} }),
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
    plugins: [given, replicate, backup({ files, restored: note })] as const,
    clock,
  })
  return { host, clock, state }
}

const behind = { reason: 'not-connected', have: 2, claimed: 0 }
const confirmed = { reason: 'nobody-has-more', have: 2, claimed: 2 }

test('a folder that was not restored is not locked', async () => {
  const { host, state, clock } = world(behind, false)
  await host.start()
  expect([state.locks.size, clock.pending]).toEqual([0, 0])
  await host.stop()
})

test('a restored one is locked until a peer has our feed up to the same message', async () => {
  const { host, clock, state } = world(behind, true)
  await host.start()
  expect([...state.locks][0]).toContain('restored from a backup')
  clock.advance(60_000)
  expect(state).toMatchObject({ note: true })
  state.answer = { ...confirmed, claimed: 1 }
  clock.advance(1_000)
  expect(state.note).toBe(true)
  state.answer = confirmed
  clock.advance(1_000)
  expect([state.locks.size, state.note, clock.pending]).toEqual([0, false, 0])
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

test('what it makes holds files, mark and own feed', async () => {
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
    { message: { sequence: 1 } },
    { message: { sequence: 2 } },
  ])
  await host.stop()
})
