import { describe, expect, test } from 'vitest'
import {
  type MigrateProgress,
  type MigrateStore,
  migrateLog,
  type OldMessage,
  type OldRecord,
  type Refusal,
} from '../src/index.ts'

const me = '@me'
const message = (offset: number, author = me, sequence = offset + 1): OldMessage => ({
  kind: 'message',
  offset,
  key: `%${author}${sequence}`,
  value: { author, sequence },
  received: offset,
})

async function* from(records: readonly OldRecord[]): AsyncGenerator<OldRecord> {
  yield* records
}

const taking: MigrateStore = {
  add: async (batch) => batch.map(({ key }) => ({ ok: true, message: { key } })),
}

describe('migrateLog', () => {
  test('adds in order, in batches, and says how far it is', async () => {
    const added: string[] = []
    const steps: MigrateProgress[] = []
    const store: MigrateStore = {
      async add(batch) {
        added.push(...batch.map(({ key }) => key))
        return await taking.add(batch)
      },
    }
    const records = Array.from({ length: 2_000 }, (_, i) => message(i))
    const options = { store, id: me, onProgress: (step: MigrateProgress) => steps.push(step) }
    const result = await migrateLog(from(records), options)
    expect(added).toEqual(records.map(({ key }) => key))
    expect(result).toMatchObject({
      read: 2_000,
      added: 2_000,
      refused: 0,
      own: { sequence: 2_000 },
    })
    expect(steps.map(({ added }) => added)).toEqual([512, 1024, 1536, 2000])
    expect(steps.at(-1)?.offset).toBe(1_999)
  })

  test('tells every refused one with its place', async () => {
    const refused: Refusal[] = []
    const store: MigrateStore = {
      add: async (batch) =>
        batch.map(({ value, key }) => {
          const { sequence } = value as { sequence: number }
          if (sequence === 2) return { ok: false, code: 'SSB_STORE_KNOWN', reason: 'is there' }
          if (sequence === 3) return { ok: false, code: 'SSB_VALIDATE_X', reason: 'is wrong' }
          return { ok: true, message: { key: sequence === 4 ? '%true' : key } }
        }),
    }
    const records: OldRecord[] = [
      message(0),
      { kind: 'deleted', offset: 1 },
      ...[message(2, me, 2), message(3, me, 3), message(4, me, 4)],
      { kind: 'unreadable', offset: 5, reason: 'not JSON' },
      { kind: 'torn', offset: 6, bytes: 7 },
    ]
    const onRefusal = (refusal: Refusal) => refused.push(refusal)
    const result = await migrateLog(from(records), { store, id: me, onRefusal })
    expect(result).toEqual({
      ...{ read: 4, added: 2, known: 1, refused: 3, deleted: 1, tornBytes: 7, offset: 4 },
      own: { sequence: 4, key: '%@me4' },
    })
    expect(refused.map(({ offset, sequence, reason }) => [offset, sequence, reason])).toEqual([
      [5, null, 'not JSON'],
      [3, 3, 'is wrong'],
      [4, 4, 'added under its true id, %true'],
    ])
  })

  test('the own feed ends where the old log says, even if that was refused', async () => {
    const store: MigrateStore = {
      add: async (batch) => batch.map(() => ({ ok: false, code: 'X', reason: 'no' })),
    }
    const records = [message(0, '@you', 9), message(1, me, 1), message(2, me, 2)]
    const result = await migrateLog(from(records), { store, id: me })
    expect(result.own).toEqual({ sequence: 2, key: '%@me2' })
  })

  test('stops between two batches when it is told to', async () => {
    const controller = new AbortController()
    const records = Array.from({ length: 5_000 }, (_, i) => message(i))
    const { added } = await migrateLog(from(records), {
      store: taking,
      id: me,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    expect(added).toBeLessThan(5_000)
    expect(added).toBeGreaterThan(0)
  })

  test('an error of the store ends it', async () => {
    const store: MigrateStore = { add: async () => Promise.reject(new Error('the disk is full')) }
    const records = Array.from({ length: 5_000 }, (_, i) => message(i))
    await expect(migrateLog(from(records), { store, id: me })).rejects.toThrow('the disk is full')
  })
})
