/**
 * What the blobs plugin asks of a storage, as a suite that any implementation can run:
 * `storageConformance({ describe, test }, () => ({ storage: new MyStorage(…) }))`.
 *
 * @packageDocumentation
 */
import { sha256 } from '@scuttlebot/ssb-crypto'
import { concat } from '@scuttlebot/ssb-encode'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { idOfHash } from './ids.ts'
import type { BlobEntry, BlobStorage } from './storage.ts'

/** The functions of a test runner that the suite uses: those of vitest, jest and node:test fit. */
export interface Runner {
  describe(name: string, body: () => void): void
  test(name: string, body: () => Promise<void>): void
}

/** A storage for one test, empty and not yet open. */
export interface Fresh {
  readonly storage: BlobStorage
  /** The same storage as after a new start of the process; absent where nothing outlives it. */
  reopen?(): BlobStorage
  /** How many unfinished writers have left something; absent where it cannot be told. */
  leftovers?(): Promise<number> | number
  /** Take away what the test left. */
  remove?(): Promise<void> | void
}

function same(actual: unknown, wanted: unknown): void {
  if (actual instanceof Uint8Array && wanted instanceof Uint8Array) {
    const differ = wanted.findIndex((byte, at) => actual[at] !== byte)
    if (differ >= 0 || actual.length !== wanted.length)
      throw new Error(`${actual.length} bytes differ from ${wanted.length} at ${differ}`)
    return
  }
  const plain = (x: unknown): string => JSON.stringify(x) ?? 'undefined'
  if (plain(actual) !== plain(wanted))
    throw new Error(`expected ${plain(wanted).slice(0, 200)}, got ${plain(actual).slice(0, 200)}`)
}

/** Deterministic bytes. */
const bytesOf = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) * 7 + seed) & 0xff)

async function put(storage: BlobStorage, ...chunks: Uint8Array[]): Promise<BlobId> {
  const id = idOfHash(sha256(concat(chunks)))
  const writer = await storage.writer()
  for (const chunk of chunks) await writer.write([chunk])
  const { size } = await writer.commit(id)
  same(size, concat(chunks).length)
  return id
}

async function all(storage: BlobStorage, id: BlobId, range?: { start: number; end: number }) {
  const chunks: Uint8Array[] = []
  for await (const chunk of storage.read(id, range)) {
    if (chunk.length === 0) throw new Error('an empty chunk')
    chunks.push(chunk)
  }
  return concat(chunks)
}

async function listing(storage: BlobStorage): Promise<BlobEntry[]> {
  const entries: BlobEntry[] = []
  for await (const batch of storage.list()) entries.push(...batch)
  return entries
}

async function fails(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch {
    return
  }
  throw new Error('expected it to fail')
}

/** Check that a storage does what the plugin needs. */
export function storageConformance(
  { describe, test }: Runner,
  fresh: () => Fresh | Promise<Fresh>,
): void {
  const on = (name: string, body: (storage: BlobStorage, made: Fresh) => Promise<void>): void =>
    test(name, async () => {
      const made = await fresh()
      await made.storage.open()
      try {
        await body(made.storage, made)
      } finally {
        await made.storage.close()
        await made.remove?.()
      }
    })
  describe('a blob storage', () => {
    blobTests(on)
    noteTests(on)
  })
}

type On = (name: string, body: (storage: BlobStorage, made: Fresh) => Promise<void>) => void

