import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { storageConformance } from '../src/conformance.ts'
import { diskStorage, notePushes } from '../src/disk.ts'
import { hexOf, idOfHex, memoryStorage } from '../src/index.ts'
import { bytesOf, idOf } from './world.ts'

describe('in memory', () => {
  storageConformance({ describe, test }, () => {
    const storage = memoryStorage()
    return { storage, leftovers: () => storage.writing }
  })
})

describe('on disk', () => {
  storageConformance({ describe, test }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'blobs-'))
    return {
      storage: diskStorage(folder),
      reopen: () => diskStorage(folder),
      leftovers: () => readdirSync(join(folder, 'tmp')).length,
      remove: () => rmSync(folder, { recursive: true }),
    }
  })

  const ID = '&uaGieSQDJcHfUp6hjIcIq55GoZh4Ug7tNmgaohoxrpw=.sha256' as const
  const HEX = 'b9a1a279240325c1df529ea18c8708ab9e46a19878520eed36681aa21a31ae9c'

  test('names files by the hash in hexadecimal digits, in the classic layout', async () => {
    expect(hexOf(ID)).toBe(HEX)
    expect(idOfHex(HEX)).toBe(ID)
    expect(idOfHex(HEX.toUpperCase())).toBe(null)
    const folder = mkdtempSync(join(tmpdir(), 'blobs-'))
    try {
      const storage = diskStorage(folder)
      await storage.open()
      const writer = await storage.writer()
      await writer.write([Uint8Array.of(1)])
      await writer.commit(ID)
      expect(readdirSync(join(folder, 'sha256', HEX.slice(0, 2)))).toEqual([HEX.slice(2)])
      // What does not belong there is passed over.
      writeFileSync(join(folder, 'sha256', 'README'), 'x')
      writeFileSync(join(folder, 'sha256', HEX.slice(0, 2), 'x'), 'x')
      const found = []
      for await (const batch of storage.list()) found.push(...batch)
      expect(found).toMatchObject([{ id: ID, size: 1 }])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('notes pushes of an old server once, behind a note that a crash has cut', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blobs-'))
    try {
      const { notes } = diskStorage(folder)
      const ids = [1, 2, 3].map((seed) => idOf(bytesOf(10, seed)))
      await notes.append([JSON.stringify(['pushed', ids[0]])], true)
      appendFileSync(join(folder, 'notes'), '["push","&')
      const all = [...ids, 'nonsense', '&x.sha256']
      expect(await notePushes(folder, all)).toBe(2)
      expect(await notePushes(folder, all)).toBe(0)
      expect((await notes.read()).map((line) => JSON.parse(line))).toEqual([
        ['pushed', ids[0]],
        ['push', ids[1]],
        ['push', ids[2]],
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('passes over a note that a crash has cut', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blobs-'))
    try {
      const { notes } = diskStorage(folder)
      await notes.append(['one'], true)
      appendFileSync(join(folder, 'notes'), Uint8Array.of(0x74, 0x77, 0xe2, 0x82))
      expect(await notes.read()).toEqual(['one'])
      await notes.append(['two'], true)
      expect(await notes.read()).toEqual(['one', 'two'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
