import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { fileBook } from '../src/files.ts'

const folder = mkdtempSync(join(tmpdir(), 'ssb-gossip-'))
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

test('a saved book survives a loss of power: the bans in it cannot be had again', async () => {
  const handle = await open(folder, 'r')
  await handle.close()
  const sync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync')
  const book = fileBook(folder)
  await book.save({ version: 1, bans: ['x'] })
  // the file before it is moved, the folder after it
  expect(sync).toHaveBeenCalledTimes(2)
  expect(await book.load()).toEqual({ version: 1, bans: ['x'] })
})
