/**
 * Keep invites in `invites.json` of the data folder.
 *
 * @packageDocumentation
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { InviteStorage } from './storage.ts'

/**
 * Invites in a file of `folder`: written beside the old one, synced, and moved over it.
 * A file that cannot be read fails the start, as an empty one would bring used invites back to life.
 */
export function fileInvites(folder: string): InviteStorage {
  const file = join(folder, 'invites.json')
  return {
    async load() {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
      return JSON.parse(text) as unknown
    },
    async save(state) {
      await mkdir(folder, { recursive: true })
      const fresh = `${file}.new`
      const handle = await open(fresh, 'w', 0o600)
      try {
        await handle.writeFile(JSON.stringify(state))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(fresh, file)
      await syncFolder(folder)
    },
  }
}

/** The new name of the file must outlive a loss of power, too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null)
  // Windows has no handle on a folder; there the rename is enough.
  if (folder === null) return
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
