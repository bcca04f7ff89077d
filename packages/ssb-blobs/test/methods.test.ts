import { readFileSync } from 'node:fs'
import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import { describe, expect, test } from 'vitest'
import { readAsked } from '../src/arguments.ts'
import { EMPTY_BLOB, encryptBlob } from '../src/index.ts'
import { bytesOf, collectBytes, feed, idOf, type Made, make, settle } from './world.ts'

const BYTES = bytesOf(200_000)
const ID = idOf(BYTES)
const MISSING = idOf(bytesOf(3))

/** Open a source as another host, and take all of it. */
async function source(a: Made, name: string, ...args: unknown[]): Promise<Uint8Array[]> {
  const other = await make('B')
  const { outgoing } = connectHosts(other.host, a.host)
  const items: Uint8Array[] = []
  try {
    for await (const item of outgoing.mux.source(['blobs', name], args))
      items.push(item as Uint8Array)
  } finally {
    await outgoing.close()
  }
  return items
}

const joined = (chunks: readonly Uint8Array[]): Buffer => Buffer.concat(chunks)

describe('get', () => {
  test.each([
    ['id', ID],
    ['{id}', { id: ID }],
    ['{key, max}', { key: ID, max: 5_242_880 }],
    ['{hash, size}', { hash: ID, size: 200_000 }],
    ['max that is just enough', { key: ID, max: 200_000 }],
  ])('gives the bytes for %s, in packets of 64 KiB at most', async (_name, argument) => {
    const a = await make('A')
    await a.blobs.add(BYTES)
    const chunks = await source(a, 'get', argument)
    expect(joined(chunks).equals(BYTES)).toBe(true)
    expect(chunks.map(({ length }) => length)).toEqual([65_536, 65_536, 65_536, 3392])
  })

  test.each([
    [MISSING, 'could not get blob'],
    [{ id: MISSING }, 'stat failed: no such blob'],
    ['x', 'multiblob.get: {id} is mandatory'],
    [null, 'multiblob.get: {id} is mandatory'],
    [5, 'multiblob.get: {id} is mandatory'],
    [{}, 'multiblob.get: {id} is mandatory'],
    [{ id: ID, key: MISSING }, 'multiblob.get: {id} is mandatory'],
    ['&../../../etc/passwd.sha256', 'multiblob.get: {id} is mandatory'],
    [{ key: ID, size: 3 }, `incorrect file length, requested:3 file was:200000 for file:${ID}`],
    [
      { key: ID, max: 199_999 },
      `incorrect file length, requested:undefined file was:200000 for file:${ID}`,
    ],
    [{ key: ID, max: 'x' }, 'multiblob.get: {max} must be a number'],
  ])('refuses %j', async (argument, text) => {
    const a = await make('A')
    await a.blobs.add(BYTES)
    await expect(source(a, 'get', argument)).rejects.toThrow(text)
  })

  test('the empty blob is a stream without packets', async () => {
    expect(await source(await make('A'), 'get', EMPTY_BLOB)).toEqual([])
    expect(await source(await make('A'), 'get', { key: EMPTY_BLOB, max: 5 })).toEqual([])
  })

  test('reads arguments as another implementation writes them', () => {
    const cases = JSON.parse(
      readFileSync(new URL('fixtures/get-arguments.json', import.meta.url), 'utf8'),
    ) as { json: string; hash?: string; size?: number; max?: number; error?: true }[]
    for (const { json, hash, size, max, error } of cases) {
      const read = () => readAsked(JSON.parse(json)[0], 'get')
      if (error) expect(read, json).toThrow('mandatory')
      else expect(read(), json).toMatchObject({ id: hash, size, max })
    }
    expect(cases.length).toBe(8)
  })
})