function blobTests(on: On): void {
  on('gives back what was stored, of every length around its borders', async (storage) => {
    for (const length of [1, 2, 4095, 65_535, 65_536, 65_537, 262_144, 262_145, 1_000_000]) {
      const bytes = bytesOf(length)
      const id = await put(storage, bytes)
      same(await all(storage, id), bytes)
      same((await storage.stat(id))?.size, length)
    }
  })

  on('joins chunks, empty ones too, and takes views into larger memory', async (storage) => {
    const large = bytesOf(100)
    const id = await put(storage, large.subarray(3, 10), new Uint8Array(), large.subarray(50, 51))
    same(await all(storage, id), concat([large.slice(3, 10), large.slice(50, 51)]))
  })

  on('reads ranges', async (storage) => {
    const bytes = bytesOf(300_000)
    const id = await put(storage, bytes)
    for (const [start, end] of [
      [0, 1],
      [299_999, 300_000],
      [262_143, 262_145],
      [0, 300_000],
      [10, 10],
    ] as const)
      same(await all(storage, id, { start, end }), bytes.slice(start, end))
  })

  on('answers for what is not there', async (storage) => {
    const id = idOfHash(sha256(bytesOf(5)))
    same(await storage.stat(id), null)
    same(await storage.remove(id), false)
    await fails(() => all(storage, id))
    same(await listing(storage), [])
  })

  on('refuses what is no id, whatever it names', async (storage) => {
    const good = await put(storage, bytesOf(10))
    for (const bad of [
      '',
      '../../etc/passwd',
      `&${'../'.repeat(14)}aa=.sha256`,
      `${good}/../x`,
      good.replace('&', '%'),
      '&__proto__.sha256',
      null,
      undefined,
      {},
    ]) {
      await fails(() => storage.stat(bad as BlobId))
      await fails(() => storage.remove(bad as BlobId))
      await fails(() => all(storage, bad as BlobId))
      const writer = await storage.writer()
      await writer.write([bytesOf(3)])
      await fails(() => writer.commit(bad as BlobId))
      await writer.abort()
    }
    same(
      (await listing(storage)).map(({ id }) => id),
      [good],
    )
  })

  on(
    'shows nothing before it is committed, and nothing of what was aborted',
    async (storage, made) => {
      const bytes = bytesOf(70_000)
      const id = idOfHash(sha256(bytes))
      const writer = await storage.writer()
      await writer.write([bytes])
      same(await storage.stat(id), null)
      same(await listing(storage), [])
      await writer.abort()
      await writer.abort()
      same(await storage.stat(id), null)
      same((await made.leftovers?.()) ?? 0, 0)
    },
  )

  on('stores the same blob twice, also at the same time', async (storage, made) => {
    const bytes = bytesOf(100_000)
    const ids = await Promise.all([put(storage, bytes), put(storage, bytes)])
    await put(storage, bytes)
    same(new Set(ids).size, 1)
    same((await listing(storage)).length, 1)
    same(await all(storage, ids[0] as BlobId), bytes)
    same((await made.leftovers?.()) ?? 0, 0)
  })

  on('lists each blob once and removes it for good', async (storage) => {
    const ids = []
    for (let n = 0; n < 20; n++) ids.push(await put(storage, bytesOf(n + 1, n)))
    const entries = await listing(storage)
    same(entries.map(({ id }) => id).sort(), [...ids].sort())
    for (const { ts, size } of entries)
      if (!(Number.isFinite(ts) && size > 0)) throw new Error('no time or size')
    same(await storage.remove(ids[3] as BlobId), true)
    same(await storage.remove(ids[3] as BlobId), false)
    same((await listing(storage)).length, 19)
  })

  on('keeps what was committed over a restart, and nothing else', async (storage, made) => {
    if (made.reopen === undefined) return
    const bytes = bytesOf(70_000)
    const id = await put(storage, bytes)
    const cut = await storage.writer()
    await cut.write([bytesOf(5000)])
    const again = made.reopen()
    await again.open()
    same((await made.leftovers?.()) ?? 0, 0)
    same(await all(again, id), bytes)
    same((await listing(again)).length, 1)
    await cut.abort()
    await again.close()
  })
}

function noteTests(on: On): void {
  on('keeps notes in order', async ({ notes }) => {
    same(await notes.read(), [])
    await notes.append(['a', 'b'], true)
    await Promise.all([notes.append(['c'], false), notes.append(['ä€😀'], true)])
    same(await notes.read(), ['a', 'b', 'c', 'ä€😀'])
    await notes.replace(['x'])
    await notes.append(['y'], false)
    same(await notes.read(), ['x', 'y'])
    await notes.replace([])
    same(await notes.read(), [])
  })

  on('keeps durable notes over a restart', async ({ notes }, made) => {
    if (made.reopen === undefined) return
    await notes.append(['kept'], true)
    const again = made.reopen()
    await again.open()
    same(await again.notes.read(), ['kept'])
    await again.close()
  })
}
