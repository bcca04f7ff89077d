import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openMarks } from '../src/disk.ts'
import { memoryMark } from '../src/marks.ts'
import type { StoreOptions } from '../src/store.ts'
import { failWrite, mortal } from '../src/testing.ts'
import { makeStore, memory, run, writer } from './make.ts'

const locked = { code: 'SSB_STORE_PUBLISH_LOCKED' }
const post = { type: 'post' }

/** Options with a mark in memory, whose timers never fire: marks are written when the store is closed. */
const marked = (place = memoryMark()): Partial<StoreOptions> & { place: typeof place } => ({
  place,
  marks: [place],
  isNew: true,
  later: () => () => {},
})

describe('the mark of the own feed', () => {
  test('follows the log, never ahead of what is on the disk', async () => {
    const options = marked()
    const database = memory()
    const store = makeStore(database, writer(1), options)
    await store.open()
    expect(options.place.mark).toEqual({ sequence: 0, id: null })
    await store.api.publish(post)
    const { key } = await store.api.publish(post)
    expect(options.place.mark?.sequence).toBe(0)
    await store.close()
    expect(options.place.mark).toEqual({ sequence: 2, id: key })
  })

  test('is written off the path of the answer, and syncs messages that came from outside', async () => {
    const timers: (() => void)[] = []
    const place = memoryMark()
    const disk = memory()
    const database = mortal(disk)
    const me = writer(1)
    const options: Partial<StoreOptions> = {
      marks: [place],
      isNew: true,
      later: (due) => {
        timers.push(due)
        return () => {}
      },
    }
    const store = makeStore(database, me, options)
    await store.open()
    await store.api.add(run(me, 3).map(({ bytes }) => bytes))
    expect(timers.length).toBe(1)
    timers[0]?.()
    while (place.mark?.sequence !== 3) await new Promise((resolve) => setImmediate(resolve))
    expect(database.unsynced).toBe(0)
    await database.losePower()
    const again = makeStore(disk, me, options)
    await again.open()
    expect(again.api.feedStatus().sequence).toBe(3)
    await again.close()
  })

  test('is left alone by a store that was never open, or could not be opened', async () => {
    const options = marked()
    const mark = { sequence: 9, id: `%${'A'.repeat(43)}=.sha256` as const }
    options.place.mark = mark
    await makeStore(memory(), writer(1), options).close()
    expect(options.place.mark).toBe(mark)
    const store = makeStore(failWrite(memory(), 0), writer(1), options)
    await expect(store.open()).rejects.toThrow('made to fail')
    await store.close()
    expect(options.place.mark).toBe(mark)
  })

  test('locks publishing when the log is behind it, until the feed is back', async () => {
    const me = writer(1)
    const options = marked()
    const first = makeStore(memory(), me, options)
    await first.open()
    const messages: string[] = []
    const bytes: Uint8Array[] = []
    first.api.appended.on((batch) => {
      for (const message of batch) {
        messages.push(message.key)
        bytes.push(message.bytes)
      }
    })
    for (let i = 0; i < 5; i++) await first.api.publish(post)
    await first.close()

    const second = makeStore(memory(), me, { ...options, isNew: false })
    await second.open()
    await expect(second.api.publish(post)).rejects.toMatchObject({
      ...locked,
      message: expect.stringMatching(/ends at message 0 of your feed, but message 5 was published/),
    })
    await second.api.add(bytes.slice(0, 3))
    await expect(second.api.publish(post)).rejects.toMatchObject(locked)
    await second.api.add(bytes.slice(3))
    await expect.poll(() => second.api.publishLocked).toBe(null)
    expect((await second.api.publish(post)).value.sequence).toBe(6)
    await second.close()
    expect(options.place.mark?.sequence).toBe(6)
  })

  test('locks publishing when the log has another message in its place', async () => {
    const options = marked()
    options.place.mark = { sequence: 1, id: `%${'A'.repeat(43)}=.sha256` }
    const database = memory()
    const plain = makeStore(database)
    await plain.open()
    await plain.api.publish(post)
    await plain.close()
    const store = makeStore(database, writer(1), options)
    await store.open()
    await expect(store.api.publish(post)).rejects.toMatchObject(locked)
    await store.api.unlockPublishing()
    expect((await store.api.publish(post)).value.sequence).toBe(2)
    await store.close()
    expect(options.place.mark?.sequence).toBe(2)
  })

  test('an old identity with an empty log is locked; a person can unlock it for good', async () => {
    const options = { ...marked(), isNew: false }
    const database = memory()
    for (const life of [1, 2]) {
      const store = makeStore(database, writer(1), options)
      await store.open()
      expect(store.api.publishLocked, `life ${life}`).toMatch(/not new, but its log is empty/)
      if (life === 2) await store.api.unlockPublishing()
      await store.close()
    }
    const store = makeStore(database, writer(1), options)
    await store.open()
    expect((await store.api.publish(post)).value.sequence).toBe(1)
    await store.close()
  })
})

