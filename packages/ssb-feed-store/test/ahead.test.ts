import { expect, test } from 'vitest'
import { readAhead } from '../src/ahead.ts'
import { CATCH_UP_MESSAGES } from '../src/limits.ts'
import type { StoredMessage } from '../src/message.ts'
import type { LogRange } from '../src/reading.ts'
import { makeStore, memory, run, writer } from './make.ts'

/** A log of positions without content, which notes what is read. */
function fakeLog(size: number) {
  const log = { size, gone: new Set<number>(), reads: [] as number[], fails: false }
  const reading = {
    async *log({ gt = -1, lte = Infinity, limit = Infinity }: LogRange = {}) {
      log.reads.push(gt)
      const list: StoredMessage[] = []
      for (let at = gt + 1; at <= lte && at < log.size && list.length < limit; at++)
        if (!log.gone.has(at)) list.push({ sequence: at } as StoredMessage)
      await Promise.resolve()
      if (log.fails) throw new Error('the disk is gone')
      yield list
    },
  }
  return { log, ahead: readAhead(reading, () => log.size - 1) }
}

test('the next part is read while one is looked at, and no part twice', async () => {
  const { log, ahead } = fakeLog(2 * CATCH_UP_MESSAGES + 10)
  const first = await ahead.part(-1)
  expect([first.messages.length, first.upTo]).toEqual([CATCH_UP_MESSAGES, CATCH_UP_MESSAGES - 1])
  expect(log.reads).toEqual([-1, CATCH_UP_MESSAGES - 1])
  const second = await ahead.part(first.upTo)
  const third = await ahead.part(second.upTo)
  expect([third.messages.length, third.upTo]).toEqual([10, log.size - 1])
  expect(log.reads).toEqual([-1, CATCH_UP_MESSAGES - 1, 2 * CATCH_UP_MESSAGES - 1])
})

test('what comes while a part is read is in the next one', async () => {
  const { log, ahead } = fakeLog(CATCH_UP_MESSAGES + 5)
  const first = await ahead.part(-1)
  log.size += 7
  const second = await ahead.part(first.upTo)
  expect([second.messages.length, second.upTo]).toEqual([5, CATCH_UP_MESSAGES + 4])
  const third = await ahead.part(second.upTo)
  expect(third.messages.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 7 }, (_, i) => CATCH_UP_MESSAGES + 5 + i),
  )
})

test('what was read ahead can be forgotten, and is not used for another place', async () => {
  const { log, ahead } = fakeLog(3 * CATCH_UP_MESSAGES)
  const first = await ahead.part(-1)
  log.gone.add(first.upTo + 1)
  await ahead.forget()
  const second = await ahead.part(first.upTo)
  expect(second.messages[0]?.sequence).toBe(first.upTo + 2)
  expect((await ahead.part(7)).messages[0]?.sequence).toBe(8)
})

test('a failure is met by who asks for that part', async () => {
  const { log, ahead } = fakeLog(2 * CATCH_UP_MESSAGES)
  log.fails = true
  await expect(ahead.part(-1)).rejects.toThrow('the disk is gone')
  log.fails = false
  const { upTo } = await ahead.part(-1)
  await ahead.forget()
  log.fails = true
  await expect(ahead.part(upTo)).rejects.toThrow('the disk is gone')
  await ahead.forget()
})

test('an index that catches up misses nothing that comes, and has nothing that goes', async () => {
  const database = memory()
  const before = makeStore(database)
  await before.open()
  const a = writer(2)
  const b = writer(3)
  for (let i = 0; i < 10; i++)
    await before.api.add([...run(a, 70), ...run(b, 30)].map(({ bytes }) => bytes))
  await before.close()

  const store = makeStore(database)
  const index = store.api.defineIndex({ name: 'by', version: 1, map: (m, emit) => emit(m.author) })
  await store.open()
  // while it catches up
  const erased = store.api.eraseFeed(b.id)
  const added = store.api.add(run(a, 20).map(({ bytes }) => bytes))
  await Promise.all([erased, added])
  await store.api.indexed()
  expect(await index.count(a.id)).toBe(720)
  expect(await index.count(b.id)).toBe(0)
  expect(index.state()).toMatchObject({ position: 1019, current: true })
  await store.close()
})
