import { describe, expect, test } from 'vitest'
import { all, makeStore, memory, run, writer } from './make.ts'

describe('a store', () => {
  test('keeps what is added, by id, by position, by feed and in order', async () => {
    const store = makeStore()
    await store.open()
    const [a, b] = [writer(2), writer(3)]
    const messages = [...run(a, 3), ...run(b, 2), ...run(a, 2)]
    const verdicts = await store.api.add(messages.map(({ bytes }) => bytes))
    expect(verdicts.every(({ ok }) => ok)).toBe(true)
    expect(store.api.position).toBe(6)
    for (const [i, message] of messages.entries()) {
      const found = await store.api.get(message.key)
      expect(found?.sequence).toBe(i)
      expect(found?.key).toBe(message.key)
      expect(found?.value).toEqual(message.value)
      expect((await store.api.at(i))?.key).toBe(message.key)
      const { author, sequence } = message.value
      expect((await store.api.atFeed(author, sequence))?.key).toBe(message.key)
    }
    const log = await all(store.api.log())
    expect(log.map(({ key }) => key)).toEqual(messages.map(({ key }) => key))
    const times = log.map(({ timestamp }) => timestamp)
    expect(times).toEqual([...times].sort((x, y) => x - y))
    expect(new Set(times).size).toBe(7)
    expect(store.api.head(a.id)).toMatchObject({ id: a.state?.id, sequence: 5 })
    expect(store.api.head(writer(9).id)).toBe(null)
    expect([...store.api.heads()].map(([id]) => id)).toEqual([a.id, b.id])
    await store.close()
  })

  test('takes of the authors that are wanted alone, whoever the bytes claim to be from at first', async () => {
    const store = makeStore()
    await store.open()
    const [a, b] = [writer(2), writer(3)]
    const wanted = (author: string): boolean => author === a.id
    const [mine, theirs] = [run(a, 2), run(b, 2)]
    const text = new TextDecoder().decode(theirs[0]?.bytes).slice(1)
    const posing = new TextEncoder().encode(
      `{"previous":null,"sequence":1,"author":"${a.id}",${text}`,
    )
    const batch = [posing, ...mine.map(({ bytes }) => bytes), ...theirs.map(({ bytes }) => bytes)]
    const [verdicts, others] = await Promise.all([
      store.api.add(batch, { wanted }),
      store.api.add(run(writer(4), 1).map(({ bytes }) => bytes)),
    ])
    const codes = verdicts.map((verdict) => (verdict.ok ? 'ok' : verdict.code))
    expect(codes.slice(0, 3)).toEqual(['SSB_STORE_UNWANTED', 'ok', 'ok'])
    expect([codes.slice(3).includes('ok'), others[0]?.ok]).toEqual([false, true])
    expect(store.api.head(b.id)).toBe(null)
    // it is taken as soon as it is wanted
    const later = await store.api.add(
      theirs.map(({ bytes }) => bytes),
      { wanted: () => true },
    )
    expect(later.map(({ ok }) => ok)).toEqual([true, true])
    await store.close()
  })

  test('keeps when messages were received elsewhere, in the order of the log', async () => {
    const messages = run(writer(2), 5)
    const times = [1000.5, 2000, null, 1500, Number.NaN]
    const received = ({ key }: { key: string }) =>
      times[messages.findIndex((message) => message.key === key)] ?? null
    const store = makeStore(memory(), writer(1), { received })
    await store.open()
    await store.api.add(messages.map(({ bytes }) => bytes))
    const found = (await all(store.api.log())).map(({ timestamp }) => timestamp)
    expect(found.slice(0, 2)).toEqual([1000.5, 2000])
    expect(found[2]).toBeGreaterThan(1_600_000_000_000)
    expect(found[3]).toBeCloseTo((found[2] ?? 0) + 0.001, 3)
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b))
    await store.close()
  })

  test('is the same after it was closed and opened', async () => {
    const database = memory()
    const first = makeStore(database)
    await first.open()
    const a = writer(2)
    await first.api.add(run(a, 150).map(({ value }) => value))
    await first.api.publish({ type: 'post', text: 'mine' })
    const before = await all(first.api.log())
    await first.close()
    const second = makeStore(database)
    await second.open()
    const after = await all(second.api.log())
    expect(after.map(({ key, timestamp }) => [key, timestamp])).toEqual(
      before.map(({ key, timestamp }) => [key, timestamp]),
    )
    expect(second.api.head(a.id)).toMatchObject({ sequence: 150, id: a.state?.id })
    await second.api.add(run(a, 3).map(({ value }) => value))
    const more = await second.api.publish({ type: 'post', text: 'again' })
    expect(more.value.sequence).toBe(2)
    expect(more.timestamp).toBeGreaterThan(before.at(-1)?.timestamp ?? 0)
    expect((await all(second.api.feed(a.id))).map((m) => m.feedSequence)).toEqual(
      Array.from({ length: 153 }, (_, i) => i + 1),
    )
    await second.close()
  })

  test('answers what it has with SSB_STORE_KNOWN, and wrong ones with the reason', async () => {
    const store = makeStore()
    await store.open()
    const a = writer(2)
    const [one, two, three] = run(a, 3)
    if (!one || !two || !three) throw new Error('three')
    const first = await store.api.add([one.bytes, two.bytes, one.bytes])
    expect(first.map((v) => (v.ok ? 'ok' : v.code))).toEqual(['ok', 'ok', 'SSB_STORE_KNOWN'])
    const gap = await store.api.add([a.next().bytes])
    expect(gap[0]).toMatchObject({ ok: false, code: 'SSB_VALIDATE_SEQUENCE', fatal: false })
    const bad = await store.api.add([{ ...three.value, content: { type: 'post', text: 'forged' } }])
    expect(bad[0]).toMatchObject({ ok: false, code: 'SSB_VALIDATE_SIGNATURE', fatal: true })
    expect(await store.api.add([three.bytes])).toMatchObject([{ ok: true }])
    await store.close()
  })

  test('lets many callers share batches, each with its own verdicts', async () => {
    const store = makeStore()
    await store.open()
    const writers = Array.from({ length: 8 }, (_, i) => writer(10 + i))
    const batches = writers.map((w) => run(w, 170))
    const verdicts = await Promise.all(
      batches.map((batch) => store.api.add(batch.map(({ bytes }) => bytes))),
    )
    for (const [i, list] of verdicts.entries())
      expect(list.map((v) => v.ok && v.message.key)).toEqual(batches[i]?.map(({ key }) => key))
    expect(store.api.position).toBe(8 * 170 - 1)
    await store.close()
  })

  test('reads ranges of the log and of feeds', async () => {
    const store = makeStore()
    await store.open()
    const a = writer(2)
    const b = writer(3)
    for (let i = 0; i < 30; i++)
      await store.api.add([...run(a, 1), ...run(b, 7)].map(({ bytes }) => bytes))
    const sequences = async (range: object): Promise<number[]> =>
      (await all(store.api.log(range))).map(({ sequence }) => sequence)
    expect(await sequences({ gt: 3, lt: 6 })).toEqual([4, 5])
    expect(await sequences({ gte: 3, lte: 5, reverse: true })).toEqual([5, 4, 3])
    expect(await sequences({ reverse: true, limit: 2 })).toEqual([239, 238])
    expect(await sequences({ gt: 239 })).toEqual([])
    expect(await sequences({ limit: 0 })).toEqual([])
    const feed = async (range: object): Promise<number[]> =>
      (await all(store.api.feed(b.id, range))).map((m) => m.feedSequence)
    for (const [gte, lte] of [
      [1, 210],
      [1, 1],
      [64, 66],
      [210, 300],
      [100, 99],
      [0, 3],
    ] as const) {
      const want = Array.from({ length: 210 }, (_, i) => i + 1).filter((n) => n >= gte && n <= lte)
      expect(await feed({ gte, lte })).toEqual(want)
      expect(await feed({ gte, lte, reverse: true })).toEqual([...want].reverse())
      expect(await feed({ gte, lte, limit: 2 })).toEqual(want.slice(0, 2))
    }
    const third = await store.api.at(77)
    expect(await store.api.sequenceAt(third?.timestamp ?? 0)).toBe(77)
    expect(await store.api.sequenceAt(0)).toBe(0)
    expect(await store.api.sequenceAt(1e15)).toBe(240)
    await store.close()
  })

  test('hands each batch on once, after it is there, and tails from any position', async () => {
    const store = makeStore()
    await store.open()
    const seen: number[] = []
    store.api.appended.on((batch) => {
      for (const { sequence } of batch) seen.push(sequence)
      expect(store.api.position).toBe(batch.at(-1)?.sequence)
    })
    const a = writer(2)
    await store.api.add(run(a, 5).map(({ bytes }) => bytes))
    const stop = new AbortController()
    const tailed: number[] = []
    const tailing = (async () => {
      for await (const batch of store.api.tail(1, stop.signal)) {
        for (const { sequence } of batch) tailed.push(sequence)
        if (tailed.length === 8) stop.abort()
      }
    })()
    for (let i = 0; i < 5; i++) await store.api.add(run(a, 1).map(({ bytes }) => bytes))
    await tailing
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(tailed).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    await store.close()
  })
})
