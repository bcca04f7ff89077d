import { open, readFile, rm } from 'node:fs/promises'
import { replaceFile } from '@scuttlebot/ssb-plugin/files'
import type { BlobNotes } from './storage.ts'

type File = Awaited<ReturnType<typeof open>>

interface Waiting {
  readonly text: string
  readonly durable: boolean
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Notes in a file, which stays open from the first append on. */
export interface DiskNotes extends BlobNotes {
  close(): Promise<void>
}

/** Notes in one file. Appends that come while the disk is busy share one write and one sync. */
export function diskNotes(path: string): DiskNotes {
  let waiting: Waiting[] = []
  let running: Promise<void> | null = null
  let file: File | null = null

  const close = async (): Promise<void> => {
    const open = file
    file = null
    await open?.close()
  }
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        file ??= await open(path, 'a', 0o600)
        await file.appendFile(batch.map(({ text }) => text).join(''))
        if (batch.some(({ durable }) => durable)) await file.datasync()
        for (const { done } of batch) done()
      } catch (error) {
        await close().catch(() => undefined)
        for (const { failed } of batch) failed(error)
      }
    }
    running = null
  }

  return {
    async read() {
      await rm(`${path}.new`, { force: true }) // of a `replace` that was killed
      const bytes = await readFile(path).catch((error: { readonly code?: unknown }) => {
        if (error.code === 'ENOENT') return new Uint8Array()
        throw error
      })
      const whole = bytes.lastIndexOf(0x0a) + 1
      // What a crash cut off must not join the next line.
      if (whole < bytes.length) await truncate(path, whole)
      const text = new TextDecoder().decode(bytes.subarray(0, whole))
      return text.split('\n').filter((line) => line !== '')
    },
    append(lines, durable) {
      if (lines.length === 0) return Promise.resolve()
      const text = lines.map((line) => `${line}\n`).join('')
      const result = new Promise<void>((done, failed) => {
        waiting.push({ text, durable, done, failed })
      })
      running ??= flush()
      return result
    },
    async replace(lines) {
      await running
      await close()
      await replaceFile(path, lines.map((line) => `${line}\n`).join(''))
    },
    async close() {
      await running
      await close()
    },
  }
}

async function truncate(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(length)
    await file.sync()
  } finally {
    await file.close()
  }
}