describe('a peer that knows more of the own feed', () => {
  test.each(['the next message', 'a later message', 'another message'])(
    'locks publishing by %s, also after a restart',
    async (what) => {
      const options = marked()
      const database = memory()
      const here = writer(1)
      const elsewhere = writer(1)
      const store = makeStore(database, here, options)
      await store.open()
      const common = run(elsewhere, 2)
      for (const { value } of common) await store.api.publish(value.content)
      const head = store.api.head(here.id)
      if (what !== 'another message') elsewhere.state = head
      else elsewhere.state = null
      const shown = [elsewhere.next({ type: 'other' }), elsewhere.next({ type: 'other' })]
      const item = what === 'a later message' ? shown[1] : shown[0]
      await store.api.add([item?.bytes ?? new Uint8Array()])
      await expect(store.api.publish(post)).rejects.toMatchObject(locked)
      await store.close()
      const again = makeStore(database, here, options)
      await again.open()
      await expect(again.api.publish(post)).rejects.toMatchObject(locked)
      expect(again.api.feedStatus().locked).toHaveLength(1)
      await again.api.unlockPublishing()
      await again.api.publish(post)
      await again.close()
    },
  )

  test('a forged message locks nothing', async () => {
    const store = makeStore(memory(), writer(1), marked())
    await store.open()
    await store.api.publish(post)
    const forger = writer(1)
    const forged = { ...forger.next(post).value, content: { type: 'forged' } }
    const verdicts = await store.api.add([forged, { ...forged, sequence: 9 }])
    expect(verdicts.every(({ ok }) => !ok)).toBe(true)
    expect(store.api.publishLocked).toBe(null)
    await store.close()
  })
})

test('a fork of any feed is kept as proof, once', async () => {
  const store = makeStore()
  await store.open()
  const [left, right] = [writer(5), writer(5)]
  const ours = run(left, 3)
  await store.api.add(ours.map(({ bytes }) => bytes))
  const forked = [right.next({ type: 'fork' }), right.next({ type: 'fork' })]
  await store.api.add(forked.map(({ bytes }) => bytes))
  const proofs = []
  for await (const proof of store.api.forks()) proofs.push(proof)
  expect(proofs).toEqual([{ feed: left.id, a: ours[0]?.value, b: forked[0]?.value }])
  await store.close()
})

test('marks on disk are in two places, readable by nobody else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-marks-'))
  const state = join(folder, 'state')
  const feed = writer(1).id
  const places = openMarks(folder, feed, state)
  expect(places).toHaveLength(2)
  for (const place of places) {
    expect(await place.read()).toBe(null)
    await place.write({ sequence: 1, id: null })
    await place.write({ sequence: 7, id: `%${'A'.repeat(43)}=.sha256` })
    expect(await place.read()).toEqual({ sequence: 7, id: `%${'A'.repeat(43)}=.sha256` })
  }
  const name = '8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c'
  expect(statSync(join(state, 'marks', name)).mode & 0o777).toBe(0o600)
  for (const text of ['', '{', '{"feed":"x"}', `{"feed":"${feed}","sequence":-1}`]) {
    writeFileSync(join(folder, 'marks', name), text)
    expect(await places[0]?.read()).toBe(null)
  }
  expect(openMarks(folder, feed, null)).toHaveLength(1)
  rmSync(folder, { recursive: true })
})
