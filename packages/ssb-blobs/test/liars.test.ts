import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { describe, expect, test } from 'vitest'
import { FORWARDS_PER_PEER_MAX, ITEMS_BURST } from '../src/index.ts'
import { bytesOf, collectBytes, feed, idOf, liar, type Made, make, says, settle } from './world.ts'

const BYTES = bytesOf(200_000)
const ID = idOf(BYTES)

async function* chunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

/** Nothing of the blob is stored or left behind. */
async function nothing(a: Made): Promise<void> {
  expect(await a.blobs.has(ID)).toBe(false)
  expect(a.storage.writing).toBe(0)
  const stored = []
  for await (const batch of a.storage.list()) stored.push(...batch)
  expect(stored).toEqual([])
}

describe('a peer that lies', () => {
  let taken = 0
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    taken = 0
    for (;;) {
      taken++
      yield bytesOf(65_536)
    }
  }
  test.each<[string, number, () => AsyncIterable<unknown>, RegExp]>([
    ['other bytes', 200_000, () => chunks(bytesOf(200_000, 9)), /another hash/],
    ['more than it offered', 100_000, () => chunks(BYTES), /more than 100000 bytes/],
    ['one byte more', 199_999, () => chunks(BYTES), /more than 199999 bytes/],
    ['one byte less', 200_001, () => chunks(BYTES), /sent 200000 bytes, offered 200001/],
    ['without end', 200_000, endless, /more than 200000 bytes/],
    ['without end, as much as may be', 5_242_879, endless, /more than 5242879 bytes/],
    ['nothing', 200_000, () => chunks(new Uint8Array()), /sent 0 bytes/],
    [
      'JSON',
      200_000,
      async function* () {
        yield { not: 'bytes' }
      },
      /something else than bytes/,
    ],
  ])('sends %s: nothing is stored, and it is told of', async (_what, size, get, reason) => {
    const a = await make('A')
    const lies: unknown[] = []
    a.blobs.lied.on((...lie) => lies.push(lie))
    const other = await liar('B', { createWants: () => says({ [ID]: size }), get })
    connectHosts(a.host, other)
    const wanted = a.blobs.want(ID).catch((error: { code: string }) => error.code)
    await settle(100)
    expect(lies).toEqual([[feed('B'), ID, expect.stringMatching(reason)]])
    await nothing(a)
    const { want } = await a.blobs.explain(ID)
    expect(want?.peers[0]?.answer).toMatch(reason)
    // It may not go on for long after it has been cut.
    expect(taken).toBeLessThan(400)
    await a.host.stop()
    expect(await wanted).toBe('SSB_BLOBS_STOPPED')
  })

  test('does not keep an honest peer from bringing the blob', async () => {
    const [a, b] = [await make('A'), await make('C')]
    const other = await liar('B', {
      createWants: () => says({ [ID]: 200_000 }),
      get: () => chunks(bytesOf(200_000, 9)),
    })
    connectHosts(a.host, other)
    const wanted = a.blobs.want(ID)
    await settle()
    connectHosts(a.host, b.host)
    await b.blobs.add(BYTES)
    await wanted
    expect(Buffer.compare(await collectBytes(a.blobs.get(ID)), BYTES)).toBe(0)
  })

  test('is not asked again after three lies, for an hour', async () => {
    const a = await make('A')
    let asked = 0
    const ids = Array.from({ length: 6 }, (_, n) => idOf(bytesOf(10, n + 1)))
    const other = await liar('B', {
      createWants: () => says(Object.fromEntries(ids.map((id) => [id, 7]))),
      get: () => {
        asked++
        return chunks(bytesOf(7, 77))
      },
    })
    connectHosts(a.host, other)
    const wants: Promise<unknown>[] = []
    for (const id of ids) {
      wants.push(a.blobs.want(id).catch(() => undefined))
      await settle(20)
    }
    expect(asked).toBe(3)
    await a.host.stop()
    await Promise.all(wants)
  })

  test('offers a blob that is too large: it is not asked for', async () => {
    const a = await make('A')
    let asked = 0
    const other = await liar('B', {
      createWants: () => says({ [ID]: 5_242_880 }),
      get: () => {
        asked++
        return chunks(BYTES)
      },
    })
    connectHosts(a.host, other)
    const wanted = a.blobs.want(ID).catch(() => undefined)
    await settle()
    expect(asked).toBe(0)
    expect((await a.blobs.explain(ID)).want?.peers[0]?.answer).toMatch(/too many/)
    await a.host.stop()
    await wanted
  })
})

describe('a peer that wants too much', () => {
  const manyIds = (count: number, start = 0): Record<BlobId, number> => {
    const item: Record<BlobId, number> = {}
    for (let n = start; n < start + count; n++) {
      const hash = new Uint8Array(32)
      new DataView(hash.buffer).setUint32(0, n)
      const text = Buffer.from(hash).toString('base64')
      item[`&${text}.sha256`] = -1
    }
    return item
  }

  test('gets a bounded number of its wants taken up', async () => {
    const a = await make('A')
    const items = Array.from({ length: 100 }, (_, n) => manyIds(1000, n * 1000))
    const other = await liar('B', { createWants: () => says(...items) })
    connectHosts(a.host, other)
    await settle(100)
    const { wants, forwards } = await a.blobs.status()
    expect([wants, forwards]).toEqual([FORWARDS_PER_PEER_MAX, FORWARDS_PER_PEER_MAX])
    expect(ITEMS_BURST).toBeLessThan(100_000)
    // In time they are given up.
    a.clock.advance(3_700_000)
    expect(await a.blobs.status()).toMatchObject({ wants: 0, forwards: 0 })
  })

  test('and is a stranger gets none of them, but answers', async () => {
    const a = await make('A', '')
    const id = await a.blobs.add(BYTES)
    const other = await make('B')
    const told: unknown[] = []
    const { outgoing } = connectHosts(other.host, a.host)
    const wants = (async () => {
      for await (const item of outgoing.mux.source(['blobs', 'createWants'], [])) told.push(item)
    })()
    await other.blobs.want(id)
    other.blobs.want(idOf(bytesOf(5))).catch(() => undefined)
    await settle()
    expect(await a.blobs.status()).toMatchObject({ wants: 0 })
    await outgoing.close()
    await wants.catch(() => undefined)
    await other.host.stop()
  })
})

test.each<unknown>([
  null,
  true,
  5,
  'text',
  [],
  [{ [ID]: 5 }],
  {},
  { [ID]: 0 },
  { [ID]: 1.5 },
  { [ID]: '-1' },
  { [ID]: null },
  { [ID]: { __proto__: null } },
  { [ID]: -1e300 },
  { [ID]: Number.MAX_VALUE },
  { ['__proto__']: -1, constructor: -1, '&../../x.sha256': -1, [`${ID}x`]: 3 },
])('an item of a want stream that makes no sense is passed over: %j', async (item) => {
  const a = await make('A')
  const other = await liar('B', { createWants: () => says(item, Uint8Array.of(1), { [ID]: -1 }) })
  const { outgoing } = connectHosts(a.host, other)
  await settle()
  expect(outgoing.signal.aborted).toBe(false)
  expect(await a.blobs.status()).toMatchObject({ wants: 1, forwards: 1 })
})
