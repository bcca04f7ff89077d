/**
 * Blobs in a folder, laid out as the classic servers do.
 *
 * ```text
 *  <folder>/sha256/<2 hex digits>/<62 hex digits>    one file per blob
 *  <folder>/tmp/<milliseconds>-<counter>             blobs on their way in; wiped when opened
 *  <folder>/notes                                    our own: one JSON array per line
 * ```
 *
 * @packageDocumentation
 */
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHex } from '@scuttlebot/ssb-encode'
import { syncFolder } from '@scuttlebot/ssb-plugin/files'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { diskNotes } from './disk-notes.ts'
import { hexOf, idOfHex } from './ids.ts'
import type { BlobEntry, BlobRange, BlobStat, BlobStorage, BlobWriter } from './storage.ts'

export { notePushes } from './disk-pushes.ts'

const READ_BYTES = 262_144
const STATS_AT_ONCE = 64
const SYNC_BYTES = 1 << 20

/** The storage in a folder, which is made when it is not there. One process at a time may have it open. */
export function diskStorage(folder: string): BlobStorage {
  const files = join(folder, 'sha256')
  const temporary = join(folder, 'tmp')
  const notes = diskNotes(join(folder, 'notes'))
  let counter = 0
  const pathOf = (id: BlobId): string => {
    const hex = hexOf(id)
    return join(files, hex.slice(0, 2), hex.slice(2))
  }
  return {
    async open() {
      await rm(temporary, { recursive: true, force: true })
      await mkdir(temporary, { recursive: true })
      await mkdir(files, { recursive: true })
      // All at once and before the first blob, so that none has to wait for its folder to be durable.
      for (let first = 0; first < 256; first++)
        await mkdir(join(files, toHex(Uint8Array.of(first))), { recursive: true })
      await syncFolder(files)
    },
    close: () => notes.close(),
    stat: async (id) => await statOf(pathOf(id)),
    read: (id, range) => read(pathOf(id), range),
    writer: async () => await fileWriter(join(temporary, `${Date.now()}-${counter++}`), pathOf),
    async remove(id) {
      const path = pathOf(id)
      try {
        await rm(path)
      } catch (error) {
        if (isMissing(error)) return false
        throw error
      }
      await syncFolder(dirname(path))
      return true
    },
    list: () => list(files),
    async space() {
      const { bavail, blocks, bsize } = await statfs(folder)
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
    },
    notes,
  }
}

const isMissing = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === 'ENOENT'

async function statOf(path: string): Promise<BlobStat | null> {
  try {
    const found = await stat(path)
    // COMPAT: the time of the last change of the file's entry, as `blobs.ls` of multiblob gives it.
    return found.isFile() ? { size: found.size, ts: found.ctime.getTime() } : null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function* read(path: string, range?: BlobRange): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const end = range?.end ?? Number.POSITIVE_INFINITY
    let at = range?.start ?? 0
    while (at < end) {
      const length = Math.min(READ_BYTES, end - at)
      // New memory each time, since what is handed on may still wait to be sent; not cleared, since all of it is
      // written before anybody sees it.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function fileWriter(path: string, pathOf: (id: BlobId) => string): Promise<BlobWriter> {
  const file = await open(path, 'wx', 0o644)
  let state: 'open' | 'done' = 'open'
  let size = 0
  let dirty = 0
  let syncing: Promise<void> | null = null
  /** Have the disk begin early: what is left to be synced at the end is little. */
  const syncEarly = (length: number): void => {
    dirty += length
    if (dirty < SYNC_BYTES || syncing !== null) return
    dirty = 0
    // Its failure is the failure of the last sync too.
    syncing = file
      .datasync()
      .catch(() => undefined)
      .then(() => {
        syncing = null
      })
  }
  const abort = async (): Promise<void> => {
    if (state === 'done') return
    state = 'done'
    await syncing
    await file.close().catch(() => undefined)
    await rm(path, { force: true })
  }
  return {
    async write(chunks) {
      const whole = chunks.filter((chunk) => chunk.length > 0)
      let length = 0
      for (const chunk of whole) length += chunk.length
      size += length
      const { bytesWritten } = await file.writev(whole)
      syncEarly(length)
      if (bytesWritten === length) return
      // A disk that is nearly full takes a part; the rest says why.
      let skip = bytesWritten
      for (const chunk of whole) {
        const from = Math.min(skip, chunk.length)
        skip -= from
        if (from < chunk.length) await writeAll(file, chunk.subarray(from))
      }
    },
    async commit(id) {
      try {
        const target = pathOf(id)
        await syncing
        await file.datasync()
        await file.close()
        await rename(path, target)
        state = 'done'
        await syncFolder(dirname(target))
        return { size, ts: Date.now() }
      } catch (error) {
        await abort()
        throw error
      }
    },
    abort,
  }
}

type File = Awaited<ReturnType<typeof open>>

async function writeAll(file: File, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at)
    at += bytesWritten
  }
}

async function* list(files: string): AsyncGenerator<readonly BlobEntry[]> {
  for (const first of await readdir(files)) {
    if (!/^[0-9a-f]{2}$/.test(first)) continue
    const folder = join(files, first)
    const names = await readdir(folder).catch((error: { readonly code?: unknown }) => {
      if (error.code === 'ENOTDIR') return []
      throw error
    })
    const ids = names.flatMap((name) => idOfHex(first + name) ?? [])
    const entries: BlobEntry[] = []
    for (let at = 0; at < ids.length; at += STATS_AT_ONCE) {
      const some = ids.slice(at, at + STATS_AT_ONCE)
      const found = await Promise.all(some.map((id) => statOf(join(folder, hexOf(id).slice(2)))))
      for (const [i, one] of found.entries())
        if (one !== null) entries.push({ id: some[i] as BlobId, size: one.size, ts: one.ts })
    }
    if (entries.length > 0) yield entries
  }
}