describe('getSlice', () => {
  test.each([
    [0, 1],
    [65_535, 65_537],
    [0, 200_000],
    [0, 131_072],
    [199_999, 1e9],
    [7, 7],
    [200_000, 200_001],
    [1e9, 2e9],
  ])('%i to %i', async (start, end) => {
    const a = await make('A')
    await a.blobs.add(BYTES)
    const chunks = await source(a, 'getSlice', { key: ID, start, end })
    expect(joined(chunks).equals(BYTES.slice(start, end))).toBe(true)
    expect(chunks.every(({ length }) => length > 0)).toBe(true)
  })

  test.each([
    [{ id: ID, end: 5 }, 'multiblob.getSlice: {start} must be a number'],
    [{ id: ID, start: 5 }, 'multiblob.getSlice: {end} must be a number'],
    [{ id: ID, start: -1, end: 5 }, 'multiblob.getSlice: {start} must be a number'],
    [{ id: ID, start: 0.5, end: 5 }, 'multiblob.getSlice: {start} must be a number'],
    [{ id: ID, start: 5, end: 4 }, '{end} must not be before {start}'],
    [{ id: MISSING, start: 0, end: 4 }, 'stat failed'],
    ['x', 'multiblob.getSlice: {id} is mandatory'],
  ])('refuses %j', async (argument, text) => {
    const a = await make('A')
    await a.blobs.add(BYTES)
    await expect(source(a, 'getSlice', argument)).rejects.toThrow(text)
  })
})

describe('add', () => {
  async function* input(...chunks: unknown[]): AsyncGenerator<unknown> {
    yield* chunks
  }
  const add = async (a: Made, args: unknown[], ...chunks: unknown[]): Promise<void> => {
    const other = await make('B')
    const { outgoing } = connectHosts(other.host, a.host, { rights: ['owner'] })
    try {
      await outgoing.mux.sink(['blobs', 'add'], args, input(...chunks))
    } finally {
      await outgoing.close()
    }
  }

  test('stores what comes, bytes or text, whether an id is given or not', async () => {
    const a = await make('A')
    await add(a, [null], BYTES.slice(0, 70_000), BYTES.slice(70_000))
    await add(a, [idOf(Buffer.from('hällo'))], 'hällo')
    expect(await a.call('has', [ID, idOf(Buffer.from('hällo'))])).toEqual([true, true])
    expect((await a.blobs.explain(ID)).here?.origin).toBe('own')
  })

  test.each([
    [MISSING, `actual hash:${ID} did not match expected id:${MISSING}`],
    ['x', 'not a valid hash: x'],
  ])('refuses other content than %s', async (expected, text) => {
    const a = await make('A')
    await expect(add(a, [expected], BYTES)).rejects.toThrow(text)
    expect(a.storage.writing).toBe(0)
    expect(await a.blobs.status()).toMatchObject({ blobs: 0, bytes: 0 })
  })

  test('refuses a blob of the limit, and takes one byte less', async () => {
    const a = await make('A', '', { max: 1000 })
    await expect(add(a, [], bytesOf(1000))).rejects.toThrow(
      "Cannot add blob, it's bigger than blobs.max",
    )
    expect(a.storage.writing).toBe(0)
    await add(a, [], bytesOf(999))
    expect(await a.blobs.status()).toMatchObject({ blobs: 1, bytes: 999 })
  })

  test('refuses what is not bytes', async () => {
    const a = await make('A')
    await expect(add(a, [], { not: 'bytes' })).rejects.toThrow('a blob is made of bytes')
    expect(a.storage.writing).toBe(0)
  })
})

