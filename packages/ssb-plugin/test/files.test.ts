import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { replaceFile, syncFolder } from '../src/files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-plugin-files-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** What all file handles inherit from. */
async function handles(): Promise<FileHandle> {
  const file = await open(folder, 'r')
  await file.close()
  return Object.getPrototypeOf(file) as FileHandle
}

describe('replaceFile', () => {
  test('makes a file, and puts another text in its place, for the own user alone', async () => {
    const path = join(folder, 'a.json')
    await replaceFile(path, '[1]')
    await replaceFile(path, '[]')
    expect(readFileSync(path, 'utf8')).toBe('[]')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['a.json'])
  })

  test('syncs the text before the move and the folder after it; nothing where that is not asked for', async () => {
    const sync = vi.spyOn(await handles(), 'sync')
    const path = join(folder, 'a.json')
    await replaceFile(path, '1')
    expect(sync).toHaveBeenCalledTimes(2)
    await replaceFile(path, '2', { isDurable: false })
    expect(sync).toHaveBeenCalledTimes(2)
    expect(readFileSync(path, 'utf8')).toBe('2')
  })

  test('leaves the old text when the new one cannot be written', async () => {
    const path = join(folder, 'a.json')
    await replaceFile(path, 'old')
    vi.spyOn(await handles(), 'sync').mockRejectedValueOnce(new Error('no space'))
    await expect(replaceFile(path, 'new')).rejects.toThrow('no space')
    expect(readFileSync(path, 'utf8')).toBe('old')
    await replaceFile(path, 'newer')
    expect(readFileSync(path, 'utf8')).toBe('newer')
  })

  test('writes over what a killed run has left beside it', async () => {
    const path = join(folder, 'a.json')
    writeFileSync(`${path}.new`, 'a longer text that was cut off')
    await replaceFile(path, 'short')
    expect(readFileSync(path, 'utf8')).toBe('short')
  })
})

test('syncFolder syncs a folder, and tells of one that is not there', async () => {
  await syncFolder(folder)
  await expect(syncFolder(join(folder, 'none'))).rejects.toThrow('ENOENT')
})
