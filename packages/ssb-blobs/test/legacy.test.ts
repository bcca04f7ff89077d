import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { describe, expect, test } from 'vitest'
import { bytesOf, idOf, liar, make, settle } from './world.ts'

const BYTES = bytesOf(100_000)
const ID = idOf(BYTES)

describe('a peer that knows no want streams', () => {
  const old = (
    asked: unknown[],
    has: (id: BlobId) => boolean,
    changes: () => AsyncIterable<unknown>,
  ) =>
    liar('B', {
      has: (ids: readonly BlobId[]) => {
        asked.push(ids)
        return ids.map(has)
      },
      changes,
      get: async function* () {
        yield BYTES
      },
    })
  const never = async function* (): AsyncGenerator<unknown> {
    await new Promise(() => undefined)
  }

  test('is asked with has', async () => {
    const a = await make('A')
    const asked: unknown[] = []
    connectHosts(a.host, await old(asked, (id) => id === ID, never))
    await settle()
    await a.blobs.want(ID)
    expect(asked).toEqual([[ID]])
    expect(await a.blobs.size(ID)).toBe(BYTES.length)
  })

  test('tells of what is new with changes', async () => {
    const a = await make('A')
    const asked: unknown[] = []
    const wanted = a.blobs.want(ID)
    const later = async function* (): AsyncGenerator<unknown> {
      await settle(20)
      yield ID
      await never().next()
    }
    connectHosts(a.host, await old(asked, () => false, later))
    await wanted
    expect(asked.length).toBe(1)
  })

  test('is left alone where that is not wished for', async () => {
    const a = await make('A', 'B', { legacy: false })
    const asked: unknown[] = []
    connectHosts(a.host, await old(asked, () => true, never))
    const wanted = a.blobs.want(ID).catch(() => undefined)
    await settle()
    expect(asked).toEqual([])
    await a.host.stop()
    await wanted
  })
})

test('a stingy server talks of pushed blobs only', async () => {
  const [a, b] = [await make('A', 'B', { stingy: true }), await make('B')]
  const id = await a.blobs.add(BYTES)
  const other = await a.blobs.add(bytesOf(10))
  connectHosts(b.host, a.host)
  const wanted = b.blobs.want(other).catch(() => undefined)
  await settle()
  expect(await b.blobs.has(other)).toBe(false)
  await a.blobs.push(id)
  await settle()
  expect(await b.blobs.has(id)).toBe(true)
  await b.host.stop()
  await wanted
})
