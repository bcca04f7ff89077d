import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import { describe, expect, test } from 'vitest'
import { EMPTY_BLOB } from '../src/index.ts'
import { bytesOf, collectBytes, idOf, make, settle } from './world.ts'

describe('between hosts', () => {
  test.each([1, 65_535, 65_536, 65_537, 131_072, 5_242_879])(
    'a blob of %i bytes that is wanted comes over, whole',
    async (length) => {
      const [a, b] = [await make('A'), await make('B')]
      connectHosts(a.host, b.host)
      const bytes = bytesOf(length)
      const id = await b.blobs.add(bytes)
      expect(id).toBe(idOf(bytes))
      expect(await a.blobs.want(id)).toBe(true)
      expect(await a.blobs.size(id)).toBe(length)
      const got = await collectBytes(a.blobs.get(id))
      expect(Buffer.compare(got, bytes)).toBe(0)
      expect((await a.blobs.explain(id)).here?.origin).toBe(b.id)
    },
  )

  test('a want that comes before the blob is answered when it is stored', async () => {
    const [a, b] = [await make('A'), await make('B')]
    connectHosts(a.host, b.host)
    const bytes = bytesOf(1000)
    let here = false
    const wanted = a.blobs.want(idOf(bytes)).then(() => {
      here = true
    })
    await settle()
    expect(here).toBe(false)
    await b.blobs.add(bytes)
    await wanted
    expect(here).toBe(true)
  })

  test('a want that comes before the connection is told when it is made', async () => {
    const [a, b] = [await make('A'), await make('B')]
    const bytes = bytesOf(1000)
    await b.blobs.add(bytes)
    const wanted = a.blobs.want(idOf(bytes))
    connectHosts(b.host, a.host)
    await wanted
  })

  test('the empty blob is always here, and never asked for', async () => {
    const a = await make('A')
    expect(await a.blobs.want(EMPTY_BLOB)).toBe(true)
    expect(await a.call('want', EMPTY_BLOB)).toBe(true)
    expect(await a.call('has', EMPTY_BLOB)).toBe(true)
    expect(await a.call('size', EMPTY_BLOB)).toBe(0)
    expect(await a.blobs.add(new Uint8Array())).toBe(EMPTY_BLOB)
    expect(await collectBytes(a.blobs.get(EMPTY_BLOB))).toEqual(new Uint8Array())
  })

  test('a want goes two steps further, not three', async () => {
    const hosts = [
      await make('A'),
      await make('B'),
      await make('C'),
      await make('D'),
      await make('E'),
    ]
    for (const [i, host] of hosts.entries()) {
      const next = hosts[i + 1]
      if (next !== undefined) connectHosts(host.host, next.host)
    }
    const [a, , , d, e] = hosts
    const bytes = bytesOf(3000)
    const far = bytesOf(3001)
    await d?.blobs.add(bytes)
    await e?.blobs.add(far)
    await a?.blobs.want(idOf(bytes))
    const lost = a?.blobs.want(idOf(far)).catch((error: { code: string }) => error.code)
    await settle(200)
    expect(await a?.blobs.has(idOf(far))).toBe(false)
    expect((await d?.blobs.explain(idOf(far)))?.want).toBe(null)
    for (const host of hosts) await host.host.stop()
    expect(await lost).toBe('SSB_BLOBS_STOPPED')
  })

  test('a push reaches as many peers as it shall, and then is over', async () => {
    const a = await make('A')
    const others = [await make('B'), await make('C'), await make('D')]
    for (const other of others) connectHosts(other.host, a.host)
    const bytes = bytesOf(2000)
    const id = await a.blobs.add(bytes)
    const over = new Promise((resolve) => a.blobs.pushed.on(resolve))
    await a.blobs.push(id)
    expect(await over).toEqual({
      key: id,
      peers: Object.fromEntries(others.map((other) => [other.id, 2000])),
    })
    for (const other of others) expect(await other.blobs.has(id)).toBe(true)
    expect((await a.blobs.status()).pushes).toBe(0)
  })

  test('a push tells how far it is, and that strangers count as one', async () => {
    const a = await make('A', 'B')
    const id = await a.blobs.add(bytesOf(2000))
    const summary = async (): Promise<string> => (await a.blobs.explain(id)).summary
    await a.blobs.push(id)
    expect(await summary()).toBe('here: 2000 bytes, added here; pushed to 0 of 3 peers so far')
    for (const letter of ['C', 'D']) connectHosts((await make(letter)).host, a.host)
    await settle()
    expect(await summary()).toContain(
      'pushed to 1 of 3 peers so far, all strangers counting as one',
    )
    const b = await make('B')
    connectHosts(b.host, a.host)
    await settle()
    expect(await b.blobs.has(id)).toBe(true)
    expect(await summary()).toContain(
      'pushed to 2 of 3 peers so far, all strangers counting as one',
    )
  })

  test('two hundred blobs come over, in both directions at once', async () => {
    const [a, b] = [await make('A'), await make('B')]
    connectHosts(a.host, b.host)
    const wanted = []
    for (let n = 0; n < 200; n++) {
      const bytes = bytesOf(1 + ((n * 7919) % 200_000), n)
      const [from, to] = n % 2 ? [a, b] : [b, a]
      wanted.push(to.blobs.want(await from.blobs.add(bytes)))
    }
    await Promise.all(wanted)
    expect(await a.blobs.status()).toMatchObject({ blobs: 200, wants: 0, transfers: [] })
    expect(a.storage.writing + b.storage.writing).toBe(0)
  })

  test('a peer that is followed while it is connected gets its wants taken up', async () => {
    const [a, b, c] = [await make('A'), await make('B', 'C'), await make('C')]
    connectHosts(a.host, b.host)
    connectHosts(b.host, c.host)
    const bytes = bytesOf(5000)
    await c.blobs.add(bytes)
    const wanted = a.blobs.want(idOf(bytes))
    await settle()
    expect(await b.blobs.status()).toMatchObject({ wants: 0, blobs: 0 })
    b.follow('A')
    await wanted
    expect(await a.blobs.has(idOf(bytes))).toBe(true)
  })
})
