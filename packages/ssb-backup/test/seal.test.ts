import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BackupEntry, readEntries, seal, unseal, writeEntries } from '../src/index.ts'

const CHEAP = { operations: 1, memory: 8_192 }
const PASSPHRASE = 'correct horse'

async function* inPieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const list: Uint8Array[] = []
  for await (const chunk of chunks) list.push(chunk)
  // not a Buffer, whose slices are views
  return new Uint8Array(Buffer.concat(list))
}

const sealed = (bytes: Uint8Array) => all(seal(inPieces(bytes), PASSPHRASE, CHEAP))
const opened = (file: Uint8Array, passphrase = PASSPHRASE) =>
  all(unseal(inPieces(file, 777), passphrase))

describe('a sealed file', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])('gives its %i bytes back', async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7)
    expect(Buffer.compare(await opened(await sealed(bytes)), bytes)).toBe(0)
  })

  test('is a new one each time, and shows nothing of what is in it', async () => {
    const bytes = new TextEncoder().encode('a very secret text '.repeat(10))
    const [a, b] = [await sealed(bytes), await sealed(bytes)]
    expect(Buffer.compare(a, b)).not.toBe(0)
    expect(Buffer.from(a).includes('very secret')).toBe(false)
  })

  test('opens with its own passphrase only', async () => {
    const file = await sealed(new Uint8Array(10))
    await expect(opened(file, 'wrong horse')).rejects.toMatchObject({
      code: 'SSB_BACKUP_PASSPHRASE',
    })
  })

  test('asks for a passphrase of eight characters', async () => {
    const make = (passphrase: string) => all(seal(inPieces(new Uint8Array(1)), passphrase, CHEAP))
    await expect(make('seven..')).rejects.toMatchObject({ code: 'SSB_BACKUP_WEAK' })
    await expect(make(undefined as never)).rejects.toMatchObject({ code: 'SSB_BACKUP_WEAK' })
    await expect(make('eight...')).resolves.toBeDefined()
  })

  test('whatever byte is changed, and wherever it is cut, it is noticed', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i)
    const file = await sealed(bytes)
    const end = file.indexOf(10) + 1
    const at = fc.integer({ min: end, max: file.length - 1 })
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const bad = file.slice()
        bad[place] = (bad[place] ?? 0) ^ change
        await expect(opened(bad)).rejects.toMatchObject({ name: 'BackupError' })
        await expect(opened(file.slice(0, place))).rejects.toMatchObject({ name: 'BackupError' })
      }),
      { numRuns: 30 },
    )
    await expect(opened(Buffer.concat([file, Uint8Array.of(1)]))).rejects.toMatchObject({
      code: 'SSB_BACKUP_DAMAGED',
    })
  })

  test.each([
    ['', 'SSB_BACKUP_FORM'],
    ['{}\n', 'SSB_BACKUP_FORM'],
    ['null\n', 'SSB_BACKUP_FORM'],
    ['{"format":"scuttlebot-backup","version":2}\n', 'SSB_BACKUP_FORM'],
    ['x'.repeat(5_000), 'SSB_BACKUP_FORM'],
  ])('%j is none', async (text, code) => {
    await expect(opened(new TextEncoder().encode(text))).rejects.toMatchObject({ code })
  })

  test('one that asks for too much memory is refused before it is given any', async () => {
    const file = Buffer.from(await sealed(new Uint8Array(1))).toString('latin1')
    const greedy = file.replace('"memory":8192', '"memory":9999999999')
    await expect(opened(Buffer.from(greedy, 'latin1'))).rejects.toMatchObject({
      code: 'SSB_BACKUP_FORM',
    })
  })
})

describe('entries', () => {
  const entries: BackupEntry[] = [
    { file: 'secret', text: 'line\nline\n' },
    { mark: { sequence: 2, id: '%2' } },
    { graph: { '@a': 1 } },
    { message: { sequence: 1, text: 'é' } },
  ]
  async function* from(list: readonly BackupEntry[]): AsyncGenerator<BackupEntry> {
    yield* list
  }
  async function read(bytes: Uint8Array): Promise<BackupEntry[]> {
    const list: BackupEntry[] = []
    for await (const entry of readEntries(inPieces(bytes, 7))) list.push(entry)
    return list
  }

  test('are read as they were written', async () => {
    expect(await read(await all(writeEntries(from(entries))))).toEqual(entries)
  })

  test('of later kinds are passed over, and no JSON is an error', async () => {
    const bytes = new TextEncoder().encode('{"new":1}\n{"mark":{"sequence":0}}\n')
    expect(await read(bytes)).toEqual([{ mark: { sequence: 0, id: null } }])
    for (const bad of ['{\n', '5\n', '{"mark":{"sequence":0}}'])
      await expect(read(new TextEncoder().encode(bad))).rejects.toMatchObject({
        code: 'SSB_BACKUP_DAMAGED',
      })
  })
})