describe('has, size, meta, rm', () => {
  test('answer for one or many', async () => {
    const a = await make('A')
    await a.blobs.add(BYTES)
    expect(await a.call('has', ID)).toBe(true)
    expect(await a.call('has', MISSING)).toBe(false)
    expect(await a.call('has', [ID, MISSING, EMPTY_BLOB])).toEqual([true, false, true])
    expect(await a.call('size', [ID, MISSING, EMPTY_BLOB])).toEqual([200_000, null, 0])
    expect(await a.call('meta', ID)).toEqual({ id: ID, size: 200_000, ts: a.clock.now() })
    expect(await a.call('meta', MISSING)).toBe(null)
    await a.call('rm', ID)
    expect(await a.call('has', ID)).toBe(false)
    await expect(a.call('rm', ID)).rejects.toThrow('ENOENT')
  })

  test.each(['has', 'size', 'want', 'rm', 'meta'])('%s refuses what is no id', async (name) => {
    const a = await make('A')
    await expect(a.call(name, 'x')).rejects.toThrow('invalid id:x')
    await expect(a.call(name, null)).rejects.toThrow('invalid id:null')
    await expect(a.call(name)).rejects.toThrow('invalid id:')
  })

  test('name the bad one of many', async () => {
    const a = await make('A')
    await expect(a.call('has', [ID, 'y'])).rejects.toThrow('invalid id:y')
    await expect(a.call('push', 'y')).rejects.toThrow('invalid hash:y')
  })

  test('a peer that asks for what is not here wants it', async () => {
    const [a, b] = [await make('A'), await make('B')]
    connectHosts(b.host, a.host)
    await a.blobs.add(BYTES)
    expect(await a.callAs(b.id, 'has', [ID, MISSING, EMPTY_BLOB])).toEqual([true, false, false])
    expect((await a.blobs.explain(MISSING)).want).toMatchObject({ distance: 2, askedBy: [b.id] })
  })

  test.each(['size', 'rm', 'add', 'ls', 'want', 'push', 'gc', 'explain', 'pin', 'meta'])(
    '%s is for the owner alone',
    async (name) => {
      const a = await make('A')
      await expect(a.callAs(feed('B'), name, ID)).rejects.toThrow()
    },
  )
})

describe('ls and changes', () => {
  test('list what is here, then what comes', async () => {
    const a = await make('A')
    await a.blobs.add(BYTES)
    const take = async (options: object): Promise<unknown[]> => {
      const items: unknown[] = []
      const stream = (await a.call('ls', options)) as AsyncIterable<unknown>
      const reading = (async () => {
        for await (const item of stream) {
          items.push(item)
          if (items.length >= 3) break
        }
      })()
      await settle(5)
      await a.blobs.add(bytesOf(5))
      await settle(5)
      await Promise.race([reading, settle(5)])
      return items
    }
    const meta = { id: ID, size: 200_000, ts: a.clock.now() }
    expect(await take({})).toEqual([ID])
    await a.blobs.remove(idOf(bytesOf(5)))
    expect(await take({ meta: true, live: true })).toEqual([
      meta,
      { sync: true },
      { id: idOf(bytesOf(5)), size: 5, ts: a.clock.now() },
    ])
    await a.blobs.remove(idOf(bytesOf(5)))
    expect(await take({ live: true, sync: false })).toEqual([ID, idOf(bytesOf(5))])
    await a.blobs.remove(idOf(bytesOf(5)))
    expect(await take({ old: false })).toEqual([idOf(bytesOf(5))])
  })

  test('strangers hear of pushed blobs only', async () => {
    const a = await make('A', 'B')
    const heard: Record<string, unknown[]> = {}
    for (const letter of ['B', 'C']) {
      const items: unknown[] = []
      heard[letter] = items
      const changes = (await a.callAs(feed(letter), 'changes')) as AsyncIterable<unknown>
      ;(async () => {
        for await (const id of changes) items.push(id)
      })().catch(() => undefined)
    }
    await settle(3)
    await a.blobs.add(BYTES)
    const wanted = a.blobs.push(idOf(bytesOf(4)))
    await wanted
    await a.blobs.add(bytesOf(4))
    await settle(3)
    expect(heard).toEqual({ B: [ID, idOf(bytesOf(4))], C: [idOf(bytesOf(4))] })
  })
})

describe('encrypted blobs', () => {
  test('are decrypted for the owner who has the key, and for nobody else', async () => {
    const a = await make('A')
    const { bytes, link, id } = encryptBlob(BYTES)
    expect(await a.blobs.add(bytes)).toBe(id)
    const items: Uint8Array[] = []
    for await (const item of (await a.call('get', link)) as AsyncIterable<
      Uint8Array | { items: Uint8Array[] }
    >)
      items.push(...('items' in item ? item.items : [item]))
    expect(joined(items).equals(BYTES)).toBe(true)
    expect(joined(await source(a, 'get', link)).equals(bytes)).toBe(true)
    await expect(
      collectBytes((await a.call('get', { id, unbox: 'x.boxs' })) as never),
    ).rejects.toThrow('not a key')
    const other = encryptBlob(bytesOf(5)).link.slice(ID.length)
    await expect(collectBytes((await a.call('get', id + other)) as never)).rejects.toThrow()
  })
})
